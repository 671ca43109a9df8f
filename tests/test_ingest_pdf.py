"""PDF files: their text page by page, title and day, and the reasons why some can not be read."""

import io
import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdfs import (
    FULL,
    HOSTILE,
    ONE_PAGE,
    PAGE,
    RESOURCES,
    Sheet,
    Words,
    pdf,
    read,
    reason,
    sheet,
    stream,
    written,
)
from pypdf import PdfReader, PdfWriter

from ingest.errors import UnreadableError
from ingest.types import Block, Format, Heading, Metadata, RawFile

SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "eval" / "pdfs"
ALL_SAMPLES = 31


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


@pytest.mark.parametrize("made", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_as_damaged(made: Callable[[], bytes]) -> None:
    """The reason says so, and what is wrong."""
    body = made()
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
