"""The spans that could be quoted: sentences, list items, short lists, code with its lead-in, table rows."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.analysis import STOP_WORDS
from index.types import Hit
from ingest.sentences import sentences
from ingest.types import Block, Kind

# In characters: a list or table up to this long is quoted whole, a code block up to the second.
SHORT_LIST = 600
WHOLE_CODE = 2000

_ENDS = re.compile(r"[.!?:;…)\]}»”\"'`|>。！？]\s*$")
_LAST_WORD = re.compile(r"([^\W\d_]+)\W*$")
_FEWEST_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span of a found passage that could be quoted. `rank` is its passage's, from 0; `kind` its block's."""

    hit: Hit
    rank: int
    start: int
    end: int
    kind: Kind
    whole: bool = False

    @property
    def text(self) -> str:
        """The characters of the span."""
        return self.hit.passage.document.text[self.start : self.end]

    @property
    def cut_off(self) -> bool:
        """Whether the note stops here in mid-sentence: a bold mark left open, or a word that wants another."""
        if self.kind is Kind.CODE or self.kind is Kind.TABLE:
            return False
        if self.text.count("**") % 2:
            return True
        last = _LAST_WORD.search(self.text)
        return not _ENDS.search(self.text) and last is not None and last[1].casefold() in STOP_WORDS


def candidates(hits: Sequence[Hit]) -> list[Candidate]:
    """Give the spans of the passages of `hits`, best passage first, each in the order of the text."""
    return [
        Candidate(hit, rank, start, end, kind, whole)
        for rank, hit in enumerate(hits)
        for start, end, kind, whole in _spans(hit)
        if sum(map(str.isalnum, hit.passage.document.text[start:end])) >= _FEWEST_LETTERS
    ]


_Place = tuple[int, int, Kind, bool]


def _spans(hit: Hit) -> Iterator[_Place]:
    before: Block | None = None
    for block in _blocks(hit):
        match block.kind:
            case Kind.PROSE:
                yield from _prose(hit, block)
            case Kind.CODE:
                yield from _code(hit, block, before)
            case _:
                yield from _parted(hit, block, before)
        before = block


def _blocks(hit: Hit) -> list[Block]:
    """Give the blocks of the passage, each narrowed to what of it lies inside."""
    passage = hit.passage
    blocks = passage.document.blocks
    first = bisect_left(blocks, passage.start + 1, key=lambda block: block.end)
    inside = []
    for block in blocks[first:]:
        if block.start >= passage.end:
            break
        start, end = max(block.start, passage.start), min(block.end, passage.end)
        parts = (start, *(part for part in block.parts if start < part < end)) if block.parts else ()
        inside.append(Block(block.kind, start, end, parts))
    return inside


def _prose(hit: Hit, block: Block) -> Iterator[_Place]:
    for start, end in sentences(hit.passage.document.text, block.start, block.end):
        yield start, end, Kind.PROSE, False


def _code(hit: Hit, block: Block, before: Block | None) -> Iterator[_Place]:
    start = _lead_in(hit, before, block)
    if block.end - start <= WHOLE_CODE:
        yield start, block.end, Kind.CODE, True


def _parted(hit: Hit, block: Block, before: Block | None) -> Iterator[_Place]:
    """Give the items of a list or the rows of a table, and the whole with its lead-in if it is short."""
    text = hit.passage.document.text
    ends = [*block.parts[1:], block.end]
    for start, end in zip(block.parts or (block.start,), ends, strict=True):
        yield start, start + len(text[start:end].rstrip()), block.kind, False
    start = _lead_in(hit, before, block)
    if len(block.parts) > 1 and block.end - start <= SHORT_LIST:
        yield start, block.end, block.kind, True


def _lead_in(hit: Hit, before: Block | None, block: Block) -> int:
    """Give where the sentence begins that leads to `block`; the block's own start if there is none."""
    if before is None or before.kind is not Kind.PROSE:
        return block.start
    return [start for start, _ in sentences(hit.passage.document.text, before.start, before.end)][-1]
