"""Showing how far a long run is: bars on a terminal, a plain line now and then elsewhere."""

import os
import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.progress import Progress

# In seconds: a stage that takes longer says where it stands so often.
EVERY = 10.0
_MINUTE = 60
_HOUR = 3_600


class Lines:
    """Writes one line as each stage begins, and one every ten seconds of a long stage: for logs and pipes.

    If `brief`, a stage is first told of when it takes that long. `clock` gives seconds.
    """

    def __init__(
        self, stream: TextIO, *, brief: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream = stream
        self._brief = brief
        self._clock = clock
        self._name = ""
        self._total: int | None = None
        self._done = 0
        # What the rate is counted from: the moment, and how much was done.
        self._since: tuple[float, int] | None = None

    def stage(self, name: str, total: int | None) -> None:
        """Write the stage's name and, where it is known, how much there is to do."""
        self._name, self._total, self._done = name, total, 0
        self._since = None if total else (self._clock(), 0)
        if not self._brief:
            self._write(name if total is None else f"{name}: {total:,}")

    def advance(self, n: int = 1) -> None:
        """Count steps; now and then, write how many there were, how fast, and how much time is left."""
        self._done += n
        now = self._clock()
        # The first step may be a leap: what is known already is counted in one go.
        then, before = self._since = self._since or (now, self._done)
        if now - then < EVERY or self._done == before:
            return
        self._since = (now, self._done)
        rate = (self._done - before) / (now - then)
        if self._total is None:
            self._write(f"{self._name}: {self._done:,}, {rate:,.0f}/s")
        elif self._done < self._total:
            left = spoken((self._total - self._done) / rate)
            self._write(f"{self._name}: {self._done:,} of {self._total:,}, {rate:,.0f}/s, about {left} left")

    def _write(self, line: str) -> None:
        self._stream.write(f"{line}\n")
        self._stream.flush()


def spoken(seconds: float) -> str:
    """Give a time as a person would say it: `40 s`, `4 min`, `2 h 10 min`; at least a second."""
    if seconds < 2 * _MINUTE:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / _MINUTE)
    if seconds < 2 * _HOUR:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours:,} h {minutes} min" if minutes else f"{hours:,} h"


@contextmanager
def shown(stream: TextIO, *, brief: bool = False) -> "Iterator[Progress]":
    """Show a run's progress on `stream`, which is stderr, until the block ends.

    If `brief`, bars are gone once the block ends, and a log is told only of stages that take long.
    """
    if not stream.isatty() or os.environ.get("TERM", "dumb") in {"dumb", "unknown"}:
        yield Lines(stream, brief=brief)
        return
    from bot.render.bars import drawn

    with drawn(stream, brief=brief) as bars:
        yield bars
