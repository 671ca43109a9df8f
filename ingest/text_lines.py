"""The lines of a plain text, and which of them belong together."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_RUN = re.compile(r"[^\r\n]+")
_TAB = 4  # columns
_WITHIN = 0.95  # of the lines of a wrapped text keep within its width; addresses and tables may not
_FULL = 0.2  # of them at least are nearly as long, or it is not the width that breaks lines
_NEARLY = 0.75  # of the width
_NARROWEST, _WIDEST = 50, 100  # columns in which people wrap
_MOSTLY_FULL = 0.6  # of the width: a line this long may have been broken for want of room


# A tuple, not a dataclass: a large file has a million of them, and a tuple is made in a third of the time.
class Line(NamedTuple):
    """One line that is not blank.

    `text` is what is visible, from offset `start` up to `end`; the line itself begins at `begin`. `indent`
    counts columns of spaces and tabs; `apart` says that a blank line or nothing stands before it.
    """

    begin: int
    start: int
    end: int
    text: str
    indent: int
    apart: bool


def visible_lines(text: str) -> Iterator[Line]:
    r"""Give the lines of `text` that hold more than white space. `\r\n`, `\r` and `\n` end a line."""
    reached = None
    for run in _RUN.finditer(text):
        shown = run[0].strip()
        if not shown:
            continue
        begin = run.start()
        start = begin + len(run[0]) - len(run[0].lstrip())
        apart = reached is None or _line_ends(text[reached:begin]) > 1
        yield Line(begin, start, start + len(shown), shown, _columns(text[begin:start]), apart)
        reached = run.end()


def wrap_width(lines: Sequence[Line]) -> int | None:
    """Give the number of characters at which a text is wrapped, `None` for one with a line to a paragraph."""
    lengths = sorted(line.indent + len(line.text) for line in lines)
    width = lengths[min(int(_WITHIN * len(lengths)), len(lengths) - 1)] if lengths else 0
    full = len(lengths) - bisect_left(lengths, _NEARLY * width)
    return width if _NARROWEST <= width <= _WIDEST and full >= _FULL * len(lengths) else None


def continues(line: Line, after: Line, width: int | None) -> bool:
    """Say whether `after` goes on with the sentence or paragraph of `line`, which stands right before it.

    It does where it begins in the middle of a sentence, or where `line` is so full that the next word had to
    go on a new line; `width` is that of `wrap_width`.
    """
    if after.apart:
        return False
    finished = line.text.endswith((".", "!", "?", ":"))
    if after.text[0] in ",;)]}" or (after.text[0].islower() and not finished):
        return True
    if width is None:
        return False
    length = line.indent + len(line.text)
    return length + 1 + len(after.text[:width].split()[0]) > width or (
        not finished and length > _MOSTLY_FULL * width
    )


def _line_ends(gap: str) -> int:
    return gap.count("\n") or gap.count("\r")


def _columns(white: str) -> int:
    spaces = white[: len(white) - len(white.lstrip(" \t"))]
    return len(spaces) + (_TAB - 1) * spaces.count("\t")
