"""Quotes keep their form, are cut to the room there is, and say so."""

from dataclasses import replace

import pytest
from slack_shapes import elements, shown

from bot.render.slack.pieces import Code, Item, Items, Paragraph, Piece, Table
from bot.render.slack.rich import LONGEST_CELL, aligned, quoted

TABLE = Table((("name", "port"), ("web", "80"), ("db", "")), headed=True)
NESTED = Items((Item("a", 0), Item("b", 1), Item("c", 1), Item("d", 0)), numbered=False)
PIECES: list[Piece] = [
    Paragraph("one two three four"),
    Items(tuple(Item(f"item {number}", 0) for number in range(9)), numbered=True),
    Code("line one\nline two\nline three"),
    Table(tuple((f"row {number}", "x" * 40) for number in range(60)), headed=False),
]


def test_a_paragraph_is_quoted_after_its_label() -> None:
    """Label and words stand beside one bar; only the label is bold."""
    [block] = quoted([Paragraph("The words.")], "[1]", 500).blocks
    assert block["elements"] == [
        {
            "type": "rich_text_quote",
            "elements": [
                {"type": "text", "text": "[1] ", "style": {"bold": True}},
                {"type": "text", "text": "The words."},
            ],
        }
    ]


def test_the_label_stands_above_what_is_no_paragraph() -> None:
    """Code is to be copied, without a label in it."""
    [block] = quoted([Code("ls\n  -l"), Paragraph("After.")], "[2]", 500).blocks
    assert [part["type"] for part in block["elements"]] == [
        "rich_text_section",
        "rich_text_preformatted",
        "rich_text_quote",
    ]
    assert shown([block]) == "[2]\nls\n  -l\nAfter."


def test_lists_keep_their_levels_and_their_kind() -> None:
    """Slack has a list for each level."""
    [block] = quoted([NESTED], "[1]", 500).blocks
    lists = elements([block], "rich_text_list")
    assert [(one["style"], one["indent"], shown([one]).split()) for one in lists] == [
        ("bullet", 0, ["a"]),
        ("bullet", 1, ["b", "c"]),
        ("bullet", 0, ["d"]),
    ]
    [block] = quoted([replace(NESTED, items=NESTED.items[:1], numbered=True)], "[1]", 500).blocks
    assert elements([block], "rich_text_list")[0]["style"] == "ordered"


def test_the_first_table_is_a_table_and_the_next_are_lines() -> None:
    """A message may have one; its head is bold, and no cell is empty."""
    result = quoted([Paragraph("See:"), TABLE, TABLE], "[1]", 5_000)
    assert [block["type"] for block in result.blocks] == ["rich_text", "table", "rich_text"]
    assert result.has_table
    head, *rows = result.blocks[1]["rows"]
    assert [cell["type"] for cell in head] == ["rich_text", "rich_text"]
    assert rows == [
        [{"type": "raw_text", "text": "web"}, {"type": "raw_text", "text": "80"}],
        [{"type": "raw_text", "text": "db"}, {"type": "raw_text", "text": " "}],
    ]
    assert shown(result.blocks[2:]) == "name  port\n----  ----\nweb   80\ndb"
    assert not quoted([TABLE], "[1]", 5_000, table=False).has_table


def test_wide_characters_are_aligned_and_wide_tables_are_not() -> None:
    """Columns are as wide as they look; what is too wide for a phone keeps its bars."""
    table = Table((("日本", "x"), ("a", "y")), headed=False)
    assert aligned(table) == "日本  x\na     y"
    wide = Table((("a" * 60, "b" * 60), ("c", "d")), headed=True)
    assert aligned(wide) == f"{'a' * 60} | {'b' * 60}\nc | d"


@pytest.mark.parametrize("piece", PIECES, ids=["paragraph", "list", "code", "table"])
def test_a_piece_that_does_not_fit_is_cut_between_its_parts(piece: Piece) -> None:
    """Whole words, items, lines and rows are shown from its beginning, and that something is left out."""
    whole = quoted([piece], "[1]", 50_000)
    assert not whole.left_out
    lines = shown(whole.blocks).splitlines()
    for room in (1_000, 400, 200):
        part = quoted([piece], "[1]", room)
        kept = [line for line in shown(part.blocks).splitlines() if line != "…"]
        assert kept[:-1] == lines[: len(kept) - 1]
        assert part.left_out or part == whole
    assert quoted([piece], "[1]", 15).left_out


def test_pieces_after_the_last_that_fits_are_left_out() -> None:
    """Nothing is skipped: what is shown is the beginning."""
    result = quoted([Paragraph("x" * 90), Paragraph("second")], "[1]", 100)
    assert result.left_out
    assert "second" not in shown(result.blocks)
    assert not quoted([Paragraph("x" * 90)], "[1]", 100).left_out


def test_a_table_has_a_hundred_rows_at_most() -> None:
    """Slack takes no more; that some are left out is said."""
    result = quoted([Table((("a",),) * 101, headed=False)], "[1]", 50_000)
    assert len(result.blocks[1]["rows"]) == 100
    assert result.left_out
    assert not quoted([Table((("a",),) * 100, headed=False)], "[1]", 50_000).left_out


def test_long_cells_are_cut() -> None:
    """A row is never as long as a page, and its head never stands alone."""
    table = Table((("head", "x"), ("word " * 200, "y"), ("last", "z")), headed=True)
    rows = quoted([table], "[1]", 50_000).blocks[1]["rows"]
    assert rows[1][0]["text"] == f"{' '.join(['word'] * 79)} …"
    assert len(rows[1][0]["text"]) <= LONGEST_CELL
    assert len(quoted([table], "[1]", 10).blocks[1]["rows"]) == 2
