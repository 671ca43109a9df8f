"""How often a person may ask, and how fast messages are posted."""

import time
from collections import deque
from collections.abc import Callable
from threading import Lock

MINUTE = 60.0
# https://docs.slack.dev/apis/web-api/rate-limits: about one message a second in each channel.
BETWEEN_POSTS = 1.0
# Only those whose time has passed are thrown away, and looking for them takes time too.
_SWEEP_AT = 1_000


class Allowance:
    """So many questions a person in any minute, in this process; for any number of threads."""

    def __init__(self, per_minute: int, now: Callable[[], float] = time.monotonic) -> None:
        self._most = per_minute
        self._now = now
        self._asked: dict[tuple[str, str], deque[float]] = {}
        self._lock = Lock()

    def wait(self, team: str, user: str) -> float:
        """Give after how many seconds the person may ask again: 0 for now, which counts as a question."""
        with self._lock:
            now = self._now()
            self._sweep(now)
            asked = self._asked.setdefault((team, user), deque())
            while asked and asked[0] <= now - MINUTE:
                asked.popleft()
            if len(asked) >= self._most:
                return asked[0] + MINUTE - now
            asked.append(now)
            return 0.0

    def _sweep(self, now: float) -> None:
        if len(self._asked) >= _SWEEP_AT:
            self._asked = {who: asked for who, asked in self._asked.items() if asked[-1] > now - MINUTE}


class Pace:
    """A message a second in each channel, in this process; for any number of threads."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._next: dict[tuple[str, str], float] = {}
        self._lock = Lock()

    def reserve(self, team: str, channel: str) -> float:
        """Give how many seconds to wait before posting in a channel; the moment then is taken."""
        with self._lock:
            now = self._now()
            if len(self._next) >= _SWEEP_AT:
                self._next = {where: free for where, free in self._next.items() if free > now}
            moment = max(now, self._next.get((team, channel), now))
            self._next[team, channel] = moment + BETWEEN_POSTS
            return moment - now
