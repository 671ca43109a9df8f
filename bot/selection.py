"""Choosing the citations among the spans: the best, and what adds to it."""

from string import punctuation

from bot.confidence import Logistic
from bot.evidence import Evidence, Scored, by_probability
from bot.types import Citation
from index.analysis import terms

MOST_CITATIONS = 3
# A further citation must be at least this likely beside the best. One from another passage, which may be less
# likely only because that passage is ranked lower, need only be the second, if in meaning and in words it is
# as close to the question: at least the third beside those of the best.
RIVAL = 0.6
ELSEWHERE = 0.25
AS_CLOSE = 0.85
# A further citation from the same note must say at least this share of new words.
NEW_WORDS = 0.4
# In words, all quotes together; a first quote that is longer, such as a whole list, stands alone.
LONGEST = 90


def selected(evidence: Evidence, model: Logistic) -> tuple[Citation, ...]:
    """Give one to three citations, best first, that do not overlap; none where there is no span at all."""
    chosen: list[tuple[float, Scored]] = []
    for found in by_probability(evidence.spans, model):
        if not chosen or (
            _rivals(found, chosen[0], model) and _joins(found[1], [said for _, said in chosen])
        ):
            chosen.append(found)
        if len(chosen) == MOST_CITATIONS:
            break
    return tuple(_citation(probability, span) for probability, span in chosen)


def _rivals(found: tuple[float, Scored], best: tuple[float, Scored], model: Logistic) -> bool:
    """Tell whether a span is about as good an answer as the best."""
    (probability, span), (highest, other) = found, best
    if probability >= RIVAL * highest:
        return True
    if probability < ELSEWHERE * highest or span.candidate.rank == other.candidate.rank:
        return False
    here, there = (dict(zip(model.features, scored.features, strict=True)) for scored in (span, other))
    return all(here[name] >= AS_CLOSE * there[name] for name in ("cosine", "coverage"))


def _joins(span: Scored, others: list[Scored]) -> bool:
    """Tell whether `span` can be cited beside `others`: all are short together, and it adds to each."""
    together = sum(len(quoted.words.split()) for quoted in (*others, span))
    return together <= LONGEST and all(_adds(span, other) for other in others)


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


def _citation(probability: float, span: Scored) -> Citation:
    at = span.candidate
    return Citation(at.hit.passage, at.start, at.end, round(probability, 4), at.cut_off)
