"""Words of reStructuredText, Org and AsciiDoc without their markup, and what frames their code and tables."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from ingest.types import Format, Kind

MARKED = frozenset({Format.RST, Format.ORG, Format.ASCIIDOC})
"""The formats whose words this module gives."""

# No expression here can run over the same characters many times: the time is linear in the text.

# What stands around a block's own lines, above or below: directives, options, attributes, delimiters.
_FRAME: Mapping[Format, re.Pattern[str]] = MappingProxyType(
    {
        Format.RST: re.compile(r"\.\.[ \t].*|:[\w][\w -]*:.*|"),
        Format.ORG: re.compile(r"#\+.*", re.IGNORECASE),
        Format.ASCIIDOC: re.compile(r"\[.*\]|\.[^\s.].*|-{4,}|\.{4,}|`{3}.*|[|,:!]={3,}|"),
    }
)
_LAST_FRAME: Mapping[Format, re.Pattern[str]] = MappingProxyType(
    {
        Format.ORG: re.compile(r"#\+end_.*", re.IGNORECASE),
        Format.ASCIIDOC: re.compile(r"-{4,}|\.{4,}|`{3,}|[|,:!]={3,}"),
    }
)
_MOST_FRAME_LINES = 20
# The row of signs between a table's head and its rows.
_RULE: Mapping[Format, re.Pattern[str]] = MappingProxyType(
    {
        Format.RST: re.compile(r"=[= \t]*=|\+=[=+]*\+"),
        Format.ORG: re.compile(r"\|-[-+|]*"),
        Format.ASCIIDOC: re.compile(r""),
    }
)
_MOST_HEAD_LINES = 6
# What opens a line of Org's text of fixed width.
_FIXED = re.compile(r"^[ \t]*:(?=\s|$)", re.MULTILINE)

_Change = tuple[re.Pattern[str], str]


def _changes(*pairs: tuple[str, str]) -> tuple[_Change, ...]:
    return tuple((re.compile(pattern, re.MULTILINE), said) for pattern, said in pairs)


# What is taken out of a row of a table.
_CELLS: Mapping[Format, tuple[_Change, ...]] = MappingProxyType(
    {
        Format.RST: _changes((r"^[ \t=+|-]+$|\|", " "), (r"^[ \t]*\*[ \t]+-[ \t]|^[ \t]*-[ \t]", " ")),
        Format.ORG: _changes((r"^[ \t=+|:-]+$|\|", " ")),
        Format.ASCIIDOC: _changes((r"^[|,:!]={3,}[ \t]*$", ""), (r"(?<![^\s|])[\d.+*<^>]{0,9}[a-z]?\|", " ")),
    }
)
# Code inside of a line, which is kept as it is.
_CODE: Mapping[Format, re.Pattern[str]] = MappingProxyType(
    {
        Format.RST: re.compile(r"``([^`]{1,400})``"),
        Format.ORG: re.compile(r"(?<![\w=~])(?:=([^\s=][^=\n]{0,400}?)=|~([^\s~][^~\n]{0,400}?)~)(?![\w=~])"),
        Format.ASCIIDOC: re.compile(
            r"`\+([^`+\n]{1,400})\+`|``([^`\n]{1,400})``|`([^`\n]{1,400})`|\+\+([^+\n]{1,400})\+\+"
        ),
    }
)
# Of Unicode's private use: no text says anything with them.
_OUR_SIGNS = re.compile("[\ue000\ue001]")
_SIGN = re.compile("\ue000(\\d{1,9})\ue001")
_BULLET = r"^[ \t]*(?:[-+*•‣⁃]|\d{1,9}[.)]|#\.)[ \t]+(?:\[[ xX*-]\][ \t]+)?"
_PROSE: Mapping[Format, tuple[_Change, ...]] = MappingProxyType(
    {
        Format.RST: _changes(
            (r"^[ \t]*\.\.[ \t]+\[[^\]\n]{1,100}\][ \t]+|^[ \t]*\|[ \t]+|" + _BULLET, ""),
            (r"^[ \t]*\.\.[ \t]+(?:[\w-]{1,40}:)?([\w-]{1,40})::[ \t]*", r"\1: "),
            (r"^[ \t]*:([\w][\w -]{0,60}):(?=[ \t]|$)", r"\1:"),
            (r"(?<!\w):[\w:+.-]{1,60}:(?=`)", ""),
            (r"`([^`<>]{1,300}?)\s*<[^`<>]{1,1000}>`_{0,2}", r"\1"),
            (r"`([^`]{1,400})`_{0,2}", r"\1"),
            (r"\[[#*]?[\w-]{0,60}\]_", ""),
            (r"\|(?=\S)([^|\n]{1,100})\|_{0,2}", r"\1"),
            (r"(?<![\w*\\])\*{1,2}(?=[^\s*])|(?<=[^\s*\\])\*{1,2}(?![\w*])|(?<=\w)_{1,2}(?![\w_])", ""),
            (r"::[ \t]*$", ":"),
            (r"\\(?=\S)", ""),
        ),
        Format.ORG: _changes(
            (_BULLET, ""),
            (r"\[\[[^\[\]\n]{1,1000}\]\[([^\[\]\n]{1,300})\]\]", r"\1"),
            (r"\[\[([^\[\]\n]{1,1000})\]\]", r"\1"),
            (r"\[fn:[^\[\]:\n]{0,60}:?\]?", ""),
            (r"[<\[](\d{4}-\d\d-\d\d[^<>\[\]\n]{0,40})[>\]]", r"\1"),
            (r"(?<=\S)[ \t]+::(?=\s)", ":"),
            (r"(?<![^\s({'\"-])[*/_+](?=[^\s*/_+])|(?<=[^\s*/_+])[*/_+](?![^\s)}'\".,;:!?-])", ""),
            (r"\\\\[ \t]*$", ""),
        ),
        Format.ASCIIDOC: _changes(
            (r"^[ \t]*(?:[*]{1,6}|\.{1,6}|-|\d{1,9}\.|<[\d.]{1,3}>)[ \t]+(?:\[[ xX*]\][ \t]+)?", ""),
            (r"^(?:-{4,}|\.{4,}|={4,}|\*{4,}|_{4,}|`{3,}\w*|--)[ \t]*$", ""),
            (r"^\.(?=[^\s.])|^[ \t]*\[[^\]\n]{0,300}\][ \t]*$|^\+[ \t]*$", ""),
            (r"^([A-Z]{2,10}):(?=[ \t])", r"\1:"),
            (r"(?<=\S)(?:::|;;)(?=\s)", ":"),
            (r"<<[^<>,\n]{1,300},[ \t]*([^<>\n]{1,300})>>", r"\1"),
            (r"<<#?([^<>\n]{1,300})>>", r"\1"),
            (r"\b(?:link|xref|mailto):[^\s\[\]]{1,1000}\[([^\[\]\n]{1,300}?)\^?\]", r"\1"),
            (r"\b(?:link|xref|mailto):([^\s\[\]]{1,1000})\[\]", r"\1"),
            (r"\bhttps?://[^\s\[\]]{1,1000}\[([^\[\]\n]{1,300}?)\^?\]", r"\1"),
            (r"\b(?:image|icon)::?[^\s\[\]]{1,300}\[[^\[\]\n]{0,300}\]", ""),
            (r"\b(?:footnote|kbd|btn|menu|stem|pass):[^\s\[\]]{0,100}\[([^\[\]\n]{0,1000})\]", r" \1"),
            (r"\[\[[^\[\]\n]{1,100}\]\]|\[[.#][\w.#-]{1,60}\](?=[#*_`])", ""),
            (r"\{(\w[\w-]{0,60})\}", r"\1"),
            (r"(?<![\w*_#^~])[*_#^~]{1,2}(?=[^\s*_#])|(?<=[^\s*_#])[*_#^~]{1,2}(?![\w*_#^~])", ""),
            (r"[ \t]\+[ \t]*$", ""),
        ),
    }
)


def words(text: str, written_as: Format, kind: Kind) -> str:
    r"""Give the words of a block or a part of one, whose lines end in `\n`. Never raises."""
    if kind in {Kind.CODE, Kind.TABLE}:
        start, end = inner(text, written_as, Kind.CODE)
        text = text[start:end]
    if kind is Kind.CODE:
        return _FIXED.sub("", text) if written_as is Format.ORG else text
    if kind is Kind.TABLE:
        text = _changed(text, _CELLS[written_as])
    return _with_code(text, written_as)


def _with_code(text: str, written_as: Format) -> str:
    """Take the markup out of prose but not out of the code in it, for which a sign stands meanwhile."""
    kept: list[str] = []

    def sign(code: re.Match[str]) -> str:
        kept.append(code[code.lastindex or 0])
        return f"\ue000{len(kept) - 1}\ue001"

    text = _CODE[written_as].sub(sign, _OUR_SIGNS.sub(" ", text))
    return _SIGN.sub(lambda found: kept[int(found[1])], _changed(text, _PROSE[written_as]))


def inner(text: str, written_as: Format, kind: Kind) -> tuple[int, int]:
    """Give where what a block says begins and ends in its `text`: without its frame, and a table's head."""
    lines = text.splitlines(keepends=True)
    first = _opening(lines, _FRAME[written_as])
    if kind is Kind.TABLE:
        first += _head(lines[first : first + _MOST_HEAD_LINES], written_as)
    last = len(lines)
    if written_as in _LAST_FRAME and first < last and _LAST_FRAME[written_as].fullmatch(lines[-1].strip()):
        last -= 1
    start = sum(map(len, lines[:first]))
    return start, len(text) - sum(map(len, lines[max(first, last) :]))


def _opening(lines: Sequence[str], frame: re.Pattern[str]) -> int:
    """Give how many lines frame what follows them: none if the first does not, or if nothing follows."""
    count = 0
    while count < min(len(lines), _MOST_FRAME_LINES) and frame.fullmatch(lines[count].strip()):
        count += 1
    return count if count and lines[0].strip() and count < len(lines) else 0


def _head(lines: Sequence[str], written_as: Format) -> int:
    """Give how many lines are a table's head, with the rule under it; none without such a rule."""
    rules = [at for at, line in enumerate(lines) if at and _RULE[written_as].fullmatch(line.strip())]
    return rules[0] + 1 if rules and rules[0] + 1 < len(lines) else 0


def _changed(text: str, changes: Sequence[_Change]) -> str:
    for pattern, said in changes:
        text = pattern.sub(said, text)
    return text
