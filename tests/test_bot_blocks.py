"""A quote brings along what it is made of."""

from bot.blocks import ShownBlock, blocks_in
from ingest.types import Block, Document, Format, Kind, Span

TABLE = "| name | port |\n| --- | --- |\n| web | 80 |\n| db | 5432 |\n"
PLAIN = "| no | rule |\n| at | all |\n"
TEXT = f"{TABLE}{PLAIN}Words.\n"
END = len(TABLE) + len(PLAIN)
BLOCKS = (
    Block(Kind.TABLE, 0, len(TABLE)),
    Block(Kind.TABLE, len(TABLE), END),
    Block(Kind.PROSE, END, len(TEXT)),
)
NOTE = Document("ports.md", "notes", "Ports", TEXT, Format.MARKDOWN, "0" * 64, blocks=BLOCKS)


def test_a_quoted_row_of_a_table_comes_with_the_head_of_the_table() -> None:
    """Which stands before the quote, and says what its cells are."""
    [row] = blocks_in(Span(NOTE, TABLE.index("| db"), len(TABLE)))
    assert row == ShownBlock("table", TABLE.index("| db"), len(TABLE), "| name | port |\n| --- | --- |")


def test_there_is_no_head_where_the_quote_has_it_or_the_table_has_none() -> None:
    """Nothing is said twice, and a row that names no columns is no head."""
    [whole] = blocks_in(Span(NOTE, 0, len(TABLE)))
    [headless] = blocks_in(Span(NOTE, TEXT.index("| at"), END))
    assert (whole.head, headless.head) == (None, None)


def test_blocks_are_given_as_far_as_the_quote_goes() -> None:
    """Those that it does not touch are left out."""
    assert [(block.kind, block.start, block.end) for block in blocks_in(Span(NOTE, END - 3, END + 4))] == [
        ("table", END - 3, END),
        ("prose", END, END + 4),
    ]
