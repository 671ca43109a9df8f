"""Cutting a document into passages: runs of whole blocks under one heading, within what the encoder reads."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from ingest.encoded import encoded, heading_line, is_question
from ingest.plain import plain
from ingest.sentences import sentences
from ingest.types import Block, Document, Heading, Kind, Passage

# A paragraph this short that comes right before a list, table or code says what that is for, and stays with it.
LEAD_IN_TOKENS = 48

# A passage of this many tokens takes no further block: one that holds several subjects is found under none.
ENOUGH_TOKENS = 96

# However long its headings, a passage keeps at least this share of what the encoder reads.
BODY_SHARE = 0.5

Measure = Callable[[str], int]


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
    title and heading path that are encoded with a passage count. Passages with no words of their own (only
    links, images or rules) are left out.
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
    return int(limit * BODY_SHARE)


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
        return measure(plain(document.text[start:end], document.format))

    pieces: list[_Piece] = []
    for block in blocks:
        piece = _Piece(block.kind, block.start, block.end, size(block.start, block.end))
        if piece.tokens > budget:
            pieces += _cut(document, block, size, budget)
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


def _cut(document: Document, block: Block, size: Callable[[int, int], int], budget: int) -> Iterator[_Piece]:
    """Cut a block that does not fit: at its parts, then at sentences, then at white space, then anywhere."""
    ends = [*block.parts[1:], block.end]
    for start, end in zip(block.parts or (block.start,), ends, strict=True):
        yield from _fitting(document, block.kind, (start, end), size, budget)


def _fitting(
    document: Document, kind: Kind, span: tuple[int, int], size: Callable[[int, int], int], budget: int
) -> Iterator[_Piece]:
    start, end = _stripped(document.text, *span)
    if start == end:
        return
    if (tokens := size(start, end)) <= budget:
        yield _Piece(kind, start, end, tokens)
        return
    for smaller in _halves(document.text, start, end):
        yield from _fitting(document, kind, smaller, size, budget)


def _halves(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut a span in two near its middle: between sentences if there are any, else at white space, else anywhere."""
    middle = (start + end) // 2
    breaks = [after for _, (after, _) in pairwise(sentences(text, start, end))]
    if not breaks:
        breaks = [start + gap.end() for gap in re.finditer(r"\s+", text[start:end])]
    at = min(breaks, key=lambda offset: abs(offset - middle), default=middle)
    return [(start, at), (at, end)]


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    shown = text[start:end]
    return start + len(shown) - len(shown.lstrip()), start + len(shown.rstrip())


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
    """Make a passage of the run, or several where its words, read together, come out longer than their sum."""
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
    for span in _halves(document.text, run[0].start, run[0].end):
        start, end = _stripped(document.text, *span)
        if start < end:
            yield [_Piece(run[0].kind, start, end, measure(plain(document.text[start:end], document.format)))]


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
