"""Sentences by offset."""

from collections.abc import Iterator

import sentencex


def sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Give the spans of the sentences in `text[start:end]`, in order, without the white space around them.

    Every visible character of `text[start:end]` is in exactly one of them.
    """
    shown = text[start:end]
    for found in sentencex.get_sentence_boundaries("en", shown):
        piece = shown[found["start_index"] : found["end_index"]]
        if piece.strip():
            first = start + found["start_index"] + len(piece) - len(piece.lstrip())
            yield first, start + found["start_index"] + len(piece.rstrip())
