"""What a note's text is made of, taken apart for showing: paragraphs, lists, code and tables."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import dedent

from bot.blocks import ShownBlock
from bot.contract import CitedSpan, RankedPassage
from bot.render.quotes import flows
from bot.render.safe import safe_text
from ingest.types import Format, Kind

# In these a line is a row, and bars stand between its cells.
_BARRED = frozenset({Format.MARKDOWN, Format.HTML, Format.WORD, Format.ORG, Format.NOTEBOOK})
_BAR = re.compile(r"(?<!\\)\|")
_RULE = frozenset(" \t|:+-")
_ITEM = re.compile(r"(?P<indent>[ \t]*)(?:[-*+•·–]|(?P<number>\d{1,9})[.)])[ \t]+(?=\S)")
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")
_BLANK_LINES = re.compile(r"\A(?:[ \t]*\n)+")
# A list's levels, counted from 0.
DEEPEST = 8
# A wider table is shown as its lines.
MOST_COLUMNS = 20


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
    """The rows of a table, of which all have as many cells; `headed` if the first names the columns."""

    rows: tuple[tuple[str, ...], ...]
    headed: bool


Piece = Paragraph | Code | Items | Table


def pieces_of(shown: CitedSpan | RankedPassage) -> list[Piece]:
    """Give what a quote or a passage is made of, in its order; every character is safe to show."""
    text = shown.quote if isinstance(shown, CitedSpan) else shown.text
    written = Format(shown.format)
    pieces = [_piece(kind, part, written) for kind, part in _parts(text, shown.start, shown.blocks)]
    return pieces or [Paragraph("")]


def in_one_line(pieces: Sequence[Piece]) -> str:
    """Give the words of pieces for where there is one line and no form."""
    return " ".join(_in_line(piece) for piece in pieces)


def _in_line(piece: Piece) -> str:
    match piece:
        case Items():
            marks = (f"{number}." if piece.numbered else "•" for number in range(1, len(piece.items) + 1))
            return " ".join(f"{mark} {item.text}" for mark, item in zip(marks, piece.items, strict=True))
        case Table():
            return "; ".join(" | ".join(row) for row in piece.rows)
        case _:
            return piece.text


def _parts(text: str, start: int, blocks: Sequence[ShownBlock]) -> Iterator[tuple[Kind, str]]:
    """Give the text of each block with its kind, and what stands between blocks as prose."""
    done = 0
    for block in blocks:
        first, last = max(block.start - start, done), block.end - start
        between = ((Kind.PROSE, text[done:first]), (Kind(block.kind), text[first:last]))
        for kind, part in between:
            if part.strip():
                yield kind, f"{block.head}\n{part}" if block.head and kind is Kind.TABLE else part
        done = max(done, last)
    if text[done:].strip():
        yield Kind.PROSE, text[done:]


def _piece(kind: Kind, text: str, written: Format) -> Piece:
    text = _BLANK_LINES.sub("", safe_text(text).rstrip())
    lines = text.split("\n")
    if kind is Kind.CODE:
        return Code(dedent("\n".join(_unfenced(lines))))
    if kind is Kind.TABLE:
        return (_table(lines) if written in _BARRED else None) or Code(text)
    if kind is Kind.LIST:
        return _items(lines) or Paragraph(dedent(text))
    # Running prose is wrapped anew.
    return Paragraph(" ".join(line.strip() for line in lines) if flows(text, kind) else dedent(text))


def _unfenced(lines: Sequence[str]) -> Sequence[str]:
    """Give the lines of code between its fences; the last fence may be missing."""
    opening = _FENCE.match(lines[0])
    if opening is None:
        return lines
    closing = _FENCE.fullmatch(lines[-1].rstrip()) if len(lines) > 1 else None
    closed = closing is not None and closing[1].startswith(opening[1])
    return lines[1:-1] if closed else lines[1:]


def _table(lines: Sequence[str]) -> Table | None:
    """Give the rows; `None` where a line is none, and for more columns than there may be."""
    if not all(_BAR.search(line) for line in lines):
        return None
    rules = ["-" in line and _RULE.issuperset(line) for line in lines]
    rows = [_cells(line) for line, rule in zip(lines, rules, strict=True) if not rule]
    columns = max(map(len, rows), default=0)
    if not 1 <= columns <= MOST_COLUMNS:
        return None
    headed = any(rules) and not rules[0]
    return Table(tuple((*row, *[""] * (columns - len(row))) for row in rows), headed)


def _cells(line: str) -> tuple[str, ...]:
    cells = [cell.strip().replace("\\|", "|") for cell in _BAR.split(line.strip())]
    first = 1 if not cells[0] else 0
    last = len(cells) - 1 if len(cells) > 1 and not cells[-1] else len(cells)
    return tuple(cells[first:last])


def _items(lines: Sequence[str]) -> Items | None:
    """Give the items of a list; `None` for one that Slack would show otherwise than it is written.

    That is one with blank lines or code in its items, with a line before the first, or whose numbers do not
    count from 1 or stand among marks or on several levels.
    """
    marks, words = [], []
    for line in lines:
        if _FENCE.match(line) or not line.strip():
            return None
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
