"""The body of a reStructuredText file: its lines become headings and blocks, by their signs and indents."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ingest.rst_directives import is_code, is_hidden, is_setting, is_table
from ingest.rst_tables import row_starts, table_end
from ingest.source_lines import SourceLine, code, deeper, is_blank, is_visible, parted, prose, run_of
from ingest.types import Block, Heading, Kind

Piece = Block | Heading
_Taken = tuple[int, Iterator[Piece]]
"""The index behind the lines that were taken, and what they make."""

# Quotes and directives nest: what stands in this many is a paragraph, whatever it looks like.
DEEPEST = 8
# In characters: an underline this long makes a title of a longer line, and alone it is a rule.
_SURELY_ADORNED = 4
_OVERLINED = 3  # lines

_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1*")
_EXPLICIT = re.compile(r"\.\.(?:\s|$)")
_DIRECTIVE = re.compile(r"\.\.\s+([\w:+.-]{1,60})::(?:\s+(.*)|$)")
_FOOTNOTE = re.compile(r"\.\.\s+\[[^\]]{1,100}\]\s")
_OPTION = re.compile(r":\w[\w -]*:(?:\s|$)")
_BULLETS = "-*+•‣⁃"
_ITEM = re.compile(
    rf"[{_BULLETS}](?:\s|$)|(?:\d{{1,9}}|#|[A-Za-z]|[ivxlcdmIVXLCDM]{{1,9}})[.)]\s|\((?:\w{{1,9}}|#)\)\s"
)
_FIELD = re.compile(r":(?![\s:])(?:[^:\\`]|\\.|:(?!\s|$)){1,100}:(?:\s|$)")
_SWITCH = re.compile(r"(?:-\w|--[\w-]+|/[A-Z])(?![\w-])(?:.*\S\s{2,}\S|\s{2,}\S)")


@dataclass(frozen=True, slots=True)
class _Region:
    """Lines up to the one at `last`, at `indent` columns, inside of `depth` quotes and directives."""

    lines: Sequence[SourceLine]
    last: int
    depth: int
    indent: int

    def visible(self, at: int) -> bool:
        """Say whether there is a line at `at` in the region, and something in it."""
        return at < self.last and self.lines[at].text != ""


def pieces(lines: Sequence[SourceLine], first: int, last: int, depth: int = 0) -> Iterator[Piece]:
    """Give what the lines from `first` up to `last` make; titles at depth 0 alone, and all of level 1."""
    at = run_of(lines, first, last, is_blank)
    region = _Region(lines, last, depth, lines[at].indent if depth and at < last else 0)
    while at < last:
        at, made = _taken(region, at)
        yield from made
        at = run_of(lines, at, last, is_blank)


def _taken(region: _Region, at: int) -> _Taken:
    if region.depth >= DEEPEST:
        end = run_of(region.lines, at, region.last, is_visible)
        return end, prose(region.lines[at:end])
    for take in _TAKERS:
        if taken := take(region, at):
            return taken
    return _paragraph(region, at)


def adornment(lines: Sequence[SourceLine], at: int, last: int) -> tuple[str, int] | None:
    """Give the signs around the title that begins at `at`, and its count of lines; `None` if it is none."""
    line, after = lines[at], lines[at + 1 : min(at + _OVERLINED, last)]
    if line.indent and not _ADORNMENT.fullmatch(line.text):
        return None
    if _ADORNMENT.fullmatch(line.text):
        framed = len(after) == _OVERLINED - 1 and line.text == after[1].text and after[0].text
        named = framed and not _ADORNMENT.fullmatch(after[0].text) and _covers(line, after[0])
        return (line.text[0] * 2, _OVERLINED) if named else None
    if not after or after[0].indent or not _ADORNMENT.fullmatch(after[0].text):
        return None
    return (after[0].text[0], 2) if _covers(after[0], line) else None


def _covers(line: SourceLine, title: SourceLine) -> bool:
    return len(line.text) >= min(len(title.text), _SURELY_ADORNED)


def _title(region: _Region, at: int) -> _Taken | None:
    adorned = None if region.depth else adornment(region.lines, at, region.last)
    if adorned is None:
        return None
    lines = region.lines[at : at + adorned[1]]
    named = lines[adorned[1] == _OVERLINED]
    return at + adorned[1], iter([Heading(1, named.text, lines[0].start, lines[-1].end)])


def _rule(region: _Region, at: int) -> _Taken | None:
    text = region.lines[at].text
    return (at + 1, iter(())) if len(text) >= _SURELY_ADORNED and _ADORNMENT.fullmatch(text) else None


def _explicit(region: _Region, at: int) -> _Taken | None:
    """Take what `..` opens: a directive, a footnote, or what is not shown."""
    line = region.lines[at]
    if line.text.startswith("__ "):
        return at + 1, iter(())
    if not _EXPLICIT.match(line.text):
        return None
    if line.text == ".." and not region.visible(at + 1):
        return at + 1, iter(())
    end = max(deeper(region.lines, at + 1, region.last, line.indent), at + 1)
    if _FOOTNOTE.match(line.text):
        return end, _paragraph_and_more(region, at, end)
    named = _DIRECTIVE.match(line.text)
    return end, _directive(region, at, end, named[1], named[2] or "") if named else iter(())


def _paragraph_and_more(region: _Region, at: int, end: int) -> Iterator[Piece]:
    first = run_of(region.lines, at, end, is_visible)
    yield from prose(region.lines[at:first])
    yield from pieces(region.lines, first, end, region.depth + 1)


def _directive(region: _Region, at: int, end: int, name: str, argument: str) -> Iterator[Piece]:
    """Give what a directive shows: its words behind its name, or its code or rows with all of its lines."""
    lines, name = region.lines, name.rpartition(":")[2].lower()
    options = run_of(lines, at + 1, end, lambda line: _OPTION.match(line.text) is not None)
    content = run_of(lines, options, end, is_blank)
    if is_hidden(name):
        return
    if is_code(name):
        yield from code(lines[at:end] if content < end else (), opening=content - at)
    elif is_table(name):
        indent = lines[content].indent if content < end else 0
        rows = {line.begin for line in lines[content + 1 : end] if line.text and line.indent == indent}
        yield from parted(Kind.TABLE, lines[at:end], lambda line: line.begin in rows)
    elif is_setting(name) or not (argument or content == at + 1 < end):
        yield from pieces(lines, options, end, region.depth + 1)
    elif options > at + 1:
        yield from prose(lines[at : at + 1])
        yield from pieces(lines, options, end, region.depth + 1)
    else:
        yield from _paragraph_and_more(region, at, end)


def _table(region: _Region, at: int) -> _Taken | None:
    end = table_end(region.lines, at, region.last)
    if end is None:
        return None
    starts = row_starts(region.lines[at:end])
    return end, parted(Kind.TABLE, region.lines[at:end], lambda line: line.begin in starts)


def _doctest(region: _Region, at: int) -> _Taken | None:
    if not region.lines[at].text.startswith(">>>"):
        return None
    end = run_of(region.lines, at, region.last, is_visible)
    return end, code(region.lines[at:end])


def _line_block(region: _Region, at: int) -> _Taken | None:
    if region.lines[at].text[:2] not in {"|", "| "}:
        return None
    end = run_of(region.lines, at, region.last, is_visible)
    return end, prose(region.lines[at:end])


def _quote(region: _Region, at: int) -> _Taken | None:
    """Take what stands deeper than the text around it."""
    if region.lines[at].indent <= region.indent:
        return None
    end = max(deeper(region.lines, at, region.last, region.indent), at + 1)
    return end, pieces(region.lines, at, end, region.depth + 1)


def _opens_item(region: _Region, at: int) -> bool:
    """Say whether a list's item opens here; an initial, as in a name, is none where its line goes on."""
    line = region.lines[at]
    if not _ITEM.match(line.text):
        return False
    if line.text[0] in _BULLETS or not region.visible(at + 1):
        return True
    after = region.lines[at + 1]
    return after.indent > line.indent or (after.indent == line.indent and _ITEM.match(after.text) is not None)


def _opens_field(region: _Region, at: int) -> bool:
    return _FIELD.match(region.lines[at].text) is not None


def _opens_switch(region: _Region, at: int) -> bool:
    return _SWITCH.match(region.lines[at].text) is not None


def _opens_definition(region: _Region, at: int) -> bool:
    line = region.lines[at]
    term = region.visible(at + 1) and not line.text.endswith("::") and not _EXPLICIT.match(line.text)
    return term and region.lines[at + 1].indent > line.indent


def _goes_on(region: _Region, first: int, at: int) -> bool:
    """Say whether the line at `at` can belong to the list that begins at `first`: one with its bullet."""
    if not region.visible(at) or region.lines[at].indent != region.lines[first].indent:
        return False
    return _bullet(region.lines[at].text) == _bullet(region.lines[first].text)


def _bullet(text: str) -> str:
    return text[0] if text[0] in _BULLETS and text[1:2] in {"", " ", "\t"} else ""


def _listed(opens: Callable[[_Region, int], bool]) -> Callable[[_Region, int], _Taken | None]:
    """Give what takes a list whose items `opens` tells: those at one indent, with all that is in them."""

    def take(region: _Region, at: int) -> _Taken | None:
        lines, indent, starts = region.lines, region.lines[at].indent, set[int]()
        end = index = at
        while _goes_on(region, at, index) and opens(region, index):
            starts.add(lines[index].begin)
            end = max(deeper(lines, index + 1, region.last, indent), index + 1)
            index = run_of(lines, end, region.last, is_blank)
        return (end, parted(Kind.LIST, lines[at:end], lambda line: line.begin in starts)) if starts else None

    return take


def _paragraph(region: _Region, at: int) -> _Taken:
    """Take a paragraph, and the code behind it if it ends in two colons."""
    lines, last, indent = region.lines, region.last, region.lines[at].indent
    end = run_of(lines, at + 1, last, lambda line: line.text != "" and line.indent == indent)
    if not lines[end - 1].text.endswith("::"):
        return end, prose(lines[at:end])
    literal = run_of(lines, end, last, is_blank)
    behind = deeper(lines, literal, last, indent)
    if behind == literal and end < literal < last and _ADORNMENT.match(lines[literal].text):
        # Not indented, but each line opens with the same sign.
        sign = lines[literal].text[0]
        behind = run_of(lines, literal, last, lambda line: line.text[:1] == sign)
    shown = lines[at : end - 1] if lines[end - 1].text == "::" else lines[at:end]
    return max(end, behind), iter((*prose(shown), *code(lines[literal:behind])))


_TAKERS = (
    _title,
    _table,
    _explicit,
    _rule,
    _doctest,
    _line_block,
    _quote,
    _listed(_opens_item),
    _listed(_opens_field),
    _listed(_opens_switch),
    _listed(_opens_definition),
)
