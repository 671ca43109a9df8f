"""No file is lost in silence: each is in the index, or listed with the reason why not."""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from indexes import built, opened, reading_in_process
from trees import tree

from ingest.scan import shown

PARTS = [
    "note",
    ".hidden",
    "a b",
    "ünï",
    "tab\there",
    "-n",
    "note.md",
    "x" * 60,
    "Ω",
    "node_modules",
    "%s",
    "[a]",
]
SUFFIXES = [".md", ".txt", ".MD", ".html", ".pdf", ".png", "", ".md~", ".md.bak"]
BODIES = [
    b"",
    b"# Title\n\nSome words.\n",
    b"\0\1\2",
    b"\xff\xfe",
    b"%PDF-1.4 not really",
    b"<html>",
    b" \n",
    b"\xe9t\xe9",
]

paths = st.lists(st.sampled_from(PARTS), min_size=1, max_size=3).map("/".join)
names = st.builds("{}{}".format, paths, st.sampled_from(SUFFIXES))


def made(root: Path, files: Mapping[str, bytes | str]) -> None:
    """Make files and links under `root`; what would be a file and a folder at once is left out."""
    for name, body in files.items():
        path = root / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(body, str):
                path.symlink_to(body)
            else:
                path.write_bytes(body)
        except OSError:
            continue


def counted(root: Path) -> Counter[str]:
    """Give how often each file under `root` is to be listed; of a folder that is not entered, the folder."""
    count: Counter[str] = Counter()
    for folder, folders, files in os.walk(root):
        inside = Path(folder).relative_to(root)
        for name in list(folders):
            if (Path(folder) / name).is_symlink():
                files.append(name)
            elif name.startswith(".") or name == "node_modules" or shown(name) != name:
                folders.remove(name)
                count[shown(f"{(inside / name).as_posix()}/")] += 1
        count.update(shown((inside / name).as_posix()) for name in files)
    return count


@settings(max_examples=40, deadline=None)
@given(
    files=st.dictionaries(
        names,
        st.one_of(st.sampled_from(BODIES), st.sampled_from(["note.md", ".", "..", "nowhere", "/"])),
        max_size=12,
    )
)
def test_every_file_is_listed_once(files: dict[str, bytes | str]) -> None:
    """Odd names, binary, empty and hidden files, links, loops: each is listed once, skipped with a reason."""
    folder = Path(tempfile.mkdtemp(prefix="refdesk-files-"))
    try:
        tree(folder / "notes", {"zzz.md": "# Kept\n\nA note that is always there.\n"})
        made(folder / "notes", files)
        with reading_in_process():
            report = built(folder / "index", folder / "notes")
        listed = opened(folder / "index").status().files
        assert Counter(file.path for file in listed) == counted(folder / "notes")
        indexed = [file for file in listed if file.state == "indexed"]
        skipped = [file for file in listed if file.state == "skipped"]
        assert len(indexed) + len(skipped) == len(listed)
        assert len(indexed) == report.added
        assert all(file.reason is None for file in indexed)
        assert all(file.reason and file.passages == 0 for file in skipped)
        assert sorted((file.path, file.reason or "") for file in skipped) == sorted(
            (file.path, file.reason) for file in report.skipped
        )
        assert sum(file.passages for file in indexed) == report.passages
    finally:
        shutil.rmtree(folder)


def test_a_file_without_permission_is_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that may not be read is listed with that reason, and the rest is indexed."""
    tree(tmp_path / "notes", {"a.md": "# A\n\nWords.\n", "private.md": "# B\n\nWords.\n"})
    access = os.access

    def denied(path: str, mode: int) -> bool:
        return "private" not in path and access(path, mode)

    monkeypatch.setattr(os, "access", denied)
    with reading_in_process():
        built(tmp_path / "index", tmp_path / "notes")
    listed = [(file.path, file.reason) for file in opened(tmp_path / "index").status().files]
    assert listed == [("a.md", None), ("private.md", "can not be read: Permission denied")]
