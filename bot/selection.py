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
RIVAL = 0.1
# A further citation from the same note must say at least this share of new words.
NEW_WORDS = 0.4
# In words, all quotes together; a first quote that is longer, such as a whole list, stands alone.
LONGEST = 90
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

    They do not overlap, and no two quotes are the same. Sentences that follow each other are one citation.
    """
    chosen: list[Rated] = []
    for span in spans:
        if not chosen or (span.share >= RIVAL * chosen[0].share and _joins(span, chosen)):
            chosen.append(span)
        if len(chosen) == MOST_CITATIONS:
            break
    chosen = _gathered(chosen, spans)
    beside = [span for span in spans if _completes(span, chosen)]
    first: dict[str, Citation] = {}
    for citation in _merged([_citation(span) for span in (*chosen, *beside)]):
        first.setdefault(citation.quote, citation)
    return tuple(first.values())


def _gathered(chosen: Sequence[Rated], spans: Sequence[Rated]) -> list[Rated]:
    """Put a list or table that is short enough, whole, in the place of two or more of its own lines."""
    for whole in (span for span in spans if span.candidate.whole and span not in chosen):
        lines = [span for span in chosen if _overlap(span.candidate, whole.candidate)]
        others = [span for span in chosen if span not in lines]
        if len(lines) > 1 and _words_of([*others, whole]) <= LONGEST:
            gathered = replace(whole, share=sum(span.share for span in (whole, *lines)))
            return [gathered if span is lines[0] else span for span in chosen if span not in lines[1:]]
    return list(chosen)


def _joins(span: Rated, chosen: Sequence[Rated]) -> bool:
    """Tell whether `span` can be cited beside `chosen`: all are short together, and it adds to each."""
    others = [other.candidate for other in chosen]
    return _words_of([*chosen, span]) <= LONGEST and all(_adds(span.candidate, other) for other in others)


def _completes(span: Rated, chosen: Sequence[Rated]) -> bool:
    """Tell whether `span` is the neighbour that the best of `chosen` wants, still to be quoted, and short.

    That is the sentence before it where it leans on that, and else the one after it.
    """
    at, best = span.candidate, chosen[0].candidate
    first, second = (at, best) if _LEANS.match(best.words) else (best, at)
    return (
        not at.whole
        and first.end <= second.start
        and _touch(first, second)
        and not any(_overlap(at, other.candidate) for other in chosen)
        and _words_of([*chosen, span]) <= FILLED
    )


def _words_of(spans: Sequence[Rated]) -> int:
    return sum(len(span.candidate.words.split()) for span in spans)


def _adds(span: Candidate, other: Candidate) -> bool:
    """Tell whether `span` lies apart from `other` and says something else.

    Another note may differ by one word, since that may be where the two disagree: a number, a name, a "not".
    """
    if span.passage.document != other.passage.document:
        return _words(span) != _words(other)
    if _overlap(span, other):
        return False
    own = set(terms(span.words))
    new = own - set(terms(other.words))
    return bool(new) and len(new) >= NEW_WORDS * len(own)


def _overlap(span: Candidate, other: Candidate) -> bool:
    same = span.passage.document == other.passage.document
    return same and span.start < other.end and other.start < span.end


def _touch(one: Candidate | Citation, other: Candidate | Citation) -> bool:
    """Tell whether the later of two spans that do not overlap goes on from the earlier, in one passage.

    Only white space is between them, and the note does not stop short at the end of the earlier.
    """
    first, second = sorted((one, other), key=lambda span: span.start)
    between = first.passage.document.text[first.end : second.start]
    return one.passage is other.passage and not first.cut_off and not between.strip()


def _words(span: Candidate) -> set[str]:
    """Give the distinct words, stop words too, without case and punctuation; "can't" is one."""
    return {word.strip(punctuation) for word in span.words.replace("\u2019", "'").casefold().split()}


def _citation(span: Rated) -> Citation:
    at = span.candidate
    return Citation(at.passage, at.start, at.end, round(span.share, 4), at.cut_off)


def _merged(citations: Sequence[Citation]) -> list[Citation]:
    """Join those that touch, each time in the place of the best of them."""
    joined: list[Citation] = []
    for citation in citations:
        near = [other for other in joined if _touch(citation, other)]
        place = joined.index(near[0]) if near else len(joined)
        joined = [other for other in joined if other not in near]
        joined.insert(place, reduce(_both, near, citation))
    return joined


def _both(one: Citation, other: Citation) -> Citation:
    first, last = sorted((one, other), key=lambda citation: citation.start)
    score = min(round(one.score + other.score, 4), 1.0)
    return replace(first, end=last.end, score=score, cut_off=last.cut_off)
