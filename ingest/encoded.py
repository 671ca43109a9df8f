"""What is encoded for a passage: its title and headings, then its plain words."""

from bisect import bisect_right
from collections.abc import Iterator

from ingest.plain import plain
from ingest.types import Block, Document, Format, Passage

# In characters; of 13,000 passages of technical documentation two had a longer one, of 243.
LONGEST_HEADING_LINE = 240


def is_question(heading: str) -> bool:
    """Tell whether a heading asks something: it ends in a question mark."""
    return heading.rstrip().endswith(("?", "\uff1f"))


def heading_line(title: str, headings: tuple[str, ...]) -> str:
    """Give the title and heading path on one line, each named once: `Deployments: Rollbacks: Undo`.

    Of a line that is too long, the end is kept: the innermost heading says most about the passage.
    """
    names = dict.fromkeys(name for name in (title, *headings) if name)
    return ": ".join(names)[-LONGEST_HEADING_LINE:]


def line_above(document: Document, headings: tuple[str, ...]) -> str:
    """Give what is encoded before a passage: its title and headings; a table's rows name their columns."""
    return heading_line(document.title, () if document.format is Format.DELIMITED else headings)


def inside(document: Document, start: int, end: int) -> Iterator[tuple[Block, int, int]]:
    """Give the blocks of which something lies in `text[start:end]`, each with where that begins and ends."""
    blocks = document.blocks
    for at in range(bisect_right(blocks, start, key=lambda block: block.end), len(blocks)):
        block = blocks[at]
        if block.start >= end:
            return
        yield block, max(block.start, start), min(block.end, end)


def words(document: Document, start: int, end: int) -> str:
    """Give the plain words of what lies of each block in `text[start:end]`, on one line."""
    found = (block_words(document, *place) for place in inside(document, start, end))
    return " ".join(filter(None, found))


def block_words(document: Document, block: Block, start: int, end: int) -> str:
    """Give the plain words of `text[start:end]`, which lies in `block`, on one line."""
    if document.format is Format.DELIMITED:
        from ingest.delimited import row_words

        return row_words(document, block, start, end)
    return plain(document.text[start:end], document.format, block.kind)


def encoded(passage: Passage) -> str:
    """Give the text that is encoded for `passage`."""
    body = words(passage.document, passage.start, passage.end)
    above = line_above(passage.document, passage.headings)
    return f"{above}. {body}" if above else body
