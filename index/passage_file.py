"""Writing the file that `index.passages` reads."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from hashlib import blake2b
from pathlib import Path

import numpy as np

from index.passages import Label, Listed, Row, Stored
from index.sealed import sealed
from index.spelling import Vocabulary, vocabulary
from ingest.types import Passage

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE lists (name TEXT PRIMARY KEY, body BLOB, seal BLOB);
CREATE TABLE documents (id INTEGER PRIMARY KEY, body BLOB, seal BLOB);
CREATE TABLE passages (id INTEGER PRIMARY KEY, body BLOB, seal BLOB, encoded BLOB, encoded_seal BLOB,
    spans BLOB, spans_seal BLOB, found BLOB, found_seal BLOB);
CREATE TABLE same_words (words BLOB PRIMARY KEY, body BLOB, seal BLOB);
"""
_WORDS_BYTES = 16

HeadingRow = Callable[[Passage], int]
"""Gives the row of the vector of a passage's last heading."""


def write_passages(
    path: Path,
    documents: Sequence[Stored],
    files: Sequence[Listed],
    heading_row: HeadingRow,
    words: Vocabulary | None = None,
) -> None:
    """Write all of a generation's documents and passages into the new file `path`. Raises `OSError`.

    `words` is the vocabulary of the passages; `None` has it gathered from their texts.
    """
    rows = _rows(documents, heading_row)
    lists = {
        "files": files,
        "documents": _labels(documents),
        "span_ends": _span_ends(documents),
        "vocabulary": vocabulary(_texts(documents)) if words is None else words,
    }
    try:
        with closing(sqlite3.connect(path)) as connection, connection:
            # Not yet published: a crash leaves a file that nobody opens.
            connection.executescript(_SCHEMA)
            connection.executemany(
                "INSERT INTO lists VALUES (?, ?, ?)",
                ((name, *sealed(f"the list of {name}", entries)) for name, entries in lists.items()),
            )
            connection.executemany(
                "INSERT INTO documents VALUES (?, ?, ?)",
                ((n, *sealed(f"document {n}", stored.document)) for n, stored in enumerate(documents)),
            )
            connection.executemany(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", _passages(documents, rows)
            )
            connection.executemany("INSERT INTO same_words VALUES (?, ?, ?)", _same_words(rows))
    except sqlite3.Error as error:
        raise OSError(None, f"SQLite could not write: {error}") from error


def _texts(documents: Sequence[Stored]) -> Iterator[str]:
    return (text for stored in documents for text in stored.encoded)


def _labels(documents: Sequence[Stored]) -> list[Label]:
    labels = []
    first = 0
    for stored in documents:
        document, count = stored.document, len(stored.passages)
        labels.append(Label(document.source, document.path, document.metadata.tags, first, count))
        first += count
    return labels


def _rows(documents: Sequence[Stored], heading_row: HeadingRow) -> list[Row]:
    passages = [(n, passage) for n, stored in enumerate(documents) for passage in stored.passages]
    words = [_words(passage) for _, passage in passages]
    copies = Counter(words)
    return [
        Row(
            number,
            document,
            passage.start,
            passage.end,
            passage.kind,
            passage.headings,
            words[number],
            copies[words[number]],
            heading_row(passage),
        )
        for number, (document, passage) in enumerate(passages)
    ]


def _passages(documents: Sequence[Stored], rows: Sequence[Row]) -> Iterator[tuple[object, ...]]:
    contents = (
        parts
        for stored in documents
        for parts in zip(stored.encoded, stored.spans, stored.found, strict=True)
    )
    for row, (text, spans, found) in zip(rows, contents, strict=True):
        yield (
            row.id,
            *sealed(f"passage {row.id}", row),
            *sealed(f"the text of passage {row.id}", text),
            *sealed(f"the spans of passage {row.id}", spans),
            *sealed(f"the terms of passage {row.id}", found),
        )


def _span_ends(documents: Sequence[Stored]) -> bytes:
    counts = [len(spans) for stored in documents for spans in stored.spans]
    return np.cumsum(counts, dtype="<i8").tobytes()


def _same_words(rows: Sequence[Row]) -> Iterator[tuple[object, ...]]:
    together: dict[bytes, list[int]] = {}
    for row in rows:
        if row.copies > 1:
            together.setdefault(row.words, []).append(row.id)
    for words, numbers in together.items():
        yield words, *sealed(f"the list of passages of words {words.hex()}", numbers)


def _words(passage: Passage) -> bytes:
    """Give a digest that passages share which differ only in white space and letter case."""
    words = " ".join(passage.text.split()).casefold()
    return blake2b(words.encode(), digest_size=_WORDS_BYTES).digest()
