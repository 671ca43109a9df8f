"""Reading a follow-up in the light of the turns before it, without guessing: words are carried over."""

import re
from collections.abc import Sequence

from bot.question import MAX_WORDS
from bot.types import Turn
from index.analysis import informative_terms
from index.expansion import Frequency
from index.search import Index
from index.types import Where

# As many turns of the user as are read; what was asked before them is forgotten.
TURNS_READ = 12
# The subject of a question is its rarest words; more than these few would drown what is asked now.
MOST_CARRIED = 2

_ASKS = r"(?:is|are|was|were|do|does|did|can|could|should|would|will|has|have|must|may)"
# An opening that goes on from before; what follows it decides.
_OPENING = re.compile(
    r"^(?:(?:and|or|but|also|then|so|ok|okay|what about|how about|what else|same)\b[\s,]*)+", re.IGNORECASE
)
# What stands in the place of a thing that was named before.
_POINTER = re.compile(
    r"\b(?:it|its|they|them|their|theirs|(?:that|this) one|those|these|the others?(?: one)?|ones?(?=\W*$))\b"
    rf"|\b{_ASKS} (?:that|this)\b|\b(?:that|this)(?=\W*$)|\bthe same (?:for|thing|way)\b",
    re.IGNORECASE,
)
# "Is it safe to", "how long does it take to": such an "it" stands for nothing.
_EMPTY_IT = re.compile(
    r"\b(?:is|was|would|will) it (?:be )?(?!able|going|meant|supposed|used|allowed|required)\w+ "
    r"(?:to|that|if|for)\b"
    r"|\bit (?:take|takes|cost|costs|make sense|makes sense)\b.* (?:to|if)\b",
    re.IGNORECASE,
)
# Where a pronoun may mean what the same question named before it: "if a pod fails, does it restart?"
_CLAUSE = re.compile(r"[,;:]|\b(?:and|but|or|so|because|when|if|while|until|before|after)\b", re.IGNORECASE)
_CONDITION = re.compile(r"^(?:if|when|once|after|before|while)\b", re.IGNORECASE)
# A question that is whole as it stands, and one that leaves its object out: "how do I restart?"
_WHOLE = re.compile(
    rf"^(?:what|which|who|whom|whose|when|where|why|how)\b.*\b(?:{_ASKS}|to)\b"
    rf"|\bwhat(?:'?s| is| are)\b|^{_ASKS}\b|^(?:define|explain|describe)\b",
    re.IGNORECASE,
)
_NO_OBJECT = re.compile(r"^how (?:do|does|to|can|could|should|would|will)\b", re.IGNORECASE)
# "What is a pod" names something new, "what is the default" one of what was named before.
_NEW = re.compile(r"\b(?:a|an)\s+\w", re.IGNORECASE)
_KNOWN = re.compile(r"\b(?:the|that|this)\s+[a-z]+\W*$")
_WORD = re.compile(r"[^\W_](?:[\w./:-]*[^\W_])?")


def read_in_context(question: str, history: Sequence[Turn], index: Index, where: Where | None = None) -> str:
    """Give the question with the subject of the turns before it, if it points back to them; else as it is.

    The subject is the rarest informative words of the last question of the user, itself read in context, that
    the new one lacks, as they were written. Only the notes that `where` allows tell what is rare.
    """
    frequency = index.known(where).frequency
    asked = [turn.text for turn in history if turn.role == "user"][-TURNS_READ:]
    before = ""
    for text in asked:
        asked_then = index.respelled(" ".join(text.split()[:MAX_WORDS]), where)
        before = _read_after(asked_then, before, frequency)
    return _read_after(question, before, frequency)


def _read_after(question: str, before: str, frequency: Frequency) -> str:
    if not before or not needs_context(question):
        return question
    carried = _subject(before, question, frequency)
    return f"{question.rstrip()} ({' '.join(carried)})".lstrip() if carried else question


def needs_context(question: str) -> bool:
    """Tell whether a question can hardly be understood without the one before it."""
    asked = question.strip().replace("\u2019", "'")
    opening = _OPENING.match(asked)
    rest = asked[opening.end() :] if opening else asked
    subject = informative_terms(rest)
    if not subject or _points_back(rest):
        return True
    if not _WHOLE.search(rest):
        return len(subject) == 1 or bool(opening)
    if _NEW.search(rest) or len(subject) > 1:
        return False
    return bool(_NO_OBJECT.search(rest) or _KNOWN.search(rest))


def _points_back(question: str) -> bool:
    """Tell whether a pronoun stands for something that the question itself does not name before it."""
    return any(
        not _named_before(question[: pointer.start()])
        for pointer in _POINTER.finditer(_EMPTY_IT.sub(lambda empty: " " * len(empty[0]), question))
    )


def _named_before(start: str) -> bool:
    """Tell whether the clauses that end in a pronoun name a thing before the pronoun's own clause."""
    clauses = [clause for clause in _CLAUSE.split(start) if clause.strip()]
    named = clauses if _CONDITION.match(start) else clauses[:-1]
    return any(informative_terms(clause) for clause in named)


def _subject(before: str, question: str, frequency: Frequency) -> list[str]:
    """Give the words of `before` that tell most, that the notes know and `question` lacks, in their order."""
    there = set(informative_terms(question))
    rarity: dict[str, int] = {}
    for word in _WORD.findall(before):
        new = [term for term in informative_terms(word) if frequency(term)]
        if new and not there.intersection(new):
            rarity.setdefault(word, min(map(frequency, new)))
    subject = sorted(rarity, key=lambda word: rarity[word])[:MOST_CARRIED]
    return [word for word in rarity if word in subject]
