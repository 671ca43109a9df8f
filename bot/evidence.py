"""What speaks for an answer: the passages found, the spans in them, and the features of both."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.confidence import Logistic
from bot.features import Question, Surroundings, span_features, span_plain
from bot.spans import Candidate, candidates
from index.analysis import terms
from index.search import Index
from index.types import Hit, Where

# Spans are taken from this many of the best passages, and this many of them are compared by meaning.
READ_PASSAGES = 5
COMPARED = 12
# The first words of a span tell what it is about; a long list would take as long as ten sentences.
COMPARED_WORDS = 60
# The log-odds of a span that is not there.
NO_RUNNER_UP = -5.0

ANSWER_FEATURES = (
    "span",
    "runner_up",
    "cosine",
    "coverage",
    "coverage_nearby",
    "kind_fits",
    "dense",
    "score",
    "margin",
    "agreement",
    "unknown",
    "missing",
    "question_words",
    "heading",
)


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its plain words and its features, in the order of `SPAN_FEATURES`."""

    candidate: Candidate
    words: str
    features: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of a question: the passages found, best first, and the spans compared."""

    question: Question
    hits: tuple[Hit, ...]
    spans: tuple[Scored, ...]


def evidence_for(index: Index, text: str, k: int, where: Where) -> Evidence:
    """Search for `text`, and compare the spans of the best passages with it."""
    vector = index.encoder.encode([text])[0]
    question = Question.of(text, vector, index)
    hits = tuple(index.search_encoded(text, vector, max(k, READ_PASSAGES), where))
    shortlist = _shortlist(question, candidates(hits[:READ_PASSAGES]))
    cosines = [
        float(np.dot(vector, said))
        for said in index.encoder.encode([_opening(words) for _, words in shortlist])
    ]
    around = [Surroundings.of(question, hits, rank) for rank in range(len(hits[:READ_PASSAGES]))]
    spans = tuple(
        Scored(span, words, tuple(span_features(question, span, words, cosine, around[span.rank])))
        for (span, words), cosine in zip(shortlist, cosines, strict=True)
    )
    return Evidence(question, hits, spans)


def _shortlist(question: Question, found: list[Candidate]) -> list[tuple[Candidate, str]]:
    """Keep the spans worth comparing by meaning, which takes milliseconds each, in the order given.

    Each comes with its plain words.
    """
    said = [span_plain(candidate) for candidate in found]
    promise = [
        question.coverage(terms(words)) + 0.5 / (1 + candidate.rank)
        for candidate, words in zip(found, said, strict=True)
    ]
    best = sorted(range(len(found)), key=lambda place: (-promise[place], place))[:COMPARED]
    return [(found[place], said[place]) for place in sorted(best)]


def _opening(words: str) -> str:
    return " ".join(words.split()[:COMPARED_WORDS])


def by_probability(spans: Sequence[Scored], model: Logistic) -> list[tuple[float, Scored]]:
    """Give the spans with the probability that each answers, the most probable first, then in their order."""
    return sorted(((model.probability(span.features), span) for span in spans), key=lambda pair: -pair[0])


def answer_features(evidence: Evidence, model: Logistic) -> list[float]:
    """Give the features of the best answer there is, in the order of `ANSWER_FEATURES`.

    There must be a span.
    """
    scores = by_probability(evidence.spans, model)
    best, span = scores[0]
    at = dict(zip(model.features, span.features, strict=True))
    hits, question = evidence.hits, evidence.question
    top = hits[0]
    return [
        _logit(best),
        _logit(scores[1][0]) if len(scores) > 1 else NO_RUNNER_UP,
        at["cosine"],
        at["coverage"],
        at["coverage_nearby"],
        at["kind_fits"],
        top.dense or 0.0,
        top.score,
        top.score - hits[1].score if len(hits) > 1 else top.score,
        _agreement(hits),
        _unknown(question),
        _missing(question, span),
        math.log1p(len(question.idf)),
        at["heading"],
    ]


def _logit(probability: float) -> float:
    bounded = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(bounded / (1 - bounded))


def _agreement(hits: Sequence[Hit]) -> float:
    """Give the share of the two retrievers that, each alone, would put the best passage first."""
    top = hits[0]
    by_meaning = top.dense is not None and top.dense >= max(hit.dense or 0.0 for hit in hits)
    by_words = top.lexical is not None and top.lexical >= max(hit.lexical or 0.0 for hit in hits)
    return (by_meaning + by_words) / 2


def _unknown(question: Question) -> float:
    """Give the idf of the rarest term of the question as a share of all: high where one word decides."""
    return max(question.idf.values(), default=0.0) / (sum(question.idf.values()) or 1.0)


def _missing(question: Question, span: Scored) -> float:
    """Give the greatest idf among the terms that are neither in the span nor near it, as a share of all."""
    passage = span.candidate.hit.passage
    found = {
        *terms(span.words),
        *terms(passage.text),
        *terms(" ".join((passage.document.title, *passage.headings))),
    }
    absent = [weight for term, weight in question.idf.items() if term not in found]
    return max(absent, default=0.0) / (sum(question.idf.values()) or 1.0)
