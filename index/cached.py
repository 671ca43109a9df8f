"""Looking at the cached vectors without changing them: a check must work on a read-only disk too."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.cache import DISK_ERRORS, SUM_BYTES, key_of, sealed_vector
from index.disk import write_error, writing_to

# Fewer than the 999 parameters that every SQLite allows.
_READ_AT_ONCE = 500
_PATIENCE_SECONDS = 5.0
# The casts give bytes even where a damaged row claims to hold text, a number or nothing.
_ROWS = "SELECT rowid, coalesce(CAST(key AS BLOB), x''), coalesce(CAST(vector AS BLOB), x'') FROM vectors"


def cache_files(folder: Path) -> list[Path]:
    """Give the files of the cache in `folder`, one for each encoder, in order."""
    return sorted(folder.glob("*.sqlite"))


def cached_vectors(path: Path, dimension: int, texts: Sequence[str]) -> Mapping[int, NDArray[np.float32]]:
    """Give the vectors of those `texts` that the cache file `path` holds whole, by their place in `texts`.

    A file that is not there or can not be read holds none; `cache_problem` says why.
    """
    places: dict[bytes, list[int]] = {}
    for place, text in enumerate(texts):
        places.setdefault(key_of(text), []).append(place)
    found: dict[int, NDArray[np.float32]] = {}
    keys = list(places)
    with suppress(sqlite3.DatabaseError), _reading(path) as connection:
        for first in range(0, len(keys), _READ_AT_ONCE):
            some = keys[first : first + _READ_AT_ONCE]
            marks = ",".join("?" * len(some))
            for _, key, body in connection.execute(f"{_ROWS} WHERE key IN ({marks})", some):
                if len(body) == dimension * 4 + SUM_BYTES and _is_whole(key, body):
                    found |= dict.fromkeys(places[key], np.frombuffer(body[:-SUM_BYTES], "<f4"))
    return found


def cache_problem(path: Path) -> str | None:
    """Read all of a cache file; say in words what is wrong with it."""
    try:
        with _reading(path) as connection:
            damaged = len(_damaged_rows(connection))
            (told,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        # What a killed run left half written there is undone by the next that writes.
        unfinished = error.sqlite_errorcode == sqlite3.SQLITE_READONLY_ROLLBACK
        return None if unfinished else f"{path} can not be read: {error}"
    if damaged:
        return f"{path} has changed since it was written: {damaged:,} of its vectors are damaged"
    return None if told == "ok" else f"{path} has changed since it was written: {' '.join(told.split())}"


def mend_cache(path: Path) -> str:
    """Take the damaged vectors out of a cache file, or remove it where it is worse; say which.

    Raises `IndexWriteError`.
    """
    try:
        with closing(sqlite3.connect(path, timeout=_PATIENCE_SECONDS)) as connection:
            doomed = _damaged_rows(connection)
            with connection:
                connection.executemany("DELETE FROM vectors WHERE rowid = ?", [(row,) for row in doomed])
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF in DISK_ERRORS:
            raise write_error(path.parent, str(error)) from error
        doomed = []
    if doomed and cache_problem(path) is None:
        return f"dropped {len(doomed):,} damaged vectors from {path}"
    return drop_cache(path)


def drop_cache(path: Path) -> str:
    """Remove a cache file, and say so. Raises `IndexWriteError`."""
    with writing_to(path.parent):
        path.unlink(missing_ok=True)
        path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
    return f"removed {path}: its vectors are computed again as they are needed"


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    address = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=_PATIENCE_SECONDS)) as connection:
        yield connection


def _damaged_rows(connection: sqlite3.Connection) -> list[int]:
    return [row for row, key, body in connection.execute(_ROWS) if not _is_whole(key, body)]


def _is_whole(key: bytes, body: bytes) -> bool:
    if len(body) <= SUM_BYTES or len(body) % 4:
        return False
    return sealed_vector(key, np.frombuffer(body[:-SUM_BYTES], "<f4")) == body
