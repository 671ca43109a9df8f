"""The lines of a PDF's pages: where they lie, how large they are set, and which of them only run along.

A PDF has no lines or paragraphs, only runs of glyphs at places. pypdf puts the runs in reading order and
breaks them into lines; the places are kept here beside each line, since gaps and sizes are what tells a
heading from a paragraph.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from pypdf import PageObject

# How many lines at the top and at the bottom of a page may be running headers and footers.
EDGE_LINES = 2

# A header that names the chapter differs from chapter to chapter: it is known by standing at the same height,
# to within this many points, on at least so many pages.
SAME_HEIGHT = 2.0
CHAPTER_PAGES = 3

# Set this much larger than the body, a line is display: a heading rather than a running header.
DISPLAY_RATIO = 1.12

_UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_OTHER_BREAKS = re.compile(r"\r\n?|[\x0b\x0c]")
_BOLD_FONT = re.compile(r"bold|black|heavy|demi|bx\d", re.IGNORECASE)
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b")
_LETTER = re.compile(r"[^\W\d_]")

Matrix = Sequence[float]


@dataclass(frozen=True, slots=True)
class Run:
    """Text that pypdf shows in one go: its place `x`, `y` and height `size`, in points on the page."""

    text: str
    x: float
    y: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page that holds more than white space: `text` is `Document.text[start:end]`.

    `page` counts from 0. `x` and `y` are where it begins, from the lower left of the page, in points; `size`
    is that of most of its characters; `bold` says that all of it is.
    """

    text: str
    page: int
    start: int
    end: int
    x: float
    y: float
    size: float
    bold: bool


def page_runs(page: PageObject) -> list[Run]:
    """Give the text of a page in reading order; joined, the runs are what `extract_text` returns.

    Glyphs that stand for no character (controls, halves of surrogates) become U+FFFD, one for one.
    """
    runs: list[Run] = []

    def see(text: str, current: Matrix, matrix: Matrix, font: Any, size: float) -> None:  # noqa: ANN401 - pypdf's
        shown = _UNREADABLE.sub("\ufffd", _OTHER_BREAKS.sub("\n", text))
        x, y = _place(matrix, current)
        scale = math.sqrt(abs(_area(matrix) * _area(current)))
        runs.append(Run(shown, x, y, size * scale, bool(font) and _is_bold(font)))

    page.extract_text(visitor_text=see)
    return runs


def _place(matrix: Matrix, current: Matrix) -> tuple[float, float]:
    """Carry the origin of the text through both matrices (ISO 32000-1, 9.4.4)."""
    a, b, c, d, e, f = current
    return matrix[4] * a + matrix[5] * c + e, matrix[4] * b + matrix[5] * d + f


def _area(matrix: Matrix) -> float:
    return matrix[0] * matrix[3] - matrix[1] * matrix[2]


def _is_bold(font: Any) -> bool:  # noqa: ANN401 - a dictionary of pypdf's, or what a damaged file has there
    return bool(_BOLD_FONT.search(str(font.get("/BaseFont", ""))))


def page_lines(runs: Iterable[Run], page: int, offset: int) -> list[Line]:
    """Give the lines of a page whose text begins at `offset`, without those of only white space."""
    lines: list[Line] = []
    pending: list[Run] = []
    for piece in chain(chain.from_iterable(_pieces(run) for run in runs), (None,)):
        if piece is not None and piece.text != "\n":
            pending.append(piece)
            continue
        text = "".join(run.text for run in pending)
        if text.strip():
            lines.append(_line(pending, text, page, offset))
        offset += len(text) + 1
        pending = []
    return lines


def _pieces(run: Run) -> Iterator[Run]:
    for text in re.findall(r"\n|[^\n]+", run.text):
        yield Run(text, run.x, run.y, run.size, run.bold)


def _line(runs: Sequence[Run], text: str, page: int, offset: int) -> Line:
    inked = [run for run in runs if run.text.strip()]
    sizes: Counter[float] = Counter()
    for run in inked:
        sizes[round(run.size, 1)] += len(run.text.strip())
    start = offset + len(text) - len(text.lstrip())
    shown = text.strip()
    return Line(
        text=shown,
        page=page,
        start=start,
        end=start + len(shown),
        x=inked[0].x,
        y=inked[0].y,
        size=sizes.most_common(1)[0][0],
        bold=all(run.bold for run in inked),
    )


def body_size(lines: Iterable[Line]) -> float:
    """Give the size in points that most characters are set in; 0 without lines."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return max(sizes, key=lambda size: (sizes[size], -size), default=0.0)


def running_lines(pages: Sequence[Sequence[Line]]) -> set[Line]:
    """Find page numbers and running headers and footers.

    They stand at the edge of a page, and the same words (digits folded) are there on most pages, or on
    several pages at the same height; where that height is taken on most pages, all that stands at it runs
    along. A page number is also known by being the number of its page.
    """
    display = body_size(chain.from_iterable(pages)) * DISPLAY_RATIO
    edges = [edge for lines in pages for edge in _edges(lines)]
    # What stands alone on its page is its content, however often it comes again.
    full = {number for number, lines in enumerate(pages) if len(lines) > EDGE_LINES}
    alike: defaultdict[tuple[bool, str], list[Line]] = defaultdict(list)
    for top, line in edges:
        if line.page in full:
            alike[top, _folded(line.text)].append(line)
    known = {key for key, lines in alike.items() if _is_running(key[1], lines, len(full), display)}
    running = {line for top, line in edges if (top, _folded(line.text)) in known}
    taken = Counter(round(line.y) for line in running)
    running |= {line for _, line in edges if taken[round(line.y)] * 2 > len(full) and line.size < display}
    return running | {
        lines[at] for lines in pages if len(lines) > 1 for at in (0, -1) if _is_page_number(lines[at])
    }


def _is_page_number(line: Line) -> bool:
    return line.text == str(line.page + 1)


def _edges(lines: Sequence[Line]) -> Iterator[tuple[bool, Line]]:
    """Give the topmost and lowest lines of a page, each with whether it is at the top."""
    by_height = sorted(lines, key=lambda line: -line.y)
    half = min(EDGE_LINES, (len(lines) + 1) // 2)
    yield from ((True, line) for line in by_height[:half])
    yield from ((False, line) for line in by_height[half:][-EDGE_LINES:])


def _folded(text: str) -> str:
    """Fold what changes from page to page: digits, Roman numerals, case and spacing."""
    return _NUMBER.sub("#", " ".join(text.casefold().split()))


def _is_running(words: str, lines: Sequence[Line], pages: int, display: float) -> bool:
    # Rows of figures at the head of a long table look alike once folded: only a number or two may be a
    # footer.
    if not _LETTER.search(words) and words.count("#") > EDGE_LINES:
        return False
    on = {line.page for line in lines}
    if len(on) > 1 and len(on) * 2 > pages:
        return True
    heights = [line.y for line in lines]
    level = max(heights) - min(heights) <= SAME_HEIGHT
    return level and len(on) >= CHAPTER_PAGES and all(line.size < display for line in lines)
