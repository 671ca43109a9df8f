"""The live generation for a process that stays: it is opened again when another one has been published."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from index.store import Store
from ingest.errors import RefdeskError

if TYPE_CHECKING:
    from index.encoder import Encoder
    from index.search import Index

_log = logging.getLogger(__name__)

# A generation that could not be opened is tried again after so long, since what was missing may be back.
RETRY_SECONDS = 10.0


@dataclass
class _Held:
    """An open generation, and how many questions are under way on it. The lock guards `readers`."""

    index: "Index"
    readers: int = 0
    replaced: bool = False

    def close_if_done(self) -> None:
        if self.replaced and not self.readers:
            self.index.store.close()


@dataclass(frozen=True, slots=True)
class _Failure:
    """What went wrong with the `CURRENT` that was `seen`, and when to try again, in monotonic seconds."""

    seen: tuple[int, ...]
    words: str
    until: float


class LiveIndex:
    """Gives each question the generation that is live, in any number of threads.

    `first` is the one that is open already. `reopen` opens the live one, and takes an open encoder that it
    may use. One that can not be opened is logged once, and the one of before goes on answering.
    """

    def __init__(self, root: Path, first: "Index", reopen: Callable[["Encoder"], "Index"]) -> None:
        self._store = Store(root)
        self._reopen = reopen
        self._held = _Held(first)
        self._seen: tuple[int, ...] = ()
        self._failure: _Failure | None = None
        self._lock = Lock()
        self._opening = Lock()

    @contextmanager
    def index(self) -> Iterator["Index"]:
        """Give the live generation, which stays open within the block, whatever is published meanwhile."""
        # Whoever comes while another thread is opening the new one is answered from the old one.
        if self._opening.acquire(blocking=False):
            try:
                self._follow()
            finally:
                self._opening.release()
        with self._lock:
            held = self._held
            held.readers += 1
        try:
            yield held.index
        finally:
            with self._lock:
                held.readers -= 1
                held.close_if_done()

    def close(self) -> None:
        """Close the generation once no question is under way on it. Ask no more after this."""
        self._retire(self._held)

    def _follow(self) -> None:
        """Open the live generation if it is another. That nothing has changed takes microseconds to see."""
        seen = self._now()
        if seen == self._seen or self._waits(seen):
            return
        before = self._held
        try:
            # By its checksum, since a deleted index that was built again counts from 1 again.
            if self._store.open_current()[0].checksum != before.index.manifest.checksum:
                after = self._reopen(before.index.encoder)
                _log.info("generation %d answers, no longer %d", after.generation, before.index.generation)
                with self._lock:
                    self._held = _Held(after)
                self._retire(before)
        except (RefdeskError, OSError) as error:
            self._tell(seen, str(error))
        else:
            self._seen, self._failure = seen, None

    def _now(self) -> tuple[int, ...]:
        """Give what tells one `CURRENT` from the next: each is a file of its own. Without one, what was."""
        try:
            found = self._store.pointer.stat()
        except OSError:
            return self._seen
        return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size

    def _retire(self, held: _Held) -> None:
        with self._lock:
            held.replaced = True
            held.close_if_done()

    def _waits(self, seen: tuple[int, ...]) -> bool:
        failure = self._failure
        return failure is not None and failure.seen == seen and time.monotonic() < failure.until

    def _tell(self, seen: tuple[int, ...], words: str) -> None:
        if self._failure is None or (self._failure.seen, self._failure.words) != (seen, words):
            _log.warning(
                "the live generation can not be opened, so generation %d goes on answering: %s",
                self._held.index.generation,
                words,
            )
        self._failure = _Failure(seen, words, time.monotonic() + RETRY_SECONDS)
