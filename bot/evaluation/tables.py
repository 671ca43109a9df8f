"""Reading a table of questions as a spreadsheet writes it."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from ingest.errors import UsageError

# A spreadsheet's "CSV" has semicolons in countries where the comma is the decimal mark.
_DELIMITERS = ",;\t"
_NEEDED = ("question", "path")
_ANSWERABLE = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def records(file: Path) -> Iterator[tuple[int, dict[str, object]]]:
    """Give each row as the fields of a labelled question, with the number of its first line.

    The first row names the columns, in any order and case. Raises `UsageError`, with the line, for a row that
    does not fit it.
    """
    text = _text(file)
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns: list[str] = []
    start = 1
    try:
        for row in reader:
            place, number, start = f"{file}:{start}", start, reader.line_num + 1
            if not columns:
                columns = _columns(row, place)
            elif any(cell.strip() for cell in row):
                yield number, _fields(columns, row, place)
    except csv.Error as error:
        raise UsageError(f"{file}:{reader.line_num}: {error}; save the table as CSV anew") from error


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{file}:{line}: it is not UTF-8; save the table as CSV in UTF-8") from error


def _columns(row: list[str], place: str) -> list[str]:
    columns = [cell.strip().lower() for cell in row]
    for name in _NEEDED:
        if columns.count(name) != 1:
            raise UsageError(
                f"{place}: the first line must name the columns, with one {name} among them; "
                f"it names: {', '.join(columns) or 'none'}"
            )
    return columns


def _fields(columns: list[str], row: list[str], place: str) -> dict[str, object]:
    if len(row) > len(columns):
        raise UsageError(
            f"{place}: it has {len(row)} cells and there are {len(columns)} columns; "
            "put quotes around a cell that holds the separator"
        )
    cells = {name: cell.strip() for name, cell in zip(columns, row, strict=False)}
    if "path" not in cells:
        raise UsageError(f"{place}: it has no cell for the path; leave that empty if the notes don't say")
    known: dict[str, object] = {
        name: cells.get(name, "") for name in ("question", "path", "id", "text", "kind")
    }
    earlier = cells.get("history", "").splitlines()
    known["history"] = [{"role": "user", "text": line} for line in earlier if line.strip()]
    if answerable := cells.get("answerable", "").lower():
        if answerable not in _ANSWERABLE:
            raise UsageError(f"{place}: answerable is {answerable!r}; write yes or no, or leave it empty")
        known["answerable"] = _ANSWERABLE[answerable]
    return known
