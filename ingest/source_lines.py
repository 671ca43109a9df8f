"""Lines of a file whose markup goes by lines, blank ones too, and the blocks that runs of them make."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from ingest.types import Block, Kind, line_starts

_TAB = 8  # columns


# A tuple, not a dataclass: a large file has a million of them.
class SourceLine(NamedTuple):
    """One line: it begins at `begin`, and `text` is what is visible of it, from `start` up to `end`.

    `indent` counts the columns of white space before it. Of a blank line `text` is empty.
    """

    begin: int
    start: int
    end: int
    text: str
    indent: int


def source_lines(text: str) -> list[SourceLine]:
    r"""Give the lines of `text`. `\r\n`, `\r` and `\n` end a line, whatever else looks like a line's end."""
    starts = line_starts(text)
    return [_line(text, begin, end) for begin, end in pairwise([*starts, len(text)])]


def _line(text: str, begin: int, end: int) -> SourceLine:
    raw = text[begin:end]
    shown = raw.strip()
    if not shown:
        return SourceLine(begin, begin, begin, "", 0)
    before = raw[: len(raw) - len(raw.lstrip())]
    start = begin + len(before)
    return SourceLine(begin, start, start + len(shown), shown, len(before.expandtabs(_TAB)))


def prose(lines: Sequence[SourceLine]) -> Iterator[Block]:
    """Make a paragraph of what is visible in `lines`, if anything is."""
    shown = [line for line in lines if line.text]
    if shown:
        yield Block(Kind.PROSE, shown[0].start, shown[-1].end)


def code(lines: Sequence[SourceLine], opening: int = 0, closing: int = 0) -> Iterator[Block]:
    """Make a block of code of `lines`, which may be cut before each that is visible.

    It is not cut right after the `opening` lines that say what it is, nor before the `closing` ones.
    """
    first = next((line for line in lines if line.text), None)
    if first is None:
        return
    shown = [line for line in lines if line.text]
    inside = [line for line in lines[opening + 1 : len(lines) - closing] if line.text]
    start = shown[0].start if opening else shown[0].begin
    yield Block(
        Kind.CODE, start, shown[-1].end, (start, *(line.begin for line in inside if line.begin > start))
    )


def parted(kind: Kind, lines: Sequence[SourceLine], opens: Callable[[SourceLine], bool]) -> Iterator[Block]:
    """Make a list or table of `lines`, not all blank, which may be cut before each that `opens` a part."""
    shown = [line for line in lines if line.text]
    cuts = (line.start for line in shown[1:] if opens(line))
    yield Block(kind, shown[0].start, shown[-1].end, (shown[0].start, *cuts))


def run_of(lines: Sequence[SourceLine], at: int, last: int, goes_on: Callable[[SourceLine], bool]) -> int:
    """Give the index behind the run of lines from `at` on, before `last`, for which `goes_on` is true."""
    while at < last and goes_on(lines[at]):
        at += 1
    return at


def deeper(lines: Sequence[SourceLine], at: int, last: int, indent: int) -> int:
    """Give the index behind the lines from `at` on that are deeper than `indent`, or blank and between."""
    end = at
    while at < last and (not lines[at].text or lines[at].indent > indent):
        end = at + 1 if lines[at].text else end
        at += 1
    return end


def is_blank(line: SourceLine) -> bool:
    """Say whether nothing is visible in a line."""
    return not line.text


def is_visible(line: SourceLine) -> bool:
    """Say whether something is visible in a line."""
    return line.text != ""


def name_in_words(path: str) -> str:
    """Give the name of the file at `path` in words, without its suffix."""
    name = path.rpartition("/")[2]
    stem = name.rpartition(".")[0] or name
    return " ".join(re.split(r"[\s_-]+", stem)).strip() or stem
