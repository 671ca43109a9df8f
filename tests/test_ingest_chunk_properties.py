"""Whatever the note: its passages are in order and apart, fit the encoder, and hold all that is visible."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from notes import NOTES

from index.encoder import OnnxEncoder
from ingest.chunk import chunk
from ingest.encoded import encoded, heading_line, words
from ingest.markdown import read_markdown
from ingest.types import Block, Document, Heading, Passage, RawFile

# Random texts cover other lines each time; what has to be covered is so elsewhere, and tracing doubles the
# time.
pytestmark = pytest.mark.no_cover

CORPUS = Path(__file__).parents[1] / "corpus"
_WORD = re.compile(r"\w+")
_SHOWN = re.compile(r"[^\W_]+")
# What may be left out though it has letters: links, pictures, addresses, comments, numbers, names on fences.
_LINKS = re.compile(
    r"!?\[\[.*?\]\]|!?\[.*?\]\(.*?\)|https?://\S*|\{\{.*?\}\}|%%.*?%%|<.*?>"
    r"|(?<![^\r\n])[ \t>]*(?:\d+[.)]|[`~]{3}[^\r\n]*)",
    re.DOTALL,
)


def _read(text: str) -> Document:
    return read_markdown(RawFile("a.md", "notes", text.encode()))


def _count(text: str) -> int:
    return len(_WORD.findall(text))


def _overlaps(passage: Passage, heading: Heading) -> bool:
    return passage.start < heading.end and heading.start < passage.end


def _whole(passages: list[Passage], block: Block) -> bool:
    return any(passage.start <= block.start and block.end <= passage.end for passage in passages)


def _touched(passages: list[Passage], block: Block) -> bool:
    return any(passage.start < block.end and block.start < passage.end for passage in passages)


def _rooms(document: Document, limit: int) -> Iterator[tuple[Block, int]]:
    """Give each block with the words that its headings leave it."""
    for block in document.blocks:
        path: list[Heading] = []
        for heading in document.headings:
            if heading.start <= block.start:
                path = [*(above for above in path if above.level < heading.level), heading]
        above = _count(heading_line(document.title, tuple(heading.title for heading in path)))
        yield block, limit - above - 1


# Parts of a paragraph that are short alone may be longer as one: a link in between ticks is code.
_LINK = "[a link](https://example.org/a_(b)/one/two/three/four)"
_TICKS = f"# H\n\nOne two three. Four ` five six. {_LINK} {_LINK} Seven ` eight. Nine ten.\n"


@settings(max_examples=200)
@given(NOTES, st.integers(8, 60))
@example(_TICKS, 22)
@example("####### <\n- 0>\n", 8)
@example("Plan A\u3000.\n", 8)
def test_passages_of_any_note(text: str, limit: int) -> None:
    """Passages are in order, apart, and fit; they hold no heading but all else; what fits stays whole."""
    document = _read(text)
    passages = chunk(document, _count, limit)
    assert passages == chunk(_read(text), _count, limit)
    assert all(before.end <= after.start for before, after in pairwise(passages))
    for passage in passages:
        assert passage.text.strip()
        assert not any(_overlaps(passage, heading) for heading in document.headings)
        _assert_place(passage)
        above = _count(heading_line(document.title, passage.headings))
        if above + 1 <= limit // 2:
            assert _count(encoded(passage)) <= limit
    for block, room in _rooms(document, limit):
        if _touched(passages, block) and _count(words(document, block.start, block.end)) <= room:
            assert _whole(passages, block)
    _assert_only_links_left_out(document, passages)


def _assert_place(passage: Passage) -> None:
    lines = re.split(r"\r\n|\r|\n", passage.document.text)
    assert passage.lines
    first, last = passage.lines
    cited = "\n".join(lines[first - 1 : last])
    assert re.sub(r"\r\n?", "\n", passage.text) in cited
    assert passage.location == (f"a.md:{first}" if first == last else f"a.md:{first}-{last}")


def _assert_only_links_left_out(document: Document, passages: list[Passage]) -> None:
    held = [*((passage.start, passage.end) for passage in passages), (len(document.text),) * 2]
    for block in document.blocks:
        start = block.start
        for first, last in held:
            end = min(first, block.end)
            start = max(start, end - len(document.text[start:end].lstrip()))
            links = " ".join(_LINKS.findall(document.text[start:end]))
            assert start >= end or all(word in links for word in _SHOWN.findall(words(document, start, end)))
            start = max(start, last)


@settings(max_examples=25, deadline=None)
@given(NOTES)
def test_passages_fit_the_default_encoder(minilm: OnnxEncoder, text: str) -> None:
    """Measured in the encoder's own tokens, title and headings included, nothing of a passage is unseen."""
    limit = minilm.max_tokens - 2
    for passage in chunk(_read(text), lambda words: minilm.count_tokens(words) - 2, limit):
        assert minilm.count_tokens(encoded(passage)) <= minilm.max_tokens


def test_the_handbook_fits_the_default_encoder(minilm: OnnxEncoder) -> None:
    """No passage of the handbook is longer than what the encoder reads, and each has words."""
    notes = sorted(CORPUS.rglob("*.md"))
    assert len(notes) >= 10
    for note in notes:
        document = read_markdown(RawFile(note.name, "corpus", note.read_bytes()))
        passages = chunk(document, lambda words: minilm.count_tokens(words) - 2, minilm.max_tokens - 2)
        assert passages
        assert all(minilm.count_tokens(encoded(passage)) <= minilm.max_tokens for passage in passages)
