"""Each of the smaller rules finds its fault where it is, and no other."""

from dataclasses import replace
from pathlib import Path

import pytest
from linting import notes_of, told

from bot.commands.lint import RULE_NAMES
from bot.lint.reading import guessed
from bot.lint.rules import RULES, findings
from bot.lint.types import Reach


def test_the_command_knows_every_rule() -> None:
    """The names that can be chosen are those of the rules."""
    assert list(RULE_NAMES) == sorted(RULES)


def test_findings_come_by_path_line_and_rule(tmp_path: Path) -> None:
    """Whatever rule found them, in the order in which a person goes through the files."""
    written = {"b.md": "# B\n\n[[x]]\n", "a.md": "# A\n\n## Empty\n\n## More\n\n[[a]] [[y]]\n"}
    found = [(one.path, one.line, one.rule) for one in findings(notes_of(tmp_path, written), RULES)]
    assert found == [("a.md", 3, "empty-heading"), ("a.md", 7, "link"), ("b.md", 3, "link")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# A\n\n## B\n\n## C\n\ntext\n", ["a.md:3: nothing stands under “B”"]),
        ("# A\n\n## B\n\n### C\n\ntext\n", []),
        ("# A\n\ntext\n\n## B\n", ["a.md:5: nothing stands under “B”"]),
        ("# A\n\n## B\n\n```sh\nls\n```\n", []),
    ],
    ids=["between two", "over a deeper one", "at the end", "over code"],
)
def test_a_heading_without_text_is_found(tmp_path: Path, text: str, found: list[str]) -> None:
    """Down to the next one that is no deeper there must be something to read."""
    assert told(tmp_path, "empty-heading", {"a.md": text}) == found


def test_headings_of_formats_that_nobody_writes_are_left_alone(tmp_path: Path) -> None:
    """A text file's are guessed."""
    assert told(tmp_path, "empty-heading", {"a.txt": "TITLE\n\nOTHER TITLE\n\nText of it.\n"}) == []


@pytest.mark.parametrize(
    ("front", "found"),
    [
        ("updated: 2025-11-27", []),
        ("updated: 2025-11-26", ["a.md:2: last updated 2025-11-26, 366 days ago"]),
        ("title: A\nlastmod: 2020-01-01", ["a.md:3: last updated 2020-01-01, 2,522 days ago"]),
        ("updated: 2026-11-28", ["a.md:2: updated 2026-11-28, which is still to come"]),
        ("updated: 2020-01-01\nstatus: Superseded", []),
        ("date: 2020-01-01", []),
        ("updated: soon", []),
        ("title: A", []),
    ],
)
def test_an_old_date_is_found_at_its_line(tmp_path: Path, front: str, found: list[str]) -> None:
    """Only what says when the note was last looked at counts, and what is superseded may be old."""
    assert told(tmp_path, "stale", {"a.md": f"---\n{front}\n---\n# A\n\nText.\n"}) == found


SENTENCE = "Some words that go on and on. "


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (SENTENCE * 3, []),
        (
            SENTENCE * 12,
            ["a.md:5: this paragraph has "],
        ),
        ("- one\n- two\n" * 30, []),
        (
            f"- one\n- {SENTENCE * 20}\n- two\n- {SENTENCE * 20}\n",
            ["a.md:6: this item of a list has ", "a.md:8: this item of a list has "],
        ),
        (f"- one\n- {SENTENCE * 12}\n", []),
        (f"| a |\n|---|\n| {SENTENCE * 12} |\n", ["a.md:5: this row of a table has "]),
        ("```sh\n" + "run this now\n" * 30 + "```\n", []),
        ("```sh\n" + "run this now\n" * 60 + "```\n", ["a.md:5: this block of code has "]),
    ],
    ids=["short", "paragraph", "many items", "an item", "an item cut once", "a row", "code cut once", "code"],
)
def test_what_is_cut_in_the_middle_is_found(tmp_path: Path, body: str, found: list[str]) -> None:
    """Lists and tables are cut between their parts; code and items may be cut once."""
    told_of = told(tmp_path, "long", {"a.md": f"# A\n\n## Below\n\n{body}\n"}, limit=60)
    assert len(told_of) == len(found)
    assert all(one.startswith(start) for one, start in zip(told_of, found, strict=True))


def test_a_guess_is_said_to_be_one(tmp_path: Path) -> None:
    """Where no encoder is there to count, the number is about right."""
    notes = notes_of(tmp_path, {"a.md": f"# A\n\n{SENTENCE * 12}\n\n## B\n\ntext\n", "b.csv": "a,b\n1,2\n"})
    (one,) = findings(replace(notes, reach=Reach(guessed, 60, exact=False)), {"long"})
    assert one.what == "this paragraph has about 97 tokens with its headings, and is cut: 60 are read at once"


def test_frontmatter_that_can_not_be_read_is_found(tmp_path: Path) -> None:
    """Its title, tags and dates are lost, so it is told at the note's first line."""
    found = told(
        tmp_path, "frontmatter", {"a.md": "---\ntags: [a\n---\n# A\n\nText.\n", "b.rst": "B\n=\n\nx\n"}
    )
    assert len(found) == 1
    assert found[0].startswith("a.md:1: frontmatter read as text: ")


def test_files_that_could_not_be_read_are_found(tmp_path: Path) -> None:
    """With the reason that `refdesk status` gives."""
    notes = replace(notes_of(tmp_path, {"a.md": "# A\n"}), unread=[("notes", "b.pdf", "needs a password")])
    (one,) = findings(notes, {"unread"})
    assert (one.path, one.line, one.what) == ("b.pdf", 1, "needs a password")


PATH = """---
onboarding:
  for: all
  stops:
    - read: "[[a#First]]"
    - read: a#Gone
    - read: gone
    - chek: what?
---
# Path

Text.
"""


def test_a_stop_that_is_not_there_is_found_at_its_line(tmp_path: Path) -> None:
    """A note, a heading, a mistyped key, and a stop without a place."""
    written = {
        "a.md": "# A\n\n## First\n\ntext\n",
        "path.md": PATH,
        "paths.toml": "[p]\n[[p.stops]]\nread = 'b'\n",
    }
    assert told(tmp_path, "path", written) == [
        "path.md:6: a.md has no heading “Gone”",
        "path.md:7: there is no note gone",
        "path.md:8: `chek` is no part of a path",
        "path.md:8: stop 4 names no note",
        "paths.toml:3: there is no note b",
    ]
