"""Writing a generation's files into its folder."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.analysis import terms
from index.dense import DenseIndex
from index.disk import writing_to
from index.layout import DENSE, HEADINGS, LEXICAL, PASSAGES
from index.lexical import LexicalIndex, Terms
from index.passage_file import write_passages
from index.passages import Listed, Stored
from ingest.encoded import heading_line
from ingest.types import Passage


def heading_texts(documents: Sequence[Stored]) -> list[str]:
    """Give the distinct texts that stand above the passages: each one's heading line and last heading."""
    passages = (passage for stored in documents for passage in stored.passages)
    return list(dict.fromkeys(text for passage in passages for text in (_line(passage), _last(passage))))


def write_generation(
    folder: Path,
    documents: Sequence[Stored],
    files: Sequence[Listed],
    vectors: NDArray[np.float32],
    heading_vectors: NDArray[np.float32],
) -> None:
    """Write passages, vectors and terms of `documents` into `folder`, which is empty.

    `vectors` are those of the passages in order, `heading_vectors` those of their `heading_texts`, both
    float32 [n, d]. Raises `IndexWriteError`.
    """
    rows = {text: row for row, text in enumerate(heading_texts(documents))}
    with writing_to(folder):
        DenseIndex.write(folder / DENSE, vectors)
        DenseIndex.write(folder / HEADINGS, heading_vectors)
        LexicalIndex.write(folder / LEXICAL, _terms(documents))
        write_passages(
            folder / PASSAGES,
            documents,
            files,
            lambda passage: (rows[_line(passage)], rows[_last(passage)]),
        )


def _line(passage: Passage) -> str:
    return heading_line(passage.document.title, passage.headings)


def _last(passage: Passage) -> str:
    return passage.headings[-1] if passage.headings else passage.document.title


def _terms(documents: Sequence[Stored]) -> Iterator[Terms]:
    for number, stored in enumerate(documents):
        for passage, encoded in zip(stored.passages, stored.encoded, strict=True):
            yield Terms(number, terms(encoded), terms(_line(passage)))
