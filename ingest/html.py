"""HTML files: the main content as plain text, with its headings, lists, tables, code and links."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import PurePosixPath

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from ingest.decode import decode
from ingest.errors import UnreadableError
from ingest.html_page import Content, content
from ingest.html_text import page_text
from ingest.types import Document, Format, Heading, Metadata, RawFile

# Where browsers look for a page's own word on its encoding (WHATWG HTML, 13.2.3.2).
_HEAD_BYTES = 1024
_CHARSET = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,256}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE
)
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# What the web calls these is their Windows superset (WHATWG Encoding, 4.2), or UTF-8 by mistake.
_LATIN = frozenset({"ascii", "iso-8859-1", "latin-1", "latin1", "us-ascii", "windows-1252"})

_CHANGED = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "last-modified",
    "dcterms.modified",
    "dc.date.modified",
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?![\d-])", re.ASCII)


def read_html(raw: RawFile) -> Document:
    """Read an HTML page. `text` is the words of its main content, without markup; `encoding` is `None`.

    Raises `UnreadableError` for a page that is empty or nested too deep to be read whole.
    """
    return page_document(raw, parsed_page(raw.body))


def page_document(raw: RawFile, page: HtmlElement) -> Document:
    """Give the document that the page of a file makes, without what has been taken out of the page."""
    main = content(page)
    shown = page_text(main)
    return Document(
        path=raw.path,
        source=raw.source,
        title=_title(page, shown.headings) or PurePosixPath(raw.path).stem,
        text=shown.text,
        format=Format.HTML,
        sha256=raw.sha256,
        headings=shown.headings,
        blocks=shown.blocks,
        links=shown.links,
        metadata=Metadata(updated=_updated(page, main)),
    )


def parsed_page(body: bytes) -> HtmlElement:
    """Parse an HTML page, given in any encoding. Raises `UnreadableError` as `read_html` does."""
    parser = HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        page = document_fromstring(_characters(body).encode("utf-8", "replace"), parser=parser)
    except etree.ParserError as error:
        raise UnreadableError("holds no text: the page is empty") from error
    except etree.XMLSyntaxError as error:
        # The parser mends all that is wrong with a page; this is how it says that memory ran out.
        raise MemoryError from error
    limits = [
        entry.message for entry in parser.error_log if entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT
    ]
    if limits:
        raise UnreadableError(
            f"nested too deep to be read whole ({limits[0]}); save a simpler copy of the page"
        )
    return page


def _characters(body: bytes) -> str:
    """Decode a page: by its byte order mark, else by its own word, else by what it looks like."""
    stated = None if body.startswith(_BYTE_ORDER_MARKS) else _CHARSET.search(body[:_HEAD_BYTES])
    name = stated[1].decode("ascii").lower() if stated else ""
    for codec in ("utf-8", "cp1252") if name in _LATIN else (name,):
        # A page that says what is not so, which is not rare, is looked at like one that says nothing.
        with suppress(LookupError, UnicodeDecodeError):
            return body.decode(codec)
    return decode(body)[0]


def _title(page: HtmlElement, headings: tuple[Heading, ...]) -> str:
    """Give the first heading of level 1 if the page's title holds it too, else the title, else that heading.

    The title often ends with the name of the site.
    """
    stated = next((_words(element) for element in page.iter("title")), "")
    tops = (*(heading.title for heading in headings if heading.level == 1), *map(_words, page.iter("h1")))
    top = next(filter(None, tops), "")
    if stated and top:
        return top if top.casefold() in stated.casefold() else stated
    return stated or top or next((heading.title for heading in headings), "")


def _words(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def _updated(page: HtmlElement, main: Content) -> str | None:
    """Give the day that the page says it was last changed on, if that is a day."""
    for found in (*_stated_days(page), *_shown_days(main)):
        try:
            return date.fromisoformat(found).isoformat()
        except ValueError:
            continue
    return None


def _stated_days(page: HtmlElement) -> Iterator[str]:
    stated = {
        (
            meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv") or ""
        ).lower(): (meta.get("content", ""))
        for meta in page.iter("meta")
    }
    for name in _CHANGED:
        yield from _days(stated.get(name, ""))


def _shown_days(main: Content) -> Iterator[str]:
    """Give the days in `time` elements that say they are the date of change, or in the only one there is."""
    times = list(main.root.iter("time"))
    for element in times:
        if element.get("itemprop", "").lower() == "datemodified" or len(times) == 1:
            yield from _days(element.get("datetime", ""))


def _days(text: str) -> Iterator[str]:
    if day := _DAY.match(text.strip()):
        yield day[0]
