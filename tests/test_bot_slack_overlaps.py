"""A limited folder within another source is pointed out, since its notes are then seen wherever that is."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from indexes import built, opened, reading_in_process
from trees import tree

from bot.slack.audience import Rules
from bot.slack.overlaps import overlaps

NOTES = {"a.md": "# A\n\nOpen.\n", "hr/b.md": "# B\n\nLimited.\n", "hr2/c.md": "# C\n\nOpen.\n"}


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    """Read files in the test's own process."""
    with reading_in_process():
        yield


def said(folder: Path, rules: Rules, *sources: Path) -> list[str]:
    """Index sources, and give what is pointed out."""
    built(folder / "index", *sources)
    index = opened(folder / "index")
    with closing(index.store):
        # Repositories lie in folders of their own.
        assert list(overlaps([], index.store.labels, rules)) == []
        return list(overlaps(index.sources, index.store.labels, rules))


def test_a_limited_folder_within_a_source_is_pointed_out(tmp_path: Path) -> None:
    """With what to do; once that is done there is nothing to say."""
    notes = tree(tmp_path / "notes", NOTES)
    rules: Rules = {"notes": None, "hr": ("S1",)}
    (line,) = said(tmp_path, rules, notes, notes / "hr")
    assert line == (
        "notes of hr, which is limited, are in notes too and seen wherever that is: name its folder in a "
        ".refdeskignore in notes, and run `refdesk index`"
    )
    (notes / ".refdeskignore").write_text("hr/\n")
    assert said(tmp_path, rules, notes, notes / "hr") == []


@pytest.mark.parametrize(
    "rules",
    [
        {"notes": None, "hr": None},
        {"notes": ("S1",), "hr": ("S1",)},
        {"notes": ("C1",), "hr": None},
        {},
    ],
)
def test_what_is_no_less_visible_within_is_meant(tmp_path: Path, rules: Rules) -> None:
    """The same rule, no rule at all, or a folder that is opened within a limited one."""
    notes = tree(tmp_path / "notes", NOTES)
    found = said(tmp_path, rules, notes, notes / "hr")
    assert [line for line in found if line.startswith("notes of hr")] == []


def test_one_limited_file_is_found_too(tmp_path: Path) -> None:
    """A source may be one file; a neighbour whose name only begins alike is none of it."""
    notes = tree(tmp_path / "notes", NOTES)
    rules: Rules = {"notes": ("C1",), "b.md": ("S1",)}
    (line,) = said(tmp_path, rules, notes, notes / "hr" / "b.md")
    assert line.startswith("notes of b.md, which is limited, are in notes too")
    other: Rules = {"hr2": None, "hr": ("S1",)}
    assert said(tmp_path, other, notes / "hr2", notes / "hr") == []
