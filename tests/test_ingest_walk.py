"""Every file and folder under a source is found, or skipped with a reason."""

import os
import socket
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import SourceError
from ingest.formats import SUFFIXES, suffix_of
from ingest.types import Source
from ingest.walk import MAX_BYTES, FoundFile, SkippedFile, Walk, resolve_sources, walk


def _tree(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write `files`, by path, under `root`; a path that ends with a slash makes an empty folder."""
    for path, body in files.items():
        location = root / path
        (location if path.endswith("/") else location.parent).mkdir(parents=True, exist_ok=True)
        if not path.endswith("/"):
            location.write_bytes(body if isinstance(body, bytes) else body.encode())
    return root


def _walk(*roots: Path, max_bytes: int = MAX_BYTES) -> Walk:
    return walk(resolve_sources(roots), max_bytes=max_bytes)


def _found(result: Walk) -> list[str]:
    return [file.path for file in result.files]


def _reasons(result: Walk) -> dict[str, str]:
    return {skipped.path: skipped.reason for skipped in result.skipped}


def test_a_file_is_found_with_what_the_index_needs(tmp_path: Path) -> None:
    """A found file carries its source, path, place, size and time."""
    _tree(tmp_path / "notes", {"k8s/hpa.md": "scale"})
    location = tmp_path / "notes" / "k8s" / "hpa.md"
    status = location.stat()
    assert _walk(tmp_path / "notes") == Walk(
        (FoundFile("notes", "k8s/hpa.md", location, 5, status.st_mtime_ns, (status.st_dev, status.st_ino)),),
        (),
    )


def test_the_order_is_that_of_sources_then_paths(tmp_path: Path) -> None:
    """Files come by source as named, then by path, whatever order the disk has."""
    _tree(tmp_path, {"b/z.md": "1", "b/a/x.md": "2", "b/a.md": "3", "b/a-b.md": "4", "a/one.txt": "5"})
    result = _walk(tmp_path / "b", tmp_path / "a")
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
    _tree(tmp_path, {f"a{name}": "1", f"b{name.upper()}": "2"})
    assert _found(_walk(tmp_path)) == [f"a{name}", f"b{name.upper()}"]


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("a.MD", ".md"), ("a.tar.gz", ".gz"), ("a", ""), (".md", ""), ("a.", ""), ("a.b/c", ".b/c")],
)
def test_a_suffix_is_what_follows_the_last_dot(name: str, suffix: str) -> None:
    """A name of nothing but a suffix, or that ends in its dot, has none."""
    assert suffix_of(name) == suffix


def test_what_can_not_be_read_says_why(tmp_path: Path) -> None:
    """Unknown types, empty files, oversized files and hidden things are each skipped with the reason."""
    _tree(
        tmp_path,
        {
            "a.xyz": "1",
            "LICENSE": "1",
            "empty.md": "",
            "large.md": "x" * 1001,
            "largest.md": "x" * 1000,
            ".draft.md": "1",
            ".obsidian/app.md": "1",
            ".git/": "",
            "web/node_modules/a/README.md": "1",
        },
    )
    result = _walk(tmp_path, max_bytes=1000)
    assert _found(result) == ["largest.md"]
    assert _reasons(result) == {
        ".draft.md": "hidden",
        ".git/": "hidden",
        ".obsidian/": "hidden",
        "LICENSE": "no reader for files without a suffix",
        "a.xyz": "no reader for .xyz files",
        "empty.md": "empty",
        "large.md": "1,001 bytes, over the limit of 1,000",
        "web/node_modules/": "holds installed packages, not notes",
    }
    assert [entry.path for entry in result.skipped] == sorted(_reasons(result))


def test_an_unknown_type_is_known_once_it_has_a_reader(tmp_path: Path) -> None:
    """The suffixes to look for are an argument."""
    _tree(tmp_path, {"a.org": "1", "b.md": "2"})
    assert _found(walk(resolve_sources([tmp_path]), suffixes={".org"})) == ["a.org"]


def test_special_files_are_not_opened(tmp_path: Path) -> None:
    """Pipes, sockets and devices are skipped, and never read, which could wait for ever."""
    os.mkfifo(tmp_path / "pipe.md")
    os.mkfifo(tmp_path / ".gitignore")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s.md"))
        result = _walk(tmp_path)
    assert _reasons(result) == {
        ".gitignore": "hidden",
        "pipe.md": "a pipe, not a file",
        "s.md": "a socket, not a file",
    }


def test_names_that_can_not_be_shown_are_skipped_safely(tmp_path: Path) -> None:
    """Names with stray bytes, escapes or marks that turn the line around are listed in plain letters."""
    for name in (b"caf\xe9.md", b"red\x1b[31m.md", b"two\nlines.md", "gpj\u202e.md".encode()):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("1")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/d\xff")).mkdir()
    result = _walk(tmp_path)
    assert _found(result) == []
    assert set(_reasons(result).values()) == {"its name holds bytes or characters that can not be shown"}
    assert list(_reasons(result)) == [
        "caf\\udce9.md",
        "d\\udcff/",
        "gpj\\u202e.md",
        "red\\x1b[31m.md",
        "two\\nlines.md",
    ]


def test_links_are_not_followed(tmp_path: Path) -> None:
    """A link is skipped: what it leads to is indexed where it is, or lies outside, or is not there."""
    notes = _tree(tmp_path / "notes", {"real.md": "1", "sub/a.md": "2"})
    _tree(tmp_path, {"other/b.md": "3", "notes2/c.md": "4"})
    (notes / "again.md").symlink_to("real.md")
    (notes / "folder").symlink_to("sub", target_is_directory=True)
    (notes / "sub" / "up").symlink_to("..", target_is_directory=True)
    (notes / "out.md").symlink_to("../other/b.md")
    (notes / "near").symlink_to(tmp_path / "notes2", target_is_directory=True)
    (notes / "gone.md").symlink_to("nowhere.md")
    (notes / "round.md").symlink_to("round.md")
    result = _walk(notes)
    assert _found(result) == ["real.md", "sub/a.md"]
    assert _reasons(result) == {
        "again.md": "link to real.md",
        "folder": "link to sub",
        "gone.md": "link to nowhere.md, which does not exist",
        "near": f"link out of the source to {tmp_path}/notes2, not followed",
        "out.md": "link out of the source to ../other/b.md, not followed",
        "round.md": "can not be read: Too many levels of symbolic links",
        "sub/up": "link to .",
    }


def test_one_file_under_several_names_is_kept_once(tmp_path: Path) -> None:
    """Hard links and overlapping sources reach a file again; it is kept where it is reached first."""
    notes = _tree(tmp_path / "notes", {"k8s/a.md": "1", "z.md": "2"})
    (notes / "b.md").hardlink_to(notes / "z.md")
    result = _walk(notes, notes / "k8s", notes)
    assert [(file.source, file.path) for file in result.files] == [("notes", "b.md"), ("notes", "k8s/a.md")]
    assert result.skipped == (
        SkippedFile("notes", "z.md", "same file as notes/b.md"),
        SkippedFile("k8s", "a.md", "same file as notes/k8s/a.md"),
    )


def test_folders_nest_deeper_than_python_recurses(tmp_path: Path) -> None:
    """A folder 1,500 levels down is reached."""
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(1_500):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(os.open("deep.md", os.O_CREAT, dir_fd=here))
    os.close(here)
    assert _reasons(_walk(tmp_path)) == {"d/" * 1_500 + "deep.md": "empty"}


def test_unreadable_folders_and_files_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What permissions keep closed is skipped with the system's reason, and the rest goes on."""
    _tree(tmp_path, {"closed/a.md": "1", "locked.md": "2", "open.md": "3", "gone.md": "4"})
    list_folder, look, may_read = os.scandir, Path.stat, os.access

    def scandir(location: str) -> object:
        if location.endswith("closed/"):
            raise PermissionError(13, "Permission denied")
        return list_folder(location)

    def stat(self: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if self.name == "gone.md":
            raise FileNotFoundError(2, "No such file or directory")
        return look(self, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(os, "scandir", scandir)
    monkeypatch.setattr(Path, "stat", stat)
    monkeypatch.setattr(os, "access", lambda path, mode: "locked" not in path and may_read(path, mode))
    result = _walk(tmp_path)
    assert _found(result) == ["open.md"]
    assert _reasons(result) == {
        "closed/": "can not be read: Permission denied",
        "gone.md": "can not be read: No such file or directory",
        "locked.md": "can not be read: Permission denied",
    }


def test_ignore_files_count_at_every_level(tmp_path: Path) -> None:
    """Patterns are relative to their folder, the innermost decides, and a folder is listed once."""
    _tree(
        tmp_path,
        {
            ".gitignore": "*.tmp.md\n/build/\ndrafts/\n# a comment\n\n",
            "a.tmp.md": "1",
            "build/x/y.md": "2",
            "docs/build/kept.md": "3",
            "docs/drafts/x.md": "4",
            "docs/.gitignore": "!b.tmp.md\r\n/only-here.md\r\n",
            "docs/b.tmp.md": "5",
            "docs/only-here.md": "6",
            "docs/sub/only-here.md": "7",
            "docs/sub/.refdeskignore": "secret.md\n",
            "docs/sub/secret.md": "8",
        },
    )
    result = _walk(tmp_path)
    assert _found(result) == ["docs/b.tmp.md", "docs/build/kept.md", "docs/sub/only-here.md"]
    assert _reasons(result) == {
        ".gitignore": "hidden",
        "a.tmp.md": "ignored by .gitignore",
        "build/": "ignored by .gitignore",
        "docs/.gitignore": "hidden",
        "docs/drafts/": "ignored by .gitignore",
        "docs/only-here.md": "ignored by docs/.gitignore",
        "docs/sub/.refdeskignore": "hidden",
        "docs/sub/secret.md": "ignored by docs/sub/.refdeskignore",
    }


@pytest.mark.parametrize(
    ("patterns", "kept"),
    [
        ("*.md\n!docs/\n", []),
        ("/*\n!/docs/\n", ["docs/a.md", "docs/b.md"]),
        ("docs/\n!docs/a.md\n", ["c.md"]),
        ("docs/*\n!docs/a.md\n", ["c.md", "docs/a.md"]),
        ("**/a.md\n", ["c.md", "docs/b.md"]),
        ("docs/**\n", ["c.md"]),
        ("[ab].md\n", ["c.md"]),
        ("\\!c.md\n", ["c.md", "docs/a.md", "docs/b.md"]),
        ("\ufeffc.md", ["docs/a.md", "docs/b.md"]),
        ("!c.md\nc.md\n", ["docs/a.md", "docs/b.md"]),
    ],
)
def test_patterns_mean_what_they_mean_to_git(tmp_path: Path, patterns: str, kept: list[str]) -> None:
    """Negation brings back what a later line names, a folder but not the files in it, as in git."""
    _tree(tmp_path, {".gitignore": patterns, "c.md": "1", "docs/a.md": "2", "docs/b.md": "3"})
    assert _found(_walk(tmp_path)) == kept


def test_refdeskignore_outranks_gitignore(tmp_path: Path) -> None:
    """In one folder the file made for this tool has the last word."""
    _tree(tmp_path, {".gitignore": "a.md\n", ".refdeskignore": "!a.md\nb.md\n", "a.md": "1", "b.md": "2"})
    assert _found(_walk(tmp_path)) == ["a.md"]


def test_ignore_files_that_make_no_sense_are_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bad lines are named and the good ones count; a file that can not be read, or is huge, does not."""
    _tree(
        tmp_path,
        {
            ".gitignore": "b.md\n!\n[z-a].md\n",
            "a.md": "1",
            "b.md": "2",
            "huge/.gitignore": "a.md\n" * 200_001,
            "huge/a.md": "3",
            "shut/.gitignore": "a.md\n",
            "shut/a.md": "4",
            "linked/a.md": "5",
            "odd/.gitignore/": "",
            "odd/a.md": "6",
        },
    )
    (tmp_path / "linked" / ".gitignore").symlink_to("../.gitignore")
    open_file = Path.open

    def guarded(self: Path, mode: str) -> object:
        if "shut" in self.parts:
            raise PermissionError(13, "Permission denied")
        return open_file(self, mode)

    monkeypatch.setattr(Path, "open", guarded)
    result = _walk(tmp_path)
    assert _found(result) == ["a.md", "huge/a.md", "linked/a.md", "odd/a.md", "shut/a.md"]
    assert _reasons(result) == {
        ".gitignore": "hidden; no valid pattern in line 2, 3",
        "b.md": "ignored by .gitignore",
        "huge/.gitignore": "hidden; its patterns are not read: over 1,000,000 bytes",
        "linked/.gitignore": "hidden",
        "odd/.gitignore/": "hidden",
        "shut/.gitignore": "hidden; its patterns can not be read: Permission denied",
    }


def test_a_single_file_is_a_source(tmp_path: Path) -> None:
    """A file named as a source is taken though it is hidden; all else that keeps a file out still counts."""
    _tree(tmp_path, {".plan.md": "1", ".gitignore": "*.md", "a.xyz": "2"})
    bad = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.md"))
    bad.write_text("3")
    result = _walk(tmp_path / ".plan.md", tmp_path / "a.xyz", bad)
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
    assert _walk() == Walk((), ())


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
    notes = _tree(tmp_path / "notes", {"a.md": "1"})
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
        _walk(tmp_path)


NAMES = st.text("ab.#!* [", min_size=1, max_size=5).filter(lambda name: name not in {".", ".."})


@given(st.data())
def test_no_file_is_lost(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Whatever the names and patterns, each file is found, or skipped itself or with a folder above it."""
    root = tmp_path_factory.mktemp("tree")
    for parts in data.draw(st.lists(st.lists(NAMES, min_size=1, max_size=3), max_size=6)):
        location = root.joinpath(*parts[:-1], f"{parts[-1]}.md")
        if all(not above.is_file() for above in location.parents) and not location.exists():
            location.parent.mkdir(parents=True, exist_ok=True)
            location.write_text("1")
    patterns = data.draw(st.lists(st.text("ab*?!/[].\\#- ", max_size=8), max_size=4))
    (root / ".gitignore").write_text("\n".join(patterns))
    result = _walk(root)
    listed = {*_found(result), *_reasons(result)}
    for location in root.rglob("*.md"):
        path = location.relative_to(root)
        assert listed & {path.as_posix(), *(f"{above.as_posix()}/" for above in path.parents)}
    assert len(listed) == len(result.files) + len(result.skipped)
