"""Reading a follow-up in the light of the turns before it, without guessing: words are carried over."""

import re
from collections.abc import Sequence

from bot.types import Turn
from index.analysis import informative_terms
from index.search import Index

# What points back: a pronoun in the place of a thing, or an opening that goes on from before.
_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|theirs|that one|this one|those|these|the other(?: one)?|the same)\b"
    r"|^(?:and|or|but|also|then|so what about|what about|how about|what else|why not|else)\b"
    r"|\b(?:does|is|did|will|can) (?:that|this)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_](?:[\w./:-]*[^\W_])?")
# A question of so few informative words can hardly stand alone.
_FEW_TERMS = 1
# The subject of a question is its rarest words; more than these few would drown what is asked now.
_MOST_CARRIED = 2


def read_in_context(question: str, history: Sequence[Turn], index: Index) -> str:
    """Give the question with the subject of the turns before it, if it points back to them; else as it is.

    The subject is the informative words of the last question of the user, itself read in context, that the new
    one lacks, as they were written.
    """
    asked = [turn.text for turn in history if turn.role == "user"]
    if not asked or not _needs_context(question, index):
        return question
    before = read_in_context(asked[-1], [Turn("user", text) for text in asked[:-1]], index)
    carried = _subject(before, question, index)
    return f"{question.rstrip()} ({' '.join(carried)})" if carried else question


def _needs_context(question: str, index: Index) -> bool:
    known = [term for term in informative_terms(question) if index.frequency(term)]
    return len(known) <= _FEW_TERMS or bool(_POINTS_BACK.search(question.strip()))


def _subject(before: str, question: str, index: Index) -> list[str]:
    """Give the words of `before` that tell most, that the notes know and `question` lacks, in their order."""
    there = set(informative_terms(question))
    rarity: dict[str, int] = {}
    for word in _WORD.findall(before):
        new = [term for term in informative_terms(word) if index.frequency(term)]
        if new and not there.intersection(new):
            rarity.setdefault(word, min(map(index.frequency, new)))
    subject = sorted(rarity, key=lambda word: rarity[word])[:_MOST_CARRIED]
    return [word for word in rarity if word in subject]
