"""What Confluence and Notion write around the pages they export: whose they are, and when they changed."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime

from lxml.html import HtmlElement

from ingest.errors import UnreadableError
from ingest.html import page_document, parsed_page
from ingest.markdown import read_markdown
from ingest.types import Document, Metadata, RawFile

_DATE = re.compile(r"\d{4}-\d\d-\d\d|\b[A-Z][a-z]{2,8} \d{1,2}, \d{4}|\b\d{1,2} [A-Z][a-z]{2,8} \d{4}")
_WAYS = ("%Y-%m-%d", "%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d %B %Y")

# Around a page of Confluence: the way to it, who changed it, its attachments and labels, what it was made by.
_CONFLUENCE_AROUND = (
    "//*[@id='breadcrumb-section' or @id='footer' or @id='labels-section']",
    "//*[contains(@class, 'page-metadata')]",
    "//*[contains(@class, 'pageSection')][.//*[@id='attachments']]",
)
_CONFLUENCE_LIST = "Available Pages"

# A line under the title of a page of Notion's that is a row of a database: `Owner: Ana Lima`.
_PROPERTY = re.compile(r"(?P<name>[^\W\d_][\w /()-]{0,60}): (?P<value>[^\r\n]{1,500})\r?\n")
_TITLE = re.compile(r"\A# [^\r\n]*\r?\n(?:\r?\n)?")
_OWNERS = ("owner", "author", "created by", "last edited by")
_CHANGED = ("last edited time", "last edited", "updated", "last updated", "created time", "created")


def read_exported_html(raw: RawFile) -> Document:
    """Read a page of an export as HTML. Raises `UnreadableError` as `read_html` does, and for mere lists."""
    page = parsed_page(raw.body)
    if page.xpath("//*[@id='main-content']") and page.xpath("//*[@id='title-text' or @id='title-heading']"):
        metadata = _confluence(page, raw)
    else:
        metadata = _from_properties(_notion_rows(page))
        _drop(page.xpath("//*[contains(@class, 'page-header-icon')]"))
    document = page_document(raw, page)
    updated = metadata.updated or document.metadata.updated
    return replace(document, metadata=replace(metadata, updated=updated))


def read_exported_markdown(raw: RawFile) -> Document:
    """Read a page of an export as Markdown; what the page says of itself under its title is metadata too."""
    document = read_markdown(raw)
    stated = _from_properties(_notion_lines(document.text))
    own = document.metadata
    return replace(
        document,
        metadata=replace(
            own,
            tags=tuple(dict.fromkeys(own.tags + stated.tags)),
            owner=own.owner or stated.owner,
            updated=own.updated or stated.updated,
        ),
    )


def _confluence(page: HtmlElement, raw: RawFile) -> Metadata:
    """Take what is not the page's own text out of a page of Confluence, and give what that says."""
    if raw.path.rpartition("/")[2] == "index.html" and any(
        _words(heading).startswith(_CONFLUENCE_LIST) for heading in page.iter("h2")
    ):
        raise UnreadableError("the list of a space's pages")
    said = " ".join(map(_words, page.xpath("//*[contains(@class, 'page-metadata')]")))
    people = page.xpath("//*[contains(@class, 'page-metadata')]//*[@class='editor' or @class='author']")
    people.sort(key=lambda each: each.get("class") != "author")
    labels = page.xpath("//*[@id='labels-section']//a")
    space = next(map(_words, page.xpath("//*[@id='breadcrumbs']//a")), "")
    for title in page.xpath("//*[@id='title-text']"):
        words = _words(title)
        title.clear()
        title.text = words.removeprefix(f"{space} : ")
    metadata = Metadata(
        tags=tuple(dict.fromkeys(filter(None, map(_words, labels)))),
        owner=next(filter(None, map(_words, people)), None),
        updated=_last_day(said),
    )
    for around in _CONFLUENCE_AROUND:
        _drop(page.xpath(around))
    return metadata


def _notion_rows(page: HtmlElement) -> Iterator[tuple[str, str]]:
    for row in page.xpath("//table[contains(@class, 'properties')]//tr[th and td]"):
        values = row.xpath("./td//*[contains(@class, 'selected-value')]") or row.xpath("./td")
        yield _words(row.xpath("./th")[0]), ", ".join(map(_words, values))


def _notion_lines(text: str) -> Iterator[tuple[str, str]]:
    opening = _TITLE.match(text)
    at = opening.end() if opening else len(text)
    while found := _PROPERTY.match(text, at):
        yield found["name"], found["value"]
        at = found.end()


def _from_properties(rows: Iterable[tuple[str, str]]) -> Metadata:
    stated = {name.strip().lower(): value.strip() for name, value in rows if value.strip()}
    days = (_last_day(stated.get(name, "")) for name in _CHANGED)
    return Metadata(
        tags=tuple(dict.fromkeys(filter(None, (tag.strip() for tag in stated.get("tags", "").split(","))))),
        owner=next((stated[name] for name in _OWNERS if name in stated), None),
        updated=next(filter(None, days), None),
    )


def _last_day(words: str) -> str | None:
    """Give the last day that is named in English or in ISO 8601, if any is."""
    return max((day.isoformat() for found in _DATE.findall(words) if (day := _day(found))), default=None)


def _day(written: str) -> date | None:
    for way in _WAYS:
        try:
            return datetime.strptime(written, way).date()  # noqa: DTZ007 - a day, as it is written
        except ValueError:
            continue
    return None


def _drop(elements: Iterable[HtmlElement]) -> None:
    for element in elements:
        if element.getparent() is not None:
            element.drop_tree()


def _words(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())
