"""Whatever the note: nothing visible is lost, and each heading and block is where it says."""

import html
import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from notes import NOTES

from ingest.errors import UnreadableError
from ingest.frontmatter import read_frontmatter
from ingest.markdown import read_markdown
from ingest.types import Block, Document, Heading, Kind, RawFile

# Random texts cover other lines each time; what has to be covered is so elsewhere, and tracing doubles the
# time.
pytestmark = pytest.mark.no_cover

COMMONMARK = Path(__file__).parents[2] / "shared" / "eval" / "commonmark" / "tests.jsonl"
_WORD = re.compile(r"\w+")


def _read(text: str | bytes, path: str = "notes/on-call_guide.md") -> Document:
    return read_markdown(RawFile(path, "notes", text if isinstance(text, bytes) else text.encode()))


def _pieces(document: Document) -> list[Heading | Block]:
    return sorted([*document.headings, *document.blocks], key=lambda piece: piece.start)


class _Shown(HTMLParser):
    """Gathers what a page shows: a word ends where a tag stands that can not be inside of one."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[str] = []
        self.hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.hidden = tag in {"script", "style"}
        self._part(tag)

    def handle_endtag(self, tag: str) -> None:
        self.hidden = False
        self._part(tag)

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.shown.append(data)

    def _part(self, tag: str) -> None:
        if tag not in {"code", "del", "em", "strong"}:
            self.shown.append(" ")


@pytest.mark.skipif(not COMMONMARK.is_file(), reason="the CommonMark examples are not beside this checkout")
def test_no_word_of_a_commonmark_example_is_lost() -> None:
    """Each word that an example of the specification shows is in one of its headings or blocks."""
    examples = [json.loads(line) for line in COMMONMARK.read_text(encoding="utf-8").splitlines()]
    assert len(examples) > 600
    for case in examples:
        document = _read(case["markdown"])
        source = " ".join(document.text[piece.start : piece.end] for piece in _pieces(document))
        written = "".join(_WORD.findall(source)), "".join(_WORD.findall(html.unescape(source)))
        page = _Shown()
        page.feed(case["html"])
        page.close()
        shown = _WORD.findall("".join(page.shown))
        lost = [word for word in shown if not any(word in text for text in written)]
        assert lost == [], case["example"]
        _assert_well_formed(document)


def _assert_well_formed(document: Document) -> None:
    pieces = _pieces(document)
    for piece in pieces:
        shown = document.text[piece.start : piece.end]
        assert shown
        assert not shown[-1].isspace()
        assert isinstance(piece, Block) or piece.title
    assert all(before.end <= after.start for before, after in pairwise(pieces))
    assert [piece for piece in pieces if isinstance(piece, Block)] == list(document.blocks)
    assert [piece for piece in pieces if isinstance(piece, Heading)] == list(document.headings)
    for block in document.blocks:
        assert block.parts == tuple(sorted(set(block.parts)))
        assert bool(block.parts) is (block.kind is not Kind.PROSE)
        assert all(block.start <= part < block.end for part in block.parts)
        assert block.parts[:1] in ((), (block.start,))


@settings(max_examples=300)
@given(NOTES)
@example("a\n\u00a0\n===\n")
@example("\x0c\n- \x0b\n\n\x85\n")
@example("```\n\n\n")
@example("\ufeff# A\n")
def test_any_note_is_read_to_the_letter(text: str) -> None:
    """The text is the file's; headings and blocks are in order and apart; parts rise within a block."""
    body = text.encode()
    document = _read(body)
    assert document.encoding
    assert document.text == body.decode(document.encoding)
    _assert_well_formed(document)


@settings(max_examples=200)
@given(NOTES)
@example("---\na: 1\r---\n\none\n\ntwo\n")
def test_nothing_visible_is_outside_of_all_pieces(text: str) -> None:
    """What is in no piece is frontmatter, a rule or an empty heading."""
    document = _read(text)
    rest = list(document.text)
    for piece in _pieces(document):
        rest[piece.start : piece.end] = " " * (piece.end - piece.start)
    front = read_frontmatter(document.text)
    begin = 0 if front.fault else front.end
    assert not any(map(str.isalnum, rest[begin:]))


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    """Whatever the bytes, there is a document or a reason, and no other error."""
    try:
        document = _read(body)
    except UnreadableError:
        return
    _assert_well_formed(document)
