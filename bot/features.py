"""Numbers that tell how well a span answers a question."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.asks import Ask, asked_for
from bot.spans import Candidate
from index.analysis import question_terms, terms
from index.search import Index
from index.types import Hit
from ingest.encoded import heading_line
from ingest.plain import plain
from ingest.types import Kind

_DIGIT = re.compile(r"\d")
_NUMBER_WORD = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand|million|billion|half)\b",
    re.IGNORECASE,
)
# Month names are read with their capital: "may" and "march" are words too.
_DATE = re.compile(
    r"\b(?:1\d{3}|20\d\d|January|February|March|April|May|June|July|August|September|October|November|December)\b"
)
_OCCASION = re.compile(r"\b(?:when|after|before|once|if)\b", re.IGNORECASE)
_NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][\w-]+")
_BECAUSE = re.compile(
    r"\b(?:because|since|due to|so that|therefore|in order to|reason|to ensure|to avoid)\b", re.IGNORECASE
)
_DEFINES = re.compile(
    r"\b(?:is|are|was|were|means|refers to|stands for|provides|describes|represents)\b", re.IGNORECASE
)
_CONTRASTS = re.compile(
    r"\b(?:while|whereas|unlike|instead|rather than|on the other hand|but|both|differ\w*)\b", re.IGNORECASE
)

SPAN_FEATURES = (
    "cosine",
    "coverage",
    "coverage_nearby",
    "passage_score",
    "passage_margin",
    "rank",
    "words",
    "whole",
    "code_fits",
    "list_fits",
    "kind_fits",
    "defines",
    "cut_off",
    "heading",
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the features see it.

    `vector` is its float32 [d], `idf` its terms and how much each tells, `ask` the kind of thing asked for.
    """

    text: str
    vector: NDArray[np.float32]
    idf: Mapping[str, float]
    ask: Ask

    @classmethod
    def of(cls, text: str, vector: NDArray[np.float32], index: Index) -> "Question":
        """Weigh the terms of `text` by how rare they are in `index`."""
        passages = index.manifest.counts.passages
        idf = {term: _idf(index.frequency(term), passages) for term in question_terms(text)}
        return cls(text, vector, idf, asked_for(text))

    def coverage(self, found: Iterable[str]) -> float:
        """Give the share of the question's terms that are `found`, weighted by idf, in [0, 1]."""
        there = set(found)
        total = sum(self.idf.values())
        return sum(weight for term, weight in self.idf.items() if term in there) / total if total else 0.0


def _idf(frequency: int, passages: int) -> float:
    """Give the idf of BM25 (Robertson and Spärck Jones, as in Lucene)."""
    return math.log(1 + (passages - frequency + 0.5) / (frequency + 0.5))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the candidates of one passage share.

    `above` are the terms of its headings, `coverage` in [0, 1] is its own with these, `margin` is its score
    less that of the best passage; for the best itself, less that of the next.
    """

    above: tuple[str, ...]
    coverage: float
    margin: float

    @classmethod
    def of(cls, question: Question, hits: Sequence[Hit], rank: int) -> "Surroundings":
        """Give the surroundings in the passage of `hits[rank]`; `hits` are all that was found, best first."""
        passage, scores = hits[rank].passage, [hit.score for hit in hits]
        above = terms(heading_line(passage.document.title, passage.headings))
        nearby = terms(plain(passage.text, passage.document.format))
        rival = scores[0] if rank else next(iter(scores[1:]), 0.0)
        return cls(tuple(above), question.coverage([*nearby, *above]), scores[rank] - rival)


def span_plain(candidate: Candidate) -> str:
    """Give the plain words of a candidate."""
    return plain(candidate.text, candidate.hit.passage.document.format)


def span_features(
    question: Question, candidate: Candidate, words: str, cosine: float, around: Surroundings
) -> list[float]:
    """Give the features of a candidate, in the order of `SPAN_FEATURES`.

    `words` are its plain words, `cosine` is of their vector and the question's.
    """
    own = terms(words)
    return [
        cosine,
        question.coverage([*own, *around.above]),
        around.coverage,
        candidate.hit.score,
        around.margin,
        1 / (1 + candidate.rank),
        min(math.log1p(len(own)), 5.0),
        float(candidate.whole),
        float(candidate.kind is Kind.CODE and question.ask is Ask.HOW_TO),
        float(candidate.kind is Kind.LIST and question.ask in {Ask.HOW_TO, Ask.OTHER}),
        float(fits(question.ask, candidate.text)),
        float(_is_definition(question, words)),
        float(candidate.cut_off),
        max(candidate.hit.heading, 0.0) ** HEADING_POWER,
    ]


def fits(ask: Ask, text: str) -> bool:
    """Tell whether `text` holds the kind of thing asked for; true where no sign of it is known."""
    match ask:
        case Ask.NUMBER:
            return bool(_DIGIT.search(text) or _NUMBER_WORD.search(text))
        case Ask.WHEN:
            return bool(_DATE.search(text) or _OCCASION.search(text))
        case Ask.WHO | Ask.WHERE:
            return bool(_NAME.search(text))
        case Ask.REASON:
            return bool(_BECAUSE.search(text))
        case Ask.COMPARISON:
            return bool(_CONTRASTS.search(text))
        case _:
            return True


# A heading that asks the same is strong evidence, one on the same subject hardly any.
HEADING_POWER = 4

# How far into a sentence its subject reaches, in terms, and how much of what is asked after it must name.
_SUBJECT = 6
_NAMED = 0.5


def _is_definition(question: Question, words: str) -> bool:
    """Tell whether the sentence begins with what "What is X" asks after, and goes on to say what it is."""
    if question.ask is not Ask.DEFINITION:
        return False
    verb = _DEFINES.search(words)
    subject = terms(words[: verb.start()]) if verb else []
    return 0 < len(subject) <= _SUBJECT and question.coverage(subject) > _NAMED
