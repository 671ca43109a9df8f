"""Cutting a document into passages: runs of whole blocks under one heading, within what the encoder reads."""

import re
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from ingest.encoded import encoded, heading_line, is_question, words
from ingest.sentences import sentences
from ingest.types import Block, Document, Heading, Kind, Passage

# A paragraph this short right before a list, table or code says what that is for, and stays with it.
LEAD_IN_TOKENS = 48

# A passage of this many tokens takes no further block: one that holds several subjects is found under none.
ENOUGH_TOKENS = 96

# However long its headings, a passage keeps at least this share of what the encoder reads.
BODY_SHARE = 0.5

Measure = Callable[[str], int]
_Size = Callable[[int, int], int]
_Place = tuple[int, int]
_GAP = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A span that is not cut further, with its length in tokens."""

    kind: Kind
    start: int
    end: int
    tokens: int


def chunk(document: Document, measure: Measure, limit: int) -> list[Passage]:
    """Cut `document` into passages, in order, none overlapping another.

    `measure` counts the encoder's tokens in a text, without special tokens; `limit` is how many it reads. The
    title and heading path that are encoded with a passage count. Where these alone take more than half of the
    limit, a passage may be over it. Passages with no words of their own (only links, images or rules) are
    left out.
    """
    passages: list[Passage] = []
    for path, section in groupby(_under_headings(document), key=lambda pair: pair[0]):
        titles = tuple(heading.title for heading in path)
        budget = max(limit - measure(heading_line(document.title, titles)) - 1, _least(limit))
        pieces = _pieces(document, [block for _, block in section], measure, budget)
        for run in _packed(pieces, budget):
            passages += _within(document, run, titles, measure, limit)
    return [passage for passage in passages if _has_words(passage)]


def _least(limit: int) -> int:
    return max(int(limit * BODY_SHARE), 1)


def _under_headings(document: Document) -> Iterator[tuple[tuple[Heading, ...], Block]]:
    """Give each block with the headings above it, outermost first."""
    path: tuple[Heading, ...] = ()
    waiting = list(document.headings[::-1])
    for block in document.blocks:
        while waiting and waiting[-1].start <= block.start:
            heading = waiting.pop()
            path = (*(above for above in path if above.level < heading.level), heading)
        yield path, block


def _pieces(document: Document, blocks: Sequence[Block], measure: Measure, budget: int) -> list[_Piece]:
    """Turn blocks into pieces that each fit the budget, gluing a lead-in to what it leads to."""

    def size(start: int, end: int) -> int:
        return measure(words(document, start, end))

    pieces: list[_Piece] = []
    for block in blocks:
        piece = _Piece(block.kind, block.start, block.end, size(block.start, block.end))
        if piece.tokens > budget:
            pieces += _cut(document.text, block, size, budget)
        elif pieces and _leads(pieces[-1], piece, document, budget):
            lead = pieces.pop()
            pieces.append(_Piece(block.kind, lead.start, block.end, lead.tokens + piece.tokens))
        else:
            pieces.append(piece)
    return pieces


def _leads(before: _Piece, piece: _Piece, document: Document, budget: int) -> bool:
    if before.kind is not Kind.PROSE or piece.kind is Kind.PROSE or before.tokens + piece.tokens > budget:
        return False
    return before.tokens <= LEAD_IN_TOKENS or document.text[before.start : before.end].endswith(":")


def _cut(text: str, block: Block, size: _Size, budget: int) -> Iterator[_Piece]:
    """Cut a block that does not fit: at its parts, then at sentences, then at white space, then anywhere."""
    for place in _parts(block):
        yield from _fitting(text, block.kind, place, size, budget)


def _parts(block: Block) -> Iterator[_Place]:
    """Give the parts of a block in order, short ones together: those would fill no passage."""
    first = block.start
    for start, end in pairwise((*(block.parts or (first,)), block.end)):
        if end - first > ENOUGH_TOKENS and first < start:
            yield first, start
            first = start
    yield first, block.end


def _fitting(text: str, kind: Kind, place: _Place, size: _Size, budget: int) -> Iterator[_Piece]:
    start, end = _visible(text, kind, *place)
    if start == end:
        return
    tokens = size(start, end)
    if tokens <= budget or end - start == 1:
        yield _Piece(kind, start, end, tokens)
        return
    for share in _shares(text, start, end, -(-tokens // budget)):
        yield from _fitting(text, kind, share, size, budget)


def _shares(text: str, start: int, end: int, count: int) -> Iterator[_Place]:
    """Cut a span into about `count` equal shares: between sentences, else at white space, else anywhere."""
    breaks = [after for _, (after, _) in pairwise(sentences(text, start, end))]
    breaks = breaks or [gap.end() for gap in _GAP.finditer(text, start, end)]
    even = (start + (end - start) * share // count for share in range(1, count))
    return pairwise(sorted({start, *(_nearest(breaks, offset) for offset in even), end}))


def _nearest(breaks: Sequence[int], offset: int) -> int:
    at = bisect(breaks, offset)
    return min(breaks[max(at - 1, 0) : at + 1], key=lambda found: abs(found - offset), default=offset)


def _visible(text: str, kind: Kind, start: int, end: int) -> _Place:
    """Narrow a span to what is visible of it; the spaces that indent its first line of code stay."""
    shown = text[start:end].rstrip()
    end = start + len(shown)
    first = end - len(shown.lstrip())
    if kind is Kind.CODE:
        first = max(start, *(text.rfind(line_end, start, first) + 1 for line_end in "\r\n"))
    return first, end


def _packed(pieces: Sequence[_Piece], budget: int) -> Iterator[list[_Piece]]:
    """Fill passages with whole pieces, in order, until they are long enough, none over the budget."""
    run: list[_Piece] = []
    used = 0
    for piece in pieces:
        if run and (used >= ENOUGH_TOKENS or used + piece.tokens > budget):
            yield run
            run, used = [], 0
        run.append(piece)
        used += piece.tokens
    if run:
        yield run


def _within(
    document: Document, run: list[_Piece], titles: tuple[str, ...], measure: Measure, limit: int
) -> Iterator[Passage]:
    """Make a passage of the run, or several where its words, read together, are longer than their sum."""
    passage = _passage(document, run, titles)
    if measure(encoded(passage)) <= limit or (len(run) == 1 and run[0].tokens <= _least(limit)):
        yield passage
        return
    for smaller in _divided(document, run, measure):
        yield from _within(document, smaller, titles, measure, limit)


def _divided(document: Document, run: list[_Piece], measure: Measure) -> Iterator[list[_Piece]]:
    if len(run) > 1:
        yield from (run[: len(run) // 2], run[len(run) // 2 :])
        return
    kind = run[0].kind
    for share in _shares(document.text, run[0].start, run[0].end, 2):
        start, end = _visible(document.text, kind, *share)
        if start < end:
            yield [_Piece(kind, start, end, measure(words(document, start, end)))]


def _passage(document: Document, run: Sequence[_Piece], titles: tuple[str, ...]) -> Passage:
    kinds = {piece.kind for piece in run}
    kind = kinds.pop() if len(kinds) == 1 else Kind.PROSE
    if titles and is_question(titles[-1]):
        kind = Kind.FAQ
    return Passage(document, run[0].start, run[-1].end, titles, kind)


# What stands on a page without being words of its own: links and their texts, addresses, shortcodes, tags.
_NO_WORDS = re.compile(
    r"!?\[\[[^\[\]]{1,600}\]\]|!?\[[^\[\]]{0,300}\]\([^()]{0,1000}\)|\bhttps?://\S+"
    r"|\{\{[<%][^{}]{0,1000}[>%]\}\}|<[^<>]{0,2000}>"
)


def _has_words(passage: Passage) -> bool:
    """Tell whether something is left to read once links, images and markup are taken out."""
    shown = passage.text if passage.kind is Kind.CODE else _NO_WORDS.sub(" ", passage.text)
    return any(character.isalnum() for character in shown)
