"""Every file and folder in a source is found, or skipped with a reason."""

import os
import socket
from pathlib import Path

import pytest
from trees import found, reasons, tree, walked


def test_what_can_not_be_read_says_why(tmp_path: Path) -> None:
    """Unknown types, empty files, oversized files and hidden things are each skipped with the reason."""
    tree(
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
    result = walked(tmp_path, max_bytes=1000)
    assert found(result) == ["largest.md"]
    assert reasons(result) == {
        ".draft.md": "hidden",
        ".git/": "hidden",
        ".obsidian/": "hidden",
        "LICENSE": "no reader for files without a suffix",
        "a.xyz": "no reader for .xyz files",
        "empty.md": "empty",
        "large.md": "1,001 bytes, over the limit of 1,000",
        "web/node_modules/": "holds installed packages, not notes",
    }
    assert [entry.path for entry in result.skipped] == sorted(reasons(result))


def test_special_files_are_not_opened(tmp_path: Path) -> None:
    """Pipes, sockets and devices are skipped, and never read, which could wait for ever."""
    os.mkfifo(tmp_path / "pipe.md")
    os.mkfifo(tmp_path / ".gitignore")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s.md"))
        result = walked(tmp_path)
    assert reasons(result) == {
        ".gitignore": "hidden",
        "pipe.md": "a pipe, not a file",
        "s.md": "a socket, not a file",
    }


def test_names_that_can_not_be_shown_are_skipped_safely(tmp_path: Path) -> None:
    """Names with stray bytes, escapes or marks that turn the line around are listed in plain letters."""
    for name in (b"caf\xe9.md", b"red\x1b[31m.md", b"two\nlines.md", "gpj\u202e.md".encode()):
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_text("1")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/d\xff")).mkdir()
    result = walked(tmp_path)
    assert found(result) == []
    assert set(reasons(result).values()) == {"its name holds bytes or characters that can not be shown"}
    assert list(reasons(result)) == [
        "caf\\udce9.md",
        "d\\udcff/",
        "gpj\\u202e.md",
        "red\\x1b[31m.md",
        "two\\nlines.md",
    ]


def test_links_are_not_followed(tmp_path: Path) -> None:
    """A link is skipped: what it leads to is indexed where it is, or lies outside, or is not there."""
    notes = tree(tmp_path / "notes", {"real.md": "1", "sub/a.md": "2"})
    tree(tmp_path, {"other/b.md": "3", "notes2/c.md": "4"})
    (notes / "again.md").symlink_to("real.md")
    (notes / "folder").symlink_to("sub", target_is_directory=True)
    (notes / "sub" / "up").symlink_to("..", target_is_directory=True)
    (notes / "out.md").symlink_to("../other/b.md")
    (notes / "near").symlink_to(tmp_path / "notes2", target_is_directory=True)
    (notes / "gone.md").symlink_to("nowhere.md")
    (notes / "round.md").symlink_to("round.md")
    result = walked(notes)
    assert found(result) == ["real.md", "sub/a.md"]
    assert reasons(result) == {
        "again.md": "link to real.md",
        "folder": "link to sub",
        "gone.md": "link to nowhere.md, which does not exist",
        "near": f"link out of the source to {tmp_path}/notes2, not followed",
        "out.md": "link out of the source to ../other/b.md, not followed",
        "round.md": "can not be read: Too many levels of symbolic links",
        "sub/up": "link to .",
    }


def test_folders_nest_deeper_than_python_recurses(tmp_path: Path) -> None:
    """A folder 1,100 levels down is reached."""
    levels = [tmp_path / ("d/" * depth) for depth in range(1, 1_101)]
    for level in levels:
        level.mkdir()
    (levels[-1] / "deep.md").touch()
    try:
        assert reasons(walked(tmp_path)) == {"d/" * 1_100 + "deep.md": "empty"}
    finally:
        # The usual clean-up does recurse.
        (levels[-1] / "deep.md").unlink()
        for level in reversed(levels):
            level.rmdir()


def test_unreadable_folders_and_files_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What permissions keep closed is skipped with the system's reason, and the rest goes on."""
    tree(tmp_path, {"closed/a.md": "1", "locked.md": "2", "open.md": "3", "gone.md": "4"})
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
    result = walked(tmp_path)
    assert found(result) == ["open.md"]
    assert reasons(result) == {
        "closed/": "can not be read: Permission denied",
        "gone.md": "can not be read: No such file or directory",
        "locked.md": "can not be read: Permission denied",
    }
