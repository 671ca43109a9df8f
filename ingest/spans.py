"""The spans that could be quoted: sentences, list items, short lists, code with its lead-in, table rows."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ingest.encoded import words
from ingest.markup import MARKED, inner
from ingest.plain import plain
from ingest.sentences import sentences
from ingest.types import Block, Document, Format, Kind, Passage, Quotable

# In characters: a list or table up to this long is quoted whole, a code block up to the second.
SHORT_LIST = 600
WHOLE_CODE = 2000
# A span with fewer letters and digits than this, links aside, says nothing.
FEWEST_LETTERS = 3

# A bold mark that opens at the start of a word and is never closed.
_LEFT_OPEN = re.compile(r"(?:^|[\s(])\*\*(?=\w)(?!(?:\*(?!\*)|[^*])*+\*\*)")
# Words that no sentence ends in: another must follow.
_WANTS_MORE = re.compile(
    r"\b(?:a|an|and|as|at|because|but|by|for|from|has|have|if|into|its|nor|of|or|our|than|the|their|to|were"
    r"|will|with|your)[\s*_]*$"
)
_LINK_OR_ADDRESS = re.compile(r"\[[^\[\]]{0,300}\]\([^()]{0,1000}\)|\bhttps?://\S+")
TABLE_HEAD = re.compile(r"\A(?:.*\n)*?(?=[^-\n]*-)[ \t\r|:-]+$", re.MULTILINE)
"""A table's head, to the line of dashes under it."""

# That, or the fence that opens code; and the one that closes it.
_BEFORE = {
    Kind.TABLE: TABLE_HEAD,
    Kind.CODE: re.compile(r"\A[ \t]*(?:`{3}|~{3}).*"),
}
# A whole of these is read as Markdown reads it; in the others code may look like markup without being any.
_AT_ONCE = frozenset({Format.MARKDOWN, Format.TEXT, Format.PDF, Format.HTML})
# What a list opens with, unless the sentence that leads to it is part of it.
_ITEM = re.compile(r"\W|\w{1,3}[.)]\s")
_CLOSING_FENCE = re.compile(r"^[ \t]*(?:`{3,}|~{3,})\s*\Z", re.MULTILINE)


def quotable(passage: Passage) -> list[Quotable]:
    """Give the spans of `passage` that could be quoted, in the order of the text.

    Of a list, table or code block that the passage holds in part only, the items, rows or lines are given but
    no whole. Left out is what says nothing: bare links, the head of a table, a sentence that leads to a whole
    which is given with it.
    """
    document = passage.document
    return [Quotable(*place, _plain(document, place)) for place in _telling(document, list(_places(passage)))]


# Start, end, kind, whether it is a whole, whether it is cut off.
_Place = tuple[int, int, Kind, bool, bool]


def _plain(document: Document, place: _Place) -> str:
    start, end, kind, whole, _ = place
    if document.format not in _AT_ONCE:
        return words(document, start, end)
    # A line of code is no Markdown; a whole block comes with the sentence that leads to it.
    said_as = Kind.CODE if kind is Kind.CODE and not whole else Kind.PROSE
    return plain(document.text[start:end], document.format, said_as)


def _telling(document: Document, places: list[_Place]) -> Iterator[_Place]:
    wholes = {start for start, _, _, whole, _ in places if whole}
    for place in places:
        start, end, kind, whole, _ = place
        leads = not whole and start in wholes and document.text[start:end].endswith(":")
        if not leads and _says_something(document, start, end, kind):
            yield place


def _says_something(document: Document, start: int, end: int, kind: Kind) -> bool:
    """Tell whether letters are left once the links are taken out; code is taken as it is."""
    said = document.text[start:end]
    if kind is not Kind.CODE:
        links = document.links
        for link in links[bisect_right(links, start, key=lambda link: link.end) :]:
            if link.start >= end:
                break
            said = said.replace(document.text[max(start, link.start) : min(end, link.end)], " ")
        said = _LINK_OR_ADDRESS.sub(" ", said)
    return sum(map(str.isalnum, said)) >= FEWEST_LETTERS


def _places(passage: Passage) -> Iterator[_Place]:
    before: Block | None = None
    for block in _blocks(passage):
        if block.kind is Kind.PROSE:
            yield from _sentences(passage, block, block.start, block.end)
        else:
            yield from _parts_and_whole(passage, block, before)
        before = block


def _blocks(passage: Passage) -> Sequence[Block]:
    """Give the blocks that lie in the passage, wholly or in part."""
    blocks = passage.document.blocks
    first = bisect_right(blocks, passage.start, key=lambda block: block.end)
    last = bisect_right(blocks, passage.end - 1, key=lambda block: block.start)
    return blocks[first:last]


def _sentences(passage: Passage, block: Block, start: int, end: int) -> Iterator[_Place]:
    """Give the sentences of what lies in the passage of `start` to `end`, a paragraph or part of a block."""
    text = passage.document.text
    for first, last in sentences(text, max(start, passage.start), min(end, passage.end)):
        yield first, last, block.kind, False, last == end and _stops_short(text[start:end], block.kind)


def _parts_and_whole(passage: Passage, block: Block, before: Block | None) -> Iterator[_Place]:
    """Give the items, rows or lines, and the whole if it is here and short; of such code, the whole alone."""
    start, is_code = _lead_in(passage, before, block), block.kind is Kind.CODE
    inside = passage.start <= block.start and block.end <= passage.end
    whole = inside and block.end - start <= (WHOLE_CODE if is_code else SHORT_LIST)
    if not (whole and is_code):
        yield from _parts(passage, block)
    if whole and (is_code or len(block.parts) > 1):
        last_part = passage.document.text[max(block.parts, default=block.start) : block.end]
        yield start, block.end, block.kind, True, _stops_short(last_part, block.kind)


def _parts(passage: Passage, block: Block) -> Iterator[_Place]:
    """Give the parts of a block; the sentences of one that the passage holds only in part."""
    for first, following in pairwise((*(block.parts or (block.start,)), block.end)):
        if passage.start < following and first < passage.end:
            yield from _part(passage, block, *_unframed(passage.document, first, following, block.kind))


def _part(passage: Passage, block: Block, start: int, end: int) -> Iterator[_Place]:
    if start < passage.start or passage.end < end:
        yield from _sentences(passage, block, start, end)
    elif start < end:
        cut_off = _stops_short(passage.document.text[start:end], block.kind)
        yield start, end, block.kind, False, cut_off


def _unframed(document: Document, start: int, end: int, kind: Kind) -> tuple[int, int]:
    """Narrow a part of a block to what is left without a table's head, fences, and the white space around."""
    text = document.text
    # A row of a file of rows has nothing around it, and a cell may look like a line of dashes.
    if kind in _BEFORE and document.format is not Format.DELIMITED:
        first, last = _inner(text[start:end], document.format, kind)
        start, end = start + first, start + last
    end = start + len(text[start:end].rstrip())
    return end - len(text[start:end].lstrip()), end


def _inner(part: str, written_as: Format, kind: Kind) -> tuple[int, int]:
    if written_as in MARKED:
        return inner(part, written_as, kind)
    before = _BEFORE[kind].match(part)
    closing = _CLOSING_FENCE.search(part) if kind is Kind.CODE else None
    return before.end() if before else 0, len(part) - len(closing[0]) if closing else len(part)


def _lead_in(passage: Passage, before: Block | None, block: Block) -> int:
    """Give where the sentence begins that leads to `block`; the block's own start if there is none."""
    text = passage.document.text
    if before is None or before.kind is not Kind.PROSE or text[before.end : block.start].strip():
        return block.start
    if block.kind is Kind.LIST and not _ITEM.match(text, block.start):
        return block.start
    return [start for start, _ in sentences(text, max(before.start, passage.start), before.end)][-1]


def _stops_short(text: str, kind: Kind) -> bool:
    """Tell whether a note stops here in mid-sentence: a bold mark is open, or the last word wants another."""
    if kind in {Kind.CODE, Kind.TABLE}:
        return False
    return bool(_WANTS_MORE.search(text[-80:]) or _LEFT_OPEN.search(text))
