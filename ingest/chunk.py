"""Cutting a document into passages: runs of whole blocks under one heading, within what the encoder reads."""

import re
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from ingest.encoded import block_words, encoded, inside, is_question, line_above, words
from ingest.sentences import sentences
from ingest.types import Block, Document, Heading, Kind, Passage

# A paragraph this short right before a list, table or code says what that is for, and stays with it.
LEAD_IN_TOKENS = 48

# A passage of this many tokens takes no further block: one that holds several subjects is found under none.
ENOUGH_TOKENS = 96

# However long its headings, a passage keeps at least this share of what the encoder reads.
BODY_SHARE = 0.5

# A passage whose pieces come to this share of what the encoder reads surely fits; others are measured whole.
SAFE_SHARE = 0.75

Measure = Callable[[str], int]
_Place = tuple[int, int]
_GAP = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A span that is not cut further, with its length in tokens; `whole` if it is whole blocks."""

    kind: Kind
    start: int
    end: int
    tokens: int
    whole: bool = True


def chunk(document: Document, measure: Measure, limit: int) -> list[Passage]:
    """Cut `document` into passages, in order, none overlapping another.

    `measure` counts the encoder's tokens in a text, without special tokens; `limit` is how many it reads. The
    title and heading path that are encoded with a passage count; only where they alone take half of the limit
    may a passage be over it. Passages with no words of their own (links, images or rules) are left out.
    """
    passages: list[Passage] = []
    for path, blocks in groupby(_under_headings(document), key=lambda pair: pair[0]):
        titles = tuple(heading.title for heading in path)
        above = measure(line_above(document, titles)) + 1
        section = _Section(document, titles, measure, limit, above)
        for run in _packed(section.pieces(block for _, block in blocks), section.budget):
            passages += section.passages(run)
    return [passage for passage in passages if _has_words(passage)]


def _under_headings(document: Document) -> Iterator[tuple[tuple[Heading, ...], Block]]:
    """Give each block with the headings above it, outermost first."""
    path: tuple[Heading, ...] = ()
    waiting = list(document.headings[::-1])
    for block in document.blocks:
        while waiting and waiting[-1].start <= block.start:
            heading = waiting.pop()
            path = (*(above for above in path if above.level < heading.level), heading)
        yield path, block


@dataclass(frozen=True, slots=True)
class _Section:
    """What stands under one heading path; `above` is the tokens of that path."""

    document: Document
    titles: tuple[str, ...]
    measure: Measure
    limit: int
    above: int

    @property
    def least(self) -> int:
        return max(int(self.limit * BODY_SHARE), 1)

    @property
    def budget(self) -> int:
        return max(self.limit - self.above, self.least)

    def pieces(self, blocks: Iterable[Block]) -> list[_Piece]:
        """Turn blocks into pieces that each fit the budget, gluing a lead-in to what it leads to."""
        pieces: list[_Piece] = []
        for block in blocks:
            piece = self.piece(block.kind, block.start, block.end)
            if piece.tokens > self.budget:
                pieces += self.cut(block)
            elif pieces and self.leads(pieces[-1], piece):
                lead = pieces.pop()
                pieces.append(_Piece(block.kind, lead.start, block.end, lead.tokens + piece.tokens))
            else:
                pieces.append(piece)
        return pieces

    def piece(self, kind: Kind, start: int, end: int) -> _Piece:
        return _Piece(kind, start, end, self.measure(words(self.document, start, end)))

    def leads(self, before: _Piece, piece: _Piece) -> bool:
        if before.kind is not Kind.PROSE or piece.kind is Kind.PROSE:
            return False
        short = before.tokens <= LEAD_IN_TOKENS or self.document.text[before.end - 1] == ":"
        return short and before.tokens + piece.tokens <= self.budget

    def cut(self, block: Block) -> Iterator[_Piece]:
        """Cut a block that does not fit: at its parts, then sentences, then at white space, then anywhere."""
        for place in _parts(block):
            yield from self.fitting(block.kind, place)

    def fitting(self, kind: Kind, place: _Place) -> Iterator[_Piece]:
        start, end = _visible(self.document.text, kind, *place)
        if start == end:
            return
        piece = self.piece(kind, start, end)
        if piece.tokens <= self.budget or end - start == 1:
            yield replace(piece, whole=False)
            return
        for share in _shares(self.document.text, start, end, -(-piece.tokens // self.budget)):
            yield from self.fitting(kind, share)

    def passages(self, run: Sequence[_Piece]) -> Iterator[Passage]:
        """Make a passage of the run, or several where its words, read together, are longer than their sum."""
        passage = self.passage(run)
        if self.surely_fits(run) or self.measure(encoded(passage)) <= self.limit:
            yield passage
            return
        for smaller in self.halves(run):
            yield from self.passages(smaller)

    def surely_fits(self, run: Sequence[_Piece]) -> bool:
        """Tell what need not be measured again; nor need what is too short to cut, whatever its headings."""
        tokens = sum(piece.tokens for piece in run)
        alone = len(run) == 1
        if alone and (tokens <= self.least or run[0].end - run[0].start == 1):
            return True
        # Between parts of one block, what opens in one and closes in the next may be other words than alone.
        apart = alone or all(piece.whole for piece in run)
        return apart and self.above + tokens <= self.limit * SAFE_SHARE

    def halves(self, run: Sequence[_Piece]) -> Iterator[Sequence[_Piece]]:
        if len(run) > 1:
            yield from (run[: len(run) // 2], run[len(run) // 2 :])
            return
        kind = run[0].kind
        for share in _shares(self.document.text, run[0].start, run[0].end, 2):
            yield [self.piece(kind, *_visible(self.document.text, kind, *share))]

    def passage(self, run: Sequence[_Piece]) -> Passage:
        kinds = {piece.kind for piece in run}
        kind = kinds.pop() if len(kinds) == 1 else Kind.PROSE
        if self.titles and is_question(self.titles[-1]):
            kind = Kind.FAQ
        return Passage(self.document, run[0].start, run[-1].end, self.titles, kind)


def _packed(pieces: Iterable[_Piece], budget: int) -> Iterator[list[_Piece]]:
    """Fill passages with whole pieces, at least one, in order, until they are long enough or full."""
    run: list[_Piece] = []
    used = 0
    for piece in pieces:
        if run and (used >= ENOUGH_TOKENS or used + piece.tokens > budget):
            yield run
            run, used = [], 0
        run.append(piece)
        used += piece.tokens
    yield run


def _parts(block: Block) -> Iterator[_Place]:
    """Give the parts of a block in order, short ones together: those would fill no passage."""
    first = block.start
    for start, end in pairwise((*(block.parts or (first,)), block.end)):
        if end - first > ENOUGH_TOKENS and first < start:
            yield first, start
            first = start
    yield first, block.end


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


# What stands on a page without being words of its own: links and their texts, addresses, comments, numbers.
_NO_WORDS = re.compile(
    r"!?\[\[[^\[\]]{1,600}\]\]"
    r"|!?\[(?:!\[[^\[\]]{0,300}\]\([^()]{0,1000}\)|[^\[\]]){0,300}+\]\([^()]{0,1000}\)"
    r"|\bhttps?://\S+|\{\{[<%][^{}]{0,1000}[>%]\}\}|<[/!?A-Za-z][^<>]{0,2000}>|%%[^%]{0,2000}%%"
    r"|(?<![^\r\n])[ \t>]*+\d{1,9}[.)](?=\s)"
)


def _has_words(passage: Passage) -> bool:
    """Tell whether something is left to read of a block once links, images and markup are taken out."""
    document = passage.document
    for block, start, end in inside(document, passage.start, passage.end):
        text = document.text[start:end]
        own = text if block.kind is Kind.CODE else _NO_WORDS.sub(" ", text)
        if any(map(str.isalnum, own)) and any(map(str.isalnum, block_words(document, block, start, end))):
            return True
    return False
