"""What speaks for an answer: the passages found, the spans in them, and the features of both."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bot.confidence import Linear, shares
from bot.features import SPAN_FEATURES, Question, Surroundings, span_features
from bot.spans import Candidate, candidates
from index.search import Index
from index.types import Hit, Where

# Spans are taken from this many of the best passages.
READ_PASSAGES = 8
# How the likelihood spreads over the spans (their entropy, in nats), the score of the best passage, whether
# the retrievers agree on it, and what the reader says of the best span.
ANSWER_FEATURES = ("doubt", "score", "agreement", "read")


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its features, in the order of `SPAN_FEATURES`."""

    candidate: Candidate
    features: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Rated:
    """A candidate with its `value` by a model, and its `share` of all, in [0, 1]."""

    scored: Scored
    value: float
    share: float

    @property
    def candidate(self) -> Candidate:
        """The span."""
        return self.scored.candidate


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of a question: the passages found, best first, and the spans of the best of them."""

    question: Question
    hits: tuple[Hit, ...]
    spans: tuple[Scored, ...]

    @property
    def read(self) -> bool:
        """Whether a reader has read any of the spans."""
        return any(hit.read is not None for hit in self.hits)


def evidence_for(index: Index, text: str, k: int, where: Where) -> Evidence:
    """Search for `text`, and look at the spans of the best passages."""
    question = Question.of(index.query(text, where))
    hits = tuple(index.search_for(question.query, max(k, READ_PASSAGES), where))
    read = hits[:READ_PASSAGES]
    around = [Surroundings.of(read, rank) for rank in range(len(read))]
    spans = (Scored(span, span_features(question, span, around[span.rank])) for span in candidates(read))
    return Evidence(question, hits, tuple(spans))


def rated(spans: Sequence[Scored], model: Linear) -> list[Rated]:
    """Give the spans with what the model says of each, the best first, then in their order."""
    values = [model.value(span.features) for span in spans]
    found = map(Rated, spans, values, shares(values))
    return sorted(found, key=lambda span: -span.value)


def answer_features(evidence: Evidence, spans: Sequence[Rated]) -> tuple[float, ...]:
    """Give the features of the best answer there is, in the order of `ANSWER_FEATURES`.

    `spans` are those of the evidence, best first; there must be one.
    """
    doubt = -sum(span.share * math.log(span.share) for span in spans if span.share)
    said = spans[0].scored.features[SPAN_FEATURES.index("read")]
    return doubt, evidence.hits[0].score, _agreement(evidence.hits), said


def _agreement(hits: Sequence[Hit]) -> float:
    """Give the share of the two retrievers that, each alone, would put the best passage first."""
    top = hits[0]
    by_meaning = top.dense >= max(hit.dense for hit in hits)
    by_words = top.lexical is not None and top.lexical >= max(hit.lexical or 0.0 for hit in hits)
    return (by_meaning + by_words) / 2
