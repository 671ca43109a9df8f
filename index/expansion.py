"""Other ways in which the notes may write a question's words."""

import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from itertools import pairwise

from index.analysis import QUESTION_WORDS, identifiers, question_terms, stem, terms, words

Frequency = Callable[[str], int]
Names = Mapping[str, tuple[tuple[str, ...], ...]]


def other_names(question: str, frequency: Frequency) -> Names:
    """Give for terms of `question` what else the notes call the same; `frequency` is of a term there.

    A name is a group of terms. Abbreviations that all teams use are written out, and the other way round
    (`k8s`, `kubernetes`), and two words that the notes write as one are joined (`back up` also asks for
    `backup`). The parts of `ConfigMap` are there too where notes write `configmap`. Only names are given
    whose every term the notes hold.
    """
    names: dict[str, list[tuple[str, ...]]] = {}
    asked = question_terms(question)
    for term in asked:
        names.setdefault(term, []).extend(_synonyms().get(term, ()))
    for joined, parts in (*_joined(question), *identifiers(question)):
        for term in parts:
            names.setdefault(term, []).append((joined,))
    known = {term: tuple(name for name in names[term] if all(map(frequency, name))) for term in asked}
    return {term: found for term, found in known.items() if found}


def _joined(question: str) -> list[tuple[str, tuple[str, ...]]]:
    pairs = pairwise(words(question))
    return [
        (stem(first + second), (stem(first), stem(second)))
        for first, second in pairs
        if not {first, second} <= QUESTION_WORDS
    ]


@cache
def _synonyms() -> Names:
    """Give, for a term, the names of the same, from `abbreviations.toml`."""
    table = tomllib.loads((files("index") / "abbreviations.toml").read_text(encoding="utf-8"))
    synonyms: dict[str, tuple[tuple[str, ...], ...]] = {}
    for short, long in table["abbreviations"].items():
        brief, full = terms(short), terms(long)
        # Of one that has parts, the joined form comes first; the parts stand for nothing.
        synonyms[brief[0]] = (tuple(full),)
        if len(full) == 1:
            synonyms[full[0]] = ((brief[0],),)
    return synonyms
