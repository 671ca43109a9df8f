"""Other ways in which the notes may write a question's words."""

import tomllib
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from itertools import pairwise

from index.analysis import QUESTION_WORDS, question_terms, stem, terms, words

Frequency = Callable[[str], int]


def expanded_terms(question: str, frequency: Frequency) -> list[str]:
    """Give the terms of `question`, then what else the notes call the same; `frequency` is of a term there.

    Abbreviations that all teams use are written out, and the other way round (`k8s`, `kubernetes`), and two
    words that the notes write as one are joined (`back up` also asks for `backup`). Only terms that the notes
    hold are added.
    """
    asked = question_terms(question)
    others = [*_joined(question), *(other for term in asked for other in _synonyms().get(term, ()))]
    return list(dict.fromkeys([*asked, *(term for term in others if frequency(term))]))


def _joined(question: str) -> list[str]:
    pairs = pairwise(words(question))
    return [stem(first + second) for first, second in pairs if not {first, second} <= QUESTION_WORDS]


@cache
def _synonyms() -> dict[str, tuple[str, ...]]:
    """Give, for a term, the terms that mean the same, from `abbreviations.toml`."""
    table = tomllib.loads((files("index") / "abbreviations.toml").read_text(encoding="utf-8"))
    synonyms: dict[str, tuple[str, ...]] = {}
    for short, long in table["abbreviations"].items():
        brief, full = terms(short), terms(long)
        # The joined form of k8s comes first; its parts, k, 8 and s, stand for nothing.
        synonyms[brief[0]] = tuple(full)
        if len(full) == 1:
            synonyms[full[0]] = (brief[0],)
    return synonyms
