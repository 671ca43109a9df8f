"""Sentences by offset."""

import re
from collections.abc import Iterator

import sentencex

# In characters: as much text as is looked at in one go, since the time grows with its square on hostile text.
# A longer sentence is cut there.
LONGEST_SENTENCE = 5_000
# The library takes white space for one byte: a wide blank between a letter and a full stop ends the process.
_WIDE_BLANK = re.compile(r"[^\S\x00-\x7f]")


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Give the spans of the sentences in `text[start:end]`, in order, without the white space around them.

    Every visible character of `text[start:end]` is in exactly one of them.
    """
    while start < end:
        stop = min(start + LONGEST_SENTENCE, end)
        found = list(_in_window(text, start, stop))
        if stop < end and len(found) > 1:
            # The last may go on behind the window: the next window begins with it.
            stop = found.pop()[0]
        yield from found
        start = stop


def _in_window(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    shown = text[start:end]
    for found in sentencex.get_sentence_boundaries("en", _WIDE_BLANK.sub(" ", shown)):
        piece = shown[found["start_index"] : found["end_index"]]
        if piece.strip():
            first = start + found["start_index"] + len(piece) - len(piece.lstrip())
            yield first, start + found["start_index"] + len(piece.rstrip())
