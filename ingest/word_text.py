"""The text of a Word file as a reader sees it with all changes accepted, and what lies where in it.

No mark of ours goes in but line breaks and the ` | ` between a table's cells: neither bullets nor numbers,
which the file itself does not spell out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import accumulate

from lxml import etree

from ingest.types import Block, Heading, Kind, Link
from ingest.word_package import Relation, child, local
from ingest.word_runs import Runs
from ingest.word_styles import Style, Styles

# In characters: a longer heading is a paragraph that somebody gave the wrong style.
LONGEST_HEADING = 300
_GALLERY_OF_CONTENTS = "Table of Contents"


@dataclass(slots=True)
class WordText:
    """The text as far as it is written, and what lies where in it.

    `notes` are the footnotes and endnotes still to be written, by the kind and number that the text refers to
    them by.
    """

    styles: Styles
    relations: Mapping[str, Relation]
    notes: dict[tuple[str, str], etree._Element]
    title: str = ""
    pieces: list[str] = field(default_factory=list)
    length: int = 0
    headings: list[Heading] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    _kind: Kind = Kind.PROSE
    _items: list[Runs] = field(default_factory=list)
    _called: list[tuple[str, str]] = field(default_factory=list)

    def write(self, root: etree._Element) -> None:
        """Write out the paragraphs and tables under `root`, in order, each note after what refers to it."""
        for element in _blocks(root):
            if local(element) == "p":
                self._paragraph(element)
            else:
                self._table(element)
        self._close()

    def _paragraph(self, element: etree._Element) -> None:
        style = self.styles.of(child(element, "pPr"))
        if style.is_hidden:
            return
        said = self._read(element)
        if said.text.strip():
            self._say(said, style)
        elif self._kind is Kind.CODE:
            # A blank line in code is the file's own.
            self._items.append(said)
        self._called += said.notes
        if not self._items:
            self._write_notes()
        for box in said.boxes:
            self.write(box)

    def _read(self, element: etree._Element) -> Runs:
        said = Runs(self.styles, self.relations)
        said.read(element)
        return said

    def _say(self, said: Runs, style: Style) -> None:
        level = 1 if style.is_title else style.level
        if level and len(said.text) <= LONGEST_HEADING:
            self._close()
            title = " ".join(said.text.split())
            self.headings.append(Heading(level, title, *self._put(said)))
            self.title = self.title or (title if style.is_title else "")
        elif style.is_code or (said.is_code and not style.is_list):
            self._add(Kind.CODE, said)
        elif style.is_list:
            self._add(Kind.LIST, said)
        else:
            self._close()
            self.blocks.append(Block(Kind.PROSE, *self._put(said)))

    def _table(self, element: etree._Element) -> None:
        rows = [list(_under(row, "tc")) for row in _under(element, "tr")]
        if len(rows) == 1 and len(rows[0]) == 1:
            # A frame around text, not a table.
            self.write(rows[0][0])
            return
        self._close()
        for row in rows:
            cells = [self._read(cell) for cell in row]
            line = Runs(self.styles, self.relations)
            line.text = " | ".join(" ".join(cell.text.split()) for cell in cells).strip()
            if any(map(str.isalnum, line.text)):
                self._add(Kind.TABLE, line)
            self._called += (note for cell in cells for note in cell.notes)
        self._close()

    def _add(self, kind: Kind, said: Runs) -> None:
        """Add an item, a row or a line of code to the block that is open, or open one."""
        if kind is not self._kind:
            self._close()
        self._kind = kind
        self._items.append(said)

    def _close(self) -> None:
        """Write the list, table or code that is open, if one is."""
        kind, items = self._kind, self._items
        self._kind, self._items = Kind.PROSE, []
        while items and not items[-1].text.strip():
            items.pop()
        if items:
            places = [self._put(said, kind, fresh=not at) for at, said in enumerate(items)]
            parts = [start for start, _ in places]
            if kind is Kind.CODE:
                parts = [
                    start for said, (at, _) in zip(items, places, strict=True) for start in _lines(said, at)
                ]
            self.blocks.append(Block(kind, places[0][0], places[-1][1], tuple(parts)))
        self._write_notes()

    def _write_notes(self) -> None:
        called, self._called = self._called, []
        for key in called:
            # Taken out, so that a note that refers to itself is written once.
            if (note := self.notes.pop(key, None)) is not None:
                self.write(note)

    def _put(self, said: Runs, kind: Kind = Kind.PROSE, *, fresh: bool = True) -> tuple[int, int]:
        """Write a text on a new line, `fresh` ones after a blank line; give where it begins and ends."""
        text = said.text.rstrip()
        cut = 0 if kind is Kind.CODE else len(text) - len(text.lstrip())
        between = "" if not self.length else "\n\n" if fresh else "\n"
        start = self.length + len(between)
        self.pieces += (between, text[cut:])
        self.length = start + len(text) - cut
        for link in said.links:
            first, last = max(link.start, cut), min(link.end, len(text))
            self.links.append(replace(link, start=first + start - cut, end=last + start - cut))
        return start, self.length


def _lines(said: Runs, at: int) -> Iterator[int]:
    """Give where the visible lines of a run of code begin, which is written at `at`."""
    lines = said.text.rstrip().split("\n")
    starts = accumulate((len(line) + 1 for line in lines), initial=at)
    return (start for line, start in zip(lines, starts, strict=False) if line.strip())


def _blocks(root: etree._Element) -> Iterator[etree._Element]:
    """Give the paragraphs and tables under `root`, in order, without a table of contents."""
    for element in root:
        name = local(element)
        if name in {"p", "tbl"}:
            yield element
        elif name in {"del", "moveFrom", "Fallback"} or _is_contents(element):
            continue
        elif name not in {"pPr", "tblPr", "tcPr", "sectPr", "sdtPr"}:
            yield from _blocks(element)


def _is_contents(element: etree._Element) -> bool:
    gallery = child(element, "sdtPr", "docPartObj", "docPartGallery")
    return gallery is not None and _GALLERY_OF_CONTENTS in map(str, gallery.attrib.values())


def _under(root: etree._Element, wanted: str) -> Iterator[etree._Element]:
    """Give the rows of a table or the cells of a row, through what may stand around them."""
    for element in root:
        if local(element) == wanted:
            yield element
        elif local(element) in {"sdt", "sdtContent", "ins", "customXml", "moveTo"}:
            yield from _under(element, wanted)
