"""The documents and passages of a generation: one SQLite file, written once, then only read.

Passages are numbered from 0 in the order of their documents' paths, sources and places, which is the order
in which equal scores are ranked. What is read has a seal: no changed byte is ever taken for a note's own.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Self, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from index.filters import allows
from index.manifest import damaged
from index.sealed import unsealed
from index.types import FileState, Where
from ingest.types import Document, Kind, Passage, Quotable

DOCUMENTS_HELD = 1_000
"""As many documents stay decoded once they were asked for."""

_ALL_COLUMNS = """
SELECT id, body, seal, encoded, encoded_seal, spans, spans_seal, found, found_seal
FROM passages WHERE id >= ? AND id < ?
"""

_Part = TypeVar("_Part")


@dataclass(frozen=True, slots=True)
class Found:
    """What a passage is found under: the terms of its encoded text and of its headings, a space between."""

    body: str
    headings: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A document with its passages and, in their order, what was made of each.

    These are the text that is encoded for it, the spans in it, and the terms that it is found under.
    """

    document: Document
    passages: tuple[Passage, ...]
    encoded: tuple[str, ...]
    spans: tuple[tuple[Quotable, ...], ...]
    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A file of the sources; `sha256` is that of its content if it was opened and yet could not be read.

    For what was left out of a file that holds documents, `file` is the path of that file and `sha256` its.
    """

    state: FileState
    sha256: str | None = None
    file: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """What filters look at in a document, and its passages: `count` of them, from the number `first` on."""

    source: str
    path: str
    tags: tuple[str, ...]
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Row:
    """A passage's own fields; `heading_row` is the row of its last heading's vector.

    `words` is the same for passages that differ only in white space and letter case; `copies` have it.
    """

    id: int
    document: int
    start: int
    end: int
    kind: Kind
    headings: tuple[str, ...]
    words: bytes
    copies: int
    heading_row: int


class PassageStore:
    """A generation's documents and passages, read as they are asked for.

    Each method raises `DamagedIndexError` where what it should give is not what was written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        # Immutable: SQLite then takes no lock and looks for no journal, so a read-only disk is fine.
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        with self._explaining():
            self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        self._document = lru_cache(DOCUMENTS_HELD)(self._read_document)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def files(self) -> tuple[FileState, ...]:
        """Give every file of the sources, indexed or not, in the order of sources and paths."""
        return tuple(listed.state for listed in self.listed())

    def listed(self) -> tuple[Listed, ...]:
        """Give every file of the sources, as `files` does, with what the next build wants to know."""
        return unsealed("the list of files", self._path, self._list("files"), tuple[Listed, ...])

    @cached_property
    def labels(self) -> tuple[Label, ...]:
        """The labels of all documents, in order."""
        return unsealed("the list of documents", self._path, self._list("documents"), tuple[Label, ...])

    @cached_property
    def vocabulary(self) -> dict[str, int]:
        """The words of all passages, folded, each with how often it stands there."""
        found = unsealed(
            "the list of vocabulary", self._path, self._list("vocabulary"), tuple[tuple[str, int], ...]
        )
        return dict(found)

    def rows(self, numbers: Sequence[int]) -> list[Row]:
        """Give the fields of passages, in the order of `numbers`."""
        wanted = msgspec.json.encode(list(numbers)).decode()
        query = "SELECT id, body, seal FROM passages WHERE id IN (SELECT value FROM json_each(?))"
        found = {number: [(body, seal)] for number, body, seal in self._all(query, wanted)}
        return [unsealed(f"passage {number}", self._path, found.get(number, []), Row) for number in numbers]

    def passage(self, row: Row) -> Passage:
        """Give the passage of a row, with its document."""
        return Passage(self.document(row.document), row.start, row.end, row.headings, row.kind)

    def same_words(self, row: Row) -> list[int]:
        """Give the numbers of the passages with the same words as `row`, in order, itself among them."""
        if row.copies == 1:
            return [row.id]
        found = self._all("SELECT body, seal FROM same_words WHERE words = ?", row.words)
        return unsealed(f"the list of passages of words {row.words.hex()}", self._path, found, list[int])

    def document(self, number: int) -> Document:
        """Give a document."""
        return self._document(number)

    def documents(self) -> Iterator[Document]:
        """Give all documents, in order."""
        return map(self.document, range(len(self.labels)))

    def stored(self) -> Iterator[Stored]:
        """Give all documents with their passages and encoded texts, in order."""
        for number, label in enumerate(self.labels):
            # Not through the cache: nobody wants all of them twice.
            yield self._stored(self._read_document(number), range(label.first, label.first + label.count))

    def _stored(self, document: Document, numbers: range) -> Stored:
        """Give a document with all of its passages, which have these `numbers`, in one look at the file."""
        found = {one[0]: one[1:] for one in self._all(_ALL_COLUMNS, numbers.start, numbers.stop)}

        def parts(column: int, name: str, kind: type[_Part]) -> tuple[_Part, ...]:
            pairs = {number: [columns[column : column + 2]] for number, columns in found.items()}
            return tuple(
                unsealed(f"{name} {number}", self._path, pairs.get(number, []), kind) for number in numbers
            )

        rows = parts(0, "passage", Row)
        return Stored(
            document,
            tuple(Passage(document, row.start, row.end, row.headings, row.kind) for row in rows),
            parts(2, "the text of passage", str),
            parts(4, "the spans of passage", tuple[Quotable, ...]),
            parts(6, "the terms of passage", Found),
        )

    def allowed(self, where: Where) -> list[int]:
        """Give the numbers of the documents that `where` allows, in order."""
        return [
            number
            for number, label in enumerate(self.labels)
            if allows(where, label.source, label.path, label.tags)
        ]

    def passages_of(self, documents: Sequence[int]) -> list[int]:
        """Give the numbers of the passages of `documents`, in the order of these."""
        labels = [self.labels[number] for number in documents]
        return [label.first + place for label in labels for place in range(label.count)]

    def _list(self, name: str) -> list[Any]:
        return self._all("SELECT body, seal FROM lists WHERE name = ?", name)

    def _read_document(self, number: int) -> Document:
        found = self._all("SELECT body, seal FROM documents WHERE id = ?", number)
        return unsealed(f"document {number}", self._path, found, Document)

    def spans(self, number: int) -> tuple[Quotable, ...]:
        """Give the spans of a passage that could be quoted, in the order of the text."""
        found = self._all("SELECT spans, spans_seal FROM passages WHERE id = ?", number)
        return unsealed(f"the spans of passage {number}", self._path, found, tuple[Quotable, ...])

    def encoded(self, number: int) -> str:
        """Give the text that is encoded for a passage."""
        rows = self._all("SELECT encoded, encoded_seal FROM passages WHERE id = ?", number)
        return unsealed(f"the text of passage {number}", self._path, rows, str)

    def found(self, number: int) -> Found:
        """Give the terms that a passage is found under."""
        rows = self._all("SELECT found, found_seal FROM passages WHERE id = ?", number)
        return unsealed(f"the terms of passage {number}", self._path, rows, Found)

    def span_rows(self, passages: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the rows of the vectors of the spans of `passages`, one passage after the other: int64 [n]."""
        firsts = self._span_bounds[passages]
        counts = self._span_bounds[passages + 1] - firsts
        # Those of a passage follow each other, so each row is its place here and what the first is off by.
        places = np.cumsum(counts) - counts
        return np.repeat(firsts - places, counts) + np.arange(counts.sum())

    def holders(self, span_rows: Sequence[int]) -> list[int]:
        """Give the number of the passage of each of these rows of spans' vectors."""
        holders: list[int] = (np.searchsorted(self._span_bounds, span_rows, "right") - 1).tolist()
        return holders

    @cached_property
    def _span_bounds(self) -> NDArray[np.int64]:
        """The first row of the spans of each passage, and the row behind the last: int64 [passages + 1]."""
        ends = unsealed("the list of span_ends", self._path, self._list("span_ends"), bytes)
        return np.concatenate(([0], np.frombuffer(ends, "<i8")))

    def _all(self, query: str, *parameters: object) -> list[Any]:
        with self._explaining():
            return self._connection.execute(query, parameters).fetchall()

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise damaged(f"{self._path} can not be read: {error}") from error
