"""Which lines of a PDF only run along its pages."""

from pdfs import FULL, Sheet, Words, pdf, prose, read, sheet, titles


def test_running_headers_footers_and_page_numbers_are_in_no_block() -> None:
    """They stay in the text, where they are; digits are folded, since page numbers count."""
    names = ("one", "two", "three", "four")
    sheets = [
        sheet("ACME handbook", f"Words of page {name}.", f"More of {name}.", f"Page {at} of 4")
        for at, name in enumerate(names, 1)
    ]
    document = read(pdf(sheets))
    assert document.text.count("ACME handbook") == 4
    assert "Page 3 of 4" in document.text
    assert prose(document) == [f"Words of page {name}.\nMore of {name}." for name in names]


def test_a_header_that_names_the_chapter_runs_along_too() -> None:
    """It is known by its height; a chapter of one page has it at the same height."""
    names = ["Alpha"] * 3 + ["Beta"] * 3 + ["Gamma"]
    sheets = [
        Sheet([Words(f"{at} {name}", 760), Words("Text of its own " + "x" * at, 700), Words(FULL, 688)])
        for at, name in enumerate(names, 7)
    ]
    assert not [text for text in prose(read(pdf(sheets))) if "Alpha" in text or "Gamma" in text]


def test_chapter_titles_and_rows_of_figures_do_not_run_along() -> None:
    """Large lines that recur on few pages are headings; figures at the head of a page are a table's."""
    chapters = [
        Sheet([Words(f"Chapter {at}", 760, size=20), Words("Own words " * at, 700), Words("p" * at, 688)])
        if at in {1, 3, 5}
        else sheet("x" * at, "y" * at, "z" * at, top=650)
        for at in range(1, 10)
    ]
    assert [title for _, title in titles(read(pdf(chapters)))] == ["Chapter 1", "Chapter 3", "Chapter 5"]
    figures = [sheet(f"{at} {at + 1} {at + 2}", "w" * at, "y" * at, "z" * at) for at in range(1, 5)]
    assert "3 4 5\nwww\nyyy\nzzz" in "\n".join(prose(read(pdf(figures))))


def test_a_page_number_is_known_on_a_single_page() -> None:
    """A last or first line that is the number of its page is no text; a page of only that number keeps it."""
    assert prose(read(pdf([sheet("Only words.", "1")]))) == ["Only words."]
    assert prose(read(pdf([sheet("1", "Only words.")]))) == ["Only words."]
    assert prose(read(pdf([sheet("1")]))) == ["1"]


def test_what_stands_alone_on_each_page_is_no_running_line() -> None:
    """Four pages of the same single line hold that line as their text."""
    assert "Draft" in prose(read(pdf([sheet("Draft")] * 4)))[0]
