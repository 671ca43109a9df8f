"""Sources: however they are named, their notes are found, and found again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from indexes import built, opened, reading_in_process
from trees import tree

from index.verify import verify

NOTES = {
    "a.md": "# Pods\n\nA pod holds containers.\n",
    "b/c.md": "# Nodes\n\nA node runs pods.\n",
    "d.txt": "A volume keeps what a pod writes.\n",
}


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    """Read files in the test's own process."""
    with reading_in_process():
        yield


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Give a folder of three notes."""
    return tree(tmp_path / "notes", NOTES)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give a place for an index."""
    return tmp_path / "index"


def test_a_new_name_for_a_source_is_published(notes: Path, root: Path) -> None:
    """A source that moved is another source: nothing was edited, and the index follows all the same."""
    built(root, notes)
    moved = notes.rename(notes.parent / "wiki")
    assert built(root, moved).generation == 2
    assert opened(root).sources[0].root == moved


def test_a_size_limit_is_passed_on(notes: Path, root: Path) -> None:
    """A file over `max_bytes` is listed with the limit and not indexed."""
    tree(notes, {"long.md": "# Long\n\n" + "many words " * 20})
    report = built(root, notes, max_bytes=100)
    assert [(file.path, file.reason) for file in report.skipped] == [
        ("long.md", "228 bytes, over the limit of 100")
    ]


def test_a_source_may_be_a_link_a_relative_path_or_a_file(
    notes: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However a source is named, its notes are found, and their files again when the index is proved."""
    link = notes.parent / "link"
    link.symlink_to(notes)
    monkeypatch.chdir(notes.parent)
    for sources in ([link], [Path("notes")], [notes / "a.md", Path("notes/b"), notes / "d.txt"]):
        report = built(root, *sources)
        assert (report.passages, verify(root)) == (3, [])
    monkeypatch.chdir("/")
    assert verify(root) == []
    assert [source.name for source in opened(root).sources] == ["a.md", "b", "d.txt"]


def test_several_sources_are_one_index(tmp_path: Path, root: Path) -> None:
    """Files of the same path in two sources are two notes; the one that is no longer named leaves."""
    for name in ("one", "two"):
        tree(tmp_path / name, {"note.md": f"# Note\n\nOf the {name}.\n", "empty.md": ""})
    report = built(root, tmp_path / "two", tmp_path / "one")
    assert report.added == 2
    listed = [(file.source, file.path, file.state) for file in opened(root).status().files]
    assert listed == [
        (source, path, state)
        for source in ("two", "one")
        for path, state in (("empty.md", "skipped"), ("note.md", "indexed"))
    ]
    report = built(root, tmp_path / "one")
    assert (report.removed, report.unchanged) == (1, 1)
