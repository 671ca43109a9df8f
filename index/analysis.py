"""The words under which text is found: folded, stemmed, identifiers joined and split."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

import Stemmer

# Part of what makes two indexes comparable: raise it whenever the same text would give other terms.
ANALYSIS = "2"

# A run of letters and digits, with what holds an identifier together: kube-scheduler, v1.29.3, apps/v1, a_b.
_WORD = re.compile(r"[^\W_]+(?:[-._/:@+][^\W_]+|_+[^\W_]+)*")
_PART = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_POSSESSIVE = re.compile(r"['\u2019](?:s|re|ve|ll|d|m|t)\b", re.IGNORECASE)

# Words that tell nothing of what a text is about.
_STOP_WORDS = """
a an and are as at be but by for from has have if in into is it its no not of on or s such t that the their
then there these they this to was were which will with
"""
# Words that ask, greet or point; in a question they say nothing of what it is about.
_QUESTION_WORDS = """
about am anyone asap been being btw can cheers could did do does dumb earlier everyone explain folks get give
got guys hello hey hi hmm how i im just know let like lol many maybe me much my need ok okay our please pls
plz question quick really show silly so some someone sorry stupid tell thank thanks think too us use used
using want we what whats when where who whom whose why wonder wondering would you your should
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
QUESTION_WORDS = STOP_WORDS | frozenset(_QUESTION_WORDS.split())

# The terms of so many words stay at hand.
WORDS_HELD = 50_000


def terms(text: str) -> list[str]:
    """Give the terms of `text` in order, repeated as often as they stand there.

    An identifier gives itself, joined and folded, and its parts: `gracePeriodSeconds` gives
    `graceperiodsecond`, `grace`, `period`, `second`. All are stemmed (Porter 2), so that an identifier in
    small letters is the same term, and parts are free of stop words.
    """
    return list(_terms(text, STOP_WORDS))


def question_terms(question: str) -> list[str]:
    """Give the distinct terms that a question is about, in order; all its words if nothing else is left."""
    return informative_terms(question) or list(dict.fromkeys(_terms(question, frozenset())))


def informative_terms(text: str) -> list[str]:
    """Give the distinct terms of `text` that tell what it is about, in order; there may be none."""
    found = dict.fromkeys(_terms(text, QUESTION_WORDS))
    return [term for term in found if term not in QUESTION_WORDS]


def words(text: str) -> list[str]:
    """Give the folded words of `text` in order, identifiers in one piece."""
    return [folded(word) for word in _words(text)]


def _words(text: str) -> list[str]:
    return _WORD.findall(_POSSESSIVE.sub("", unicodedata.normalize("NFKC", text)))


def _terms(text: str, unwanted: frozenset[str]) -> Iterator[str]:
    for word in _words(text):
        yield from _terms_of(word, unwanted)


@lru_cache(WORDS_HELD)
def _terms_of(word: str, unwanted: frozenset[str]) -> tuple[str, ...]:
    parts = _parts(word)
    joined = (stem(folded(word)),) if len(parts) > 1 else ()
    return *joined, *(stem(part) for part in parts if part not in unwanted)


def _parts(word: str) -> list[str]:
    return [folded(part) for run in _PART.findall(word) for part in _CAMEL.split(run)]


def identifiers(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give the terms of each name written in one run, `ConfigMap`: itself and its parts, `config`, `map`."""
    for word in _words(text):
        parts = _parts(word)
        if len(parts) > 1 and _PART.fullmatch(word):
            yield stem(folded(word)), tuple(map(stem, parts))


def folded(word: str) -> str:
    """Give a word in lower case and without accents."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


def stem(word: str) -> str:
    """Give the Porter 2 stem of a folded word."""
    return str(_stemmer().stemWord(word))
