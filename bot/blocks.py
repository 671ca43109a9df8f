"""What a quote is made of, so that a surface can show lists, code and tables as what they are."""

from dataclasses import dataclass

from ingest.spans import TABLE_HEAD
from ingest.types import Block, Kind, Span

# In characters: what is longer is not taken for the head of a table.
_LONGEST_HEAD = 2_000


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """What a quote or text holds from `start` to `end`: `kind` is `prose`, `list`, `code` or `table`.

    `head` are the lines that name a table's columns, where they stand in the document before the quote.
    """

    kind: str
    start: int
    end: int
    head: str | None = None


def blocks_in(span: Span) -> tuple[ShownBlock, ...]:
    """Give the document's blocks as far as they lie in `span`, in their order."""
    return tuple(
        ShownBlock(
            block.kind.value, max(block.start, span.start), min(block.end, span.end), _head(block, span)
        )
        for block in span.document.blocks
        if block.start < span.end and span.start < block.end
    )


def _head(block: Block, span: Span) -> str | None:
    """Give the head of a table, with the line of dashes under it, that ends before `span` does."""
    if block.kind is not Kind.TABLE or span.start <= block.start:
        return None
    end = min(block.end, span.start, block.start + _LONGEST_HEAD)
    head = TABLE_HEAD.match(span.document.text[block.start : end])
    return head[0] if head else None
