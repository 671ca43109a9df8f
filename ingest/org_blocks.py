"""What stands under a heading of an Org file: its lines become blocks, by what they begin with."""

import re
from collections.abc import Iterator, Sequence

from ingest.source_lines import SourceLine, code, is_blank, parted, prose, run_of
from ingest.types import Block, Kind

_Lines = Sequence[SourceLine]
_Taken = tuple[int, Iterator[Block]]
"""The index behind the lines that were taken, and what they make."""

_KEYWORD = re.compile(r"#\+([A-Za-z][\w-]*):[ \t]*(.*)")
_BEGIN = re.compile(r"#\+begin_(\w+)", re.IGNORECASE)
_MARKER = re.compile(r"#\+\S.*|#(?:\s.*)?|-{5,}", re.IGNORECASE)
# What Emacs plans and times by, as it does with the records in drawers.
_PLANNING = re.compile(r"(?:CLOCK|CLOSED|DEADLINE|SCHEDULED):\s*[<\[]")
_DRAWER = re.compile(r":([A-Za-z][\w-]*):")
_END = ":end:"
_ITEM = re.compile(r"(?:[-+]|\d{1,9}[.)]|[A-Za-z][.)])(?:[ \t]|$)")
_STARRED = re.compile(r"\*(?:[ \t]|$)")
_FIXED = re.compile(r":(?:\s|$)")
_RULE = re.compile(r"\|-[-+|]*")
# Blocks that hold text as any other, those that are shown to nobody; the rest are code or the like.
_TEXT = frozenset({"center", "quote", "verse", "note", "tip", "warning", "important", "details"})
_HIDDEN = frozenset({"comment", "export"})
# Drawers that keep records for Emacs.
_RECORDS = frozenset({"clock", "logbook", "properties"})
# Two blank lines end a list.
_APART = 2


def keyword(text: str) -> tuple[str, str] | None:
    """Give the key, in lower case, and the value of a line `#+KEY: value`; `None` for any other."""
    found = _KEYWORD.fullmatch(text)
    return (found[1].lower(), found[2]) if found else None


def pieces(lines: _Lines, first: int, last: int) -> Iterator[Block]:
    """Give the blocks that the lines from `first` up to `last` make, in order."""
    closings = _closings(lines, first, last)
    at = run_of(lines, first, last, is_blank)
    while at < last:
        at, made = _taken(lines, at, last, closings.get(at))
        yield from made
        at = run_of(lines, at, last, is_blank)


def _closings(lines: _Lines, first: int, last: int) -> dict[int, int]:
    """Give the index of the line that closes each block and drawer by that of the one that opens it."""
    closings: dict[int, int] = {}
    following: dict[str, int] = {}
    for at in range(last - 1, first - 1, -1):
        text = lines[at].text
        if text[:2] == "#+":
            name = text.lower().split()[0]
            if name.startswith("#+end_"):
                following[name] = at
            elif name.startswith("#+begin_") and (end := following.get(f"#+end_{name[8:]}")) is not None:
                closings[at] = end
        elif text[:1] == ":":
            if text.lower() == _END:
                following[_END] = at
            elif _DRAWER.fullmatch(text) and _END in following:
                closings[at] = following[_END]
    return closings


def _taken(lines: _Lines, at: int, last: int, closing: int | None) -> _Taken:
    text = lines[at].text
    if closing is not None:
        return _framed(lines, at, closing)
    if text.lower() == _END or _KEYWORD.fullmatch(text) or _MARKER.fullmatch(text) or _PLANNING.match(text):
        return at + 1, iter(())
    if text[0] == "|":
        return _table(lines, at, last)
    if _FIXED.match(text):
        end = run_of(lines, at, last, lambda line: _FIXED.match(line.text) is not None)
        return end, code(lines[at:end])
    if _is_item(lines[at]):
        return _list(lines, at, last)
    end = run_of(lines, at + 1, last, lambda line: line.text != "" and not _interrupts(line))
    return end, prose(lines[at:end])


def _framed(lines: _Lines, at: int, closing: int) -> _Taken:
    """Take a block or a drawer up to the line that closes it; what is text inside is read on as such."""
    opens = _BEGIN.match(lines[at].text)
    name = opens[1].lower() if opens else lines[at].text.strip(":").lower()
    if name in (_HIDDEN if opens else _RECORDS):
        return closing + 1, iter(())
    if opens and name not in _TEXT:
        return closing + 1, code(lines[at : closing + 1], opening=1, closing=1)
    return at + 1, iter(())


def _interrupts(line: SourceLine) -> bool:
    """Say whether a line that is not blank ends the paragraph above it."""
    text = line.text
    if text[0] not in "#:|-+0123456789*":
        return False
    return (
        text[0] == "|"
        or text[:2] == "#+"
        or _MARKER.fullmatch(text) is not None
        or _FIXED.match(text) is not None
        or _DRAWER.fullmatch(text) is not None
        or _is_item(line)
    )


def _is_item(line: SourceLine) -> bool:
    """Say whether a line opens an item; a star opens one only where it is indented."""
    return _ITEM.match(line.text) is not None or (line.indent > 0 and _STARRED.match(line.text) is not None)


def _table(lines: _Lines, at: int, last: int) -> _Taken:
    end = run_of(lines, at, last, lambda line: line.text[:1] == "|")
    rows = [line for line in lines[at:end] if not _RULE.fullmatch(line.text)]
    # A rule under the first row makes it the head, which stays with the row below.
    headed = at + 1 < end and _RULE.fullmatch(lines[at + 1].text) is not None
    cuts = {row.begin for row in rows[1 + headed :]}
    return end, parted(Kind.TABLE, lines[at:end], lambda line: line.begin in cuts)


def _list(lines: _Lines, at: int, last: int) -> _Taken:
    """Take the items at one indent with all that is deeper; a blank line may stand between, but not two."""
    indent, starts, end, index = lines[at].indent, set[int](), at, at
    while index < last:
        line = lines[index]
        if line.text and line.indent <= indent and not (line.indent == indent and _is_item(line)):
            break
        if line.text and line.indent == indent:
            starts.add(line.begin)
        end = index + 1 if line.text else end
        if index + 1 - end >= _APART:
            break
        index += 1
    return end, parted(Kind.LIST, lines[at:end], lambda line: line.begin in starts)
