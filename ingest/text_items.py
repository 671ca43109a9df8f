"""Items of lists in a plain text, and the lists they make."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ingest.text_lines import Line, continues
from ingest.text_pieces import Piece
from ingest.types import Block, Kind

# Signs that only ever open an item may touch its text; those with other uses, and the `o` of word processors,
# need white space. After a number a capital may follow at once: `1.Stop the job`.
_ITEM = re.compile(
    r"(?:(?P<number>\d{1,3})[.)](?=\s|[A-Z])|\(\d{1,3}\)\s|[a-z]\)\s|o(?=\t|\s{2})"
    r"|[\u2022\u25aa\u25cf\u25cb\u25e6\u2023\u2043\u25a0\u25a1\u25ba\u25c6\u27a2\u2713\u2714]"
    r"|[-*+\u2013\u2014\xb7]\s)\s*\S"
)
_DEEPER = 2  # columns


def is_item(text: str) -> bool:
    """Say whether a line opens with a bullet or an item's number."""
    return _ITEM.match(text) is not None


def introduces(text: str) -> bool:
    """Say whether a text ends with a colon, and so must not be parted from what comes next."""
    return text.rstrip("*_` ").endswith((":", "\uff1a"))


def with_lists(pieces: Sequence[Piece], width: int | None) -> Iterator[Piece]:
    """Fold each run of items, with the lines that belong to them and blank lines between, into one block."""
    index = 0
    while index < len(pieces):
        piece = pieces[index]
        if not isinstance(piece, Line) or not is_item(piece.text):
            yield piece
            index += 1
            continue
        lines = list(_list_lines(pieces, index, width))
        yield Block(Kind.LIST, piece.start, lines[-1].end, _parts(lines))
        index += len(lines)


def _list_lines(pieces: Sequence[Piece], index: int, width: int | None) -> Iterator[Line]:
    before, number, depth = None, None, 0
    for following in range(index, len(pieces)):
        line = pieces[following]
        if not isinstance(line, Line):
            return
        item = _ITEM.match(line.text)
        if item is None:
            if not (before and (continues(before, line, width) or line.indent >= depth + _DEEPER)):
                return
        elif item["number"] == "1" and number not in {None, "1"}:
            return
        else:
            number = item["number"] or number
            depth = line.indent
        yield line
        before = line


def _parts(lines: Sequence[Line]) -> tuple[int, ...]:
    """Give where the list may be cut: at its items, but not right after a line that introduces the next."""
    return (
        lines[0].start,
        *(
            line.start
            for before, line in pairwise(lines)
            if is_item(line.text) and not introduces(before.text)
        ),
    )
