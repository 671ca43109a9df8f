"""PDF files: pages, headings, paragraphs, running lines, and the reasons why some can not be read."""

import io
import logging
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from ingest.errors import UnreadableError
from ingest.pdf import read_pdf
from ingest.types import Block, Document, Format, Heading, Kind, Metadata, RawFile
from pdfs import Bookmark, Sheet, Words, pdf, stream, written

SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "eval" / "pdfs"
ALL_SAMPLES = 31

RESOURCES = (
    b"<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    b"/B<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold>>>>>>"
)
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources%s/Contents 4 0 R>>" % RESOURCES
ONE_PAGE = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", PAGE)
FULL = "A line of running text that goes all the way from the left margin to the right"


def read(body: bytes, path: str = "guide.pdf") -> Document:
    """Read a PDF as the file `path`."""
    return read_pdf(RawFile(path, "notes", body))


def reason(body: bytes) -> str:
    """Give the reason why a PDF can not be read."""
    with pytest.raises(UnreadableError) as caught:
        read(body)
    return str(caught.value)


def prose(document: Document) -> list[str]:
    """Give the text of each block."""
    return [document.text[block.start : block.end] for block in document.blocks]


def titles(document: Document) -> list[tuple[int, str]]:
    """Give the level and title of each heading."""
    return [(heading.level, heading.title) for heading in document.headings]


def sheet(*texts: str, top: float = 700, pitch: float = 12) -> Sheet:
    """Set lines one below the other."""
    return Sheet([Words(text, top - pitch * at) for at, text in enumerate(texts)])


def cells(*row: tuple[bytes, bytes, int, int]) -> bytes:
    """Draw each text by itself, with font, x and y, in a way that pypdf puts on lines of their own."""
    drawn = [
        b"BT 1 0 0 1 %d %d Tm /%s 10 Tf 0 -13 Td (%s) Tj ET" % (x, y, font, text) for text, font, x, y in row
    ]
    return written([*ONE_PAGE, stream(b"\n".join(drawn))])


def test_a_document_holds_the_text_of_its_pages_and_where_each_begins() -> None:
    """Pages stand on lines of their own, and an empty page has its place too."""
    document = read(pdf([sheet("One page."), Sheet(), sheet("Another page.")]))
    assert document.text == "One page.\n\nAnother page."
    assert document.page_starts == (0, 10, 11)
    assert [document.page(offset) for offset in (0, 8, 11, 23)] == [1, 1, 3, 3]
    assert (document.format, document.encoding, document.source) == (Format.PDF, None, "notes")
    assert (
        document.sha256 == RawFile("", "", pdf([sheet("One page."), Sheet(), sheet("Another page.")])).sha256
    )


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


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("Travel  policy\0", "Travel policy"),
        ("untitled", "First heading"),
        ("Microsoft Word - final_v3.doc", "First heading"),
        ("report.tex", "First heading"),
        ("Untitled 1", "First heading"),
        ("2023-04", "First heading"),
        ("", "First heading"),
        ("esc\x1b[31m", "First heading"),
    ],
)
def test_a_stated_title_counts_if_it_is_one(stated: str, title: str) -> None:
    """Names of files and programs are not titles; the first heading is then."""
    page = Sheet([Words("First heading", 740, size=20), Words(FULL, 700)])
    assert read(pdf([page], stated={"Title": stated})).title == title


def test_without_title_and_heading_the_first_line_is_the_title() -> None:
    """The name of the file is, if not even that is text of its own."""
    assert read(pdf([sheet("A first line.", FULL)])).title == "A first line."
    assert read(pdf([sheet("x", "1")] * 3), "a/Travel guide.pdf").title == "x"


def test_running_lines_are_never_the_title() -> None:
    """If nothing else is there, the name of the file is the title."""
    sheets = [sheet("ACME", "Inc.", str(at)) for at in range(1, 4)]
    document = read(pdf(sheets), "a/Travel guide.pdf")
    assert (document.title, document.blocks) == ("Travel guide", ())


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ({"ModDate": "D:20240131120000+01'00'", "CreationDate": "D:20200101"}, "2024-01-31"),
        ({"CreationDate": "D:20200101"}, "2020-01-01"),
        ({"ModDate": "D:19010101"}, None),
        ({"ModDate": "last week"}, None),
        ({}, None),
    ],
)
def test_the_day_of_change_is_the_stated_one_if_valid(stated: dict[str, str], day: str | None) -> None:
    """Without a day of change, that of creation is; a day before PDF existed is none."""
    assert read(pdf([sheet(FULL)], stated=stated)).metadata == Metadata(updated=day)


def test_a_file_without_an_information_dictionary_has_its_first_line_as_title() -> None:
    """The dictionary is optional."""
    contents = stream(b"BT /F 10 Tf 72 700 Td (Plain words) Tj ET")
    assert read(written([*ONE_PAGE, contents])).title == "Plain words"


def test_glyphs_without_a_character_become_replacement_characters() -> None:
    """A control character in a quote would act on a terminal; offsets stay as they are."""
    contents = stream(b"BT /F 10 Tf 72 700 Td (a\\001b\\033c\\013d) Tj ET")
    assert read(written([*ONE_PAGE, contents])).text == "a\ufffdb\ufffdc\nd"


def encrypted(user: str) -> bytes:
    """Give a page encrypted with a password for its user."""
    writer = PdfWriter(clone_from=io.BytesIO(pdf([sheet("Locked words.")])))
    writer.encrypt(user, "the owner's", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_an_empty_password_opens_and_a_real_one_is_asked_for() -> None:
    """Many files are encrypted only against changes."""
    assert read(encrypted("")).text == "Locked words."
    assert reason(encrypted("secret")) == "needs a password to open; save a copy without one and index that"


def test_pictures_without_text_are_said_to_need_ocr() -> None:
    """A scan is listed with what to do about it."""
    assert reason(pdf([Sheet(picture=True)] * 2)) == (
        "image-only: 2 pages hold pictures but no text; run OCR (for example ocrmypdf) and index the result"
    )
    assert reason(pdf([Sheet(picture=True), Sheet()])).startswith("image-only: 1 page holds pictures")
    assert reason(pdf([Sheet()])) == "holds no text: 1 page without any"


def test_some_pages_without_text_are_noted() -> None:
    """The rest of the document is read."""
    document = read(pdf([sheet("Words."), Sheet(picture=True), Sheet()]))
    assert document.notes == ("pages that hold pictures but no text: 2",)


def test_a_damaged_page_is_noted_and_the_others_read() -> None:
    """One bad page never costs the rest."""
    good = stream(b"BT /F 10 Tf 72 700 Td (Good words) Tj ET")
    bad = b"<</Filter/Nope/Length 3>>stream\nabc\nendstream"
    tree = b"<</Type/Pages/Kids[3 0 R 5 0 R]/Count 2>>"
    document = read(written([ONE_PAGE[0], tree, PAGE, good, PAGE.replace(b"4 0 R", b"6 0 R"), bad]))
    assert document.text == "Good words\n"
    assert document.notes[0] == "page 2 could not be read: Unsupported filter /Nope"


@pytest.mark.parametrize(
    ("entry", "note"),
    [
        (b"<</Title(X)/A 5>>", "the outline could not be read: "),
        (b"<</Title(X)/Dest[3 0 R/Fit]/Next 6 0 R>>", "mended: Detected cycle in outline"),
    ],
    ids=["no action", "loop"],
)
def test_a_damaged_outline_is_noted(entry: bytes, note: str) -> None:
    """The text is read without it, and the note is the same each time."""
    catalog = b"<</Type/Catalog/Pages 2 0 R/Outlines 5 0 R>>"
    contents = stream(b"BT /F 10 Tf 72 700 Td (Good words) Tj ET")
    body = written([catalog, *ONE_PAGE[1:], contents, b"<</First 6 0 R/Last 6 0 R>>", entry])
    document = read(body)
    assert document.text == "Good words"
    assert document.notes[0].startswith(note)
    assert read(body).notes == document.notes


def test_a_damaged_information_dictionary_costs_only_the_title() -> None:
    """The title is then the first line."""
    contents = stream(b"BT /F 10 Tf 72 700 Td (Good words) Tj ET")
    document = read(written([*ONE_PAGE, contents, b"<</Title[1 2]/ModDate 7>>"], b"/Info 5 0 R"))
    assert (document.title, document.metadata.updated) == ("Good words", None)


def test_a_file_without_pages_says_so() -> None:
    """There is nothing to read in it."""
    assert (
        reason(written([ONE_PAGE[0], b"<</Type/Pages/Kids[]/Count 0>>"])) == "holds no pages; export it again"
    )


def bomb(size: int) -> bytes:
    """Give a page whose contents grow to `size` bytes."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(2**20)) for _ in range(size >> 20)) + packer.flush()
    contents = b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed)
    return written([*ONE_PAGE, contents])


HOSTILE = {
    "empty": b"",
    "junk": bytes(range(256)) * 40,
    "bomb": bomb(2**30 + 2**20),
    "tree that loops": written([ONE_PAGE[0], b"<</Type/Pages/Kids[2 0 R]/Count 1>>"]),
    "contents that are themselves": written([*ONE_PAGE[:2], PAGE.replace(RESOURCES, b"<<>>"), b"4 0 R"]),
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_as_damaged(body: bytes) -> None:
    """The reason says so, and what is wrong."""
    assert len(body) < 2**21
    assert reason(body).startswith("damaged PDF: ")


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
def test_a_truncated_file_is_refused_or_read_with_a_note(share: float) -> None:
    """Whatever of it is left."""
    whole = pdf([sheet(FULL, FULL)])
    part = whole[: int(len(whole) * share)]
    try:
        assert read(part).notes
    except UnreadableError as error:
        assert str(error).startswith(("damaged PDF: ", "holds no "))  # noqa: PT017 - either end is right


def test_a_form_that_holds_itself_is_no_endless_text() -> None:
    """Its words are taken once for each time that is not within itself."""
    page = PAGE.replace(RESOURCES, b"<</XObject<</X 5 0 R>>>>")
    form = (
        b"<</Type/XObject/Subtype/Form/Resources<</XObject<</X 5 0 R>>>>/Length 5>>stream\n/X Do\nendstream"
    )
    assert reason(written([*ONE_PAGE[:2], page, stream(b"/X Do"), form])).startswith("holds no text")


def test_warnings_of_pypdf_reach_the_notes_and_not_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """What it mended is worth a note, nothing on the terminal."""
    body = pdf([sheet(FULL)]).replace(b"startxref\n", b"startxref\n9")
    with caplog.at_level(logging.DEBUG):
        document = read(body)
    assert any(note.startswith("mended: ") for note in document.notes)
    assert caplog.records == []
    assert logging.getLogger("pypdf").propagate


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(
            st.tuples(
                st.text("abc .:•-12", max_size=12),
                st.sampled_from([700, 690, 678, 640, 90, 60]),
                st.sampled_from([9.0, 10.0, 16.0]),
                st.booleans(),
            ),
            max_size=6,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_headings_and_blocks_are_in_order_and_apart(pages: list[list[tuple[str, int, float, bool]]]) -> None:
    """They begin and end with a character, no two hold the same one, and a list's parts rise."""
    sheets = [Sheet([Words(text, y, size=size, bold=bold) for text, y, size, bold in page]) for page in pages]
    body = pdf(sheets)
    try:
        document = read(body)
    except UnreadableError:
        assert not any(text.strip() for page in pages for text, *_ in page)
        return
    plain = [page.extract_text() for page in PdfReader(io.BytesIO(body)).pages]
    assert document.text.split() == " ".join(plain).split()
    end = 0
    spans: list[Heading | Block] = [*document.headings, *document.blocks]
    for start, until in sorted((span.start, span.end) for span in spans):
        assert end <= start < until
        assert document.text[start:until].strip() == document.text[start:until]
        end = until
    for block in document.blocks:
        assert list(block.parts) == sorted(set(block.parts))
        assert block.parts[:1] in {(), (block.start,)}


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the sample PDFs are not beside this checkout")
def test_every_sample_is_read_or_refused_with_a_reason(caplog: pytest.LogCaptureFixture) -> None:
    """Whatever is in them, nothing else happens, and nothing is logged."""
    samples = sorted(SAMPLES.glob("*.pdf"))
    refused = {}
    for sample in samples:
        try:
            document = read(sample.read_bytes(), sample.name)
        except UnreadableError as error:
            refused[sample.stem] = str(error).split(":")[0].split(";")[0]
        else:
            assert document.blocks
            assert document.title
    assert len(samples) == ALL_SAMPLES
    assert refused == {
        "cmyk-image": "image-only",
        "grayscale-image": "image-only",
        "imagemagick-ASCII85Decode": "image-only",
        "imagemagick-CCITTFaxDecode": "image-only",
        "imagemagick-lzw": "image-only",
        "libreoffice-writer-password": "needs a password to open",
        "unreadablemetadata": "damaged PDF",
    }
    assert caplog.records == []
