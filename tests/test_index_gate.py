"""A gate looks at a generation before it is published, and may refuse it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from generations import folders
from indexes import built, opened, places, reading_in_process
from trees import tree

from index.progress import Progress, Quiet
from index.search import Index
from index.verify import verify
from ingest.errors import RefusedError


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    """Read files in the test's own process."""
    with reading_in_process():
        yield


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Give a folder of one note."""
    return tree(tmp_path / "notes", {"a.md": "# Pods\n\nA pod holds containers.\n"})


def refuse(_: Index, __: Progress) -> bool:
    """Refuse any generation."""
    return False


def test_a_gate_searches_what_is_not_yet_published(notes: Path, tmp_path: Path) -> None:
    """It gets the staged generation, open, while the one before is live; its time is a stage of its own."""
    root = tmp_path / "index"
    built(root, notes)
    tree(notes, {"b.md": "# Nodes\n\nA node runs pods.\n"})
    quiet = Quiet()

    def accept(index: Index, progress: Progress) -> bool:
        assert progress is quiet
        assert (index.generation, opened(root).generation) == (2, 1)
        return places(index.search("what runs pods?", 1)) == [("b.md", 9)]

    report = built(root, notes, progress=quiet, gate=accept)
    assert (report.generation, opened(root).generation) == (2, 2)
    assert list(report.seconds) == ["scan", "read", "encode", "write", "gate", "total"]
    assert all(seconds >= 0 for seconds in report.seconds.values())


def test_a_refused_generation_is_kept_aside(notes: Path, tmp_path: Path) -> None:
    """What was live stays live; the refused one is named, does no harm, and gives way to the next refused."""
    root = tmp_path / "index"
    built(root, notes)
    for name in ("b.md", "c.md"):
        tree(notes, {name: "# Nodes\n\nA node runs pods.\n"})
        with pytest.raises(RefusedError, match="not published; generation 1 stays live") as refused:
            built(root, notes, gate=refuse)
        assert str(refused.value.folder) in str(refused.value)
        assert refused.value.folder.name == "refused-000002"
        assert folders(root) == ["000001", "refused-000002"]
        assert verify(root) == []
        assert [hit.passage.document.path for hit in opened(root).search("node pod", 5)] == ["a.md"]
    assert built(root, notes).generation == 2


def test_the_first_generation_may_be_refused(notes: Path, tmp_path: Path) -> None:
    """Then there is none, and the error says so."""
    with pytest.raises(RefusedError, match="there is no live generation"):
        built(tmp_path / "index", notes, gate=refuse)
    assert folders(tmp_path / "index") == ["refused-000001"]
