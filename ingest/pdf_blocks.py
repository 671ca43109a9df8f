"""The paragraphs and lists of a PDF, from how its lines are set.

What begins a paragraph: a wider gap above than is usual, another size, a bullet, an indent or a short line
before it that ends a sentence. A paragraph goes on over the end of a column or page where its sentence does.
"""

import re
import statistics
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise

from ingest.pdf_lines import Line
from ingest.types import Block, Kind

# A gap wider than this many usual ones begins a paragraph; less than the other is the same row of text.
WIDE_GAP = 1.3
SAME_ROW = 0.5

# A line shorter than this share of a full one ended because its paragraph did.
SHORT_LINE = 0.8

# In multiples of the size: indents of first lines lie between these.
INDENT = (0.6, 5.0)

_BULLET = re.compile(r"[•‣◦\u2043∙●○■□▪▫▶►➢➤❖✓✔\uf0a7\uf0b7]")
# U+FFFD stands for a glyph without a character: at the head of a line, most often a bullet.
_DASH = re.compile(r"[-*\u2013\u2014·\ufffd]\s+(?=\S)")
_NUMBERED = re.compile(r"\(?(?:(\d{1,3})|([a-z]|[ivx]{2,4}))[.)]\s+(?=\S)")
_SENTENCE_END = re.compile(r"[.!?:;…。\uff01\uff1f؟।][\"'”\u2019»)\]]*$")
_ROMAN = (
    "i",
    "ii",
    "iii",
    "iv",
    "v",
    "vi",
    "vii",
    "viii",
    "ix",
    "x",
    "xi",
    "xii",
    "xiii",
    "xiv",
    "xv",
    "xvi",
)
_BEFORE_A = ord("a") - 1


@dataclass(frozen=True, slots=True)
class _Setting:
    """How the body is set: `pitch` from line to line in points, `width` of a full line in characters."""

    pitch: float
    width: float


def blocks(lines: Sequence[Line], cuts: AbstractSet[int]) -> tuple[Block, ...]:
    """Join lines into paragraphs and lists.

    `lines` are those that are neither headings nor running lines. `cuts` are the starts of those before which
    something stands that is no part of the text; no block goes across.
    """
    made: list[Block] = []
    for item, paragraph in _paragraphs(lines, cuts):
        start, end = paragraph[0].start, paragraph[-1].end
        if not item:
            made.append(Block(Kind.PROSE, start, end))
        elif made and made[-1].kind is Kind.LIST and start not in cuts:
            made[-1] = Block(Kind.LIST, made[-1].start, end, (*made[-1].parts, start))
        else:
            made.append(Block(Kind.LIST, start, end, (start,)))
    return tuple(made)


def _paragraphs(lines: Sequence[Line], cuts: AbstractSet[int]) -> Iterator[tuple[bool, list[Line]]]:
    """Group the lines into paragraphs, each with whether it is an item of a list."""
    setting = _setting(lines)
    paragraph: list[Line] = []
    item = False
    expected = {1}
    for line in lines:
        cut = not paragraph or line.start in cuts
        opens = _opens_item(line, None if cut else paragraph[-1], setting, expected, item=item)
        if paragraph and (cut or opens or _parts(paragraph, line, setting, item=item)):
            yield item, paragraph
            paragraph = []
        if not paragraph:
            item = opens
            expected = expected | {number + 1 for number in _numbers(line.text) & expected} if opens else {1}
        paragraph.append(line)
    if paragraph:
        yield item, paragraph


def _setting(lines: Sequence[Line]) -> _Setting:
    gaps = [one.y - other.y for one, other in pairwise(lines) if one.page == other.page]
    down = [gap for gap in gaps if gap > 0]
    lengths = sorted(len(line.text) for line in lines)
    # Most lines of running text are full; the upper quartile is not moved by tables and short items.
    return _Setting(
        statistics.median_low(down) if down else 0.0, lengths[len(lengths) * 3 // 4] if lengths else 0
    )


def _opens_item(
    line: Line, before: Line | None, setting: _Setting, expected: AbstractSet[int], *, item: bool
) -> bool:
    """Say whether the line opens an item: by a bullet; by a dash or the next number if an item may begin."""
    if _BULLET.match(line.text):
        return True
    if not (_DASH.match(line.text) or _numbers(line.text) & expected):
        return False
    return item or before is None or _ended(before) or _is_short(before, setting)


def _numbers(text: str) -> set[int]:
    """Give what an item's number may be: `3.` is 3, `b)` is 2, `i)` is 1 or 9; nothing without one."""
    opening = _NUMBERED.match(text)
    if not opening:
        return set()
    figure, letters = opening.groups()
    if figure:
        return {int(figure)}
    numbers = {_ROMAN.index(letters) + 1} if letters in _ROMAN else set()
    return numbers | ({ord(letters) - _BEFORE_A} if len(letters) == 1 else set())


def _parts(paragraph: Sequence[Line], line: Line, setting: _Setting, *, item: bool) -> bool:
    """Say whether the paragraph ends before the line."""
    first, last = paragraph[0], paragraph[-1]
    gap = last.y - line.y
    resized = abs(last.size - line.size) > 1
    if last.page != line.page or gap < -SAME_ROW * last.size:
        # The end of a column or page: the paragraph goes on if its sentence does.
        return resized or _ended(last) or _is_short(last, setting)
    if gap <= SAME_ROW * max(last.size, line.size):
        return False
    if resized or gap > WIDE_GAP * setting.pitch:
        return True
    if item and line.x < first.x + 1:
        return line.x < first.x - 1 or _is_short(last, setting)
    indented = INDENT[0] <= (line.x - last.x) / line.size <= INDENT[1]
    return _ended(last) and (_is_short(last, setting) or (indented and not item))


def _ended(line: Line) -> bool:
    return bool(_SENTENCE_END.search(line.text))


def _is_short(line: Line, setting: _Setting) -> bool:
    return len(line.text) < SHORT_LINE * setting.width
