"""Numbers that tell how well a span answers a question."""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.asks import Ask, asked_for
from bot.spans import Candidate
from index.analysis import folded, stem, terms
from index.fusion import HEADING_POWER
from index.query import Query
from index.types import Hit
from ingest.encoded import heading_line
from ingest.types import Kind

# "8" is no number of its own in "k8s", nor is "29" in "v1.29".
_NUMBER = re.compile(
    r"(?<![\w.,])\d+(?:[.,]\d+)*"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|thousand|million|billion|half)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"`[^`\n]+`|(?<!\w)--?[a-z]\w+", re.IGNORECASE)
_SEPARATOR = re.compile(r",|\band\b")
# Month names are read with their capital: "may" and "march" are words too.
_DATE = re.compile(
    r"\b(?:1\d{3}|20\d\d|January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"|\b(?:before|after|once|until|every|daily|weekly|monthly)\b"
)
_OCCASION = re.compile(
    r"\b(?:when|whenever|after|before|once|if|suited|suitable|ideal|useful)\b", re.IGNORECASE
)
_NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][\w-]+")
_BECAUSE = re.compile(
    r"\b(?:because|since|due to|so that|therefore|in order to|reason|to ensure|to avoid)\b", re.IGNORECASE
)
_DEFINES = re.compile(
    r"\b(?:is|are|was|were|means|refers? to|stands? for|provides?|describes?|represents?|lets?|allows?"
    r"|ensures?|changes?|runs?|manages?)\b",
    re.IGNORECASE,
)
_CONTRASTS = re.compile(
    r"\b(?:while|whereas|unlike|instead|rather than|on the other hand|but|both|differ\w*)\b", re.IGNORECASE
)

# What must be there and not in the question, and what must be there.
_ADDED = {Ask.NUMBER: _NUMBER, Ask.WHEN: _DATE, Ask.WHO: _NAME, Ask.WHERE: _NAME}
_SAID = {
    Ask.OCCASION: _OCCASION,
    Ask.REASON: _BECAUSE,
    Ask.COMPARISON: _CONTRASTS,
    Ask.COMMAND: _CODE,
    Ask.DEFINITION: _DEFINES,
}

# How far into a sentence its subject reaches, in terms, how much of what is asked after it must name, and how
# much else it may.
_SUBJECT = 6
_NAMED = 0.5
_BESIDE = 1
# "A Persistent Volume Claim (PVC) is": the subject is named in two ways.
_SHORT_FORM = re.compile(r"\([A-Z][\w-]*\)\s*$")
_ABBREVIATED = re.compile(r"(?<=[^\W_] )\(([^\W_][\w-]+)\)")

SPAN_FEATURES = (
    "cosine",
    "behind",
    "coverage",
    "coverage_own",
    "coverage_around",
    "closeness",
    "passage_score",
    "passage_margin",
    "words",
    "kind_fits",
    "defines",
    "introduces",
    "asks",
    "heading",
    "read",
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question: the `query` that was searched for, and the kind of thing it asks for."""

    query: Query
    ask: Ask

    @classmethod
    def of(cls, query: Query) -> "Question":
        """Tell what kind of thing a query asks for."""
        return cls(query, asked_for(query.text))


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the candidates of one passage share.

    `above` are the terms of its headings, `spans` those of each of its spans. `margin` is its score less that
    of the best passage; for the best itself, less that of the next. `nearest` is the highest cosine of any
    candidate. `unread` stands for the judgement of a candidate that the reader has not read: the lowest that
    it gave, or 0 where it has read none.
    """

    above: tuple[str, ...]
    spans: tuple[tuple[str, ...], ...]
    margin: float
    nearest: float
    unread: float

    @classmethod
    def of(cls, hits: Sequence[Hit], rank: int) -> "Surroundings":
        """Give the surroundings in the passage of `hits[rank]`; `hits` are all that was found, best first."""
        hit, scores = hits[rank], [hit.score for hit in hits]
        above = terms(heading_line(hit.passage.document.title, hit.passage.headings))
        said = tuple(tuple(terms(scored.span.words)) for scored in hit.spans)
        rival = scores[0] if rank else next(iter(scores[1:]), 0.0)
        nearest = max((scored.cosine for found in hits for scored in found.spans), default=0.0)
        read = [scored.read for found in hits for scored in found.spans if scored.read is not None]
        return cls(tuple(above), said, scores[rank] - rival, nearest, min(read, default=0.0))

    def around(self, place: int) -> list[str]:
        """Give the terms of a span, its neighbours and the headings."""
        near = self.spans[max(place - 1, 0) : place + 2]
        return [*self.above, *(term for span in near for term in span)]


def span_features(question: Question, candidate: Candidate, around: Surroundings) -> tuple[float, ...]:
    """Give the features of a candidate, in the order of `SPAN_FEATURES`."""
    query, own = question.query, around.spans[candidate.place]
    return (
        candidate.cosine,
        around.nearest - candidate.cosine,
        query.coverage([*own, *around.above]),
        query.coverage(own),
        query.coverage(around.around(candidate.place)),
        query.closeness(own),
        candidate.hit.score,
        around.margin,
        min(math.log1p(len(own)), 5.0),
        float(fits(question, candidate)),
        float(_is_definition(question, candidate.words)),
        float(_introduces(question, candidate.words)),
        float(candidate.words.rstrip().endswith("?")),
        max(candidate.hit.heading, 0.0) ** HEADING_POWER,
        around.unread if candidate.read is None else candidate.read,
    )


def fits(question: Question, candidate: Candidate) -> bool:
    """Tell whether a candidate holds the kind of thing asked for, beyond what the question itself names.

    True where no sign of that kind is known.
    """
    if question.ask in _ADDED:
        return _adds(_ADDED[question.ask], candidate.text, question.query.text)
    if question.ask is Ask.COMMAND and candidate.kind is Kind.CODE:
        return True
    if question.ask is Ask.LIST:
        return candidate.kind is Kind.LIST or len(_SEPARATOR.findall(candidate.text)) > 1
    sign = _SAID.get(question.ask)
    return sign is None or bool(sign.search(candidate.text))


def lacks_number(question: Question, quotes: Iterable[str]) -> bool:
    """Tell whether a number is asked for and none of `quotes` gives one that the question does not name."""
    asked = question.query.text
    return question.ask is Ask.NUMBER and not any(_adds(_NUMBER, quote, asked) for quote in quotes)


def _adds(sign: re.Pattern[str], text: str, asked: str) -> bool:
    """Tell whether `text` holds what `sign` stands for, other than what was `asked` with."""
    named = (rf"(?<!\w){re.escape(found)}(?!\w)" for found in sign.findall(text))
    return any(not re.search(name, asked, re.IGNORECASE) for name in named)


def _is_definition(question: Question, words: str) -> bool:
    """Tell whether the sentence begins with what "What is X" asks after, and goes on to say what it is."""
    verb = _DEFINES.search(words) if question.ask is Ask.DEFINITION else None
    if verb is None:
        return False
    subject = terms(words[: verb.start()])
    beside = [term for term in subject if term not in question.query.idf]
    named = len(beside) <= _BESIDE or _SHORT_FORM.search(words[: verb.start()])
    return bool(named) and len(subject) <= _SUBJECT and question.query.coverage(subject) > _NAMED


def _introduces(question: Question, words: str) -> bool:
    """Tell whether the sentence says what an abbreviation stands for, "Job Control (JC)", where one asks."""
    return question.ask is Ask.DEFINITION and any(
        stem(folded(short)) in question.query.idf for short in _ABBREVIATED.findall(words)
    )
