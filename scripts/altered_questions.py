"""Questions with one word exchanged, so that what answers the question as it was does not answer any more.

Hardly any public question without an answer was written by a person, yet those that people ask are often just
this: close to what the notes say, and about another thing. A name, a number or a word that stands in the
question and in what answers it gives way to one of its kind out of other questions.
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from index.analysis import QUESTION_WORDS
from index.reader import Piece

_WORD = re.compile(r"[A-Za-z0-9][\w.\-/+#]*[A-Za-z0-9+#]")
# Words of one ending stand where the others could, as a rule.
_ENDINGS = re.compile(r"(ings?|ed|ly|tions?|ers?|al|ic|ous|ive|ss|s)$")
# The cosine of words of which one can stand for the other without meaning the same.
UNLIKE, ALIKE = 0.38, 0.66
NEIGHBOURS = 12
# Words that begin alike are forms of one word.
BEGINNING, ENDING = 4, 3
# Of the questions of a family: a word of more of them says too little to be missed, rare ones excepted.
COMMON, RARE = 0.02, 3


def mistyped(question: str, draw: random.Random) -> str:
    """Drop, double or swap a letter of a longer word."""
    words = question.split(" ")
    places = [at for at, word in enumerate(words) if len(word) > BEGINNING and word.isalpha()]
    if not places:
        return question
    at = draw.choice(places)
    word = words[at]
    letter = draw.randrange(1, len(word) - 1)
    before, here, after, rest = word[:letter], word[letter], word[letter + 1], word[letter + 2 :]
    words[at] = before + draw.choice([after, here + here + after, after + here]) + rest
    return " ".join(words)


class Exchanges:
    """Words of a family of questions, each with others of its kind."""

    def __init__(
        self, questions: Sequence[str], encode: Callable[[Sequence[str]], NDArray[np.float32]]
    ) -> None:
        """Find the kinds; `encode` gives unit vectors, [n, d], of n words."""
        counts = Counter(word for question in questions for word in _informative(question))
        most = max(RARE, COMMON * len(questions))
        words = [word for word, times in counts.items() if times <= most]
        kinds = np.array([_kind(word) for word in words])
        vectors = encode(words)
        self._others = {
            word: [words[at] for at in _like(vectors @ vector, kinds == _kind(word), word)]
            for word, vector in zip(words, vectors, strict=True)
        }

    def altered(self, question: str, right: Sequence[Piece], draw: random.Random) -> tuple[str, Piece] | None:
        """Give the question with one word exchanged, and a piece that answered it; none if no word will do.

        The word stands in that piece, and the other one in none of `right`.
        """
        places = list(_WORD.finditer(question))
        draw.shuffle(places)
        said = " ".join(map(_read, right)) + question.casefold()
        for piece in draw.sample(list(right), len(right)):
            for place in places:
                there = _stem(place[0]) in _read(piece)
                others = [
                    word for word in self._others.get(place[0], ()) if there and _stem(word) not in said
                ]
                if others:
                    return question[: place.start()] + draw.choice(others) + question[place.end() :], piece
        return None


def _informative(question: str) -> Iterator[str]:
    """Give the words that can be missed; not a first one that is large as any first word is."""
    for word in _WORD.findall(question):
        opening = question.startswith(word) and word[0].isupper() and not word.isupper()
        if len(word) >= ENDING and word.casefold() not in QUESTION_WORDS and not opening:
            yield word


def _kind(word: str) -> str:
    """Give how a word is written: a number of so many digits, an acronym, a name; and its ending."""
    if word.isdigit():
        return f"digits {len(word)}"
    if word.isupper():
        return "acronym"
    ending = _ENDINGS.search(word.casefold())
    mixed = any(letter.isdigit() for letter in word)
    return f"{'mixed' if mixed else 'name' if word[0].isupper() else 'word'} {ending[0] if ending else ''}"


def _like(cosines: NDArray[np.float32], same: NDArray[np.bool_], word: str) -> list[int]:
    """Give the places of the words of one kind that are near but not the same; of numbers, of any."""
    near = same if word.isdigit() else same & (cosines > UNLIKE) & (cosines < ALIKE)
    places = np.flatnonzero(near)
    best: list[int] = places[np.argsort(-cosines[places], kind="stable")][:NEIGHBOURS].tolist()
    return best


def _read(piece: Piece) -> str:
    return f"{piece.span} {piece.above} {piece.before} ".casefold()


def _stem(word: str) -> str:
    return word.casefold()[: max(BEGINNING, len(word) - ENDING)]
