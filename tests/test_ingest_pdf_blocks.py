"""The paragraphs and lists of a PDF."""

from collections.abc import Sequence

import pytest
from pdfs import FULL, Sheet, Words, cells, pdf, prose, read, sheet

from ingest.types import Kind


def test_paragraphs_begin_after_wide_gaps_short_lines_and_at_indents() -> None:
    """Each sign begins a paragraph on its own; a full line that goes on does not."""
    gap = Sheet([Words(FULL, 700), Words(FULL, 688), Words(FULL, 676), Words("After a gap.", 650)])
    short = sheet(FULL, FULL, FULL, "Short end.", FULL, FULL)
    indent = Sheet([Words(FULL, 700), Words(FULL + ".", 688), Words(FULL, 676, x=90), Words(FULL, 664)])
    larger = Sheet(
        [*(Words(FULL, 700 - 12 * at) for at in range(3)), Words("Note in small print", 664, size=7)]
    )
    assert len(prose(read(pdf([sheet(FULL, FULL, FULL)])))) == 1
    assert [text.split("\n")[0] for text in prose(read(pdf([gap])))] == [FULL, "After a gap."]
    assert [text.count("\n") for text in prose(read(pdf([short])))] == [3, 1]
    assert [text.count("\n") for text in prose(read(pdf([indent])))] == [1, 1]
    assert prose(read(pdf([larger])))[-1] == "Note in small print"


def test_text_on_one_row_stays_together() -> None:
    """The cells of a row are no paragraphs, but the next row is one if it stands far enough below."""
    rows = cells(
        *((b"Row %d" % y, b"F", 72, y) for y in (700, 688, 676)),
        (b"Tea", b"F", 72, 640),
        (b"1 cup", b"F", 200, 640),
    )
    assert prose(read(rows)) == ["Row 700\nRow 688\nRow 676", "Tea\n1 cup"]


def test_a_paragraph_goes_on_over_a_page_break_where_its_sentence_does() -> None:
    """Not where the sentence ended, the last line is short, or the text is set otherwise."""
    assert len(prose(read(pdf([sheet(FULL, FULL), sheet(FULL, "to its end.")])))) == 1
    assert len(prose(read(pdf([sheet(FULL, FULL + "."), sheet(FULL, "to its end.")])))) == 2
    assert len(prose(read(pdf([sheet(FULL, "short"), sheet(FULL, FULL)])))) == 2
    other = Sheet([Words(FULL, 700, size=7), Words(FULL, 690, size=7)])
    assert len(prose(read(pdf([sheet(*[FULL] * 4), other])))) == 2


def test_a_paragraph_does_not_go_on_over_a_running_line() -> None:
    """What it would quote is the footer, too."""
    texts = [[FULL + end * at for end in "abc"] for at in range(1, 4)]
    sheets = [sheet(*text, f"- {at} -") for at, text in enumerate(texts, 1)]
    assert prose(read(pdf(sheets))) == ["\n".join(text) for text in texts]


@pytest.mark.parametrize(
    "items",
    [
        ["• Apples", "• Pears and\nplums", "• Figs"],
        ["- Apples", "- Pears", "- Figs"],
        ["1. Apples", "2. Pears", "3. Figs"],
        ["(a) Apples", "(b) Pears", "(c) Figs"],
        ["i) Apples", "ii) Pears", "iii) Figs", "iv) Plums"],
        ["1) Apples", "a) red", "b) green", "2) Pears"],
    ],
    ids=["bullets", "dashes", "numbers", "letters", "Roman", "nested"],
)
def test_a_list_is_one_block_that_may_be_cut_at_its_items(items: Sequence[str]) -> None:
    """Its parts are the starts of the items; a line that goes on belongs to its item."""
    lines = [line for item in items for line in item.split("\n")]
    document = read(pdf([sheet(FULL + ":", *lines)]))
    block = document.blocks[-1]
    assert block.kind is Kind.LIST
    ends = [*block.parts[1:], block.end]
    assert [document.text[a:b].strip() for a, b in zip(block.parts, ends, strict=True)] == items
    assert prose(document)[0] == FULL + ":"


def test_a_list_ends_where_the_text_is_set_further_left_or_after_a_short_item() -> None:
    """Hanging lines belong to the item; what is level with the bullet after a short line does not."""
    hanging = Sheet(
        [
            Words(FULL, 700),
            Words("• An item whose text is long enough to fill a line of the page and to", 688, x=90),
            Words("hang over", 676, x=100),
            Words("Back at the margin.", 664),
        ]
    )
    level = Sheet([Words(FULL, 700), Words("• Item", 688), Words("Text.", 676), Words(FULL, 664)])
    assert [text.split("\n")[-1] for text in prose(read(pdf([hanging])))] == [
        FULL,
        "hang over",
        "Back at the margin.",
    ]
    assert prose(read(pdf([level])))[1] == "• Item"


def test_a_number_or_dash_in_running_text_opens_no_list() -> None:
    """Neither a year nor a dash that a sentence goes on with, nor a number out of turn."""
    document = read(
        pdf([sheet(FULL, "- with a dash in it, and on it goes for as long as this line", "7. and on")])
    )
    assert [block.kind for block in document.blocks] == [Kind.PROSE]


def test_a_list_on_either_side_of_a_running_line_is_two() -> None:
    """A block never holds what is no part of the text."""
    sheets = [sheet(FULL, FULL, "• One", "• Two", str(at)) for at in (1, 2)]
    sheets = [sheet("• One", "• Two", "• Three", "1"), sheet("• Four", "• Five", "• Six", "2")]
    assert [len(block.parts) for block in read(pdf(sheets)).blocks] == [3, 3]
