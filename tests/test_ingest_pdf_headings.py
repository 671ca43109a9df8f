"""The headings of a PDF, from its outline and from how its lines are set."""

from collections.abc import Sequence

import pytest
from pdfs import FULL, Bookmark, Sheet, Words, cells, pdf, prose, read, sheet, titles


def test_outline_entries_are_headings_where_their_words_stand() -> None:
    """A number before the words, case and punctuation may differ; the level is the entry's depth."""
    body = pdf(
        [
            sheet("1 Setting up", FULL, "Tools:", FULL + ".", FULL),
            sheet("Now and then", FULL),
        ],
        [Bookmark("Setting Up", 0, [Bookmark("Tools", 0)]), Bookmark("2. Now and Then", 1)],
    )
    document = read(body)
    assert titles(document) == [(1, "Setting Up"), (2, "Tools"), (1, "2. Now and Then")]
    assert [document.text[each.start : each.end] for each in document.headings] == [
        "1 Setting up",
        "Tools:",
        "Now and then",
    ]
    assert all(FULL in text for text in prose(document))


def test_an_outline_entry_over_two_lines_is_one_heading() -> None:
    """The heading spans both lines, and neither is in a block."""
    document = read(pdf([sheet("A long", "title", FULL)], [Bookmark("A long title", 0)]))
    assert document.text[document.headings[0].start : document.headings[0].end] == "A long\ntitle"
    assert prose(document) == [FULL]


def test_an_outline_entry_that_is_not_on_its_page_is_left_out() -> None:
    """Neither words that are elsewhere nor an entry of mere punctuation makes a heading."""
    document = read(pdf([sheet(FULL)], [Bookmark("Nowhere", 0), Bookmark("***", 0), Bookmark("", 0)]))
    assert document.headings == ()


def test_the_same_title_twice_on_a_page_is_found_at_each_place() -> None:
    """Entries are placed in order, each after the one before."""
    document = read(pdf([sheet("Use", FULL, "Use", FULL)], [Bookmark("Use", 0), Bookmark("Use", 0)]))
    assert [document.text.count("Use", 0, each.start) for each in document.headings] == [0, 1]


def test_without_an_outline_larger_and_bold_lines_are_headings() -> None:
    """The larger, the higher; a bold line of the body's size is the lowest."""
    body = pdf(
        [
            Sheet(
                [
                    Words("Handbook", 740, size=20),
                    Words("First steps", 700, size=14),
                    Words(FULL, 680),
                    Words("Before you start", 660, bold=True),
                    Words(FULL, 645),
                ]
            )
        ]
    )
    document = read(body)
    assert titles(document) == [(1, "Handbook"), (2, "First steps"), (3, "Before you start")]
    assert document.title == "Handbook"
    assert prose(document) == [FULL, FULL]


def test_lines_set_as_headings_lie_below_the_outline() -> None:
    """Where an outline names the chapters, larger lines are their sections."""
    body = pdf(
        [Sheet([Words("Chapter", 740, size=20), Words("Section", 700, size=14), Words(FULL, 680)])],
        [Bookmark("Chapter", 0)],
    )
    assert titles(read(body)) == [(1, "Chapter"), (2, "Section")]


def test_a_title_set_over_two_lines_is_one_heading() -> None:
    """Lines of one size that follow closely are one title; others are two."""
    close = Sheet([Words("Notes on", 740, size=20), Words("Topology", 715, size=20), Words(FULL, 600)])
    apart = Sheet([Words("Notes on", 740, size=20), Words("Topology", 640, size=20), Words(FULL, 600)])
    assert titles(read(pdf([close]))) == [(1, "Notes on Topology")]
    assert titles(read(pdf([apart]))) == [(1, "Notes on"), (1, "Topology")]


@pytest.mark.parametrize(
    "display",
    [
        ["A whole sentence, set large, as in a leaflet."],
        ["12 %"],
        ["word " * 40],
        ["One", "Two", "Three", "Four"],
    ],
    ids=["sentence", "figures", "too long", "too many lines"],
)
def test_what_is_large_but_no_title_is_no_heading(display: Sequence[str]) -> None:
    """Sentences, figures and long display text stay text."""
    lines = [Words(text.strip(), 740 - 22 * at, size=20) for at, text in enumerate(display)]
    document = read(pdf([Sheet([*lines, *(Words(FULL, 600 - 12 * at) for at in range(4))])]))
    assert document.headings == ()
    assert prose(document)[0].startswith(display[0].strip())


def test_bold_words_that_do_not_stand_out_are_no_headings() -> None:
    """A heading has its row to itself, has plain text below, and the rest is not bold too."""
    row = cells((b"Name", b"B", 72, 700), (b"Unit", b"B", 200, 700), (b"Coffee and tea", b"F", 72, 680))
    stack = [Words("One", 700, bold=True), Words("Two", 680, bold=True), Words(FULL, 500, x=73)]
    assert prose(read(row)) == ["Name\nUnit\nCoffee and tea"]
    assert titles(read(pdf([Sheet(stack)]))) == [(1, "Two")]
    assert read(pdf([Sheet([Words(FULL, 700, bold=True), Words("Plain", 680)])])).headings == ()
