"""Tables drawn with signs in reStructuredText: where they end, and where their rows begin."""

import re
from collections.abc import Sequence

from ingest.source_lines import SourceLine, run_of

_SIMPLE = re.compile(r"=+(?:\s+=+)+")
_GRID = re.compile(r"\+[-=][-=+]*\+")
_HEADED = 3  # borders: above the head, below it, and at the end


def table_end(lines: Sequence[SourceLine], at: int, last: int) -> int | None:
    """Give the index behind the table that begins at `at`; `None` if none does."""
    if _GRID.fullmatch(lines[at].text):
        return run_of(lines, at, last, lambda line: line.text[:1] in {"+", "|"} and line.text != "")
    return _simple_end(lines, at, last) if _SIMPLE.fullmatch(lines[at].text) else None


def _simple_end(lines: Sequence[SourceLine], at: int, last: int) -> int:
    """Give the index behind the border with nothing under it; without one, behind the last line of a run."""
    for index in range(at + 1, last):
        alone = index + 1 == last or not lines[index + 1].text
        if alone and _SIMPLE.fullmatch(lines[index].text):
            return index + 1
        if alone and not lines[index].text:
            break
    return run_of(lines, at, last, lambda line: line.text != "")


def row_starts(lines: Sequence[SourceLine]) -> frozenset[int]:
    """Give where the rows begin that a table may be cut before: not its head, nor the first row below."""
    borders = [
        at for at, line in enumerate(lines) if _GRID.fullmatch(line.text) or _SIMPLE.fullmatch(line.text)
    ]
    if _GRID.fullmatch(lines[0].text):
        heads = [at for at in borders if "=" in lines[at].text]
        below = heads[0] if heads else 0
        return frozenset(lines[at + 1].begin for at in borders if below < at < len(lines) - 1)
    below = borders[1] if len(borders) >= _HEADED else 0
    rows = set(range(below + 2, len(lines))) - set(borders)
    return frozenset(lines[at].begin for at in rows if lines[at].text)
