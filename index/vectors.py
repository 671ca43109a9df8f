"""Comparing a generation's vectors with the texts that they stand for."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.cached import cached_vectors
from index.dense import DenseIndex
from index.encoder import Encoder
from index.faults import REPAIR, Fault, Part
from index.generation import VECTORS, Texts, last_heading
from index.layout import DENSE, SPANS
from index.passages import Stored
from index.progress import Progress
from ingest.types import Passage, Span

# Half precision, other processors and other libraries stay far above it, other encoders far below.
LEAST_COSINE = 0.999
# So many vectors of a file that do not fit are named, and the others counted.
NAMED = 3
# So many vectors that differ from the cached ones are encoded anew, to tell which of the two is wrong.
SUSPECTS = 200
_AT_ONCE = 4_096

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sample:
    """Which texts are encoded anew: `size` of them, or all where it is `None`, drawn by `seed`."""

    size: int | None = 200
    seed: int = 0

    def rows(self, counts: Sequence[int]) -> list[list[int]]:
        """Give the rows to encode of files with these `counts` of rows, as many of each as can be."""
        if self.size is None:
            return [list(range(count)) for count in counts]
        chance = random.Random(self.seed)  # noqa: S311 - a sample, no secret
        rows: list[list[int]] = [[] for _ in counts]
        left, open_files = self.size, sorted(range(len(counts)), key=lambda file: counts[file])
        # From the smallest on, so that what it can not use goes to the others.
        for place, file in enumerate(open_files):
            share = min(counts[file], left // (len(counts) - place))
            rows[file] = sorted(chance.sample(range(counts[file]), share))
            left -= share
        return rows


@dataclass(slots=True)
class Comparison:
    """What came of it: the faults, how many vectors there are, were in the cache, and were encoded anew."""

    faults: list[Fault] = field(default_factory=list)
    vectors: int = 0
    cached: int = 0
    encoded: int = 0


@dataclass(frozen=True, slots=True)
class VectorCheck:
    """A generation whose vectors are compared: `folder` is its own, `cache` its encoder's file there.

    `encoder` is `None` where it is not there; `sample` says which texts it encodes anew.
    """

    number: int
    folder: Path
    cache: Path
    dimension: int
    documents: Sequence[Stored]
    encoder: Encoder | None
    sample: Sample
    progress: Progress

    def run(self) -> Comparison:
        """Compare all vectors with the cached ones, and those of the sample with what comes out now."""
        texts = Texts.of(self.documents)
        chosen = self.sample.rows([len(part) for part in texts]) if self.encoder else [[] for _ in texts]
        self.progress.stage("compare vectors", sum(map(len, chosen)) if self.encoder else None)
        found = Comparison(vectors=texts.total)
        for name, part, rows in zip(VECTORS, texts, chosen, strict=True):
            index = DenseIndex.open(self.folder / name)
            if index.dimension == self.dimension:
                self._file(name, index, part, set(rows), found)
            else:
                shape = f"vectors of length {index.dimension}, and the encoder gives {self.dimension}"
                found.faults.append(self._fault(name, f"{self.folder / name} holds {shape}"))
        return found

    def _file(
        self, name: str, index: DenseIndex, texts: Sequence[str], chosen: set[int], found: Comparison
    ) -> None:
        wrong: list[int] = []
        doubtful: list[int] = []
        poisoned: list[int] = []
        for first in range(0, len(texts), _AT_ONCE):
            some = texts[first : first + _AT_ONCE]
            stored = index.vectors(np.arange(first, first + len(some)))
            cached = cached_vectors(self.cache, self.dimension, some)
            found.cached += len(cached)
            odd, different = _odd(stored), _different(stored, cached)
            if self.encoder is None:
                wrong += [first + row for row in odd]
                doubtful += [first + row for row in different if row not in odd]
                continue
            suspects = [*odd, *different]
            rows = sorted(
                {row for row in range(len(some)) if first + row in chosen}
                | set(suspects[: max(0, SUSPECTS - len(wrong) - len(poisoned))])
            )
            found.encoded += len(rows)
            fresh = self.encoder.encode([some[row] for row in rows], self.progress.advance)
            for row, vector in zip(rows, fresh, strict=True):
                wrong += [first + row] if _differ(stored[row], vector) else []
                poisoned += [first + row] if row in cached and _differ(cached[row], vector) else []
        found.faults += self._named(name, wrong, doubtful, poisoned)

    def _named(
        self, name: str, wrong: Sequence[int], doubtful: Sequence[int], poisoned: Sequence[int]
    ) -> Iterator[Fault]:
        path = self.folder / name
        places = _places(name, self.documents) if wrong or doubtful or poisoned else []
        for row in wrong[:NAMED]:
            yield self._fault(name, f"the vector of {places[row]} in {path} does not match its text")
        if len(wrong) > NAMED:
            yield self._fault(name, f"{len(wrong) - NAMED:,} more vectors in {path} do not match their texts")
        if doubtful:
            where = f"between {path} and {self.cache}, such as that of {places[doubtful[0]]}"
            told = f"{len(doubtful):,} vectors differ {where}, and only the encoder can tell which are right"
            yield Fault(Part.DOUBT, f"{told}; run `refdesk index` to export it, then `refdesk verify` again")
        if poisoned:
            example = f"vectors that do not match their texts, such as that of {places[poisoned[0]]}"
            yield Fault(Part.CACHED, f"{self.cache} holds {example}; {REPAIR}", file=str(self.cache))

    def _fault(self, name: str, told: str) -> Fault:
        return Fault(Part(name), f"{told}; {REPAIR}", self.number)


def _odd(stored: Vectors) -> list[int]:
    """Give the rows of `stored` that are not of length 1."""
    lengths = np.linalg.norm(stored, axis=1)
    # Not a number is odd too.
    odd: list[int] = np.flatnonzero(~(np.abs(lengths - 1) <= 1 - LEAST_COSINE)).tolist()
    return odd


def _different(stored: Vectors, cached: Mapping[int, Vectors]) -> list[int]:
    """Give the rows of `stored` that are not what was cached for their texts."""
    return [row for row, vector in sorted(cached.items()) if _differ(stored[row], vector)]


def _differ(stored: Vectors, expected: Vectors) -> bool:
    # Not a number is a difference too.
    return not float(np.dot(stored, expected)) >= LEAST_COSINE


def _places(name: str, documents: Sequence[Stored]) -> list[str]:
    """Give what each row of a file of vectors stands for, in words: a place, or a heading and its first."""
    passages = [passage for stored in documents for passage in stored.passages]
    if name == DENSE:
        return [passage.location for passage in passages]
    if name == SPANS:
        return [
            Span(stored.document, span.start, span.end).location
            for stored in documents
            for spans in stored.spans
            for span in spans
        ]
    first: dict[str, Passage] = {}
    for passage in passages:
        first.setdefault(last_heading(passage), passage)
    return [f'the heading "{heading}" of {passage.location}' for heading, passage in first.items()]
