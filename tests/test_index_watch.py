"""The loop of a watch, on a clock that only the test moves."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isinf
from pathlib import Path

import pytest

from index.schedule import QUIET, Schedule
from index.watch import LOCK_PATIENCE, PATIENCE, keep_up
from ingest.errors import IndexLockedError, IndexWriteError, RefdeskError, ShrunkError, SourceError

HOUR = 3_600.0


class StoppedError(Exception):
    """The time of the test is over."""


@dataclass
class World:
    """A clock, changes at known moments, and runs that end as they are told to; `log` is what happened."""

    changes: list[float] = field(default_factory=list)
    outcomes: Iterator[BaseException | None] = field(default_factory=lambda: iter(()))
    end: float = HOUR
    took: float = 1.0
    now: float = 0.0
    log: list[tuple[float, object]] = field(default_factory=list)
    raising: bool = False
    armed: int = 0

    def clock(self) -> float:
        """Give the time."""
        return self.now

    def arm(self) -> None:
        """Begin to listen anew."""
        self.armed += 1

    def wait(self, seconds: float) -> bool:
        """Let time pass until the next change."""
        assert seconds > 0
        until = self.now + seconds
        if self.changes and self.changes[0] <= until:
            self.now = max(self.now, self.changes.pop(0))
            return True
        if isinf(until) or until > self.end:
            raise StoppedError
        self.now = until
        return False

    def run(self) -> str:
        """Take a second, and end well or not."""
        assert self.armed == len(self.log) + 1
        began = self.now
        self.now += self.took
        outcome = next(self.outcomes, None)
        if outcome is not None:
            raise outcome
        return f"began {began:g}"

    def ended(self, report: str) -> None:
        """Note a good run."""
        self.log.append((self.now, report))

    def failed(self, error: RefdeskError | OSError, delay: float) -> None:
        """Note a failed run."""
        self.log.append((self.now, (type(error).__name__, delay)))
        if self.raising:
            raise error


def kept_up(world: World, every: float | None = None) -> list[object]:
    """Watch until the time is over; give how the runs ended."""
    with pytest.raises(StoppedError):
        keep_up(world.run, world, world, Schedule(every), world.clock)
    return [what for _, what in world.log]


def test_a_tree_at_rest_is_read_once() -> None:
    """At the start, and listening began before."""
    assert kept_up(World()) == ["began 0"]


def test_thousands_of_changes_at_once_are_one_run() -> None:
    """A branch switch takes a few seconds, and is read when it is over."""
    world = World([100 + n / 1_000 for n in range(3_000)])
    kept_up(world)
    assert [moment for moment, _ in world.log] == [1, pytest.approx(102.999 + QUIET + 1)]


def test_each_settled_change_is_a_run() -> None:
    """Two saves a minute apart are two."""
    runs = [0, 100 + QUIET, 160 + QUIET]
    assert kept_up(World([100, 160])) == [f"began {moment:g}" for moment in runs]


def test_a_change_during_a_run_is_another_run() -> None:
    """It may have come after its file was read."""
    runs = [0, 100 + QUIET, 105 + 2 * QUIET]
    assert kept_up(World([100, 101], took=5)) == [f"began {moment:g}" for moment in runs]


def test_an_interval_needs_no_changes() -> None:
    """Every 15 minutes of an hour, from the end of each run."""
    assert kept_up(World(), every=900) == ["began 0", "began 901", "began 1802", "began 2703"]


def test_a_failure_is_tried_again_until_it_ends() -> None:
    """Ever more slowly; then all goes on as before."""
    wrong: list[BaseException | None] = [
        None,
        *(IndexWriteError("full") for _ in range(4)),
        None,
        OSError("x"),
    ]
    world = World([50, 1_000], iter(wrong))
    first = PATIENCE.first
    assert kept_up(world) == [
        "began 0",
        *(("IndexWriteError", first * n) for n in (1, 2, 4, 8)),
        f"began {50 + QUIET + 4 + first * 15:g}",
        ("OSError", first),
        f"began {1_000 + QUIET + 1 + first:g}",
    ]


def test_a_failure_that_stays_is_no_tight_loop() -> None:
    """In an hour there are few tries."""
    world = World(outcomes=iter(lambda: SourceError("gone"), None))
    assert len(kept_up(world)) < 20


def test_a_vanished_source_is_read_when_it_is_back() -> None:
    """Its return is a change: nobody waits for the next try."""
    world = World([100, 110], iter([None, ShrunkError("empty"), ShrunkError("empty")]), took=0.5)
    kept_up(world)
    assert world.log[-1][1] == f"began {110 + QUIET:g}"


def test_another_writer_is_waited_for_with_more_haste() -> None:
    """It is done in its own time, and then this one's turn comes."""
    world = World(outcomes=iter([IndexLockedError("process 7 is writing")] * 3), took=0)
    first = LOCK_PATIENCE.first
    assert kept_up(world) == [*(("IndexLockedError", first * n) for n in (1, 2, 4)), f"began {first * 7:g}"]


def test_whoever_is_told_may_end_it() -> None:
    """An error that no second try can mend is raised again."""
    world = World(outcomes=iter([SourceError("no such folder")]), raising=True)
    with pytest.raises(SourceError, match="no such folder"):
        keep_up(world.run, world, world, Schedule(), world.clock)


@pytest.mark.parametrize("raised", [KeyboardInterrupt, ValueError])
def test_what_is_no_failure_of_a_run_ends_it(raised: type[BaseException]) -> None:
    """Ctrl-C in the middle of a run, and a mistake in the program."""
    world = World(outcomes=iter([raised()]))
    with pytest.raises(raised):
        keep_up(world.run, world, world, Schedule(), world.clock)
    assert world.log == []


def test_a_failure_to_listen_is_a_failed_run(tmp_path: Path) -> None:
    """It is told, and tried again."""
    refusals = iter([SourceError(f"too many folders in {tmp_path}")])

    class Refusing(World):
        """Can not listen the first time."""

        def arm(self) -> None:
            """Raise once."""
            self.armed += 1
            for refusal in refusals:
                raise refusal

    world = Refusing(end=60)
    assert kept_up(world) == [("SourceError", PATIENCE.first), f"began {PATIENCE.first:g}"]
