"""A question as the search sees it: its terms, how much each tells, and what else the notes call them."""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.analysis import informative_terms, question_terms
from index.expansion import other_names

# A name that was put together, such as that of one pod. Where the notes do not know it, its parts still tell.
_LABEL = re.compile(r"[^\W\d_]\d|\d[^\W\d_]|[\W_]")


@dataclass(frozen=True, slots=True)
class Query:
    """A question: its `text`, the `vector` of that, float32 [d], and its terms.

    `idf` says how much each term tells. `others` are the names that the notes may use for a term instead:
    each a group of terms, all of which stand for it together.
    """

    text: str
    vector: NDArray[np.float32]
    idf: Mapping[str, float]
    others: Mapping[str, tuple[tuple[str, ...], ...]]

    @classmethod
    def of(
        cls, text: str, vector: NDArray[np.float32], frequency: Callable[[str], int], passages: int
    ) -> Self:
        """Weigh the terms of `text` by how rare they are; `frequency` counts the passages that hold one."""
        found = {term: frequency(term) for term in question_terms(text)}
        others = other_names(text, frequency)
        told = {
            term: count for term, count in found.items() if count or term in others or not _LABEL.search(term)
        }
        idf = {term: _idf(count, passages) for term, count in (told or found).items()}
        return cls(text, vector, idf, others)

    @property
    def terms(self) -> list[str]:
        """The terms to look for: those of the question, then those of their other names."""
        others = (term for names in self.others.values() for name in names for term in name)
        return list(dict.fromkeys([*self.idf, *others]))

    def coverage(self, found: Iterable[str]) -> float:
        """Give the share of the question's terms that are `found`, weighted by idf, in [0, 1].

        A term is found too where one of its other names is, whole.
        """
        there = set(found)
        total = sum(self.idf.values())
        covered = sum(weight for term, weight in self.idf.items() if self.names(term, there))
        return covered / total if total else 0.0

    def names(self, term: str, there: set[str]) -> bool:
        """Tell whether `there` names `term`, by itself or by another name."""
        return term in there or any(there.issuperset(name) for name in self.others.get(term, ()))

    def naming(self, heading: str) -> float:
        """Tell how far `heading` and the question are about the same, in [0, 1].

        The share of the heading's terms that the question holds, times that of the question's that it covers.
        """
        said = informative_terms(heading)
        held = set(self.terms).intersection(said)
        return self.coverage(said) * len(held) / len(said) if said else 0.0

    def closeness(self, found: Sequence[str]) -> float:
        """Tell how near to each other the terms stand that follow each other in the question, in [0, 1].

        For each pair, the inverse of the least distance in the sequence `found`, weighted by the lesser idf:
        1 where all stand side by side, 0 for a question of one term.
        """
        places: dict[str, list[int]] = {}
        for place, term in enumerate(found):
            if term in self.idf:
                places.setdefault(term, []).append(place)
        near = total = 0.0
        for pair in pairwise(self.idf):
            weight = min(self.idf[term] for term in pair)
            total += weight
            if all(term in places for term in pair):
                near += weight / _distance(*(places[term] for term in pair))
        return near / total if total else 0.0


def _idf(frequency: int, passages: int) -> float:
    """Give the idf of BM25 (Robertson and Spärck Jones, as in Lucene)."""
    return math.log(1 + (passages - frequency + 0.5) / (frequency + 0.5))


def _distance(some: Sequence[int], others: Sequence[int]) -> int:
    """Give the least distance between any of `some` and any of `others`, both ascending."""
    least, place = abs(some[0] - others[0]), 0
    for one in some:
        while place + 1 < len(others) and others[place + 1] <= one:
            place += 1
        least = min(least, *(abs(one - other) for other in others[place : place + 2]))
    return least
