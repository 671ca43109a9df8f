"""What the elements of an HTML page are to its text: headings, lists, tables, code, or no text at all."""

import re
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from ingest.types import Kind

LEVELS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset({"dl", "ol", "ul"})

# What stands in no row or item of text: a table or list around one of these only lays the page out.
_IN_NO_LIST = frozenset({*LEVELS, "article", "section", "table"})
_IN_NO_TABLE = frozenset({*LEVELS, "form", "hr", "pre", "table"})
_IN_HEADED_TABLES = frozenset({*_LISTS, "blockquote"})
# A cell of more characters holds a page, not a figure.
CELL_CHARACTERS = 600

_SIGNS = re.compile(r"[\W_]*")
_LINE_NUMBERS = re.compile(r"[\d\s]+")


@dataclass(slots=True)
class Region:
    """The heading, list, table or code being written: the element that opened it, and what it becomes.

    `kind` is `None` for a heading. `parts` are the starts of items and rows; `due` says that one is to come.
    """

    element: HtmlElement
    kind: Kind | None
    parts: list[int] = field(default_factory=list)
    due: bool = True
    cells: int = 0


def region_of(element: HtmlElement) -> Region | None:
    """Give the region that an element begins outside of any other; `None` for plain prose."""
    tag = element.tag
    if tag in LEVELS:
        return Region(element, None)
    if tag == "pre":
        return Region(element, Kind.CODE)
    if tag in _LISTS and not any(each.tag in _IN_NO_LIST for each in element.iter()):
        return Region(element, Kind.LIST)
    if tag == "table" and _holds_rows(element):
        return Region(element, Kind.TABLE)
    return None


def _holds_rows(table: HtmlElement) -> bool:
    """Say whether a table is one, rather than the layout of a page."""
    inside = [element.tag for element in table.iter()][1:]
    if table.get("role") in {"none", "presentation"} or not _IN_NO_TABLE.isdisjoint(inside):
        return False
    if "th" in inside:
        return True
    cells = list(table.iter("td"))
    columns = max((sum(cell.tag == "td" for cell in row) for row in table.iter("tr")), default=0)
    small = all(len(cell.text_content().strip()) <= CELL_CHARACTERS for cell in cells)
    return columns > 1 and small and _IN_HEADED_TABLES.isdisjoint(inside)


def is_mark(element: HtmlElement) -> bool:
    """Say whether it is a heading's link to itself, or the line numbers beside code."""
    if element.tag == "a":
        into_page = element.get("href", "").startswith("#")
        return into_page and len(element) == 0 and bool(_SIGNS.fullmatch(element.text or ""))
    return element.tag == "pre" and bool(_LINE_NUMBERS.fullmatch(element.text_content()))
