"""Grading a check question: a newcomer's words beside the words of the notes.

A grade is a comparison and no mark: it says how far two texts agree, and both are always shown. So a wrong
answer must never be called right, and an answer that is right in other words may be called close.
"""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from index.analysis import QUESTION_WORDS, informative_terms, stem, words
from index.encoder import Encoder
from ingest.sentences import sentences

# Chosen on tests/data/onboarding/answers.jsonl; see docs/decisions/0025-grading-a-check.md.
RIGHT = 0.58
CLOSE = 0.27
_IN_ORDER = 0.6

_NEGATIONS = frozenset(
    ("neither", "never", "no", "none", "nor", "not", "nothing", "nobody", "stop", "stops", "without")
)
_NEGATED = 3
_CLAUSE = re.compile(r"[.,;:!?()\n]|\b(?:and|but|or|so|then)\b", re.IGNORECASE)
_SHORTENED = re.compile(r"n['\u2019]t\b|\bcannot\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
# One is left out: it is a pronoun more often than a number.
_NUMBERS: Mapping[str, str] = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10", "twelve": "12", "fifteen": "15", "twenty": "20", "thirty": "30", "forty": "40",
    "fifty": "50", "sixty": "60", "ninety": "90", "hundred": "100",
}  # fmt: skip


class Grade(StrEnum):
    """How far a newcomer's words agree with the notes'."""

    RIGHT = "right"
    CLOSE = "close"
    LOOK_AGAIN = "look again"


def graded(check: str, said: str, reference: str, encoder: Encoder) -> Grade:
    """Compare what is `said` to the question `check` with the plain words of the notes that answer it.

    What contradicts the notes in a number, a negation or the order of its words is close at best, and what
    only repeats the question's words is worth nothing.
    """
    likeness = _likeness(check, said, reference, encoder)
    if likeness < CLOSE:
        return Grade.LOOK_AGAIN
    if likeness < RIGHT or _contradicts(said, reference):
        return Grade.CLOSE
    return Grade.RIGHT


def _likeness(check: str, said: str, reference: str, encoder: Encoder) -> float:
    """Give in [0, 1] how like the notes, or one of their sentences, the words are: terms and meaning."""
    asked = _terms(check)
    terms = _terms(said) - asked
    parts = [reference, *(reference[start:end] for start, end in sentences(reference, 0, len(reference)))]
    vectors = encoder.encode([said, *parts])
    shares = [_share(terms, _terms(part) - asked) for part in parts]
    if not any(shares):
        return 0.0
    cosines: list[float] = (vectors[1:] @ vectors[0]).tolist()
    return max((share + cosine) / 2 for share, cosine in zip(shares, cosines, strict=True))


def _terms(text: str) -> frozenset[str]:
    return frozenset(informative_terms(_SHORTENED.sub(" not ", text)))


def _share(terms: frozenset[str], wanted: frozenset[str]) -> float:
    return len(terms & wanted) / len(wanted) if wanted else 0.0


def _contradicts(said: str, reference: str) -> bool:
    return bool(
        _numbers(said) - _numbers(reference)
        or _negated_otherwise(said, reference)
        or _in_order(said, reference) < _IN_ORDER
    )


def _numbers(text: str) -> set[str]:
    found = {_NUMBERS[word] for word in words(text) if word in _NUMBERS}
    return found | set(_NUMBER.findall(text))


def _negated_otherwise(said: str, reference: str) -> bool:
    """Tell whether a term that both have is denied in one of them alone."""
    mine, theirs = _denials(said), _denials(reference)
    return any(not mine[term] & theirs[term] for term in mine.keys() & theirs.keys())


def _denials(text: str) -> dict[str, set[bool]]:
    """Give for each term whether it stands right behind a negation; it may do both."""
    denied: dict[str, set[bool]] = {}
    for clause in _CLAUSE.split(_SHORTENED.sub(" not ", text)):
        left = 0
        for word in words(clause):
            if word in _NEGATIONS:
                left = _NEGATED
            elif word not in QUESTION_WORDS:
                denied.setdefault(stem(word), set()).add(left > 0)
                left -= 1
    return denied


def _in_order(said: str, reference: str) -> float:
    """Give the share of the terms of both that stand in one order in both."""
    theirs = informative_terms(reference)
    mine = [term for term in informative_terms(said) if term in theirs]
    theirs = [term for term in theirs if term in mine]
    return _longest_common(mine, theirs) / len(mine) if mine else 1.0


def _longest_common(one: Sequence[str], other: Sequence[str]) -> int:
    """Give the length of the longest sequence that both hold, with gaps."""
    row = [0] * (len(other) + 1)
    for mine in one:
        before = 0
        for at, theirs in enumerate(other, 1):
            before, row[at] = row[at], before + 1 if mine == theirs else max(row[at], row[at - 1])
    return row[-1]
