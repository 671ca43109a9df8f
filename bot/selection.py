"""Choosing the citations among the spans: the best, and what adds to it."""

from string import punctuation

from bot.confidence import Logistic
from bot.evidence import Evidence, Scored, by_probability
from bot.types import Citation
from index.analysis import terms

MOST_CITATIONS = 3
# A further citation must be at least this likely beside the best.
RIVAL = 0.6
# A further citation from the same note must say at least this share of new words.
NEW_WORDS = 0.4
# In words, all quotes together; a first quote that is longer, such as a whole list, stands alone.
LONGEST = 90


def selected(evidence: Evidence, model: Logistic) -> tuple[Citation, ...]:
    """Give one to three citations, best first, that do not overlap; none where there is no span at all."""
    chosen: list[tuple[float, Scored]] = []
    for probability, span in by_probability(evidence.spans, model):
        if len(chosen) == MOST_CITATIONS or (chosen and probability < RIVAL * chosen[0][0]):
            break
        others = [other for _, other in chosen]
        if not others or (_fits(span, others) and all(_adds(span, other) for other in others)):
            chosen.append((probability, span))
    return tuple(_citation(probability, span) for probability, span in chosen)


def _adds(span: Scored, other: Scored) -> bool:
    """Tell whether `span` lies apart from `other` and says something else.

    Another note may differ by one word, since that may be where the two disagree: a number, a name, a "not".
    """
    here, there = span.candidate, other.candidate
    if here.hit.passage.document != there.hit.passage.document:
        return _words(span) != _words(other)
    if here.start < there.end and there.start < here.end:
        return False
    own = set(terms(span.words))
    new = own - set(terms(other.words))
    return bool(new) and len(new) >= NEW_WORDS * len(own)


def _words(span: Scored) -> set[str]:
    """Give the distinct words, stop words too, without case and punctuation; "can't" is one."""
    return {word.strip(punctuation) for word in span.words.replace("\u2019", "'").casefold().split()}


def _fits(span: Scored, others: list[Scored]) -> bool:
    return sum(len(quoted.words.split()) for quoted in (*others, span)) <= LONGEST


def _citation(probability: float, span: Scored) -> Citation:
    at = span.candidate
    return Citation(at.hit.passage, at.start, at.end, round(probability, 4), at.cut_off)
