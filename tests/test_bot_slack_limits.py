"""How often a person may ask, and how fast is posted: by a clock that the test moves."""

import threading

from hypothesis import given
from hypothesis import strategies as st
from states import Clock

from bot.slack.limits import BETWEEN_POSTS, MINUTE, Allowance, Pace


def test_a_person_may_ask_so_often_in_a_minute() -> None:
    """Then they are told how long to wait, to the second, and others are not held up."""
    clock = Clock(100.0)
    allowance = Allowance(2, clock)
    assert allowance.wait("T1", "U1") == 0
    clock.seconds += 10
    assert allowance.wait("T1", "U1") == 0
    clock.seconds += 5
    assert [allowance.wait("T1", "U1") for _ in range(3)] == [45.0] * 3
    assert (allowance.wait("T1", "U2"), allowance.wait("T2", "U1")) == (0, 0)
    clock.seconds += 45
    assert allowance.wait("T1", "U1") == 0
    assert allowance.wait("T1", "U1") == 10


@given(st.lists(st.floats(0, 40), max_size=60), st.integers(1, 5))
def test_no_minute_has_more_questions_than_allowed(pauses: list[float], most: int) -> None:
    """Wherever the minute begins; and whoever waits as long as they are told may ask then."""
    clock = Clock(0.0)
    allowance = Allowance(most, clock)
    asked = []
    for pause in pauses:
        clock.seconds += pause
        wait = allowance.wait("T1", "U1")
        assert 0 <= wait < MINUTE + 1
        if wait:
            clock.seconds += wait + 1e-6
            assert allowance.wait("T1", "U1") == 0
        asked.append(clock.seconds)
    for begin in asked:
        assert sum(begin <= moment < begin + MINUTE for moment in asked) <= most


def test_people_who_are_silent_take_no_memory() -> None:
    """However many have asked before: those of the last minute are known, and their questions count."""
    clock = Clock(0.0)
    allowance = Allowance(1, clock)
    pace = Pace(clock)
    for number in range(5_000):
        clock.seconds += 0.1
        assert allowance.wait("T1", f"U{number}") == 0
        assert pace.reserve("T1", f"C{number}") == 0
    assert allowance.wait("T1", "U4999") > MINUTE - 1
    assert len(allowance._asked) <= 1_000
    assert len(pace._next) <= 1_000


def test_messages_of_a_channel_are_a_second_apart() -> None:
    """Whoever wants to post is told how long to wait; another channel waits for nobody."""
    clock = Clock(100.0)
    pace = Pace(clock)
    assert [pace.reserve("T1", "C1") for _ in range(3)] == [0, BETWEEN_POSTS, 2 * BETWEEN_POSTS]
    assert (pace.reserve("T1", "C2"), pace.reserve("T2", "C1")) == (0, 0)
    clock.seconds += 2.5
    assert pace.reserve("T1", "C1") == 0.5
    clock.seconds += 60
    assert pace.reserve("T1", "C1") == 0


def test_threads_get_moments_of_their_own() -> None:
    """However many ask at once, no two may post in the same second, nor may more ask than are allowed."""
    clock = Clock(100.0)
    pace, allowance = Pace(clock), Allowance(10, clock)
    waits: list[float] = []
    allowed: list[float] = []

    def work() -> None:
        for _ in range(50):
            waits.append(pace.reserve("T1", "C1"))
            allowed.append(allowance.wait("T1", "U1"))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(waits) == [number * BETWEEN_POSTS for number in range(400)]
    assert allowed.count(0) == 10
