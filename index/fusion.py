"""Joining what speaks for a passage into one score, and the scores into one ranking."""

from collections.abc import Mapping
from dataclasses import dataclass

# How much each sign counts: fitted to what scripts/fit_ranking.py describes, on another draw of questions;
# the last was chosen by hand. What each is worth, and how far a new draw moves the figures, is in
# docs/decisions/0010-ranking.md, and for the last in 0022-names-and-definitions.md.
WEIGHTS = {
    "dense": 4.2,
    "lexical": 1.4,
    "span": 2.2,
    "heading": 1.7,
    "length": 4.5,
    "document": 4.3,
    "coverage": 5.6,
    "closeness": 1.4,
    "named": 2.0,
}
_SUM = sum(WEIGHTS.values())

# A heading that asks the same is strong evidence, one on the same subject hardly any.
HEADING_POWER = 4
# A heading that names just what is asked is far stronger than one that shares some of it. A title speaks for
# the opening of its note, which says what the whole is about, and need not be so exact.
NAMED_POWER, TITLED_POWER = 4, 2
# In characters: a passage this short has half of what there is to have for length, since it matches by little
# but its headings.
SHORT = 60
# So many of a document's passages tell what it is about.
DOCUMENT_PASSAGES = 3
# The second passage of a document counts this much less, all after it twice that, so that one page does not
# fill the list, yet a long page of many subjects is not shut out.
REPEATED = 0.4 / _SUM
MOST_REPEATED = 2


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for one passage.

    `dense` and `heading` are cosines of the question with the passage and its last heading. `lexical` and
    `span`, in [0, 1], are its BM25 score and the cosine of its best span, scaled among all that were listed;
    0 if it was not. `length` is in characters. `document` is how near its document is as a whole. `bm25` is
    the score as it was. `coverage` and `closeness`, in [0, 1], are of the question's terms in it; 0 until
    somebody looks. `named`, in [0, 1], is how exactly the question names what stands above the passage.
    """

    dense: float
    lexical: float
    span: float
    heading: float
    length: int
    document: float
    bm25: float | None = None
    coverage: float = 0.0
    closeness: float = 0.0
    named: float = 0.0

    @property
    def values(self) -> tuple[float, ...]:
        """What the weights are multiplied with, in their order, each in [0, 1]."""
        return (
            max(self.dense, 0.0),
            self.lexical,
            self.span,
            max(self.heading, 0.0) ** HEADING_POWER,
            self.length / (self.length + SHORT),
            max(self.document, 0.0),
            self.coverage,
            self.closeness,
            self.named,
        )

    @property
    def score(self) -> float:
        """One number for all of it, in [0, 1]."""
        pairs = zip(WEIGHTS.values(), self.values, strict=True)
        return sum(weight * value for weight, value in pairs) / _SUM


def named(heading: float, title: float) -> float:
    """Give how exactly a passage is named, by how exactly its last heading and its note's title are.

    The title of a passage that does not open its note is 0.
    """
    return max(heading**NAMED_POWER, title**TITLED_POWER)


def scaled(scores: Mapping[int, float]) -> dict[int, float]:
    """Give the scores on a scale from 0, the lowest among them, to 1, the highest (min-max)."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    if high == low:
        return dict.fromkeys(scores, 1.0)
    return {item: (score - low) / (high - low) for item, score in scores.items()}


def of_documents(dense: Mapping[int, float], documents: Mapping[int, int]) -> dict[int, float]:
    """Give for each document the mean of the cosines of its best few passages among those given."""
    together: dict[int, list[float]] = {}
    for item in dense:
        together.setdefault(documents[item], []).append(dense[item])
    best = {document: sorted(found, reverse=True)[:DOCUMENT_PASSAGES] for document, found in together.items()}
    return {document: sum(found) / len(found) for document, found in best.items()}


def ranked(scores: Mapping[int, float], documents: Mapping[int, int]) -> list[tuple[int, float]]:
    """Rank passages by score, then by number, further ones of a document after `REPEATED` is taken off."""
    seen: dict[int, int] = {}
    result = []
    for item in sorted(scores, key=lambda item: (-scores[item], item)):
        before = seen.get(documents[item], 0)
        seen[documents[item]] = before + 1
        result.append((item, max(scores[item] - REPEATED * min(before, MOST_REPEATED), 0.0)))
    return sorted(result, key=lambda pair: (-pair[1], pair[0]))
