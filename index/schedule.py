"""When the next run of a watch is due: once changes have settled, at an interval, or to try again."""

from dataclasses import dataclass
from math import inf

# In seconds. An editor's save, or a script's, is over when nothing has changed for so long;
QUIET = 0.3
# what never comes to rest is read as it is after so long, or after as long as the last run took.
LONGEST = 10.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait after a failed run, in seconds: `first`, then twice as long each time up to `most`."""

    first: float
    most: float

    def delay(self, failures: int) -> float:
        """Give the time to wait after so many failures in a row, of which there is at least one."""
        # Past this the longest wait is reached, and a float would run over.
        return min(self.most, self.first * 2.0 ** min(failures - 1, 32))


@dataclass(slots=True)
class Schedule:
    """The moment of the next run, on a clock of seconds that only the caller reads.

    The first run is due at once. `every` is how long after a run the next one is due though nothing changed;
    `None` for never.
    """

    every: float | None = None
    _timer: float = -inf
    _first: float | None = None
    _last: float = -inf
    _began: float = -inf
    _took: float = 0.0
    _failures: int = 0

    @property
    def due(self) -> float:
        """The moment of the next run: infinity while only a change can ask for one."""
        if self._first is None:
            return self._timer
        settled = min(self._last + QUIET, self._first + max(LONGEST, self._took))
        return min(self._timer, settled)

    def changed(self, now: float) -> None:
        """Note that something changed that a run should read."""
        if self._first is None:
            self._first = now
        self._last = now

    def began(self, now: float) -> None:
        """Note that a run begins, which reads all that has changed so far."""
        self._first = None
        self._began = now

    def ended(self, now: float) -> None:
        """Note that the run is over and all is well."""
        self._failures = 0
        self._took = now - self._began
        self._timer = inf if self.every is None else now + self.every

    def failed(self, now: float, patience: Patience) -> float:
        """Note that the run failed; give the seconds after which it is tried again, if nothing changes."""
        self._failures += 1
        delay = patience.delay(self._failures)
        self._timer = now + delay
        return delay
