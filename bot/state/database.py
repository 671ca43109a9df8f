"""The SQLite file that holds the state: opening it, bringing it up to date, saying what is wrong with it."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from bot.state.migrations import MIGRATIONS
from ingest.errors import StateError

FILE_NAME = "state.sqlite"
# So that no other program's file is ever taken for the state, nor written to: "rfds" in ASCII.
APPLICATION = 0x72666473
# Another process holds the file for milliseconds at a time.
PATIENCE_SECONDS = 10.0
# Nobody else gets at the state while it waits for who is reading; the next time will do.
_TRUNCATING_MS = 500
_PRIVATE = 0o600
# https://www.sqlite.org/rescode.html
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_UNWRITABLE = {
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY,
}


class State:
    """The open state, for any number of threads; other processes may have the same file open.

    `now` gives the present moment in seconds since 1970. Close it, or use it in a `with`.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, now: Callable[[], float]) -> None:
        self.path = path
        self.now = now
        self._connection = connection
        self._lock = Lock()

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        now: Callable[[], float] = time.time,
        migrations: Sequence[str] = MIGRATIONS,
    ) -> Self:
        """Open the state in `folder`, made if it is missing and brought up to date if it is older.

        Only the owner may read its file. Raises `StateError` where it can't be read or written, is no state,
        or comes from a newer version.
        """
        path = folder / FILE_NAME
        _prepare(folder, path)
        with _explaining(path), _alone(path):
            connection = sqlite3.connect(
                path, timeout=PATIENCE_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                _check(path, connection, len(migrations))
                _set_up(connection)
                _migrate(connection, migrations)
            except BaseException:
                connection.close()
                raise
        return cls(path, connection, now)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file, once no other thread is at it."""
        with self._lock, _explaining(self.path), _alone(self.path):
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for reading and writing: all of the block is kept, or after an error nothing.

        No other thread or process writes meanwhile, so what the block has read still holds when it writes.
        Raises `StateError`.
        """
        with self._lock, _explaining(self.path), _committed(self._connection):
            yield self._connection

    def truncate_log(self) -> None:
        """Leave nothing of what was deleted in the write-ahead log, unless another process is reading it."""
        with self._lock, _explaining(self.path):
            for pragma in (
                f"busy_timeout = {_TRUNCATING_MS}",
                "wal_checkpoint(TRUNCATE)",
                f"busy_timeout = {PATIENCE_SECONDS * 1000:.0f}",
            ):
                self._connection.execute(f"PRAGMA {pragma}").fetchall()


def kept_in(folder: Path) -> bool:
    """Tell whether there is a state in `folder`."""
    return (folder / FILE_NAME).exists()


def storable(text: str) -> str:
    """Give text with a question mark for each lone surrogate: JSON may hold one, and SQLite takes none."""
    return text.encode("utf-8", "replace").decode()


def _prepare(folder: Path, path: Path) -> None:
    """Make the folder, kept out of git, and a file in it that only its owner may read."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        ignored = folder / ".gitignore"
        if not ignored.exists():
            ignored.write_text("*\n")
        # SQLite gives its log the same mode.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, _PRIVATE))
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let no other process open or close the file meanwhile: at both SQLite is busy without any patience."""
    lock = FileLock(path.with_name(".lock"), timeout=PATIENCE_SECONDS, mode=_PRIVATE)
    try:
        lock.acquire()
    except Timeout as error:
        raise _busy(path) from error
    try:
        yield
    finally:
        lock.release()


def _check(path: Path, connection: sqlite3.Connection, known: int) -> None:
    """Raise `StateError` for a file that is not a state, or of a version that is not `known` yet."""
    application = _number(connection, "application_id")
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if application != APPLICATION and (application or tables):
        raise StateError(f"{path} is another program's file; name another folder with `state`")
    version = _number(connection, "user_version")
    if version > known:
        raise StateError(
            f"{path} was written by a newer refdesk: its version is {version}, and this one knows {known}; "
            "upgrade refdesk, or name another folder with `state`"
        )


def _set_up(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    # A kill loses nothing that was committed; a power cut may lose the last commits, never mix them up.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    # What is deleted is overwritten: whoever asks to be forgotten is not in the file's empty pages either.
    connection.execute("PRAGMA secure_delete = ON")


def _migrate(connection: sqlite3.Connection, migrations: Sequence[str]) -> None:
    """Run the scripts that the file lacks, each with its number or not at all."""
    before = _number(connection, "user_version")
    for version, script in enumerate(migrations[before:], before + 1):
        with _committed(connection):
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {version}")


@contextmanager
def _committed(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        # SQLite itself has rolled back after some errors, such as a full disk.
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _statements(script: str) -> Iterator[str]:
    """Split a script, since Python runs a whole one only outside of a transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])


@contextmanager
def _explaining(path: Path) -> Iterator[None]:
    """Turn what SQLite says of the file or the disk into a `StateError`; the rest are mistakes of ours."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _DAMAGED:
            raise StateError(
                f"{path} is damaged: {error}; move it away or restore a copy of it. Without it the bot "
                "starts afresh, and buttons below older answers say that they are too old"
            ) from error
        if code in _BUSY:
            raise _busy(path) from error
        if code in _UNWRITABLE:
            raise _unwritable(path, str(error)) from error
        raise


def _busy(path: Path) -> StateError:
    return StateError(
        f"{path} is held by another process for more than {PATIENCE_SECONDS:g} s; look for one that hangs, "
        "then run the same again"
    )


def _unwritable(path: Path, cause: str) -> StateError:
    return StateError(
        f"can not write to {path}: {cause}; make room or allow writing there, or name another folder with "
        "`state`"
    )
