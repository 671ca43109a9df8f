"""HTML files: whole pages of several kinds, their title, day and encoding."""

from pathlib import Path

import pytest
from pages import read, spans

from ingest.errors import UnreadableError
from ingest.types import Document, Format, Heading, Metadata, RawFile

PAGES = Path(__file__).parent / "data" / "html"
CASES = sorted(PAGES.glob("*.html"))


def outline(document: Document) -> str:
    """Write out what stands where, as the expected files do."""
    shown = [f"title: {document.title}", f"updated: {document.metadata.updated}"]
    for span in spans(document):
        name = (
            f"heading {span.level}" if isinstance(span, Heading) else f"{span.kind}, {len(span.parts)} parts"
        )
        shown += [f"== {name}", document.text[span.start : span.end]]
    return "\n".join(shown) + "\n"


def test_there_are_cases() -> None:
    """Each has a file with what is expected of it."""
    assert len(CASES) == 6
    assert all(case.with_suffix(".txt").is_file() for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_page_is_read_as_expected(case: Path) -> None:
    """Content is kept, what leads around the site is not, and each block is of its kind."""
    assert outline(read(case.read_bytes())) == case.with_suffix(".txt").read_text("utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_all_text_is_in_a_heading_or_block(case: Path) -> None:
    """What is taken out of a page is there to be found; only blank lines are between."""
    document = read(case.read_bytes())
    end = 0
    for span in spans(document):
        assert document.text[end : span.start] == ("\n\n" if end else "")
        end = span.end
    assert end == len(document.text)


def test_a_document_of_a_page_has_no_encoding_and_the_hash_of_its_file() -> None:
    """The text is built, so that no codec turns the file into it."""
    document = read("<p>Words")
    assert (document.path, document.source, document.format) == ("guide/page.html", "notes", Format.HTML)
    assert document.encoding is None
    assert document.sha256 == RawFile("", "", b"<p>Words").sha256


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<title>Guide | Site</title><h1>Guide</h1>", "Guide"),
        ("<title>Guide</title><h1>Welcome</h1>", "Guide"),
        ("<h1>Only\n heading</h1>", "Only heading"),
        ("<title> </title><h3>Third</h3>", "Third"),
        ("<header><h1>Above</h1></header><p>x", "Above"),
        ("<p>x", "page"),
    ],
)
def test_the_title_is_the_pages_own_without_the_sites_name(page: str, title: str) -> None:
    """The name of the file is the last resort."""
    assert read(page).title == title


@pytest.mark.parametrize(
    ("page", "day"),
    [
        ('<meta property="article:modified_time" content="2024-03-05T10:00:00Z"><p>x', "2024-03-05"),
        ('<meta name="DC.Date.Modified" content="2023-02-01"><p>x', "2023-02-01"),
        ('<meta name="last-modified" content="Tue, 5 March"><p>x<time datetime="2022-01-02">', "2022-01-02"),
        (
            '<p>x<time datetime="2021-01-01"></time><time itemprop=dateModified datetime="2022-02-02">',
            "2022-02-02",
        ),
        ('<p>x<time datetime="2021-01-01"></time><time datetime="2022-02-02">', None),
        ('<meta name="last-modified" content="2023-02-31"><p>x', None),
        ('<meta name="last-modified" content="2023-02-012"><p>x', None),
        ("<meta name=author><p>x<time>today</time>", None),
    ],
)
def test_the_day_of_change_is_the_stated_one_if_valid(page: str, day: str | None) -> None:
    """Of several times on a page none is taken, unless one says that it is the day of change."""
    assert read(page).metadata == Metadata(updated=day)


@pytest.mark.parametrize(
    "body",
    [
        "<p>Blåbær: 5 €".encode(),
        "\ufeff<p>Blåbær: 5 €".encode("utf-8-sig"),
        b'<meta charset="utf-8">' + "<p>Blåbær: 5 €".encode(),
        b'<meta charset="iso-8859-1">' + "<p>Blåbær: 5 €".encode("cp1252"),
        b"<meta http-equiv=Content-Type content='text/html; charset=windows-1252'>"
        + "<p>Blåbær: 5 €".encode("cp1252"),
        b'<?xml version="1.0" encoding="UTF-8"?><html><body>' + "<p>Blåbær: 5 €".encode(),
        "<meta charset=utf-16><p>Blåbær: 5 €".encode("utf-16"),
        b"<meta charset=no-such-thing>" + "<p>Blåbær: 5 €".encode(),
        b"<meta charset=ascii>" + "<p>Blåbær: 5 €, \x81".encode().replace(b"\xc2\x81", b""),
    ],
    ids=["none", "mark", "utf-8", "latin", "http-equiv", "xml", "utf-16", "unknown", "wrong"],
)
def test_the_encoding_is_found(body: bytes) -> None:
    """By the byte order mark, then the page's own word, then by looking."""
    assert read(body).text.rstrip(", ") == "Blåbær: 5 €"


@pytest.mark.parametrize(
    "body", [b"", b"  \n", b"<!-- only a comment -->"], ids=["empty", "blank", "comment"]
)
def test_an_empty_page_says_so(body: bytes) -> None:
    """There is nothing to index."""
    with pytest.raises(UnreadableError, match="holds no text: the page is empty"):
        read(body)


def test_a_page_nested_too_deep_is_refused_rather_than_read_in_part() -> None:
    """A thousand deep is read; a hundred thousand deep neither crashes nor hangs."""
    assert read("<div>" * 1000 + "core").text == "core"
    with pytest.raises(UnreadableError, match="nested too deep to be read whole"):
        read("<div>" * 100_000 + "core")
