"""Lines of a plain text that look like titles. Where in doubt a line is none: a wrong heading misleads more.

A reader takes the page, an index and the line there; it gives the heading and the index after it, or `None`.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from ingest.text_items import is_item
from ingest.text_lines import Line
from ingest.text_pieces import Found, Page, Piece, heading

_NUMBERED = re.compile(
    r"(?P<number>\d{1,3}(?=[.)]\s)|\d{1,3}(?:\.\d{1,3}){1,4})[.)]?\s{1,9}(?P<title>[^\W\d_].{0,200})"
)
# Words with which people begin what they say, not what they call a section.
_TALK = re.compile(
    r"(?:i|we|you|it|this|that|these|they|he|she|hi|hello|hey|thanks|thank|please|dear|yes|no|ok|okay|sure"
    r"|and|but|so|also|by|posted|published|updated|written)\b",
    re.IGNORECASE,
)
_FIELD = re.compile(r"[\w-]{1,40} ?:")  # `Status: accepted`
_BYLINE = re.compile(
    r"(?:written )?by ?:? {1,3}[A-Z][\w.'-]{0,30}(?: [A-Z][\w.'-]{0,30}){0,5}", re.IGNORECASE
)
_NEXT_SENTENCE = re.compile(r"[.!?]\s+[A-Z]")
_CLOSING = "\"')]*`\u2019\u201d"

_LONGEST_QUESTION = 200
_LONGEST_OPENING = 120
_LONGEST_TITLE = 80
_MOST_WORDS = 12
_LONGEST_CAPITALS = 60
_LEAST_CAPITALS = 4
_LEAST_PROSE = 60
_LEAST_PROSE_WORDS = 4
_BYLINE_WITHIN = 12


def reads_as_title(text: str) -> bool:
    """Say whether `text` begins and ends as a title does, and is no item, no field, and one sentence."""
    shown = text.lstrip("\"'*`\u2018\u201c")
    begins = shown[:1].isupper() or shown[:1].isdecimal()
    ends = text[-1:].isalnum() or text[-1:] in _CLOSING
    if not (begins and ends) or is_item(text) or "://" in text:
        return False
    return not (_TALK.match(shown) or _FIELD.match(shown) or _NEXT_SENTENCE.search(shown))


def byline_title(pieces: Sequence[Piece]) -> int:
    """Give the index of the title that an author's name stands under, 0 without one. Above it is a menu."""
    for index, (above, below) in enumerate(pairwise(pieces[:_BYLINE_WITHIN])):
        if not (isinstance(above, Line) and isinstance(below, Line) and len(above.text) <= _LONGEST_OPENING):
            return 0
        if _BYLINE.fullmatch(below.text):
            return index
    return 0


def opening(page: Page, index: int, line: Line) -> Found | None:
    """Read the title of the whole text: its first line, where that stands alone or over its author's name."""
    below = page.line(index + 1)
    signed = below is not None and _BYLINE.fullmatch(below.text) is not None
    if index or len(line.text) > _LONGEST_OPENING or len(page.pieces) == 1:
        return None
    if not (signed or page.stands_alone(index)) or not reads_as_title(line.text):
        return None
    return heading(1, line.text, line), index + 1


def numbered(page: Page, index: int, line: Line) -> Found | None:
    """Read `2.3 Rollbacks` or `12. What is a pod?` where text follows, and not the next item of a list."""
    match = _NUMBERED.fullmatch(line.text)
    if match is None:
        return None
    number, text = match["number"], match["title"]
    below = _number(page.line(index + 1)) or ""
    nested = below.startswith(f"{number}.")
    if (below and not nested) or _counts_on(page.line(index - 1), number):
        return None
    asks = text.endswith("?") and page.line(index + 1) is not None
    names = _is_title(text) and page.stands_alone(index) and (nested or _text_follows(page, index))
    return (heading(2 + number.count("."), text, line), index + 1) if asks or names else None


def question(page: Page, index: int, line: Line) -> Found | None:
    """Read a short question on a line of its own that something answers."""
    text = line.text
    if not text.endswith("?") or len(text) > _LONGEST_QUESTION or not reads_as_title(text.rstrip("?")):
        return None
    above, below = page.line(index - 1), page.line(index + 1)
    # Where each line is a paragraph, a question needs no blank line above, only a finished sentence.
    begins = page.begins(index) or (page.width is None and above is not None and above.text[-1] in ".!")
    answered = index + 1 < len(page.pieces) and not (below and below.text.endswith("?"))
    return (heading(2, text, line), index + 1) if begins and answered else None


def capitals(page: Page, index: int, line: Line) -> Found | None:
    """Read `DESCRIPTION`: capitals throughout, with text below."""
    text = line.text
    if not text.isupper() or len(text) > _LONGEST_CAPITALS or not reads_as_title(text):
        return None
    if (
        sum(map(str.isalpha, text)) < _LEAST_CAPITALS
        or not page.begins(index)
        or index + 1 == len(page.pieces)
    ):
        return None
    return heading(2, text, line), index + 1


def title(page: Page, index: int, line: Line) -> Found | None:
    """Read a few words between blank lines, without the end of a sentence, over a text."""
    if not _is_title(line.text) or not page.stands_alone(index) or not _text_follows(page, index):
        return None
    return heading(3 if page.has_marks else 2, line.text, line), index + 1


def _is_title(text: str) -> bool:
    return len(text) <= _LONGEST_TITLE and len(text.split()) <= _MOST_WORDS and reads_as_title(text)


def _text_follows(page: Page, index: int) -> bool:
    if index + 1 == len(page.pieces):
        return False
    below = page.line(index + 1)
    if below is None or is_item(below.text) or len(below.text) >= _LEAST_PROSE:
        return True
    return below.text[-1] in ".!:" and len(below.text.split()) >= _LEAST_PROSE_WORDS


def _number(line: Line | None) -> str | None:
    match = line and _NUMBERED.match(line.text)
    return match["number"] if match else None


def _counts_on(above: Line | None, number: str) -> bool:
    """Say whether `number` is the one after that of the line above."""
    before = _number(above)
    return before is not None and before.isdecimal() and number == str(int(before) + 1)
