"""Headings of a plain text: here those that carry a mark, in `text_titles` those that only look like one."""

import re
from collections.abc import Sequence

from ingest.text_items import is_item
from ingest.text_lines import Line, continues
from ingest.text_pieces import Found, Page, Piece, heading
from ingest.text_residue import is_underline
from ingest.text_titles import byline_title, capitals, numbered, opening, question, title
from ingest.types import Heading

_HASHES = re.compile(r"(?P<marks>#{1,6})[ \t]{1,9}(?P<title>[^#\s].{0,300})")
_PERMALINK = re.compile(r"(?P<title>[^#]{0,150}[^#\s])(?:#|\xb6|\U0001f517)")
_SHARP = re.compile(r"(?:.{0,150}\s)?[A-Z]#")  # C# and F# are languages, not links
_LABELLED = re.compile(
    r"\*{0,2}(?P<label>Question|Ques|Q)\.? {0,3}(?P<number>\d{0,4})\s{0,3}(?P<mark>[:.)]|[-\u2013](?=\s))"
    r"\*{0,2}\s{0,9}(?P<title>.{0,400})",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"(?:what|how|why|when|where|which|who|explain|describe|define|list|name|compare|discuss)\b",
    re.IGNORECASE,
)
_ANSWERED = re.compile(r"\?\s")
_RULE_LEVELS = {"=": 1, "-": 2}
_INNERMOST = 3
_LONGEST_UNDERLINED = 120
_LONGEST_FRAGMENT = 40
_MOST_QUESTION_LINES = 4
_LONGEST = 400  # characters: a longer line is no heading of any sort


def with_headings(pieces: Sequence[Piece], width: int | None) -> list[Piece]:
    """Put a `Heading` in the place of each line that is one, and leave out what that makes needless."""
    lines = [piece for piece in pieces if isinstance(piece, Line)]
    marked = sum(_is_permalink(line.text) for line in lines)
    labelled = any(_LABELLED.match(line.text) for line in lines)
    pieces = pieces[byline_title(pieces) :]
    page = Page(pieces, width, several_permalinks=marked > 1, has_marks=marked > 0 or labelled)
    found: list[Piece] = []
    index = 0
    while index < len(pieces):
        line = page.line(index)
        reading = _read(page, index, line) if line and len(line.text) <= _LONGEST else None
        if reading is None:
            found.append(pieces[index])
            index += 1
        else:
            new, index = reading
            found.append(_with_fragment(found, new, line))
    return found


def _read(page: Page, index: int, line: Line) -> Found | None:
    for reader in _READERS:
        found = reader(page, index, line)
        if found:
            return found
    return None


def _hashes(page: Page, index: int, line: Line) -> Found | None:
    match = _HASHES.fullmatch(line.text)
    # A single hash is a comment as often as a heading.
    if match is None or (match["marks"] == "#" and not page.stands_alone(index)):
        return None
    return heading(len(match["marks"]), match["title"].rstrip("# \t"), line), index + 1


def _underlined(page: Page, index: int, line: Line) -> Found | None:
    rule = page.line(index + 1)
    if rule is None or rule.apart or not is_underline(rule.text) or not page.begins(index):
        return None
    if len(line.text) > _LONGEST_UNDERLINED or line.text.endswith("."):
        return None
    return heading(_RULE_LEVELS.get(rule.text[0], _INNERMOST), line.text, line, rule), index + 2


def _permalink(page: Page, index: int, line: Line) -> Found | None:
    if not _is_permalink(line.text) or not (page.several_permalinks or line.text[0].isupper()):
        return None
    return heading(2, line.text[:-1], line), index + 1


def _is_permalink(text: str) -> bool:
    return text[-1] in "#\xb6\U0001f517" and bool(_PERMALINK.fullmatch(text)) and not _SHARP.fullmatch(text)


def _labelled(page: Page, index: int, line: Line) -> Found | None:
    """Read `Question 3: ...`, over as many lines as the question takes."""
    match = _LABELLED.match(line.text)
    if match is None:
        return None
    last, asked = line, match["title"]
    for after in page.lines_after(index, _MOST_QUESTION_LINES):
        if asked.endswith(("?", ".")) or (asked and not continues(last, after, page.width)):
            break
        last, asked = after, f"{asked} {after.text}".strip()
        index += 1
    if not asked or (_ANSWERED.search(asked) and not asked.endswith("?")):
        return None
    plainly = match["mark"] == ":" and not (match["label"].upper() == "Q" and match["number"])
    if not (plainly or asked.endswith("?") or _ASKING.match(asked)):
        return None
    return heading(2, asked, line, last), index + 1


def _with_fragment(found: list[Piece], new: Heading, line: Line | None) -> Heading:
    """Take from the end of `found` what belongs to the scraped heading `new`: its title again, its beginning.

    A menu above the text repeats a title; a title that has code in it falls apart into two lines.
    """
    before = found[-1] if found else None
    if line is None or not _is_permalink(line.text) or not isinstance(before, Line):
        return new
    if before.text == new.title:
        found.pop()
    elif new.title[0].islower() and not line.apart and _is_fragment(before.text):
        found.pop()
        return Heading(new.level, f"{before.text} {new.title}", before.start, new.end)
    return new


def _is_fragment(text: str) -> bool:
    return len(text) <= _LONGEST_FRAGMENT and text[-1].isalnum() and not is_item(text)


_READERS = (
    _hashes,
    _underlined,
    _permalink,
    _labelled,
    opening,
    numbered,
    question,
    capitals,
    title,
)
