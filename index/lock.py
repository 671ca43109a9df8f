"""One writer at a time."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
from filelock import FileLock, Timeout

from index.disk import sync, writing_to
from ingest.errors import IndexLockedError

# A writer that has just begun says so a moment later; one that was killed says so for ever.
_TRIES = 10
_PAUSE_SECONDS = 0.02
_HIGHEST_PID = 2**31 - 1


class Holder(msgspec.Struct, frozen=True):
    """Who holds the lock: the process and its machine, and the moment it began, ISO 8601 in UTC.

    Not its command, which may name what is secret, in a file that others can read.
    """

    pid: Annotated[int, msgspec.Meta(ge=1, le=_HIGHEST_PID)]
    host: str
    since: str

    @property
    def may_live(self) -> bool:
        """Whether the process may still be there: nobody can tell from another machine."""
        if self.host != socket.gethostname():
            return True
        try:
            os.kill(self.pid, 0)
        except PermissionError:
            return True
        except ProcessLookupError:
            return False
        return True


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
        if not root.is_dir():
            root.mkdir(parents=True, exist_ok=True)
            sync(root.parent)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            raise IndexLockedError(_held(root, holder)) from None
    try:
        with writing_to(root):
            holder.write_bytes(msgspec.json.encode(_this_process()))
        yield
    finally:
        with suppress(OSError):  # it only names the holder in a message
            holder.unlink()
        lock.release()


def _this_process() -> Holder:
    return Holder(os.getpid(), socket.gethostname(), datetime.now(UTC).isoformat("T", "seconds"))


def _held(root: Path, path: Path) -> str:
    holder = _holder(path)
    who = f"process {holder.pid} on {holder.host}, since {holder.since}," if holder else "another process"
    return f"{who} is writing the index in {root}; wait until it is done, then run the same again"


def _holder(path: Path) -> Holder | None:
    """Read who holds the lock; `None` if that can't be told, as where a process was killed that held it."""
    for _ in range(_TRIES):
        with suppress(OSError, msgspec.DecodeError, UnicodeDecodeError):
            holder = msgspec.json.decode(path.read_bytes(), type=Holder)
            if holder.may_live:
                return holder
        time.sleep(_PAUSE_SECONDS)
    return None
