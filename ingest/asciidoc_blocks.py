"""The body of an AsciiDoc file: its lines become headings and blocks, by what they begin with."""

import re
from collections.abc import Iterator, Sequence

from ingest.source_lines import SourceLine, code, is_blank, is_visible, parted, prose, run_of
from ingest.types import Block, Heading, Kind

Piece = Block | Heading
_Lines = Sequence[SourceLine]
_Taken = tuple[int, Iterator[Piece]]
"""The index behind the lines that were taken, and what they make."""

ATTRIBUTE = re.compile(r":!?(\w[\w-]*)!?:(?:[ \t]+(.*))?")
INCLUDE = re.compile(r"include::\S+\[.*\]")

_HEADING = re.compile(r"(={1,6}|#{1,6})[ \t]+(\S.*?)(?:[ \t]+\1)?")
_UNDERLINES = "=-~^+"
# What may be a title with a line under it: it has letters, and is neither attributes nor a block's title.
_TITLE = re.compile(r"(?!\[.*\]$|\.\S)[^\w\n]{0,20}\w")
_UNDERLINE = re.compile(r"([=~^+-])\1+")
_DELIMITER = re.compile(r"-{4,}|\.{4,}|`{3}[\w,+-]*|\+{4,}|/{4,}|={4,}|\*{4,}|_{4,}|--|[|,:!]={3,}")
_ABOVE = re.compile(r"\[.*\]|\.(?![\s.]).+")
_CODE_STYLE = re.compile(r"\[(?:source|listing|literal|stem|verse|%?[a-z]*,?\s*subs)\b.*\]")
_HIDDEN = re.compile(r"'{3,}|<{3,}|(?:include|image|video|audio|toc|ifdef|ifndef|ifeval|endif|doctitle)::.*")
_ITEM = re.compile(
    r"(?:\*{1,6}|-|\.{1,6}|\d{1,9}\.|[A-Za-z]\.|<[\d.]{1,3}>)[ \t]+\S|\S.{0,300}?(?:::|;;)(?:\s|$)"
)
_TABLE = re.compile(r"[|,:!]={3,}")
_ROW = re.compile(r"[\d.+*<^>]{0,9}[a-z]?\|")
# Delimiters whose content is kept to the letter, that of which is not shown, and that of rows.
_VERBATIM = frozenset("-.`")
_NOT_SHOWN = frozenset("+/")


def is_comment(text: str) -> bool:
    """Say whether a line is a comment of its own."""
    return text.startswith("//") and not text.startswith("///")


def title_of(lines: _Lines, at: int, last: int) -> tuple[int, Heading] | None:
    """Give the heading that begins at `at`, and the index behind it; `None` if there is none."""
    line = lines[at]
    if line.indent:
        return None
    if found := _HEADING.fullmatch(line.text):
        return at + 1, Heading(len(found[1]), found[2], line.start, line.end)
    if at + 1 >= last or not _TITLE.match(line.text) or _ITEM.match(line.text):
        return None
    under = lines[at + 1]
    if under.indent or not _UNDERLINE.fullmatch(under.text) or abs(len(under.text) - len(line.text)) > 1:
        return None
    return at + 2, Heading(_UNDERLINES.index(under.text[0]) + 1, line.text, line.start, under.end)


def pieces(lines: _Lines, first: int, last: int) -> Iterator[Piece]:
    """Give what the lines from `first` up to `last` make, in order."""
    closings = _closings(lines)
    at = run_of(lines, first, last, is_blank)
    while at < last:
        at, made = _taken(lines, at, last, closings)
        yield from made
        at = run_of(lines, at, last, is_blank)


def _closings(lines: _Lines) -> dict[int, int]:
    """Give the index of the next line like it by that of each delimiter."""
    closings: dict[int, int] = {}
    following: dict[str, int] = {}
    for at in range(len(lines) - 1, -1, -1):
        text = lines[at].text
        if _DELIMITER.fullmatch(text):
            sign = "```" if text[0] == "`" else text
            if sign in following:
                closings[at] = following[sign]
            if text == sign:
                following[sign] = at
    return closings


def _taken(lines: _Lines, at: int, last: int, closings: dict[int, int]) -> _Taken:
    text = lines[at].text
    if title := title_of(lines, at, last):
        return title[0], iter([title[1]])
    if is_comment(text) or ATTRIBUTE.fullmatch(text) or _HIDDEN.fullmatch(text):
        return at + 1, iter(())
    opened = run_of(lines, at, last, lambda line: _ABOVE.fullmatch(line.text) is not None)
    if opened == last or not lines[opened].text or title_of(lines, opened, last):
        return opened, _captions(lines[at:opened])
    if _DELIMITER.fullmatch(lines[opened].text):
        return _delimited(lines, at, opened, closings)
    return _plain(lines, at, opened, last, closings)


def _captions(lines: _Lines) -> Iterator[Block]:
    """Give the titles, written `.Title`, of a block; its attributes are for nobody to read."""
    for line in lines:
        if line.text[0] == ".":
            yield from prose([line])


def _delimited(lines: _Lines, at: int, opened: int, closings: dict[int, int]) -> _Taken:
    """Take a block between delimiters; what is text inside is read on as such, and so is what has no end."""
    sign, end = lines[opened].text, closings.get(opened)
    if end is not None and sign[0] in _NOT_SHOWN:
        return end + 1, iter(())
    if end is not None and sign[0] in _VERBATIM and sign != "--":
        return end + 1, code(lines[at : end + 1], opening=opened - at + 1, closing=1)
    if end is not None and _TABLE.fullmatch(sign):
        return end + 1, _table(lines, at, opened, end)
    return opened + 1, _captions(lines[at:opened])


def _table(lines: _Lines, at: int, opened: int, end: int) -> Iterator[Block]:
    """Make a table, to be cut between its rows: a line each, or the runs of lines between blank ones."""
    inside = [index for index in range(opened + 1, end) if lines[index].text]
    drawn = lines[opened].text[0] in "|!"
    by_line = not drawn or any(len(_ROW.findall(lines[index].text)) > 1 for index in inside)
    if by_line:
        starts = [index for index in inside if not drawn or _ROW.match(lines[index].text)]
    else:
        starts = [index for index in inside if not lines[index - 1].text or index == opened + 1]
    # A blank line under the first row makes it the head, which stays with the row below.
    headed = len(starts) > 1 and starts[0] == opened + 1 and not lines[starts[0] + 1].text
    cuts = {lines[index].begin for index in starts[1 + headed :]}
    yield from parted(Kind.TABLE, lines[at : end + 1], lambda line: line.begin in cuts)


def _plain(lines: _Lines, at: int, opened: int, last: int, closings: dict[int, int]) -> _Taken:
    """Take a list, a paragraph, or code that is indented or said to be code, with what stands above it."""
    if any(_CODE_STYLE.fullmatch(line.text) for line in lines[at:opened]):
        end = run_of(lines, opened, last, is_visible)
        return end, code(lines[at:end], opening=opened - at)
    if _ITEM.match(lines[opened].text):
        end, made = _list(lines, opened, last, closings)
    else:
        end = run_of(lines, opened + 1, last, lambda line: line.text != "" and not _interrupts(line))
        made = (code if lines[opened].indent else prose)(lines[opened:end])
    return end, iter((*_captions(lines[at:opened]), *made))


def _interrupts(line: SourceLine) -> bool:
    text = line.text
    return is_comment(text) or _DELIMITER.fullmatch(text) is not None or _HIDDEN.fullmatch(text) is not None


def _list(lines: _Lines, at: int, last: int, closings: dict[int, int]) -> _Taken:
    """Take items with what is attached to them: after a `+` alone in its line a whole block is."""
    starts, end, index = set[int](), at, at
    first = _marker(lines[at].text)
    while index < last:
        line = lines[index]
        if line.text == "+":
            index = end = _attached(lines, index + 1, last, closings)
            continue
        if not line.text:
            index = run_of(lines, index, last, is_blank)
            goes_on = (
                index < last and _ITEM.match(lines[index].text) and not _HEADING.fullmatch(lines[index].text)
            )
            if not goes_on and not (index < last and lines[index].text == "+"):
                break
            continue
        if _DELIMITER.fullmatch(line.text) or _ABOVE.fullmatch(line.text):
            break
        if _ITEM.match(line.text) and _marker(line.text) == first:
            starts.add(line.begin)
        index = end = index + 1
    return end, parted(Kind.LIST, lines[at:end], lambda line: line.begin in starts)


def _attached(lines: _Lines, at: int, last: int, closings: dict[int, int]) -> int:
    """Give the index behind the block at `at`: between delimiters, or up to a blank line."""
    at = run_of(lines, at, last, lambda line: _ABOVE.fullmatch(line.text) is not None)
    if at < last and (end := closings.get(at)) is not None:
        return min(end + 1, last)
    if at < last and _ITEM.match(lines[at].text):
        return at
    return run_of(lines, at, last, lambda line: line.text not in {"", "+"})


def _marker(text: str) -> str:
    """Give the sign of an item, the same for all items of one level."""
    sign = text.split(maxsplit=1)[0]
    return (
        "1."
        if sign[0].isalnum() and sign[-1] == "."
        else "<1>"
        if sign[0] == "<"
        else sign
        if sign[0] in "*-."
        else "::"
    )
