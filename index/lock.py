"""One writer at a time."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from os import getpid
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from index.disk import writing_to
from ingest.errors import IndexLockedError


class Holder(msgspec.Struct, frozen=True):
    """Who holds the lock: the process and the moment it began, ISO 8601 in UTC."""

    pid: int
    since: str


@contextmanager
def writer_lock(root: Path) -> Iterator[None]:
    """Hold the lock of the index in `root`, which is made if it is missing.

    The lock is the operating system's own and dies with its process: a kill leaves nothing to clean up.
    Raises `IndexLockedError` if another process holds it, `IndexWriteError` if `root` can not be written.
    """
    lock = FileLock(root / ".lock")
    # Beside the lock, since a process that tries the lock may empty the lock's own file.
    holder = root / ".lock-holder.json"
    with writing_to(root):
        root.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            raise IndexLockedError(_held(root, holder)) from None
    try:
        with writing_to(root):
            holder.write_bytes(
                msgspec.json.encode(Holder(getpid(), datetime.now(UTC).isoformat("T", "seconds")))
            )
        yield
    finally:
        with suppress(OSError):  # it only names the holder in a message
            holder.unlink()
        lock.release()


def _held(root: Path, path: Path) -> str:
    try:
        holder = msgspec.json.decode(path.read_bytes(), type=Holder)
    except (OSError, msgspec.DecodeError):
        who = "another process"
    else:
        who = f"process {holder.pid}, since {holder.since},"
    return f"{who} is writing the index in {root}; wait until it is done, then run `refdesk index` again"
