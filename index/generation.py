"""Writing a generation's files into its folder."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.dense import DenseIndex
from index.disk import writing_to
from index.layout import DENSE, HEADINGS, LEXICAL, PASSAGES, SPANS
from index.lexical import LexicalIndex, Terms
from index.passage_file import write_passages
from index.passages import Listed, Stored
from index.spelling import Vocabulary
from ingest.types import Passage, Quotable

# The files of a generation's vectors, in the order of `Texts`.
VECTORS = (DENSE, SPANS, HEADINGS)

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
            list(dict.fromkeys(last_heading(passage) for stored in documents for passage in stored.passages)),
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
    folder: Path,
    documents: Sequence[Stored],
    files: Sequence[Listed],
    vectors: Vectors,
    words: Vocabulary | None = None,
) -> None:
    """Write passages, vectors and terms of `documents` into `folder`, which is empty.

    `words` is the vocabulary of all passages, where that is known already. Raises `IndexWriteError`.
    """
    rows = {text: row for row, text in enumerate(Texts.of(documents).headings)}
    with writing_to(folder):
        for name, of_name in zip(VECTORS, vectors, strict=True):
            write_vectors(folder, name, of_name)
        write_terms(folder, documents)
        write_passages(
            folder / PASSAGES, documents, files, lambda passage: rows[last_heading(passage)], words
        )


def write_vectors(folder: Path, name: str, vectors: NDArray[np.float32]) -> None:
    """Write one of the files of `VECTORS` into `folder`, that of spans at half the size. Raises `OSError`."""
    DenseIndex.write(folder / name, vectors, half=name == SPANS)


def write_terms(folder: Path, documents: Sequence[Stored]) -> None:
    """Write what the passages of `documents` are found under into `folder`. Raises `OSError`."""
    LexicalIndex.write(folder / LEXICAL, terms_of(documents))


def _opening(span: Quotable) -> str:
    return " ".join(span.words.split()[:OPENING])


def last_heading(passage: Passage) -> str:
    """Give the heading that a passage stands right under; that of a note without any is its title."""
    return passage.headings[-1] if passage.headings else passage.document.title


def terms_of(documents: Sequence[Stored]) -> Iterator[Terms]:
    """Give what each passage is found under, in order."""
    for number, stored in enumerate(documents):
        for found in stored.found:
            yield Terms(number, found.body, found.headings)
