"""The headings of a PDF: its outline's entries where they stand on their page, and lines set as headings.

An outline entry whose words are not on its page is left out: a heading that can not be quoted would be ours,
not the author's. Lines that are larger than the body, or bold on a line of their own, are headings below
those of the outline, since many PDFs have no outline or only one of chapters.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from pypdf import PdfReader
from pypdf.generic import Destination

from ingest.pdf_lines import DISPLAY_RATIO, Line, body_size
from ingest.types import Heading

DEEPEST = 6

# A title set over several lines is one heading; what is longer than this is display text, not a heading.
HEADING_LINES = 3
HEADING_CHARACTERS = 160

# The next line of the same title is no further down than this, in multiples of the size.
TITLE_LEADING = 1.6

_NOT_A_WORD = re.compile(r"[\W_]+")
_WORD = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the outline: `page` counts from 0, `level` from 1."""

    level: int
    title: str
    page: int


def outline_entries(reader: PdfReader) -> list[Entry]:
    """Give the entries of the outline in order, without those that lead to no page."""
    entries: list[Entry] = []
    waiting: list[tuple[int, Any]] = [(1, item) for item in reversed(reader.outline)]
    while waiting:
        level, item = waiting.pop()
        if isinstance(item, Destination):
            page = reader.get_destination_page_number(item)
            if page is not None and item.title:
                entries.append(Entry(level, " ".join(item.title.split()), page))
        else:
            waiting += [(level + 1, inner) for inner in reversed(item)]
    return entries


def outline_headings(entries: Sequence[Entry], pages: Sequence[Sequence[Line]]) -> list[Heading]:
    """Place each entry at the line or lines of its page that hold its words; those not found are left out."""
    headings: list[Heading] = []
    taken = -1
    for entry in sorted(entries, key=lambda entry: entry.page):
        words = _bare(entry.title)
        lines = [line for line in pages[entry.page] if line.start > taken]
        found = _standing_at(words, lines) if words else None
        if found is not None:
            first, last = found
            headings.append(Heading(min(entry.level, DEEPEST), entry.title, first.start, last.end))
            taken = last.start
    return headings


def _standing_at(words: str, lines: Sequence[Line]) -> tuple[Line, Line] | None:
    for at, first in enumerate(lines):
        so_far = ""
        for last in lines[at : at + HEADING_LINES]:
            so_far += _bare(last.text)
            if _numbered(so_far, words) or _numbered(words, so_far):
                return first, last
    return None


def _numbered(longer: str, shorter: str) -> bool:
    """Say whether both are the same title, the longer perhaps with its number: `12Methods` and `Methods`."""
    head = longer.removesuffix(shorter)
    return bool(shorter) and longer.endswith(shorter) and (not head or head.isdecimal())


def _bare(text: str) -> str:
    """Fold ligatures, case, spacing and punctuation, which outlines and pages write differently."""
    return _NOT_A_WORD.sub("", unicodedata.normalize("NFKC", text).casefold())


def set_headings(lines: Sequence[Line], above: int) -> list[Heading]:
    """Find the lines that are set as headings, below `above` levels; the larger, the higher."""
    body = body_size(lines)
    bold = _bold_headings(lines, body)
    display = [line for line in lines if line.size >= body * DISPLAY_RATIO or line in bold]
    titles = [group for group in _titles(display, lines) if _reads_as_title(group)]
    ranks = sorted({-group[0].size for group in titles})
    return [
        Heading(
            min(above + 1 + ranks.index(-group[0].size), DEEPEST),
            " ".join(line.text for line in group),
            group[0].start,
            group[-1].end,
        )
        for group in titles
    ]


def _bold_headings(lines: Sequence[Line], body: float) -> set[Line]:
    """Find bold lines in the size of the body that have a row to themselves and plain text below.

    The cells of a table's head and the lines of a bold table of contents have not; and where most is bold,
    bold says nothing.
    """
    if 2 * sum(len(line.text) for line in lines if line.bold) >= sum(len(line.text) for line in lines):
        return set()
    beside: set[Line] = set()
    above_plain: set[Line] = set()
    for one, other in pairwise(lines):
        if one.page == other.page and abs(one.y - other.y) < one.size / 2:
            beside |= {one, other}
        elif one.page == other.page and not other.bold:
            above_plain.add(one)
    return {line for line in above_plain - beside if line.bold and line.size >= body}


def _titles(display: Sequence[Line], lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Join the lines of display that follow each other closely in one size."""
    position = {line: at for at, line in enumerate(lines)}
    joined = 0
    keys: list[int] = []
    for at, line in enumerate(display):
        before = display[at - 1] if at else None
        if before is None or position[line] != position[before] + 1 or not _same_title(before, line):
            joined += 1
        keys.append(joined)
    for _, group in groupby(zip(keys, display, strict=True), key=lambda pair: pair[0]):
        yield [line for _, line in group]


def _same_title(one: Line, other: Line) -> bool:
    same_setting = (one.page, one.size, one.bold) == (other.page, other.size, other.bold)
    return same_setting and abs(one.y - other.y) <= one.size * TITLE_LEADING


def _reads_as_title(group: Sequence[Line]) -> bool:
    text = " ".join(line.text for line in group)
    if len(group) > HEADING_LINES or len(text) > HEADING_CHARACTERS or text.endswith((".", ",", ";")):
        return False
    return bool(_WORD.search(text))
