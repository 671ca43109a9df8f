"""Mending misspelt words of a question, and only those that neither the notes nor the encoder know."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, groupby

from index.analysis import QUESTION_WORDS, folded, terms

# In letters: shorter words have too many neighbours, and so have the shortest by exchanging a letter. From
# the second on, two letters may be wrong.
SHORTEST, LONG = 4, 8

# A word of its own: no part of a name, a path or a number, nor what "n't" leaves of a verb.
_WORD = re.compile(rf"(?<![\w./:@-])[^\W\d_]{{{SHORTEST},40}}(?![\w/:@]|[.-]\w|['\u2019]t\b)")
_ASKING = dict.fromkeys(sorted(word for word in QUESTION_WORDS if len(word) >= SHORTEST))


Vocabulary = list[tuple[str, int]]
"""Folded words in order, each with how often it stands in the notes."""


def vocabulary(texts: Iterable[str]) -> Vocabulary:
    """Give the words of `texts` that could be what was meant."""
    return sorted(Counter(_folded_words(texts)).items())


def changed_vocabulary(
    before: Mapping[str, int], *, dropped: Iterable[str], added: Iterable[str]
) -> Vocabulary:
    """Give the vocabulary of the texts that made `before`, without those `dropped` and with those `added`."""
    counts = Counter(before)
    counts.subtract(_folded_words(dropped))
    counts.update(_folded_words(added))
    return sorted((+counts).items())


def _folded_words(texts: Iterable[str]) -> Iterator[str]:
    return (folded(word) for text in texts for word in _WORD.findall(text))


def respelled(
    question: str,
    frequency: Callable[[str], int],
    known: Callable[[], Iterable[str]],
    written: Callable[[str], int],
    is_word: Callable[[str], bool],
) -> str:
    """Give `question` with its misspelt words as the notes write them.

    A word is misspelt if no passage holds its term (`frequency`), if it is not a word of the language
    (`is_word`), and if one of the `known` words that is `written` in the notes is one letter away (two, for a
    long one) by insertion, deletion, substitution or swapping neighbours; in a shortest one no letter is
    taken for another, since "wifi" is not "wiki". The words that questions are asked with are known too. Of
    several the nearest is meant, then one of these, then what is written most often.
    """

    def mended(found: re.Match[str]) -> str:
        word = folded(found[0])
        # As it is written: only so an identifier such as OOMKilled falls into its parts.
        if word in QUESTION_WORDS or any(map(frequency, terms(found[0]))) or is_word(word):
            return found[0]
        return found[0] if written(word) else _nearest(word, known(), written) or found[0]

    return _WORD.sub(mended, question)


def _nearest(word: str, known: Iterable[str], written: Callable[[str], int]) -> str | None:
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract_iter

    # People seldom miss the first letter; words that differ there are others.
    choices = {other for other in chain(known, _ASKING) if other[:1] == word[:1] and _could_be(word, other)}
    found = extract_iter(word, choices, scorer=OSA.distance, score_cutoff=1 if len(word) < LONG else 2)
    near = sorted((distance, other not in _ASKING, other) for other, distance, _ in found)
    for (_, of_notes), alike in groupby(near, lambda one: one[:2]):
        counts = {other: written(other) for *_, other in alike}
        meant = [other for other, count in counts.items() if count or not of_notes]
        if meant:
            return min(meant, key=lambda other: (-counts[other], other))
    return None


def _could_be(word: str, other: str) -> bool:
    """Tell whether `word` is long enough to be `other` with a letter exchanged, or needs none to be so."""
    return len(word) > SHORTEST or len(word) != len(other) or sorted(word) == sorted(other)
