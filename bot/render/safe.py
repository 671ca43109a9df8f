"""What may be shown of a note's characters, so that a note never acts on the terminal or hides what it says.

Control characters and escape sequences can move the cursor, rename the window or answer in the user's name;
bidirectional marks can show words in another order than they stand; invisible characters can hide words.
Each becomes something to see. The joiners U+200C and U+200D stay: Persian, Indic scripts and emoji are
spelled with them, and they neither reorder nor hide anything.
"""

import re
from collections.abc import Sequence

# C0 without tab and newline, DEL and C1; soft hyphen; Arabic letter mark; Mongolian vowel separator; zero-
# width space; directional marks; line and paragraph separators, embeddings and overrides; word joiner to
# deprecated format characters; byte order mark; interlinear marks; tags; lone surrogates.
_UNSAFE = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff"
)
_HIDDEN = re.compile(f"[{_UNSAFE}]")
_HIDDEN_OR_BREAK = re.compile(f"[\t\n{_UNSAFE}]")
_CONTROL_PICTURES = 0x2400
_DELETE, _DELETE_PICTURE = 0x7F, "\u2421"
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_LAST_C0 = 0x1F
_LAST_BMP = 0xFFFF
_HEADING_SEPARATOR = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} "


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code <= _LAST_C0:
        return chr(_CONTROL_PICTURES + code)
    return _DELETE_PICTURE if code == _DELETE else _REPLACEMENT


def safe_text(text: str) -> str:
    """Give text of a note for showing over several lines: its newlines and tabs stay."""
    return _HIDDEN.sub(_picture, text.replace("\r\n", "\n"))


def safe_line(text: str) -> str:
    """Give a path, title or heading for showing in one line: newlines and tabs are made visible too."""
    return _HIDDEN_OR_BREAK.sub(_picture, text)


def heading_path(headings: Sequence[str]) -> str:
    """Give headings, outermost first, for showing in one line."""
    return _HEADING_SEPARATOR.join(map(safe_line, headings))


def safe_json(text: str) -> str:
    """Escape what is unsafe in written JSON, which stays the same JSON and is safe on a terminal too."""
    return _HIDDEN.sub(_escape, text)


def safe_cell(text: str) -> str:
    """Give text of a note for a spreadsheet's cell, which never takes it for a formula."""
    shown = safe_text(text)
    return f"'{shown}" if shown.startswith(("=", "+", "-", "@", "\t")) else shown


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code <= _LAST_BMP:
        return f"\\u{code:04x}"
    offset = code - _LAST_BMP - 1
    return f"\\u{0xD800 + (offset >> 10):04x}\\u{0xDC00 + (offset & 0x3FF):04x}"
