"""Pruning: how many generations stay, for how long, and what a clock that is wrong can do to them."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from clocks import Clock
from generations import build, folders, live, publish

from index.store import Store
from index.writer import Keep


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Give the clock of builds."""
    return Clock(monkeypatch)


def published(root: Path, clock: Clock, days: Sequence[float]) -> None:
    """Publish a generation on each of these days, and prune nothing."""
    for day in days:
        clock.days = day
        with Store(root).writing() as writer:
            publish(writer)


def pruned(root: Path, keep: Keep) -> list[int]:
    """Prune, after asserting that what is live stays, and give the numbers that are gone."""
    with Store(root).writing() as writer:
        gone = writer.prune(keep)
    assert live(root) == Store(root).current()
    assert not set(gone) & set(Store(root).numbers())
    return gone


@pytest.mark.parametrize(
    ("keep", "gone"),
    [
        (Keep(1, 0), [1, 2, 3, 4]),
        (Keep(3, 0), [1, 2]),
        (Keep(9, 0), []),
        (Keep(1, 1), [1, 2, 3]),
        (Keep(1, 10), [1, 2]),
        (Keep(1, 100), []),
        (Keep(4, 1), [1]),
        (Keep(5, 1), []),
    ],
    ids=str,
)
def test_what_stays_is_new_enough_by_number_or_by_age(
    tmp_path: Path, clock: Clock, keep: Keep, gone: list[int]
) -> None:
    """Days only add to what the number keeps; an age of just so many days is not too old."""
    published(tmp_path, clock, [0, 5, 20, 29, 30])
    assert pruned(tmp_path, keep) == gone
    assert pruned(tmp_path, keep) == []


@pytest.mark.parametrize(
    ("days", "gone"),
    [
        ([0, 28, -20_000, 29, 30], [1]),
        ([0, 1, 40_000, 29, 30], [1, 2]),
        ([0, 1, 40_000, 2, 30], [1, 2, 3, 4]),
        ([40_000, 40_001, 40_002, 29, 30], []),
        ([30, 29, 28, 27, 26], []),
    ],
    ids=["once back", "once ahead", "ahead among old ones", "ahead at first", "always back"],
)
def test_a_wrong_clock_removes_nothing_that_is_young(
    tmp_path: Path, clock: Clock, days: list[float], gone: list[int]
) -> None:
    """What was built after a generation that is young enough stays, whatever time it claims."""
    published(tmp_path, clock, days)
    clock.days = 30
    assert pruned(tmp_path, Keep(1, 10)) == gone


def test_the_order_is_that_of_the_numbers(tmp_path: Path, clock: Clock) -> None:
    """A generation that was built on an earlier day than the one before it is the newer one all the same."""
    published(tmp_path, clock, [3, 2, 1])
    assert live(tmp_path) == 3
    assert Store(tmp_path).published() == [1, 2, 3]
    assert pruned(tmp_path, Keep(2, 0)) == [1]


def test_the_age_of_what_can_not_be_read_is_that_of_the_next(tmp_path: Path, clock: Clock) -> None:
    """A damaged manifest tells no time, so it goes once one after it is too old, and no sooner."""
    published(tmp_path, clock, [0, 1, 20, 30])
    (tmp_path / "generations" / "000002" / "manifest.json").write_bytes(b"{")
    assert pruned(tmp_path, Keep(1, 10)) == [1]
    clock.days = 31
    assert pruned(tmp_path, Keep(1, 10)) == [2, 3]


def test_an_older_live_generation_stays(tmp_path: Path, clock: Clock) -> None:
    """After a rollback, the live one is neither the newest nor pruned for its age."""
    published(tmp_path, clock, [0, 1, 2, 3])
    with Store(tmp_path).writing() as writer:
        writer.revive(1)
    clock.days = 100
    assert pruned(tmp_path, Keep(2, 10)) == [2, 3]
    assert pruned(tmp_path, Keep(1, 10)) == [4]
    assert folders(tmp_path) == ["000001"]
    assert build(tmp_path).number == 5
