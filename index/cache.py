"""Vectors that were computed before, by the text they stand for: nothing is encoded twice."""

import logging
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.disk import write_error, writing_to
from index.encoder import Encoder

_Item = TypeVar("_Item")

_log = logging.getLogger(__name__)

# A killed run loses at most this many vectors: about five seconds of work for a small model on two cores.
_COMMIT_EVERY = 256
# Fewer than the 999 parameters that every SQLite allows.
_READ_AT_ONCE = 500
# Only a person who looks into the file can hold it: the index has one writer.
_PATIENCE_SECONDS = 5.0
# Vectors of texts that are no longer in the notes stay, since notes come back; but not more than these.
ROOM = 4
ROOM_AT_LEAST = 20_000
_KEY_BYTES = 16
SUM_BYTES = 8
# The disk or another process is at fault, not the file: https://www.sqlite.org/rescode.html
DISK_ERRORS = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PERM,
}


class VectorCache:
    """The vectors of one encoder, in one SQLite file in `folder`; close it, or use it in a `with`.

    A row holds the BLAKE2b of a text, its vector as little-endian float32, and a checksum of both. A row that
    does not match its checksum is encoded again; a file that SQLite can not read is thrown away.
    """

    def __init__(self, folder: Path, fingerprint: str, dimension: int) -> None:
        self._path = folder / f"{fingerprint}.sqlite"
        self._dimension = dimension
        with writing_to(folder):
            folder.mkdir(parents=True, exist_ok=True)
        self._connection = self._connect()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. What was encoded is already in it."""
        self._connection.close()

    def encode(
        self, encoder: Encoder, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> tuple[NDArray[np.float32], int]:
        """Give the vectors of `texts`, float32 [n, dimension], and how many of them had to be encoded.

        Equal texts are encoded once. `on_progress` is told how many more texts are done; over the call these
        add up to `len(texts)`. Raises `IndexWriteError` if the cache can not be written.
        """
        keys = [key_of(text) for text in texts]
        rows = {key: row for row, key in enumerate(dict.fromkeys(keys))}
        vectors = np.empty((len(rows), self._dimension), np.float32)
        missing = dict(zip(keys, texts, strict=True))
        for key, vector in self._read(list(rows)):
            vectors[rows[key]] = vector
            missing.pop(key, None)
        report = on_progress or _ignore
        report(len(texts) - len(missing))
        for batch in _batches(list(missing.items()), _COMMIT_EVERY):
            encoded = encoder.encode([text for _, text in batch], report)
            vectors[[rows[key] for key, _ in batch]] = encoded
            self._write(
                [(key, sealed_vector(key, vector)) for (key, _), vector in zip(batch, encoded, strict=True)]
            )
        return vectors[[rows[key] for key in keys]], len(missing)

    def trim(self, texts: Collection[str]) -> int:
        """Forget the vectors of all texts but `texts`, once most are of others; give how many those are.

        Raises `IndexWriteError` if the cache can not be written.
        """
        try:
            with self._connection as connection:
                (rows,) = connection.execute("SELECT count(*) FROM vectors").fetchone()
                if rows <= ROOM * len(texts) + ROOM_AT_LEAST:
                    return 0
                connection.execute("CREATE TEMP TABLE wanted (key BLOB PRIMARY KEY)")
                connection.executemany(
                    "INSERT OR IGNORE INTO wanted VALUES (?)", ((key_of(text),) for text in texts)
                )
                gone = connection.execute("DELETE FROM vectors WHERE key NOT IN (SELECT key FROM wanted)")
                connection.execute("DROP TABLE wanted")
            self._connection.execute("VACUUM")
        except sqlite3.DatabaseError as error:
            self._start_afresh(error)
            return 0
        return gone.rowcount

    def _read(self, keys: list[bytes]) -> list[tuple[bytes, NDArray[np.float32]]]:
        try:
            sealed = [row for batch in _batches(keys, _READ_AT_ONCE) for row in self._select(batch)]
        except sqlite3.DatabaseError as error:
            self._start_afresh(error)
            return []
        return [(key, vector) for key, seal in sealed if (vector := self._opened(key, seal)) is not None]

    def _select(self, keys: list[bytes]) -> list[tuple[bytes, bytes]]:
        marks = ",".join("?" * len(keys))
        # The casts give bytes even where a damaged row claims to hold text, a number or nothing.
        query = (
            "SELECT coalesce(CAST(key AS BLOB), x''), coalesce(CAST(vector AS BLOB), x'') "  # noqa: S608
            f"FROM vectors WHERE key IN ({marks})"  # only question marks
        )
        return self._connection.execute(query, keys).fetchall()

    def _opened(self, key: bytes, sealed: bytes) -> NDArray[np.float32] | None:
        if len(sealed) != self._dimension * 4 + SUM_BYTES:
            return None
        vector = np.frombuffer(sealed[:-SUM_BYTES], "<f4")
        return vector if sealed_vector(key, vector) == sealed else None

    def _write(self, rows: list[tuple[bytes, bytes]]) -> None:
        try:
            with self._connection:
                self._connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
        except sqlite3.DatabaseError as error:
            self._start_afresh(error)
            self._write(rows)

    def _start_afresh(self, error: sqlite3.DatabaseError) -> None:
        self._connection.close()
        self._throw_away(error)
        self._connection = self._connect()

    def _connect(self) -> sqlite3.Connection:
        try:
            return _opened_file(self._path)
        except sqlite3.DatabaseError as error:
            self._throw_away(error)
            return self._connect()

    def _throw_away(self, error: sqlite3.DatabaseError) -> None:
        """Remove the damaged file. Raises `IndexWriteError` if it can't be, or if the disk is at fault."""
        if error.sqlite_errorcode & 0xFF in DISK_ERRORS:
            raise write_error(self._path.parent, str(error)) from error
        with writing_to(self._path.parent):
            self._path.unlink()
            self._path.with_name(f"{self._path.name}-journal").unlink(missing_ok=True)
        _log.warning("%s was damaged (%s); its vectors are computed again", self._path, error)


def _opened_file(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_PATIENCE_SECONDS)
    try:
        connection.execute("PRAGMA temp_store = MEMORY")
        # A kill loses nothing that was committed; a power cut may lose the last commits, never mix them up.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)")
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def key_of(text: str) -> bytes:
    """Give the key under which the vector of a text is kept."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_KEY_BYTES).digest()


def sealed_vector(key: bytes, vector: NDArray[np.float32]) -> bytes:
    """Give a vector as it is kept: little-endian, with a checksum of it and of its key."""
    body = vector.astype("<f4").tobytes()
    return body + blake2b(key + body, digest_size=SUM_BYTES).digest()


def _batches(items: list[_Item], size: int) -> Iterator[list[_Item]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _ignore(_: int) -> None:
    """Report to nobody."""
