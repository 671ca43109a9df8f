"""Writing the file that `index.passages` reads."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from hashlib import blake2b
from pathlib import Path

from index.passages import Label, Listed, Row, Stored
from index.sealed import sealed
from ingest.types import Passage

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE lists (name TEXT PRIMARY KEY, body BLOB, seal BLOB);
CREATE TABLE documents (id INTEGER PRIMARY KEY, body BLOB, seal BLOB);
CREATE TABLE passages (id INTEGER PRIMARY KEY, body BLOB, seal BLOB, encoded BLOB, encoded_seal BLOB);
CREATE TABLE same_words (words BLOB PRIMARY KEY, body BLOB, seal BLOB);
"""
_WORDS_BYTES = 16

HeadingRows = Callable[[Passage], tuple[int, int]]
"""Gives the rows of the vectors of a passage's heading line and last heading."""


def write_passages(
    path: Path, documents: Sequence[Stored], files: Sequence[Listed], heading_rows: HeadingRows
) -> None:
    """Write all of a generation's documents and passages into the new file `path`. Raises `OSError`."""
    rows = _rows(documents, heading_rows)
    lists = {"files": files, "documents": _labels(documents)}
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
            connection.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?)", _passages(documents, rows))
            connection.executemany("INSERT INTO same_words VALUES (?, ?, ?)", _same_words(rows))
    except sqlite3.Error as error:
        raise OSError(None, f"SQLite could not write: {error}") from error


def _labels(documents: Sequence[Stored]) -> list[Label]:
    labels = []
    first = 0
    for stored in documents:
        document, count = stored.document, len(stored.passages)
        labels.append(Label(document.source, document.path, document.metadata.tags, first, count))
        first += count
    return labels


def _rows(documents: Sequence[Stored], heading_rows: HeadingRows) -> list[Row]:
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
            *heading_rows(passage),
        )
        for number, (document, passage) in enumerate(passages)
    ]


def _passages(documents: Sequence[Stored], rows: Sequence[Row]) -> Iterator[tuple[object, ...]]:
    texts = (text for stored in documents for text in stored.encoded)
    for row, text in zip(rows, texts, strict=True):
        yield row.id, *sealed(f"passage {row.id}", row), *sealed(f"the text of passage {row.id}", text)


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
