"""Keeping an index up to date: a run after each change that has settled, at an interval, and after a failure.

Nothing here knows what a run does, or who is told of it.
"""

import time
from collections.abc import Callable
from typing import NoReturn, Protocol, TypeVar

from index.schedule import Patience, Schedule
from ingest.errors import IndexLockedError, RefdeskError

_Made = TypeVar("_Made")
_Heard_contra = TypeVar("_Heard_contra", contravariant=True)

# In seconds. Another writer is done in its own time; a broken disk or a lost share takes longer.
PATIENCE = Patience(5.0, 300.0)
LOCK_PATIENCE = Patience(1.0, 15.0)


class Changes(Protocol):
    """Where news of changed files comes from."""

    def arm(self) -> None:
        """Begin anew to listen: whatever changes from now on counts. Raises `UsageError` if it may not."""
        ...

    def wait(self, seconds: float) -> bool:
        """Wait at most so long for a change; tell whether there was one. Raises `KeyboardInterrupt`."""
        ...


class Told(Protocol[_Heard_contra]):
    """Who is told how each run ended."""

    def ended(self, report: _Heard_contra) -> None:
        """Hear of a run that went well."""
        ...

    def failed(self, error: RefdeskError | OSError, delay: float) -> None:
        """Hear of a run that failed and is tried again in `delay` seconds; may raise the error to end it."""
        ...


def keep_up(
    run: Callable[[], _Made],
    told: Told[_Made],
    changes: Changes,
    schedule: Schedule,
    clock: Callable[[], float] = time.monotonic,
) -> NoReturn:
    """Call `run` whenever it is due, for ever.

    It ends with what is raised: `KeyboardInterrupt`, or an error that `told` does not want tried again.
    Listening begins before each run, so that what changes during it is seen after it.
    """
    while True:
        seconds = schedule.due - clock()
        if seconds > 0:
            if changes.wait(seconds):
                schedule.changed(clock())
            continue
        schedule.began(clock())
        try:
            changes.arm()
            report = run()
        except (RefdeskError, OSError) as error:
            patience = LOCK_PATIENCE if isinstance(error, IndexLockedError) else PATIENCE
            told.failed(error, schedule.failed(clock(), patience))
        else:
            schedule.ended(clock())
            told.ended(report)
