"""Choosing what is cited: one to three spans that together answer, none of them twice."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from string import punctuation

from bot.evidence import Rated
from bot.spans import Candidate
from bot.types import Citation
from index.analysis import terms

MOST_CITATIONS = 3
# A further citation has at least this share of the first one's likelihood.
RIVAL = 0.15
# A further citation from the same note must say at least this share of new words.
NEW_WORDS = 0.4
# In words, all quotes together; a first quote that is longer, such as a whole list, stands alone.
LONGEST = 75
# The sentence that the best one leans on, or else the one that goes on from it, is quoted with it as long as
# all quotes stay within so many words.
FILLED = 60

# How a sentence opens that can not be understood without the one before it.
_LEANS = re.compile(
    r"^\W*(?:it|its|this|these|those|they|their|such|that|he|she|his|her|however|therefore|thus|also|then|here)\b",
    re.IGNORECASE,
)


def selected(spans: Sequence[Rated]) -> tuple[Citation, ...]:
    """Give one to three citations of `spans`, which come best first; none where there is no span at all.

    They do not overlap. Sentences that follow each other are one citation.
    """
    chosen: list[Rated] = []
    for span in spans:
        if not chosen or (span.share >= RIVAL * chosen[0].share and _joins(span.candidate, chosen)):
            chosen.append(span)
        if len(chosen) == MOST_CITATIONS:
            break
    return _merged([*map(_citation, chosen), *_with_the_best(chosen, spans)])


def _with_the_best(chosen: Sequence[Rated], spans: Sequence[Rated]) -> list[Citation]:
    """Give the neighbour of the best span, if it is still to be quoted and there is room for it."""
    if not chosen:
        return []
    best = chosen[0].candidate
    siblings = [span for span in spans if span.candidate.rank == best.rank and not span.candidate.whole]
    if _LEANS.match(best.words):
        before = [span for span in siblings if span.candidate.end <= best.start]
        near = sorted(before, key=lambda span: -span.candidate.start)[:1]
    else:
        after = [span for span in siblings if span.candidate.start >= best.end]
        near = sorted(after, key=lambda span: span.candidate.start)[:1]
    return [
        _citation(span)
        for span in near
        if _words_of([*chosen, span]) <= FILLED
        and not any(_overlap(span.candidate, other.candidate) for other in chosen)
        and _touch(span.candidate, best)
    ]


def _touch(one: Candidate, other: Candidate) -> bool:
    first, second = sorted((one, other), key=lambda span: span.start)
    return not first.hit.passage.document.text[first.end : second.start].strip()


def _joins(span: Candidate, chosen: Sequence[Rated]) -> bool:
    """Tell whether `span` can be cited beside `chosen`: all are short together, and it adds to each."""
    together = _words_of(chosen) + len(span.words.split())
    return together <= LONGEST and all(_adds(span, other.candidate) for other in chosen)


def _words_of(spans: Sequence[Rated]) -> int:
    return sum(len(span.candidate.words.split()) for span in spans)


def _adds(span: Candidate, other: Candidate) -> bool:
    """Tell whether `span` lies apart from `other` and says something else.

    Another note may differ by one word, since that may be where the two disagree: a number, a name, a "not".
    """
    if span.hit.passage.document != other.hit.passage.document:
        return _words(span) != _words(other)
    if _overlap(span, other):
        return False
    own = set(terms(span.words))
    new = own - set(terms(other.words))
    return bool(new) and len(new) >= NEW_WORDS * len(own)


def _overlap(span: Candidate, other: Candidate) -> bool:
    same = span.hit.passage.document == other.hit.passage.document
    return same and span.start < other.end and other.start < span.end


def _words(span: Candidate) -> set[str]:
    """Give the distinct words, stop words too, without case and punctuation; "can't" is one."""
    return {word.strip(punctuation) for word in span.words.replace("\u2019", "'").casefold().split()}


def _citation(span: Rated) -> Citation:
    at = span.candidate
    return Citation(at.hit.passage, at.start, at.end, round(span.share, 4), at.cut_off)


def _merged(citations: Sequence[Citation]) -> tuple[Citation, ...]:
    """Join citations of one passage with nothing but white space between them, in the place of the best."""
    joined: list[Citation] = []
    for citation in citations:
        near = [other for other in joined if citation.passage is other.passage and _follow(citation, other)]
        whole = reduce(_both, [*near, citation])
        place = joined.index(near[0]) if near else len(joined)
        joined = [other for other in joined if other not in near]
        joined.insert(place, whole)
    return tuple(joined)


def _follow(one: Citation, other: Citation) -> bool:
    first, second = sorted((one, other), key=lambda citation: citation.start)
    return not first.passage.document.text[first.end : second.start].strip()


def _both(better: Citation, other: Citation) -> Citation:
    last = max(better, other, key=lambda citation: citation.end)
    return replace(
        better,
        start=min(better.start, other.start),
        end=last.end,
        score=min(round(better.score + other.score, 4), 1.0),
        cut_off=last.cut_off,
    )
