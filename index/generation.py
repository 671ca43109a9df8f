"""Writing a generation's files into its folder."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.analysis import terms
from index.dense import DenseIndex
from index.disk import writing_to
from index.layout import DENSE, HEADINGS, LEXICAL, PASSAGES, SPANS
from index.lexical import LexicalIndex, Terms
from index.passage_file import write_passages
from index.passages import Listed, Stored
from ingest.encoded import heading_line
from ingest.types import Passage, Quotable

# In words: the first of a span tell what it is about, and a long list would take as long as ten sentences.
OPENING = 60


class Texts(NamedTuple):
    """What is encoded for a generation, in the order of the rows of its vectors."""

    passages: list[str]
    spans: list[str]
    headings: list[str]

    @classmethod
    def of(cls, documents: Sequence[Stored]) -> "Texts":
        """Gather the texts of all documents; of the headings, each distinct last one of a passage."""
        return cls(
            [text for stored in documents for text in stored.encoded],
            [_opening(span) for stored in documents for spans in stored.spans for span in spans],
            list(dict.fromkeys(_last(passage) for stored in documents for passage in stored.passages)),
        )

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(map(len, self))


class Vectors(NamedTuple):
    """The vectors of the `Texts` of a generation, each float32 [n, d]."""

    passages: NDArray[np.float32]
    spans: NDArray[np.float32]
    headings: NDArray[np.float32]


def write_generation(
    folder: Path, documents: Sequence[Stored], files: Sequence[Listed], vectors: Vectors
) -> None:
    """Write passages, vectors and terms of `documents` into `folder`, which is empty.

    Raises `IndexWriteError`.
    """
    rows = {text: row for row, text in enumerate(Texts.of(documents).headings)}
    with writing_to(folder):
        DenseIndex.write(folder / DENSE, vectors.passages)
        DenseIndex.write(folder / SPANS, vectors.spans, half=True)
        DenseIndex.write(folder / HEADINGS, vectors.headings)
        LexicalIndex.write(folder / LEXICAL, _terms(documents))
        write_passages(folder / PASSAGES, documents, files, lambda passage: rows[_last(passage)])


def _opening(span: Quotable) -> str:
    return " ".join(span.words.split()[:OPENING])


def _last(passage: Passage) -> str:
    return passage.headings[-1] if passage.headings else passage.document.title


def _headings(passage: Passage) -> str:
    return heading_line(passage.document.title, passage.headings)


def _terms(documents: Sequence[Stored]) -> Iterator[Terms]:
    for number, stored in enumerate(documents):
        for passage, encoded in zip(stored.passages, stored.encoded, strict=True):
            yield Terms(number, terms(encoded), terms(_headings(passage)))
