"""The documents and passages of a generation: one SQLite file, written once, then only read.

Passages are numbered from 0 in the order of their documents' paths, sources and places, which is the order in
which equal scores are ranked.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import blake2b
from pathlib import Path
from typing import Any, Self

import msgspec

from index.manifest import damaged
from index.types import FileState, Where
from ingest.types import Document, Kind, Passage

_SCHEMA = """
CREATE TABLE files (source TEXT, path TEXT, state TEXT, reason TEXT, passages INTEGER);
CREATE TABLE documents (
    id INTEGER PRIMARY KEY, source TEXT, path TEXT, sha256 TEXT, tags TEXT, body BLOB, digest BLOB
);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY, document INTEGER, start INTEGER, stop INTEGER, kind TEXT, headings TEXT,
    encoded TEXT, words BLOB, line_row INTEGER, heading_row INTEGER
);
CREATE INDEX passages_of ON passages (document);
CREATE INDEX same_words ON passages (words);
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """A document with its passages and, in their order, the texts encoded for them."""

    document: Document
    passages: tuple[Passage, ...]
    encoded: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A passage's own fields; `line_row` and `heading_row` are the rows of its headings' vectors."""

    id: int
    document: int
    start: int
    end: int
    kind: Kind
    headings: tuple[str, ...]
    words: bytes
    line_row: int
    heading_row: int


def write_passages(
    path: Path,
    documents: Sequence[Stored],
    files: Iterable[FileState],
    heading_rows: Callable[[Passage], tuple[int, int]],
) -> None:
    """Write all of a generation's documents and passages into the new file `path`. Raises `OSError`."""
    try:
        with closing(sqlite3.connect(path)) as connection, connection:
            # Not yet published: a crash leaves a file that nobody opens.
            connection.execute("PRAGMA synchronous = OFF")
            connection.executescript(_SCHEMA)
            connection.executemany(
                "INSERT INTO files VALUES (?, ?, ?, ?, ?)",
                ((file.source, file.path, file.state, file.reason, file.passages) for file in files),
            )
            connection.executemany(
                "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?)", _document_rows(documents)
            )
            connection.executemany(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                _passage_rows(documents, heading_rows),
            )
    except sqlite3.DatabaseError as error:
        raise OSError(None, f"SQLite could not write: {error}") from error


def _document_rows(documents: Sequence[Stored]) -> Iterator[tuple[object, ...]]:
    for number, stored in enumerate(documents):
        document = stored.document
        body = msgspec.json.encode(document)
        tags = msgspec.json.encode(document.metadata.tags).decode()
        yield number, document.source, document.path, document.sha256, tags, body, _digest(body)


def _passage_rows(
    documents: Sequence[Stored], heading_rows: Callable[[Passage], tuple[int, int]]
) -> Iterator[tuple[object, ...]]:
    number = 0
    for document, stored in enumerate(documents):
        for passage, encoded in zip(stored.passages, stored.encoded, strict=True):
            headings = msgspec.json.encode(passage.headings).decode()
            place = (passage.start, passage.end, passage.kind.value, headings)
            yield number, document, *place, encoded, _same_words(passage), *heading_rows(passage)
            number += 1


def _same_words(passage: Passage) -> bytes:
    """Give a digest that two passages share if they differ only in white space and letter case."""
    return _digest(" ".join(passage.text.split()).casefold().encode())


def _digest(body: bytes) -> bytes:
    return blake2b(body, digest_size=16).digest()


class PassageStore:
    """A generation's documents and passages, read as they are asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        # Immutable: SQLite then takes no lock and looks for no journal, so a read-only disk is fine.
        self._connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        self._documents: dict[int, Document] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def files(self) -> tuple[FileState, ...]:
        """Give every file of the sources, indexed or not, in the order of sources and paths."""
        return tuple(FileState(*row) for row in self._all("SELECT * FROM files ORDER BY rowid"))

    def row(self, number: int) -> Row:
        """Give a passage's fields. Raises `DamagedIndexError` if there is none of that number."""
        columns = "id, document, start, stop, kind, headings, words, line_row, heading_row"
        rows = self._all(f"SELECT {columns} FROM passages WHERE id = ?", number)  # noqa: S608 - names of columns, no input
        if not rows:
            raise damaged(f"{self._path} lacks passage {number}")
        return _row(rows[0])

    def passage(self, row: Row) -> Passage:
        """Give the passage of a row, with its document."""
        return Passage(self.document(row.document), row.start, row.end, row.headings, row.kind)

    def same_words(self, row: Row) -> list[int]:
        """Give the numbers of the passages with the same words as `row`, in order, itself among them."""
        return [
            int(number)
            for (number,) in self._all("SELECT id FROM passages WHERE words = ? ORDER BY id", row.words)
        ]

    def document(self, number: int) -> Document:
        """Give a document. Raises `DamagedIndexError` if it is not what was written."""
        if number not in self._documents:
            rows = self._all("SELECT body, digest FROM documents WHERE id = ?", number)
            if not rows or _digest(rows[0][0]) != rows[0][1]:
                raise damaged(f"document {number} in {self._path} has changed since it was written")
            self._documents[number] = msgspec.json.decode(rows[0][0], type=Document)
        return self._documents[number]

    def documents(self) -> Iterator[Document]:
        """Give all documents, in order."""
        for (number,) in self._all("SELECT id FROM documents ORDER BY id"):
            yield self.document(number)

    def stored(self) -> Iterator[Stored]:
        """Give all documents with their passages and encoded texts, in order."""
        for number, document in enumerate(self.documents()):
            rows = self._all(
                "SELECT start, stop, headings, kind, encoded FROM passages WHERE document = ? ORDER BY id",
                number,
            )
            passages = tuple(
                Passage(document, row[0], row[1], _headings(row[2]), Kind(row[3])) for row in rows
            )
            yield Stored(document, passages, tuple(row[4] for row in rows))

    def allowed(self, where: Where) -> list[int]:
        """Give the numbers of the documents that `where` allows, in order."""
        rows = self._all("SELECT id, source, path, tags FROM documents ORDER BY id")
        return [row[0] for row in rows if _allows(where, row[1], row[2], msgspec.json.decode(row[3]))]

    def passages_of(self, documents: Sequence[int]) -> list[int]:
        """Give the numbers of the passages of `documents`, in order."""
        wanted = msgspec.json.encode(list(documents)).decode()
        query = "SELECT id FROM passages WHERE document IN (SELECT value FROM json_each(?)) ORDER BY id"
        return [int(number) for (number,) in self._all(query, wanted)]

    def _all(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        with self._explaining():
            return self._connection.execute(query, parameters).fetchall()

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise damaged(f"{self._path} can not be read: {error}") from error


def _row(row: tuple[Any, ...]) -> Row:
    number, document, start, end, kind, headings, words, line_row, heading_row = row
    return Row(number, document, start, end, Kind(kind), _headings(headings), words, line_row, heading_row)


def _headings(column: str) -> tuple[str, ...]:
    return msgspec.json.decode(column, type=tuple[str, ...])


def _allows(where: Where, source: str, path: str, tags: Sequence[str]) -> bool:
    return (
        (not where.sources or source in where.sources)
        and (not where.paths or any(_under(path, wanted) for wanted in where.paths))
        and (not where.tags or any(_tagged(tag, wanted) for tag in tags for wanted in where.tags))
    )


def _under(path: str, wanted: str) -> bool:
    folder = wanted.removeprefix("./").rstrip("/")
    return path == folder or path.startswith(f"{folder}/") or fnmatchcase(path, folder)


def _tagged(tag: str, wanted: str) -> bool:
    tag, wanted = tag.casefold(), wanted.removeprefix("#").casefold()
    return tag == wanted or tag.startswith(f"{wanted}/")
