"""Sources are resolved and named, and the files under them come in order, each once."""

import os
from pathlib import Path

import pytest
from trees import found, tree, walked

from ingest.errors import SourceError
from ingest.formats import SUFFIXES, suffix_of
from ingest.sources import resolve_sources
from ingest.types import Source
from ingest.walk import FoundFile, SkippedFile, Walk, walk


def test_a_file_is_found_with_what_the_index_needs(tmp_path: Path) -> None:
    """A found file carries its source, path, place, size and time."""
    tree(tmp_path / "notes", {"k8s/hpa.md": "scale"})
    location = tmp_path / "notes" / "k8s" / "hpa.md"
    status = location.stat()
    assert walked(tmp_path / "notes") == Walk(
        (FoundFile("notes", "k8s/hpa.md", location, 5, status.st_mtime_ns, (status.st_dev, status.st_ino)),),
        (),
    )


def test_the_order_is_that_of_sources_then_paths(tmp_path: Path) -> None:
    """Files come by source as named, then by path, whatever order the disk has."""
    tree(tmp_path, {"b/z.md": "1", "b/a/x.md": "2", "b/a.md": "3", "b/a-b.md": "4", "a/one.txt": "5"})
    result = walked(tmp_path / "b", tmp_path / "a")
    assert [(file.source, file.path) for file in result.files] == [
        ("b", "a-b.md"),
        ("b", "a.md"),
        ("b", "a/x.md"),
        ("b", "z.md"),
        ("a", "one.txt"),
    ]


@pytest.mark.parametrize("name", sorted(SUFFIXES))
def test_each_suffix_with_a_reader_is_found(tmp_path: Path, name: str) -> None:
    """Every known suffix is found, in capitals too."""
    tree(tmp_path, {f"a{name}": "1", f"b{name.upper()}": "2"})
    assert found(walked(tmp_path)) == [f"a{name}", f"b{name.upper()}"]


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("a.MD", ".md"), ("a.tar.gz", ".gz"), ("a", ""), (".md", ""), ("a.", ""), ("a.b/c", ".b/c")],
)
def test_a_suffix_is_what_follows_the_last_dot(name: str, suffix: str) -> None:
    """A name of nothing but a suffix, or that ends in its dot, has none."""
    assert suffix_of(name) == suffix


def test_an_unknown_type_is_known_once_it_has_a_reader(tmp_path: Path) -> None:
    """The suffixes to look for are an argument."""
    tree(tmp_path, {"a.org": "1", "b.md": "2"})
    assert found(walk(resolve_sources([tmp_path]), suffixes={".org"})) == ["a.org"]


def test_one_file_under_several_names_is_kept_once(tmp_path: Path) -> None:
    """Hard links and overlapping sources reach a file again; it is kept where it is reached first."""
    notes = tree(tmp_path / "notes", {"k8s/a.md": "1", "z.md": "2"})
    (notes / "b.md").hardlink_to(notes / "z.md")
    result = walked(notes, notes / "k8s", notes)
    assert [(file.source, file.path) for file in result.files] == [("notes", "b.md"), ("notes", "k8s/a.md")]
    assert result.skipped == (
        SkippedFile("notes", "z.md", "same file as notes/b.md"),
        SkippedFile("k8s", "a.md", "same file as notes/k8s/a.md"),
    )


def test_a_single_file_is_a_source(tmp_path: Path) -> None:
    """A file named as a source is taken though it is hidden; all else that keeps a file out still counts."""
    tree(tmp_path, {".plan.md": "1", ".gitignore": "*.md", "a.xyz": "2"})
    bad = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.md"))
    bad.write_text("3")
    result = walked(tmp_path / ".plan.md", tmp_path / "a.xyz", bad)
    assert [(file.source, file.path, file.location) for file in result.files] == [
        (".plan.md", ".plan.md", tmp_path / ".plan.md")
    ]
    assert result.skipped == (
        SkippedFile("a.xyz", "a.xyz", "no reader for .xyz files"),
        SkippedFile("\\udcff.md", "\\udcff.md", "its name holds bytes or characters that can not be shown"),
    )


def test_sources_are_called_by_what_tells_them_apart(tmp_path: Path) -> None:
    """A source's name is the end of its path, as short as it can be, whatever the order; twice is once."""
    for path in ("team/notes", "ops/notes", "docs"):
        (tmp_path / path).mkdir(parents=True)
    (tmp_path / "link").symlink_to("docs", target_is_directory=True)
    paths = [tmp_path / path for path in ("team/notes", "docs", "ops/notes", "ops/../docs", "link")]
    assert resolve_sources(paths) == [
        Source("team/notes", tmp_path / "team/notes"),
        Source("docs", tmp_path / "docs"),
        Source("ops/notes", tmp_path / "ops/notes"),
    ]
    assert {source.name for source in resolve_sources(paths[::-1])} == {"team/notes", "docs", "ops/notes"}


def test_the_root_of_the_disk_has_a_name() -> None:
    """Even a path without a last part gives a source a name."""
    assert resolve_sources([Path("/")]) == [Source("/", Path("/"))]


def test_no_paths_make_no_sources() -> None:
    """Nothing named is nothing found, and no error here."""
    assert walked() == Walk((), ())


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (
            "nowhere",
            r"source .*/nowhere: No such file or directory\. Check the path and that you may read it\.",
        ),
        ("null\0byte", r"source .*/null\\x00byte: .*null.*\. Check the path"),
        ("pipe", r"source .*/pipe: neither a folder nor a file\. Name a folder of notes\."),
        ("a.md/b", r"source .*/a.md/b: Not a directory\."),
    ],
)
def test_a_path_that_is_no_source_is_an_error(tmp_path: Path, path: str, message: str) -> None:
    """The message names the path, the cause and what to do."""
    (tmp_path / "a.md").write_text("1")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SourceError, match=message):
        resolve_sources([tmp_path / path])


def test_a_source_that_vanishes_is_an_error(tmp_path: Path) -> None:
    """A source that was there when named and is gone now stops the walk."""
    notes = tree(tmp_path / "notes", {"a.md": "1"})
    sources = resolve_sources([notes])
    notes.rename(tmp_path / "elsewhere")
    with pytest.raises(SourceError, match=r"source .*/notes: No such file or directory\. Bring it back"):
        walk(sources)


def test_a_source_that_can_not_be_opened_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A source's own folder is not skipped in silence."""

    def scandir(_: str) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(SourceError, match="Permission denied"):
        walked(tmp_path)
