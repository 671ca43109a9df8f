"""Writing a generation's files into its folder."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.analysis import terms
from index.dense import DenseIndex
from index.disk import writing_to
from index.layout import DENSE, HEADINGS, LEXICAL, PASSAGES
from index.lexical import LexicalIndex, Terms
from index.passages import Stored, write_passages
from index.types import FileState
from ingest.encoded import heading_line
from ingest.types import Passage

Encode = Callable[[Sequence[str]], tuple[NDArray[np.float32], int]]


def write_generation(
    folder: Path,
    documents: Sequence[Stored],
    vectors: NDArray[np.float32],
    files: Sequence[FileState],
    encode: Encode,
) -> tuple[int, int]:
    """Write passages, vectors and terms of `documents` into `folder`, which is empty.

    `vectors` are those of the passages in order, float32 [n, d]; `encode` gives the vectors of other texts, and
    how many of them were new. Gives the number of vectors in all, and of texts that were new. Raises
    `IndexWriteError`.
    """
    lines = {text: row for row, text in enumerate(_heading_texts(documents))}
    heading_vectors, encoded_texts = encode(list(lines))

    def heading_rows(passage: Passage) -> tuple[int, int]:
        return lines[_line(passage)], lines[_last(passage)]

    with writing_to(folder):
        DenseIndex.write(folder / DENSE, vectors)
        DenseIndex.write(folder / HEADINGS, heading_vectors)
        LexicalIndex.write(folder / LEXICAL, _terms(documents))
        write_passages(folder / PASSAGES, documents, files, heading_rows)
    return len(vectors) + len(heading_vectors), encoded_texts


def _heading_texts(documents: Sequence[Stored]) -> dict[str, None]:
    passages = [passage for stored in documents for passage in stored.passages]
    return dict.fromkeys(text for passage in passages for text in (_line(passage), _last(passage)))


def _line(passage: Passage) -> str:
    return heading_line(passage.document.title, passage.headings)


def _last(passage: Passage) -> str:
    return passage.headings[-1] if passage.headings else passage.document.title


def _terms(documents: Sequence[Stored]) -> Iterator[Terms]:
    for number, stored in enumerate(documents):
        for passage, encoded in zip(stored.passages, stored.encoded, strict=True):
            yield Terms(number, terms(encoded), terms(_line(passage)))
