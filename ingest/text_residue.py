"""What scraping leaves in a plain text that nobody wrote: rules, gutters of line numbers, share links."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ingest.text_lines import Line
from ingest.text_pieces import Piece

_SIGNS = re.compile(r"[-_=*~#|+.:<> \t\xa0\u00b7\u2013\u2014\u2022]+")
_UNDERLINE = re.compile(r"([=~^-])\1{2,}")
_BORDER = re.compile(r"(?=[^-=]*[-=])[|+][-=|+: ]+")
_GUTTER = re.compile(r"\d{1,6}(?: \d{1,6})*(?P<bar> ?\|)?")
_ADDRESS = re.compile(r"<?https?://\S+>?")
_ACCOUNT = re.compile(r"\(.{1,200}\)|(?:signed|logged) in as .{1,100}|\S{1,100}@\S{1,100}", re.IGNORECASE)
_LONGEST_GUTTER = 10_000  # characters: two thousand lines of code
_LEAST_DOWNWARDS = 3  # numbers under one another, from 1 on, are a gutter and not an answer


def is_underline(text: str) -> bool:
    """Say whether a line is a row of one sign that may underline a title."""
    return _UNDERLINE.fullmatch(text) is not None


def is_border(text: str) -> bool:
    """Say whether a line is the edge of a table, or the rule under its first row."""
    return _BORDER.fullmatch(text) is not None


def is_sign_row(text: str) -> bool:
    """Say whether a line holds nothing but the signs that rules, bullets and frames are made of."""
    return _SIGNS.fullmatch(text) is not None


def without_residue(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Leave out the lines that nobody wrote; what follows one stands apart from what came before."""
    gutters = _downward_gutters(pieces)
    dropped = False
    for index, piece in enumerate(pieces):
        if not isinstance(piece, Line):
            yield piece
        elif (
            index in gutters
            or _is_gutter(piece.text)
            or (is_sign_row(piece.text) and (dropped or not _belongs(piece)))
        ):
            dropped = True
            continue
        else:
            yield piece._replace(apart=True) if dropped else piece
        dropped = False


def opening_notes(lines: Sequence[Line]) -> int:
    """Count the lines at the top that say where the text was copied from: an address, notes on an account."""
    for count, line in enumerate(lines):
        if not (_ADDRESS.fullmatch(line.text) or (count and _ACCOUNT.fullmatch(line.text))):
            return count
    return len(lines)


def _belongs(row: Line) -> bool:
    """Say whether a row of signs may be part of what stands right above it: a title, a table."""
    return not row.apart and (is_underline(row.text) or is_border(row.text))


def _is_gutter(text: str) -> bool:
    match = _GUTTER.fullmatch(text) if len(text) <= _LONGEST_GUTTER else None
    if match is None:
        return False
    numbers = [int(number) for number in text.rstrip("| ").split()]
    rising = all(after == before + 1 for before, after in pairwise(numbers))
    return rising and (match["bar"] is not None or len(numbers) >= _LEAST_DOWNWARDS)


def _downward_gutters(pieces: Sequence[Piece]) -> set[int]:
    """Give the indexes of the lines that count 1, 2, 3 and on, a number to a line."""
    found: set[int] = set()
    run: list[int] = []
    for index, piece in enumerate(pieces):
        text = piece.text if isinstance(piece, Line) else ""
        if text != str(len(run) + 1):
            run = []
        if text == str(len(run) + 1):
            run.append(index)
        if len(run) >= _LEAST_DOWNWARDS:
            found.update(run[-_LEAST_DOWNWARDS:])
    return found
