"""Paragraphs and the like that an encoder does not read in one piece."""

from collections.abc import Iterator
from itertools import pairwise

from bot.lint.types import AUTHORED, Finding, Notes, Reach, found
from ingest.encoded import block_words, heading_line
from ingest.types import Block, Document, Format, Kind

_NAMES = {
    Kind.PROSE: "paragraph",
    Kind.CODE: "block of code",
    Kind.LIST: "item of a list",
    Kind.TABLE: "row of a table",
}
# A step with its command, or a whole manifest, may be cut once: what goes together stays near each other.
_CUTS = {Kind.CODE: 2, Kind.LIST: 2}
_FIXES = {
    Kind.PROSE: "make two paragraphs of it",
    Kind.CODE: "show the part that matters, and link to the whole file",
    Kind.LIST: "make it a section of its own, or two items",
    Kind.TABLE: "move its longest cell into the text",
}


def too_long(notes: Notes) -> Iterator[Finding]:
    """Find what is cut in the middle since the encoder does not read so much, with its headings, at a time.

    Lists and tables are cut between their items and rows, so of those only one that is too long by itself.
    Code and items count from twice of that.
    """
    for document in notes.documents:
        if document.format in AUTHORED | {Format.TEXT}:
            for block in document.blocks:
                yield from _in_block(document, block, notes.reach)


def _in_block(document: Document, block: Block, reach: Reach) -> Iterator[Finding]:
    above = None
    starts = block.parts if block.kind in {Kind.LIST, Kind.TABLE} and block.parts else (block.start,)
    for start, end in pairwise((*starts, block.end)):
        # Measuring is slow, and a token takes two bytes at the very least.
        if len(document.text[start:end].encode("utf-8", "replace")) < 2 * reach.limit:
            continue
        said = block_words(document, block, start, end)
        if above is None:
            above = reach.count(heading_line(document.title, _headings(document, block)))
        tokens = above + reach.count(said)
        if tokens > reach.limit * _CUTS.get(block.kind, 1):
            about = "" if reach.exact else "about "
            size = f"{about}{tokens:,} tokens with its headings"
            what = f"this {_NAMES[block.kind]} has {size}, and is cut: {reach.limit} are read at once"
            yield found("long", document, start, what, _FIXES[block.kind])


def _headings(document: Document, block: Block) -> tuple[str, ...]:
    path: list[tuple[int, str]] = []
    for heading in document.headings:
        if heading.start > block.start:
            break
        path = [one for one in path if one[0] < heading.level] + [(heading.level, heading.title)]
    return tuple(title for _, title in path)
