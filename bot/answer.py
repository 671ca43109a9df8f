"""Answering a question: the spans that answer it, and how sure that is."""

import time
from collections.abc import Sequence

from bot.confidence import Confidence, fitted
from bot.conversation import read_in_context
from bot.evidence import Evidence, answer_features, evidence_for, rated
from bot.features import lacks_number
from bot.selection import selected
from bot.types import Answer, Citation, Turn, Verdict
from index.analysis import terms
from index.search import Index
from index.types import Hit, Where
from ingest.plain import plain
from ingest.types import Passage

# What is shown when nothing answers.
RELATED = 3
# A heading may ask the very question, by this cosine, over a body of so many words that answers another: then
# the body covers less than this share of the question. Short bodies ("yes, by default") need not repeat it.
SAME_QUESTION = 0.7
LONG_BODY = 30
HARDLY = 0.2
# How far below an answer's confidence such a body stays.
BELOW = 0.01


def answer(
    index: Index,
    question: str,
    *,
    k: int = 10,
    where: Where | None = None,
    history: Sequence[Turn] = (),
) -> Answer:
    """Answer `question` from `index`, in the light of the turns before it.

    `k` passages are ranked and returned with the answer; `where` limits which notes may answer.
    """
    started = time.perf_counter()
    allowed = where or Where()
    read_as = read_in_context(index.respelled(question, allowed), history, index, allowed)
    evidence = evidence_for(index, read_as, k, allowed)
    verdict, confidence, citations = judged(evidence, fitted(read=evidence.read))
    return Answer(
        question=question,
        verdict=verdict,
        confidence=confidence,
        citations=citations,
        related=() if verdict is Verdict.ANSWERED else _related(evidence.hits, citations),
        passages=evidence.hits[:k],
        generation=index.generation,
        elapsed_ms=(time.perf_counter() - started) * 1000,
        read_as=None if read_as == question else read_as,
    )


def judged(evidence: Evidence, model: Confidence) -> tuple[Verdict, float, tuple[Citation, ...]]:
    """Choose the citations, and say how probable it is that they answer.

    A body that has nothing to do with the question above it is never more than the closest there is, nor is a
    quote without a number where one is asked for.
    """
    spans = rated(evidence.spans, model.span)
    citations = selected(spans)
    if not citations:
        return Verdict.NOT_FOUND, 0.0, ()
    confidence = round(model.answer.probability(answer_features(evidence, spans)), 4)
    quotes = (citation.quote for citation in citations)
    if _misled_by_heading(evidence, citations[0].passage) or lacks_number(evidence.question, quotes):
        confidence = min(confidence, round(model.answered - BELOW, 4))
    if confidence >= model.answered:
        return Verdict.ANSWERED, confidence, citations
    if confidence >= model.unsure:
        return Verdict.UNSURE, confidence, citations
    return Verdict.NOT_FOUND, confidence, ()


def _misled_by_heading(evidence: Evidence, passage: Passage) -> bool:
    hit = next(hit for hit in evidence.hits if hit.passage is passage)
    said = plain(passage.text, passage.document.format)
    if hit.heading < SAME_QUESTION or len(said.split()) < LONG_BODY:
        return False
    return evidence.question.query.coverage(terms(said)) < HARDLY


def _related(hits: tuple[Hit, ...], citations: Sequence[Citation]) -> tuple[Hit, ...]:
    cited = [citation.passage for citation in citations]
    return tuple(hit for hit in hits if hit.passage not in cited)[:RELATED]
