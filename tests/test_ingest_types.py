"""Places in a document: lines, pages and the location that a person looks up."""

import hashlib
import re
from dataclasses import FrozenInstanceError, fields, is_dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ingest.types
from ingest.types import Document, Format, Kind, Passage, RawFile, Span, line_starts

TEXT = "one\ntwo\r\nthree\rfour\n\nsix"


def _document(
    text: str = TEXT, *, written_as: Format = Format.MARKDOWN, page_starts: tuple[int, ...] = ()
) -> Document:
    return Document("folder/a.md", "notes", "A", text, written_as, "", page_starts=page_starts)


def test_every_kind_of_line_end_begins_a_line() -> None:
    """A carriage return with a line feed is one end, alone it is one as well; others are none."""
    assert line_starts(TEXT) == [0, 4, 9, 15, 20, 21]
    assert line_starts("") == [0]
    assert line_starts("a\n") == [0, 2]
    assert line_starts("a\x0bb\x0cc\u2028d\x85e") == [0]


@given(st.text("ab\r\n\x0b\u2028", max_size=40))
def test_lines_hold_their_characters(text: str) -> None:
    """Each character lies in the line whose number is given, as editors count."""
    document = _document(text)
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    assert len(document.line_starts) == len(lines)
    reached = 0
    for number, line in enumerate(lines, 1):
        for offset in range(reached, reached + len(line)):
            assert document.line(offset) == number
        reached += len(line)


@pytest.mark.parametrize(
    ("start", "end", "lines", "location"),
    [
        (0, 3, (1, 1), "folder/a.md:1"),
        (0, 4, (1, 1), "folder/a.md:1"),
        (0, 5, (1, 2), "folder/a.md:1-2"),
        (4, 14, (2, 3), "folder/a.md:2-3"),
        (15, 24, (4, 6), "folder/a.md:4-6"),
    ],
)
def test_the_location_of_a_text_is_its_lines(
    start: int, end: int, lines: tuple[int, int], location: str
) -> None:
    """First and last line are inclusive; one line is named once."""
    span = Span(_document(), start, end)
    assert (span.text, span.lines, span.page, span.location) == (TEXT[start:end], lines, None, location)


def test_the_location_in_a_document_with_pages_is_its_page() -> None:
    """The page is that on which the span starts; there are no lines to look up."""
    document = _document(written_as=Format.PDF, page_starts=(0, 4, 4, 15))
    assert [document.page(offset) for offset in (0, 3, 4, 14, 15, 23)] == [1, 1, 3, 3, 4, 4]
    span = Span(document, 14, 20)
    assert (span.page, span.lines, span.location) == (3, None, "folder/a.md p. 3")


def test_the_location_in_a_page_of_html_is_the_page() -> None:
    """Its text was taken out, so that its lines are no place in the file."""
    span = Span(_document(written_as=Format.HTML), 0, 3)
    assert (span.page, span.lines, span.location) == (None, None, "folder/a.md")


def test_a_passage_under_a_question_answers_it() -> None:
    """Only a passage of the kind FAQ has a question: its last heading."""
    asked = Passage(_document(), 0, 3, ("A", "Why?"), Kind.FAQ)
    assert asked.question == "Why?"
    assert Passage(_document(), 0, 3, ("A", "Why?"), Kind.PROSE).question is None


def test_the_hash_of_a_file_is_that_of_its_bytes() -> None:
    """It is SHA-256, in hexadecimal digits."""
    assert RawFile("a", "s", b"body").sha256 == hashlib.sha256(b"body").hexdigest()


def test_nothing_can_be_changed() -> None:
    """Every shape is frozen; all but the document, which remembers where its lines begin, have slots."""
    shapes = [
        shape for shape in vars(ingest.types).values() if isinstance(shape, type) and is_dataclass(shape)
    ]
    assert len(shapes) >= 8
    assert [shape.__name__ for shape in shapes if "__slots__" not in vars(shape)] == ["Document"]
    document = _document()
    for field in fields(document):
        with pytest.raises(FrozenInstanceError):
            setattr(document, field.name, None)


def test_documents_are_compared_by_what_they_hold() -> None:
    """Two readings of one file are equal, also after one was asked for its lines."""
    document = _document()
    assert document.line(5) == 2
    assert document == _document()
    assert document != _document("another")
