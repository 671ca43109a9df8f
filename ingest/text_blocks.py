"""Blocks of a plain text: fences, tables, commands, paragraphs, and the lines that introduce them."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise

from ingest.text_items import introduces
from ingest.text_lines import Line, continues
from ingest.text_pieces import Piece
from ingest.text_residue import is_border, is_sign_row
from ingest.types import Block, Kind

_FENCE = re.compile(r"```(?P<language>[^`]{0,100})")
_PROMPT = re.compile(r"(?:\$|>>>|PS [^>]{0,100}>|[\w.-]{1,60}@[\w.-]{1,60}:\S{0,100}[$#])\s{1,9}\S")
_CODE = re.compile(
    r".*(?:[{};\\]$|\s--?\w|\w=\S|&&|\s\|\s|\w\()|#|[a-z][\w./-]{0,60}:(?:\s|$)"
    r"|(?:sudo|kubectl|docker|helm|git|cd|ls|make|ssh|scp|curl|pip|npm|apt|apt-get|systemctl|echo|export"
    r"|python3?)\s"
)
_CODE_INDENT = 4
_LONGEST_CODE = 400  # characters: a longer line is no command, and need not be searched for the signs of one
_LEAST_BARS = 3
_LEAST_ROWS = 2


def with_fences(lines: Sequence[Line]) -> Iterator[Line | Block]:
    """Fold each fence and what it holds into a block; a fence that is never closed is left out."""
    closings = _closings(lines)
    index = 0
    while index < len(lines):
        last = closings.get(index)
        if last is None:
            yield lines[index]
        elif last > index:
            inner = lines[index + 1 : last]
            # No cut right after the opening fence, nor right before the closing one.
            parts = (lines[index].start, *(line.begin for line in inner[1:]))
            yield Block(Kind.CODE, lines[index].start, lines[last].end, parts)
            index = last
        index += 1


def with_tables(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Fold rows that stand between bars into blocks, to be cut at rows, but not right after a rule."""
    return _folded(pieces, _is_next_row, _table)


def with_commands(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Fold lines after a prompt, and indented lines most of which look like commands or code, into blocks."""
    return _folded(_folded(pieces, _is_next_prompt, _code), _is_next_indented, _code_if_plain)


def with_paragraphs(pieces: Iterable[Piece], width: int | None) -> Iterator[Piece]:
    """Fold the lines that are left into paragraphs."""
    return _folded(pieces, partial(_is_next_prose, width), _paragraph)


def with_lead_ins(pieces: Iterable[Piece], text: str) -> list[Piece]:
    """Join each paragraph that ends with a colon to the list, table or code that it introduces."""
    joined: list[Piece] = []
    for piece in pieces:
        lead = joined[-1] if joined else None
        if (
            isinstance(piece, Block)
            and piece.kind is not Kind.PROSE
            and isinstance(lead, Block)
            and lead.kind is Kind.PROSE
            and introduces(text[lead.start : lead.end])
        ):
            joined[-1] = Block(piece.kind, lead.start, piece.end, (lead.start, *piece.parts[1:]))
        else:
            joined.append(piece)
    return joined


def _folded(
    pieces: Iterable[Piece],
    belongs: Callable[[Line | None, Line], bool],
    block: Callable[[list[Line]], Block | None],
) -> Iterator[Piece]:
    """Put a block in the place of each longest run of lines that belong together.

    `belongs(before, line)` says whether `line` goes on with the run that ends in `before`, or may begin one
    where that is `None`. A run of which `block` makes nothing stays as it is.
    """
    run: list[Line] = []
    for piece in pieces:
        if run and not (isinstance(piece, Line) and belongs(run[-1], piece)):
            yield from _made(run, block)
            run = []
        if isinstance(piece, Line) and (run or belongs(None, piece)):
            run.append(piece)
        else:
            yield piece
    if run:
        yield from _made(run, block)


def _made(run: list[Line], block: Callable[[list[Line]], Block | None]) -> Sequence[Piece]:
    folded = block(run)
    return [folded] if folded else run


def _closings(lines: Sequence[Line]) -> dict[int, int]:
    """Give the index of each fence's last line by that of its first, the same if it is never closed."""
    closings: dict[int, int] = {}
    opened = None
    for index, line in enumerate(lines):
        match = _FENCE.fullmatch(line.text) if line.text.startswith("```") else None
        if match and opened is None:
            opened = index
            closings[index] = index
        elif match and opened is not None and not match["language"]:
            closings[opened] = index
            opened = None
    return closings


def _is_next_row(before: Line | None, line: Line) -> bool:
    text = line.text
    is_row = text[0] == text[-1] == "|" and text.count("|") >= _LEAST_BARS
    return (is_row or is_border(text)) and (before is None or not line.apart)


def _table(rows: list[Line]) -> Block | None:
    if len(rows) < _LEAST_ROWS:
        return None
    cuts = [
        row.start for before, row in pairwise(rows) if not (is_sign_row(before.text) or is_sign_row(row.text))
    ]
    return Block(Kind.TABLE, rows[0].start, rows[-1].end, (rows[0].start, *cuts))


def _is_next_prompt(before: Line | None, line: Line) -> bool:
    goes_on = before is not None and before.text.endswith("\\") and not line.apart
    return goes_on or _PROMPT.match(line.text) is not None


def _is_next_indented(before: Line | None, line: Line) -> bool:
    if line.indent < _CODE_INDENT or len(line.text) > _LONGEST_CODE:
        return False
    return before is None or not line.apart or _looks_like_code(line)


def _looks_like_code(line: Line) -> bool:
    return _CODE.match(line.text) is not None


def _code(lines: list[Line]) -> Block:
    cuts = (line.begin for before, line in pairwise(lines) if not before.text.endswith("\\"))
    return Block(Kind.CODE, lines[0].begin, lines[-1].end, (lines[0].begin, *cuts))


def _code_if_plain(lines: list[Line]) -> Block | None:
    return _code(lines) if 2 * sum(map(_looks_like_code, lines)) >= len(lines) else None


def _is_next_prose(width: int | None, before: Line | None, line: Line) -> bool:
    if is_sign_row(line.text):
        return False
    return before is None or continues(before, line, width)


def _paragraph(lines: list[Line]) -> Block:
    return Block(Kind.PROSE, lines[0].start, lines[-1].end)
