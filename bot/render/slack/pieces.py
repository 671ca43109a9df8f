"""What a note's text is made of, taken apart for showing: paragraphs, lists, code and tables."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import dedent

from bot.contract import CitedSpan, RankedPassage, ShownBlock
from bot.render.quotes import flows
from bot.render.safe import safe_text
from ingest.types import Format, Kind

# In these a line is a row, and bars stand between its cells.
_BARRED = frozenset({Format.MARKDOWN, Format.HTML, Format.WORD, Format.ORG, Format.NOTEBOOK})
_BAR = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"[\s|:+-]*-[\s|:+-]*")
_ITEM = re.compile(r"(?P<indent>[ \t]*)(?:[-*+•·–]|(?P<number>\d{1,9})[.)])[ \t]+(?=\S)")
_FENCED = re.compile(
    r"[ \t]*(?P<fence>`{3,}|~{3,})[^\n]*\n(?P<code>.*?)(?:\n?[ \t]*(?P=fence)[`~]*\s*)?", re.DOTALL
)
_FENCE = re.compile(r"^[ \t]*(?:`{3}|~{3})", re.MULTILINE)
_LINE_BREAK = re.compile(r"[ \t]*\n[ \t]*")
_EDGE_LINES = re.compile(r"\A(?:[ \t]*\n)+|\s+\Z")
DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words as they stand, in lines as they are to be shown."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Lines for a fixed pitch, without the fences around them."""

    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list, `depth` levels in."""

    text: str
    depth: int


@dataclass(frozen=True, slots=True)
class Items:
    """A list; a numbered one counts from 1 and has one level."""

    items: tuple[Item, ...]
    numbered: bool


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a table, the first with the names of the columns; all have as many cells."""

    rows: tuple[tuple[str, ...], ...]


Piece = Paragraph | Code | Items | Table


def pieces_of(shown: CitedSpan | RankedPassage) -> list[Piece]:
    """Give what a quote or a passage is made of, in its order; every character is safe to show."""
    text = shown.quote if isinstance(shown, CitedSpan) else shown.text
    return [
        _piece(kind, part, Format(shown.format)) for kind, part in _parts(text, shown.start, shown.blocks)
    ]


def _parts(text: str, start: int, blocks: Sequence[ShownBlock]) -> Iterator[tuple[Kind, str]]:
    """Give the text of each block with its kind, and what stands between blocks as prose."""
    done = 0
    for block in blocks:
        first, last = max(block.start - start, done), block.end - start
        between = ((Kind.PROSE, text[done:first]), (Kind(block.kind), text[first:last]))
        yield from ((kind, part) for kind, part in between if part.strip())
        done = max(done, last)
    if text[done:].strip():
        yield Kind.PROSE, text[done:]


def _piece(kind: Kind, text: str, written: Format) -> Piece:
    text = _EDGE_LINES.sub("", safe_text(text))
    if kind is Kind.CODE:
        fenced = _FENCED.fullmatch(text)
        return Code(dedent(fenced["code"] if fenced else text))
    if kind is Kind.TABLE:
        return (_table(text) if written in _BARRED else None) or Code(text)
    return (_items(text) if kind is Kind.LIST else None) or Paragraph(_paragraph(text))


def _paragraph(text: str) -> str:
    """Join the lines of running prose; others stay."""
    return _LINE_BREAK.sub(" ", text).strip() if flows(text, Kind.PROSE) else dedent(text).strip()


def _table(text: str) -> Table | None:
    """Give the rows; `None` where a line is none."""
    lines = text.split("\n")
    if not all(_BAR.search(line) for line in lines):
        return None
    rows = [_cells(line) for line in lines if not _RULE.fullmatch(line)]
    columns = max(map(len, rows), default=0)
    return Table(tuple((*row, *[""] * (columns - len(row))) for row in rows)) if columns else None


def _cells(line: str) -> tuple[str, ...]:
    cells = [cell.strip().replace("\\|", "|") for cell in _BAR.split(line.strip())]
    first = 1 if not cells[0] else 0
    last = len(cells) - 1 if len(cells) > 1 and not cells[-1] else len(cells)
    return tuple(cells[first:last])


def _items(text: str) -> Items | None:
    """Give the items of a list; `None` for one that Slack would show otherwise than it is written.

    That is one with blank lines or code in its items, with a line before the first, or whose numbers do not
    count from 1 or stand among marks or on several levels.
    """
    if _FENCE.search(text) or "\n\n" in text:
        return None
    marks, words = [], []
    for line in text.split("\n"):
        if mark := _ITEM.match(line):
            marks.append(mark)
            words.append(line[mark.end() :].rstrip())
        elif not marks:
            return None
        else:
            words[-1] += f" {line.strip()}"
    numbers = [mark["number"] for mark in marks]
    depths = _depths([len(mark["indent"].expandtabs(4)) for mark in marks])
    numbered = any(numbers)
    if numbered and (any(depths) or numbers != [str(number) for number in range(1, len(marks) + 1)]):
        return None
    return Items(tuple(map(Item, words, depths)), numbered)


def _depths(indents: Sequence[int]) -> list[int]:
    """Give the level of each item, the outermost being 0."""
    levels: list[int] = []
    depths = []
    for indent in indents:
        while levels and levels[-1] > indent:
            levels.pop()
        if not levels or levels[-1] < indent:
            levels.append(indent)
        depths.append(min(len(levels) - 1, DEEPEST))
    return depths
