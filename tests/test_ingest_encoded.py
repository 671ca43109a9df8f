"""What is encoded is the title, the headings and the plain words of each block."""

import pytest

from ingest.encoded import LONGEST_HEADING_LINE, encoded, heading_line, is_question, words
from ingest.types import Block, Document, Format, Kind, Passage

TEXT = "**one**\n\n```sh\n__two__\n```\n\n| three |\n|---|\n\n[[Four|five]]"
DOCUMENT = Document(
    "a.md",
    "notes",
    "The title",
    TEXT,
    Format.MARKDOWN,
    "",
    blocks=(
        Block(Kind.PROSE, 0, 7),
        Block(Kind.CODE, 9, 26, (9,)),
        Block(Kind.TABLE, 28, 43, (28,)),
        Block(Kind.PROSE, 45, len(TEXT)),
    ),
)


@pytest.mark.parametrize(
    ("heading", "is_one"),
    [("Why?", True), ("Why? ", True), ("なぜ？", True), ("Why", False), ("Why? Because", False), ("", False)],
)
def test_a_question_ends_in_a_question_mark(heading: str, *, is_one: bool) -> None:
    """A mark within the heading makes it no question; the wide mark counts too."""
    assert is_question(heading) is is_one


@pytest.mark.parametrize(
    ("title", "headings", "line"),
    [
        ("Deployments", ("Rollbacks", "Undo"), "Deployments: Rollbacks: Undo"),
        ("Deployments", ("Deployments", "Undo"), "Deployments: Undo"),
        ("Undo", ("Deployments", "Undo"), "Undo: Deployments"),
        ("", ("A", "", "B"), "A: B"),
        ("A", (), "A"),
        ("", (), ""),
    ],
)
def test_the_heading_line_names_each_once(title: str, headings: tuple[str, ...], line: str) -> None:
    """Title and headings stand in order, without empty names and repetitions."""
    assert heading_line(title, headings) == line


def test_of_a_long_heading_line_the_end_is_kept() -> None:
    """The innermost heading says most about the passage."""
    line = heading_line("title " * 100, ("inner",))
    assert len(line) == LONGEST_HEADING_LINE
    assert line.endswith("title : inner")


def test_each_block_is_made_plain_by_its_kind() -> None:
    """Code keeps its signs, a table loses its bars, prose its markup."""
    assert words(DOCUMENT, 0, len(TEXT)) == "one __two__ three five"


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (0, 7, "one"),
        (2, 5, "one"),
        (7, 9, ""),
        (9, 26, "__two__"),
        (15, 22, "__two__"),
        (0, 10, "one `"),
        (43, 45, ""),
    ],
)
def test_words_of_a_part(start: int, end: int, found: str) -> None:
    """Only what lies inside of the span is given, and what lies between blocks is not."""
    assert words(DOCUMENT, start, end) == found


def test_the_words_follow_title_and_headings() -> None:
    """A full stop parts them; without title and headings the words stand alone."""
    passage = Passage(DOCUMENT, 0, 26, ("Heading",))
    assert encoded(passage) == "The title: Heading. one __two__"
    untitled = Document("a.txt", "notes", "", "one", Format.TEXT, "", blocks=(Block(Kind.PROSE, 0, 3),))
    assert encoded(Passage(untitled, 0, 3)) == "one"
