"""Which of a note's characters are shown around a quote, and whether they may be wrapped."""

import re
from dataclasses import dataclass

from bot.types import Citation
from ingest.types import Kind

CONTEXT_CHARACTERS = 300
# A line that stands for itself: a list item, a table row or its border, a fence, a directive, a block quote,
# a heading, indented code, a blank line.
_STANDS_ALONE = re.compile(
    r"\s*(?:[-*+•·\u2013]\s|\d+[.)]\s|\||```|~~~|>|#|={3}|-{4}|\.{2,}(?:\s|$)|\+[-=]|$)| {4}|\t"
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A quote with what is shown of its paragraph before and after it."""

    before: str
    quote: str
    after: str


def flows(text: str, kind: Kind) -> bool:
    """Say whether text of a passage is running prose, whose lines may be joined and wrapped anew."""
    if kind not in {Kind.PROSE, Kind.FAQ}:
        return False
    return not any(_STANDS_ALONE.match(line) for line in text.splitlines())


def excerpt(citation: Citation, limit: int = CONTEXT_CHARACTERS) -> Excerpt:
    """Give a quote of running prose in its paragraph, of which at most about `limit` characters are shown.

    The quote itself is always whole; what is left out of its paragraph is marked with an ellipsis, unless it
    is whole sentences.
    """
    passage = citation.passage
    text = passage.document.text
    before = _paragraph_before(text[passage.start : citation.start])
    after = _paragraph_after(text[citation.end : passage.end])
    room = max(0, limit - len(citation.quote))
    tail = min(len(after), max(room // 2, room - len(before)))
    return Excerpt(_ending(before, room - tail), citation.quote, _beginning(after, tail))


def _paragraph_before(text: str) -> str:
    """Give the end of `text` that is in one paragraph with what follows it."""
    start = text.rfind("\n") + 1
    while start:
        line = text.rfind("\n", 0, start - 1) + 1
        if _STANDS_ALONE.match(text[line:start]):
            break
        start = line
    return text[start:]


def _paragraph_after(text: str) -> str:
    """Give the beginning of `text` that is in one paragraph with what precedes it."""
    end = _line_end(text, 0)
    while end < len(text):
        following = _line_end(text, end + 1)
        if _STANDS_ALONE.match(text[end + 1 : following]):
            break
        end = following
    return text[:end]


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _ending(text: str, limit: int) -> str:
    """Give the last sentences of `text` that fit `limit` characters, or else its last words."""
    if len(text) <= limit:
        return text
    kept = text[len(text) - limit :]
    if sentence := _SENTENCE_END.search(kept):
        return kept[sentence.end() :]
    return f"… {kept.split(' ', 1)[-1]}"


def _beginning(text: str, limit: int) -> str:
    """Give the first sentences of `text` that fit `limit` characters, or else its first words."""
    if len(text) <= limit:
        return text
    kept = text[:limit]
    if sentences := [match.start() for match in _SENTENCE_END.finditer(kept)]:
        return kept[: sentences[-1]]
    return f"{kept.rsplit(' ', 1)[0]} …"
