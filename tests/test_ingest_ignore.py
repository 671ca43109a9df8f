"""Ignore files say what is left out, as git understands them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from trees import found, reasons, tree, walked

NAMES = st.text("ab.#!* [", min_size=1, max_size=5).filter(lambda name: name not in {".", ".."})


def test_ignore_files_count_at_every_level(tmp_path: Path) -> None:
    """Patterns are relative to their folder, the innermost decides, and a folder is listed once."""
    tree(
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
    result = walked(tmp_path)
    assert found(result) == ["docs/b.tmp.md", "docs/build/kept.md", "docs/sub/only-here.md"]
    assert reasons(result) == {
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
    tree(tmp_path, {".gitignore": patterns, "c.md": "1", "docs/a.md": "2", "docs/b.md": "3"})
    assert found(walked(tmp_path)) == kept


def test_refdeskignore_outranks_gitignore(tmp_path: Path) -> None:
    """In one folder the file made for this tool has the last word."""
    tree(tmp_path, {".gitignore": "a.md\n", ".refdeskignore": "!a.md\nb.md\n", "a.md": "1", "b.md": "2"})
    assert found(walked(tmp_path)) == ["a.md"]


def test_ignore_files_that_make_no_sense_are_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bad lines are named and the good ones count; a file that can not be read, or is huge, does not."""
    tree(
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
    result = walked(tmp_path)
    assert found(result) == ["a.md", "huge/a.md", "linked/a.md", "odd/a.md", "shut/a.md"]
    assert reasons(result) == {
        ".gitignore": "hidden; no valid pattern in line 2, 3",
        "b.md": "ignored by .gitignore",
        "huge/.gitignore": "hidden; its patterns are not read: over 1,000,000 bytes",
        "linked/.gitignore": "hidden",
        "odd/.gitignore/": "hidden",
        "shut/.gitignore": "hidden; its patterns can not be read: Permission denied",
    }


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
    result = walked(root)
    listed = {*found(result), *reasons(result)}
    for location in root.rglob("*.md"):
        path = location.relative_to(root)
        assert listed & {path.as_posix(), *(f"{above.as_posix()}/" for above in path.parents)}
    assert len(listed) == len(result.files) + len(result.skipped)
