"""What the next generation takes over from the one before, so that its cost follows the change."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.dense import DenseIndex
from index.generation import VECTORS, Texts
from index.previous import Previous
from index.spelling import Vocabulary, changed_vocabulary, vocabulary


@dataclass(frozen=True, slots=True)
class Known:
    """The vectors of one file of a generation, by the text that each stands for; of none, for want of one."""

    texts: Sequence[str] = ()
    vectors: DenseIndex | None = None

    def missing(self, texts: Sequence[str]) -> list[str]:
        """Give those of `texts` that have no vector here, in order."""
        known = frozenset(self.texts)
        return [text for text in texts if text not in known]

    def filled(self, texts: Sequence[str], new: NDArray[np.float32]) -> NDArray[np.float32]:
        """Give the vectors of `texts`, float32 [n, d]; `new` holds those of the `missing`, in order."""
        rows = {text: row for row, text in enumerate(self.texts)}
        found = np.array([rows.get(text, -1) for text in texts], np.int64)
        vectors = np.empty((len(texts), new.shape[1]), np.float32)
        vectors[found < 0] = new
        if self.vectors:
            vectors[found >= 0] = self.vectors.vectors(found[found >= 0])
        return vectors


def known_vectors(previous: Previous | None) -> tuple[Known, ...]:
    """Give what is known of each part of `Texts` from the generation before. Raises `DamagedIndexError`."""
    if previous is None:
        return (Known(),) * len(VECTORS)
    texts = Texts.of(list(previous.documents.values()))
    return tuple(
        Known(part, DenseIndex.open(previous.folder / name))
        for part, name in zip(texts, VECTORS, strict=True)
    )


def vocabulary_after(previous: Previous | None, texts: Sequence[str]) -> Vocabulary:
    """Give the vocabulary of `texts`, those of all passages, from that of the generation before."""
    if previous is None:
        return vocabulary(texts)
    before = Counter(text for stored in previous.documents.values() for text in stored.encoded)
    now = Counter(texts)
    return changed_vocabulary(
        previous.vocabulary, dropped=(before - now).elements(), added=(now - before).elements()
    )
