"""Saying the same thing once a minute, not a thousand times."""

import time
from collections.abc import Callable
from threading import Lock

MINUTE = 60.0


class Seldom:
    """Calls to this tell whether a thing may be said: once in each minute; for any number of threads."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._said: dict[str, float] = {}
        self._lock = Lock()

    def __call__(self, what: str) -> bool:
        """Give whether `what` has not been said for a minute; then it counts as said."""
        with self._lock:
            now = self._now()
            if now - self._said.get(what, -MINUTE) < MINUTE:
                return False
            self._said[what] = now
            return True
