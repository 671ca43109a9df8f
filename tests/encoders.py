"""An encoder for tests: instant, and the same on every machine."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class HashEncoder:
    """Adds up one fixed random vector of signs for each distinct word: texts that share words are near.

    A word's vector comes from its BLAKE2b alone. Words count once, whatever their case or order.
    """

    dimension: int = 128
    max_tokens: int = 256
    name: str = "hash"

    @property
    def fingerprint(self) -> str:
        """The same for the same dimension and limit."""
        return f"hash-{self.dimension}-{self.max_tokens}"

    def encode(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Give the vectors of `texts`: float32 [n, dimension], each row of length 1."""
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._vector(text)
            if on_progress:
                on_progress(1)
        return vectors

    def count_tokens(self, text: str) -> int:
        """Give the number of words, and two for the special tokens that a real encoder adds."""
        return len(_WORD.findall(text)) + 2

    def _vector(self, text: str) -> NDArray[np.float32]:
        words = [word.casefold() for word in _WORD.findall(text)][: self.max_tokens - 2]
        total = np.sum([self._signs(word) for word in sorted(set(words)) or [""]], axis=0, dtype=np.float64)
        # An even number of words may cancel out; a little of the empty word keeps every length above zero.
        total += self._signs("") / 1000
        return (total / np.linalg.norm(total)).astype(np.float32)

    def _signs(self, word: str) -> NDArray[np.float64]:
        needed = -(-self.dimension // 8)
        blocks = (blake2b(f"{block} {word}".encode()).digest() for block in range(-(-needed // 64)))
        bits = np.unpackbits(np.frombuffer(b"".join(blocks), np.uint8))[: self.dimension]
        return bits.astype(np.float64) * 2 - 1


@dataclass(frozen=True, slots=True)
class PieceEncoder(HashEncoder):
    """Takes a word in one piece if it is one of `whole`, and else letter by letter."""

    whole: frozenset[str] = frozenset()

    def count_tokens(self, text: str) -> int:
        """Give the number of pieces, and two for the special tokens."""
        found = _WORD.findall(text.casefold())
        return 2 + sum(1 if word in self.whole else len(word) for word in found)
