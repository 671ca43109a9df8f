"""Tables with a row a line (.csv, .tsv): each row is a block, encoded with the names of its columns."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from ingest.decode import decode
from ingest.errors import UnreadableError
from ingest.source_lines import name_in_words
from ingest.types import Block, Document, Format, Heading, Kind, RawFile, line_starts

if TYPE_CHECKING:
    from _csv import Reader

# As much of a file, in characters, is looked at to see what stands between its cells; rows at most.
SAMPLE = 4_000
SAMPLE_ROWS = 50
# A cell of more lines than this is taken for a quote that nobody closed.
MOST_LINES = 500
# In characters: a name of a column, and all names together where they are shown above a row.
LONGEST_NAME = 60
LONGEST_TITLE = 120
# In characters: the cells of a longer row are not told apart once it is cut.
LONGEST_ROW = 20_000

_SEPARATORS = (",", "\t", ";", "|")
_STATED = re.compile(r"sep=([,;|\t])[ \t]*(?:\r\n|\r|\n)", re.IGNORECASE)
# What stands in a row and never above it: numbers, amounts, dates, addresses.
_VALUE = re.compile(
    r"[-+$€£%(]*\d[\d.,:/ %TZ+)-]*|\S+@\S+\.\S+|https?://\S*|(?:true|false|yes|no|n/?a)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written: what stands between the cells, and whether quotes can hold a line's end."""

    separator: str
    quoted: bool = True


def read_delimited(raw: RawFile) -> Document:
    """Read a table. Raises `UnreadableError` for bytes that are no text."""
    text, encoding = decode(raw.body)
    dialect = dialect_of(text[:SAMPLE])
    notes: tuple[str, ...] = ()
    try:
        rows = list(_rows(text, dialect))
    except _UnclosedQuoteError as error:
        notes = (f"a quote in line {error.line:,} is never closed; quotes are read as letters",)
        rows = list(_rows(text, replace(dialect, quoted=False)))
    headings = tuple(_head(rows))
    return Document(
        path=raw.path,
        source=raw.source,
        title=name_in_words(raw.path),
        text=text,
        format=Format.DELIMITED,
        sha256=raw.sha256,
        encoding=encoding,
        headings=headings,
        blocks=tuple(Block(Kind.TABLE, row.start, row.end, (row.start,)) for row in rows[len(headings) :]),
        notes=notes,
    )


@lru_cache(maxsize=4)
def dialect_of(sample: str) -> Dialect:
    """Give how the file that begins with `sample` is written, as it says itself or as most rows agree.

    The standard library's sniffer takes a letter for a separator, and its time is not linear.
    """
    if stated := _STATED.match(sample):
        return Dialect(stated[1])
    return max((Dialect(separator) for separator in _SEPARATORS), key=lambda found: _agreement(sample, found))


def _agreement(sample: str, dialect: Dialect) -> tuple[float, int]:
    """Give the share of rows with the usual number of cells, and that number; nothing if it is one."""
    lines = sample.splitlines(keepends=True)
    # The last row may be cut.
    lines = lines[:-1] if len(lines) > 1 and len(sample) >= SAMPLE else lines
    try:
        widths = [len(row) for row in islice(_parsed(lines, dialect), SAMPLE_ROWS) if row]
    except csv.Error:
        return 0, 0
    width, count = max(Counter(widths).items(), key=lambda found: (found[1], found[0]), default=(0, 0))
    return (count / len(widths), width) if width > 1 else (0, 0)


def _parsed(lines: Iterable[str], dialect: Dialect) -> "Reader":
    if dialect.quoted:
        return csv.reader(lines, delimiter=dialect.separator)
    return csv.reader(lines, delimiter=dialect.separator, quoting=csv.QUOTE_NONE)


class _UnclosedQuoteError(Exception):
    """A quote that opens in `line`, from 1, takes in far more than a cell."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


@dataclass(frozen=True, slots=True)
class _Row:
    start: int
    end: int
    cells: tuple[str, ...]


def _rows(text: str, dialect: Dialect) -> Iterator[_Row]:
    """Give the rows that hold letters or digits. Raises `UnreadableError` for a cell that is too long."""
    starts = [*line_starts(text), len(text)]
    first = 1 if _STATED.match(text) else 0
    lines = [_with_newline(text[starts[at] : starts[at + 1]]) for at in range(first, len(starts) - 1)]
    reader = _parsed(lines, dialect)
    reached = 0
    while (cells := _next_cells(reader, dialect, first + reached + 1)) is not None:
        taken = lines[reached : reader.line_num]
        if len(taken) > MOST_LINES or (len(taken) > 1 and reader.line_num == len(lines) and _is_open(taken)):
            raise _UnclosedQuoteError(first + reached + 1)
        begin, end = starts[first + reached], starts[first + reader.line_num]
        reached = reader.line_num
        shown = text[begin:end].strip()
        if any(map(str.isalnum, shown)):
            start = begin + text[begin:end].index(shown)
            yield _Row(start, start + len(shown), tuple(cells))


def _is_open(lines: Sequence[str]) -> bool:
    """Tell whether the quotes in the lines of one row leave a cell open."""
    return sum(line.count('"') for line in lines) % 2 == 1


def _next_cells(reader: "Reader", dialect: Dialect, line: int) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as error:
        if dialect.quoted:
            raise _UnclosedQuoteError(line) from error
        raise UnreadableError(f"line {line:,}: {error}; split the cell") from error


def _with_newline(text: str) -> str:
    """Give text with its line ends as the library takes them in a quoted cell."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _head(rows: Sequence[_Row]) -> Iterator[Heading]:
    """Give the row that names the columns as a heading, if there is one and something stands below it."""
    if len(rows) > 1 and _names_columns(rows[0].cells, rows[1:SAMPLE_ROWS]):
        names = ", ".join(name for cell in rows[0].cells if (name := " ".join(cell.split())))
        title = names if len(names) <= LONGEST_TITLE else f"{names[:LONGEST_TITLE].rpartition(', ')[0]}, …"
        yield Heading(1, title, rows[0].start, rows[0].end)


def _names_columns(cells: Sequence[str], below: Sequence[_Row]) -> bool:
    """Tell whether a first row names columns: short, distinct words, none of which stands below it."""
    names = [cell.strip() for cell in cells]
    named = [name for name in names if name]
    if not named or len(set(map(str.casefold, named))) < len(named) or 2 * len(named) < len(names):
        return False
    if any(len(name) > LONGEST_NAME or _VALUE.fullmatch(name) for name in named):
        return False
    return not any(
        name and name.casefold() == cell.strip().casefold()
        for row in below
        for name, cell in zip(names, row.cells, strict=False)
    )


def row_words(document: Document, block: Block, start: int, end: int) -> str:
    """Give the words of what lies of a row in `text[start:end]`, each cell behind the name of its column."""
    text = document.text
    dialect = dialect_of(text[:SAMPLE])
    names = _names(text, document.headings, dialect)
    cells = _cells(text[start:end], dialect)
    first = 0
    if start > block.start and block.end - block.start <= LONGEST_ROW:
        # Cut inside a row: the cells are numbered from its start, and the first may be the rest of one.
        before = _cells(text[block.start : start], dialect) or ("",)
        first = len(before) - 1
        cells = _cells(text[block.start : end], dialect)[first:]
        cells = (cells[0][len(before[-1]) :], *cells[1:]) if cells else ()
    elif start > block.start:
        names = ()
    return "; ".join(
        _named(names, first + at, said) for at, cell in enumerate(cells) if (said := _line(cell))
    )


def _named(names: Sequence[str], at: int, said: str) -> str:
    name = names[at] if at < len(names) else ""
    return f"{name}: {said}" if name else said


def _names(text: str, headings: Sequence[Heading], dialect: Dialect) -> tuple[str, ...]:
    if not headings:
        return ()
    return tuple(map(_line, _cells(text[headings[0].start : headings[0].end], dialect)))


@lru_cache(maxsize=256)
def _cells(row: str, dialect: Dialect) -> tuple[str, ...]:
    """Give the cells of a row or of a part of one."""
    lines = _with_newline(row).splitlines(keepends=True)
    try:
        return tuple(cell for cells in _parsed(lines, dialect) for cell in cells)
    except csv.Error:
        return (row,)


def _line(cell: str) -> str:
    return " ".join(cell.split())
