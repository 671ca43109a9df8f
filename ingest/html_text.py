"""The text of an HTML page as a reader sees it, with the places of its headings, paragraphs and lists.

No mark of ours goes in but line breaks and the ` | ` between a table's cells: neither bullets nor numbers,
which the page itself does not spell out.
"""

import re
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from ingest.html_page import Content, events
from ingest.html_regions import LEVELS, Region, is_mark, region_of
from ingest.types import Block, Heading, Kind, Link

_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div",
    "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hgroup", "hr", "html", "legend", "li", "main", "ol", "p", "pre", "section", "summary",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
_PART_TAGS = {Kind.LIST: frozenset({"dt", "li"}), Kind.TABLE: frozenset({"caption", "tr"})}
_CELLS = frozenset({"td", "th"})

_SPACE = re.compile(r"\s+")
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\u2028\u2029]")
_BLANK_LINES = re.compile(r"\A(?:[^\S\n]*\n)+")
# Where a word may be broken, and where it is joined: no character a reader sees.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of a page, and what lies where in it."""

    text: str
    headings: tuple[Heading, ...]
    blocks: tuple[Block, ...]
    links: tuple[Link, ...]


def page_text(content: Content) -> PageText:
    """Write out the content of a page: white space collapsed but in `pre`, blocks a blank line apart."""
    writer = _Writer()
    for kind, item in events(content.root, lambda each: each in content.left_out or is_mark(each)):
        if isinstance(item, str):
            writer.write(item)
        elif kind == "open":
            writer.open(item)
        else:
            writer.close(item)
    writer.end_block()
    return PageText(
        "".join(writer.ink.pieces), tuple(writer.headings), tuple(writer.blocks), tuple(writer.links)
    )


@dataclass(slots=True)
class _Ink:
    """The text so far. Breaks, spaces and empty cells wait until there is something to set apart."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    newlines: int = 0
    cells: int = 0
    spaced: bool = False

    def put(self, text: str) -> int:
        """Write `text` after what is waiting; give the offset after the line breaks among that."""
        self._add("\n" * self.newlines if self.length else "")
        start = self.length
        fresh = self.newlines or not start
        if self.cells:
            self._add("| " * self.cells if fresh else " | " * self.cells)
        elif self.spaced and not fresh:
            self._add(" ")
        self.newlines = self.cells = 0
        self.spaced = False
        self._add(text)
        return start

    def _add(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text)


@dataclass(slots=True)
class _Anchor:
    """A link being written: where its text begins, and with which piece; `None` before its first word."""

    element: HtmlElement
    start: tuple[int, int] | None = None


class _Writer:
    """Writes a page out as its elements open and close."""

    def __init__(self) -> None:
        self.ink = _Ink()
        self.headings: list[Heading] = []
        self.blocks: list[Block] = []
        self.links: list[Link] = []
        self._start: int | None = None
        self._first_piece = 0
        self._region: Region | None = None
        self._code: list[str] | None = None
        self._anchor: _Anchor | None = None

    def write(self, text: str) -> None:
        """Write text of the page."""
        text = _INVISIBLE.sub("", text)
        if self._code is not None:
            self._code.append(text)
            return
        words = _SPACE.sub(" ", text)
        self.ink.spaced |= words.startswith(" ")
        if words.strip():
            self._put(words.strip())
            self.ink.spaced = words.endswith(" ")

    def _put(self, text: str) -> int:
        start = self.ink.put(text)
        if self._start is None:
            self._start = start
            self._first_piece = len(self.ink.pieces) - 1
        if self._region is not None and self._region.due:
            self._region.parts.append(start)
            self._region.due = False
        if self._anchor is not None and self._anchor.start is None:
            self._anchor.start = (self.ink.length - len(text), len(self.ink.pieces) - 1)
        return start

    def open(self, element: HtmlElement) -> None:
        """Begin an element."""
        tag = element.tag
        if tag == "a" and element.get("href"):
            self._anchor = _Anchor(element)
        elif tag == "br":
            self._break_line()
        elif tag in _BLOCKS:
            self._set_apart()
            if self._region is None and (region := region_of(element)):
                self._region = region
            elif self._region is not None:
                self._begin_part(self._region, tag)
            if tag == "pre" and self._region is not None and self._region.kind in {Kind.CODE, Kind.LIST}:
                self._code = [] if self._code is None else [*self._code, "\n"]

    def close(self, element: HtmlElement) -> None:
        """End an element."""
        if self._anchor is not None and self._anchor.element is element:
            self._end_link(self._anchor)
        if element.tag == "pre" and self._code is not None:
            self._end_code("".join(self._code))
        if self._region is not None and self._region.element is element:
            self.end_block()
        elif element.tag in _BLOCKS:
            self._set_apart()

    def end_block(self) -> None:
        """End the paragraph or region being written, if anything is."""
        if self._start is not None:
            self._record(self._start, self.ink.length)
        self._start = self._region = None
        self.ink.newlines = 2
        self.ink.cells = 0

    def _record(self, start: int, end: int) -> None:
        region = self._region
        if region is None:
            self.blocks.append(Block(Kind.PROSE, start, end))
        elif region.kind is not None:
            self.blocks.append(Block(region.kind, start, end, tuple(region.parts)))
        else:
            title = "".join(self.ink.pieces[self._first_piece :])
            self.headings.append(Heading(LEVELS[region.element.tag], title, start, end))

    def _set_apart(self) -> None:
        """Set what comes apart from what was: by a new paragraph, a new line in lists, a space in a row."""
        if self._region is None:
            self.end_block()
        elif self._region.kind is Kind.LIST:
            self.ink.newlines = max(self.ink.newlines, 1)
        else:
            self.ink.spaced = True

    def _break_line(self) -> None:
        if self._code is not None:
            self._code.append("\n")
        elif self._region is None and self.ink.newlines:
            self.end_block()
        elif self._region is None:
            self.ink.newlines = 1
        else:
            self._set_apart()

    def _begin_part(self, region: Region, tag: str) -> None:
        if region.kind in _PART_TAGS and tag in _PART_TAGS[region.kind]:
            region.due = True
            region.cells = self.ink.cells = 0
            self.ink.newlines = max(self.ink.newlines, 1)
        elif tag in _CELLS and region.kind is Kind.TABLE:
            self.ink.cells += region.cells > 0
            region.cells += 1

    def _end_link(self, anchor: _Anchor) -> None:
        if anchor.start is not None:
            start, piece = anchor.start
            title = "".join(self.ink.pieces[piece:])
            self.links.append(Link(anchor.element.get("href", "").strip(), title, start, self.ink.length))
        self._anchor = None

    def _end_code(self, code: str) -> None:
        self._code = None
        code = _BLANK_LINES.sub("", _BREAKS.sub("\n", code)).rstrip()
        if not code:
            return
        start = self._put(code)
        if self._region is not None and self._region.kind is Kind.CODE:
            self._region.parts += [start + found.end() for found in re.finditer("\n", code)]
