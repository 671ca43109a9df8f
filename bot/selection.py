"""Choosing the citations among the spans: the best, and what adds to it."""

from bot.confidence import Logistic
from bot.evidence import Evidence, Scored
from bot.types import Citation
from index.analysis import terms

MOST_CITATIONS = 3
# A further citation must be at least this likely beside the best, and add at least this share of new words.
RIVAL = 0.6
NEW_WORDS = 0.4
# In words, all quotes together; a first quote that is longer, such as a whole list, stands alone.
LONGEST = 90


def selected(evidence: Evidence, model: Logistic) -> tuple[Citation, ...]:
    """Give one to three citations, best first; none where there is no span at all."""
    ranked = sorted(
        ((model.probability(span.features), span) for span in evidence.spans),
        key=lambda pair: (-pair[0], pair[1].candidate.rank, pair[1].candidate.start),
    )
    chosen: list[tuple[float, Scored]] = []
    for probability, span in ranked:
        if len(chosen) == MOST_CITATIONS or (chosen and probability < RIVAL * chosen[0][0]):
            break
        if all(_adds(span, other) for _, other in chosen) and (not chosen or _fits(span, chosen)):
            chosen.append((probability, span))
    return tuple(_citation(probability, span) for probability, span in chosen)


def _adds(span: Scored, other: Scored) -> bool:
    """Tell whether `span` lies apart from `other` and says something else."""
    here, there = span.candidate, other.candidate
    same = here.hit.passage.document is there.hit.passage.document
    if same and here.start < there.end and there.start < here.end:
        return False
    own = set(terms(span.words))
    return len(own - set(terms(other.words))) >= NEW_WORDS * len(own)


def _fits(span: Scored, chosen: list[tuple[float, Scored]]) -> bool:
    return sum(len(other.words.split()) for _, other in chosen) + len(span.words.split()) <= LONGEST


def _citation(probability: float, span: Scored) -> Citation:
    candidate = span.candidate
    return Citation(
        candidate.hit.passage, candidate.start, candidate.end, round(probability, 4), candidate.cut_off
    )
