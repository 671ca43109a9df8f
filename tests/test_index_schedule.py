"""When a watch runs: after changes have settled, at an interval, after a failure; never in a tight loop."""

from math import inf

import pytest

from index.schedule import LONGEST, QUIET, Patience, Schedule

PATIENCE = Patience(5, 300)


def rested(every: float | None = None, took: float = 1.0) -> Schedule:
    """Give a schedule whose first run is over, at the moment `took`."""
    schedule = Schedule(every)
    schedule.began(0.0)
    schedule.ended(took)
    return schedule


def test_the_first_run_is_due_at_once() -> None:
    """Whatever the clock says."""
    assert Schedule().due == -inf


def test_without_a_change_or_an_interval_there_is_no_next_run() -> None:
    """A tree at rest costs nothing."""
    assert rested().due == inf


def test_an_interval_counts_from_the_end_of_the_run_before() -> None:
    """A run that takes longer than the interval is not followed by the next at once."""
    assert rested(60, took=100).due == 160


def test_a_change_is_read_once_it_has_settled() -> None:
    """Each change puts the run off by a moment, from the last one on."""
    schedule = rested()
    for moment in (10.0, 10.2, 10.4):
        schedule.changed(moment)
    assert schedule.due == pytest.approx(10.4 + QUIET)


def test_what_never_settles_is_read_all_the_same() -> None:
    """At the latest so long after the first change."""
    schedule = rested()
    for step in range(1_000):
        schedule.changed(10 + step / 10)
    assert schedule.due == 10 + LONGEST


def test_restless_notes_leave_as_much_time_free_as_a_run_takes() -> None:
    """Where a run takes long, it is not followed by another as soon as it may be."""
    schedule = rested(took=40)
    for step in range(1_000):
        schedule.changed(100 + step / 10)
    assert schedule.due == 140


def test_a_run_takes_up_all_changes_before_it() -> None:
    """And none that come while it lasts."""
    schedule = rested()
    schedule.changed(10.0)
    schedule.began(11.0)
    schedule.changed(11.5)
    schedule.ended(12.0)
    assert schedule.due == pytest.approx(11.5 + QUIET)
    schedule.began(13.0)
    schedule.ended(14.0)
    assert schedule.due == inf


def test_failures_are_tried_again_ever_more_slowly() -> None:
    """Twice as long each time, up to a limit; success starts it anew."""
    schedule = rested(60)
    delays = []
    for _ in range(2_000):
        schedule.began(100.0)
        delays.append(schedule.failed(100.0, PATIENCE))
        assert schedule.due == 100 + delays[-1]
    assert delays[:8] == [5, 10, 20, 40, 80, 160, 300, 300]
    assert delays[-1] == 300
    schedule.began(500.0)
    schedule.ended(501.0)
    assert schedule.due == 561
    schedule.began(600.0)
    assert schedule.failed(600.0, PATIENCE) == 5


def test_a_change_does_not_wait_for_the_next_try() -> None:
    """What was wrong may have been put right by it."""
    schedule = rested()
    schedule.began(10.0)
    schedule.failed(10.0, Patience(300, 300))
    schedule.changed(11.0)
    assert schedule.due == pytest.approx(11 + QUIET)
