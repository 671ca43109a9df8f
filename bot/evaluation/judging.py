"""Whether a passage or a quote is what the label asks for."""

import re
from collections.abc import Callable, Sequence

from bot.contract import CitedSpan, RankedPassage
from bot.evaluation.labels import Gold, Label

# So much of the labelled text is enough: a label may be longer than the sentence that answers.
_ENOUGH = 0.5
_WHITE_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+")


def passage_hits(passage: RankedPassage, gold: Sequence[Gold]) -> bool:
    """Say whether a passage comes from a labelled file and holds the labelled text, if there is one."""
    return any(_holds(passage, place) for place in gold if place.path == passage.path)


def citation_hits(citation: CitedSpan, label: Label) -> bool:
    """Say whether a quote comes from a labelled file and answers.

    It answers if it holds one of the label's short answers. Where the label has none, it must hold the
    labelled text or be at least half of it.
    """
    return any(
        _answers(citation, place, label.answers) for place in label.gold if place.path == citation.path
    )


def _holds(passage: RankedPassage, place: Gold) -> bool:
    compared = _compared(place.path)
    return place.text is None or compared(place.text) in compared(passage.text)


def _answers(citation: CitedSpan, place: Gold, short: Sequence[str]) -> bool:
    if place.text is None:
        return True
    compared = _compared(place.path)
    quote, text = compared(citation.quote), compared(place.text)
    if short:
        return any(compared(answer) in quote for answer in short)
    return text in quote or (bool(quote) and quote in text and len(quote) >= len(text) * _ENOUGH)


def _compared(path: str) -> Callable[[str], str]:
    # The text of a PDF has signs, breaks and spaces that whoever writes a label does not see.
    return _words if path.lower().endswith(".pdf") else _folded


def _folded(text: str) -> str:
    return _WHITE_SPACE.sub(" ", text).strip().lower()


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))
