"""Events are seen once and jobs done once, by however many threads and processes, whenever one is killed."""

import os
import signal
from pathlib import Path

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from states import READY, START, Clock, opened, order, process, rows, together

from bot.state.deliveries import KEPT_SECONDS, Delivery, claim
from bot.state.work import (
    Acceptance,
    accept,
    begin,
    done,
    release,
    renew,
    take,
    unbegin,
    waiting,
)

EVENT = Delivery("T1", "E1", "C1", "1.1")


# deliveries


def test_an_event_is_seen_once(tmp_path: Path) -> None:
    """By its id, and by its message, which may come as two events; another workspace's is another."""
    with opened(tmp_path) as state:
        assert claim(state, EVENT)
        assert not claim(state, EVENT)
        assert not claim(state, Delivery("T1", "E2", "C1", "1.1"))
        assert not claim(state, Delivery("T1", "E1", "C2", "9.9"))
        assert claim(state, Delivery("T1", "E3", "C1", "1.2"))
        assert claim(state, Delivery("T2", "E1", "C1", "1.1"))
        assert [claim(state, Delivery("T1", channel="C1", ts="2.1")) for _ in range(2)] == [True, False]
        assert [claim(state, Delivery("T1", "E4")) for _ in range(2)] == [True, False]
    with opened(tmp_path) as state:
        assert not claim(state, EVENT)


def test_events_are_forgotten_after_a_while(tmp_path: Path) -> None:
    """Long after anything is delivered again, so that the table does not grow for ever."""
    clock = Clock()
    with opened(tmp_path, clock) as state:
        for number in range(50):
            claim(state, Delivery("T1", f"E{number}"))
        clock.seconds += KEPT_SECONDS
        assert not claim(state, Delivery("T1", "E7"))
        clock.seconds += 1
        assert claim(state, Delivery("T1", "E8"))
        assert len(rows(tmp_path)["deliveries"]) == 1


def test_of_processes_that_claim_the_same_event_one_wins(tmp_path: Path) -> None:
    """Four processes claim the same 100 events at once, by id or by message: each event is claimed once."""
    program = (
        READY
        + """
from bot.state.deliveries import Delivery, claim
with State.open(folder / "state") as state:
    for n in range(100):
        event = f"E{n}" if n % 2 else f"E{n}-{number}"
        if claim(state, Delivery("T1", event, "C1", f"{n}")):
            print(n)
"""
    )
    claimed = together(program, 4, tmp_path)
    assert sorted(int(line) for lines in claimed for line in lines) == list(range(100))


# work


def test_jobs_are_taken_in_order_and_once(tmp_path: Path) -> None:
    """What was accepted first is done first; what is done is gone, with all that it held."""
    with opened(tmp_path) as state:
        assert take(state, 30) is None
        assert [accept(state, order(name), 9) for name in "ab"] == [Acceptance.ACCEPTED] * 2
        first, second = take(state, 30), take(state, 30)
        assert first
        assert second
        assert (first.order, first.taken, first.begun) == (order("a"), 1, False)
        assert second.order == order("b")
        assert (take(state, 30), waiting(state)) == (None, 2)
        assert done(state, first)
        assert not done(state, first)
        assert done(state, second)
        assert (waiting(state), rows(tmp_path)["work"]) == (0, [])


def test_a_full_queue_takes_no_more(tmp_path: Path) -> None:
    """Those that are under way count; the event counts as seen, so that it is turned away once."""
    with opened(tmp_path) as state:
        accept(state, order(), 2)
        accept(state, order(), 2)
        taken = take(state, 30)
        assert taken
        assert accept(state, order(), 2, EVENT) is Acceptance.FULL
        assert accept(state, order(), 2, EVENT) is Acceptance.SEEN
        assert done(state, taken)
        assert accept(state, order(), 2) is Acceptance.ACCEPTED


def test_what_was_seen_is_in_the_queue(tmp_path: Path) -> None:
    """An event is claimed with its job or not at all: a job that can't be kept leaves it unclaimed."""
    with opened(tmp_path) as state:
        with pytest.raises(Exception, match="NOT NULL"):
            accept(state, order(user=None), 9, EVENT)  # type: ignore[arg-type]
        assert [accept(state, order(), 9, EVENT) for _ in range(2)] == [Acceptance.ACCEPTED, Acceptance.SEEN]
        assert waiting(state) == 1


def test_a_lease_that_ran_out_is_another_ones(tmp_path: Path) -> None:
    """Whoever held it can neither begin, keep nor end it any more."""
    clock = Clock()
    with opened(tmp_path, clock) as state:
        accept(state, order(), 9)
        first = take(state, 30)
        assert first
        clock.seconds += 20
        assert renew(state, first, 30)
        clock.seconds += 29
        assert take(state, 30) is None
        clock.seconds += 1
        second = take(state, 30)
        assert second
        assert (second.id, second.taken, second.begun) == (first.id, 2, False)
        assert not any(act(state, first) for act in (begin, unbegin, done, release))
        assert not renew(state, first, 30)
        assert begin(state, second)
        assert done(state, second)


def test_a_job_says_whether_posting_had_begun(tmp_path: Path) -> None:
    """So that nobody posts the same twice; what surely has not arrived may be tried again."""
    clock = Clock()
    with opened(tmp_path, clock) as state:
        accept(state, order(), 9)
        for expected in (False, True, True, False):
            job = take(state, 30)
            assert job
            assert job.begun is expected
            assert begin(state, job)
            if job.taken == 3:
                assert unbegin(state, job)
            clock.seconds += 30


def test_a_released_job_keeps_its_place(tmp_path: Path) -> None:
    """It is the next to be taken, or later where it has to wait."""
    clock = Clock()
    with opened(tmp_path, clock) as state:
        for name in "ab":
            accept(state, order(name), 9)
        job = take(state, 30)
        assert job
        assert release(state, job)
        again = take(state, 30)
        assert again
        assert again.id == job.id
        assert release(state, again, after=5)
        other = take(state, 30)
        assert other
        assert (other.order, take(state, 30)) == (order("b"), None)
        clock.seconds += 5
        last = take(state, 30)
        assert last
        assert (last.id, last.taken) == (job.id, 3)


def test_processes_take_each_job_once(tmp_path: Path) -> None:
    """Four processes empty one queue of 200 jobs, while two of them go on filling it with 50 more each."""
    with opened(tmp_path / "state") as state:
        for number in range(200):
            accept(state, order(str(number)), 1_000)
    program = (
        READY
        + """
from bot.state.work import Order, accept, done, take
with State.open(folder / "state") as state:
    added = range(200 + 50 * number, 250 + 50 * number) if number < 2 else range(0)
    for one in added:
        accept(state, Order("T1", "U1", "question", b"%d" % one), 1_000)
    while job := take(state, 600.0):
        print(job.order.payload.decode(), job.taken)
        assert done(state, job)
"""
    )
    taken = [line.split() for lines in together(program, 4, tmp_path) for line in lines]
    assert sorted((int(name), times) for name, times in taken) == [(n, "1") for n in range(300)]
    assert rows(tmp_path / "state")["work"] == []


@pytest.mark.parametrize("begun", [False, True])
def test_the_job_of_a_killed_process_is_taken_again(tmp_path: Path, *, begun: bool) -> None:
    """After its lease, by another process, which is told whether posting had begun."""
    with opened(tmp_path) as state:
        accept(state, order("precious"), 9, EVENT)
    program = f"""
import sys, time
from pathlib import Path
from bot.state.database import State
from bot.state.work import begin, take
state = State.open(Path(sys.argv[1]), now=lambda: {START})
job = take(state, 30)
assert job and (not {begun} or begin(state, job))
print("taken", flush=True)
time.sleep(600)
"""
    with process(program, tmp_path) as run:
        assert run.stdout
        assert run.stdout.readline() == b"taken\n"
        os.kill(run.pid, signal.SIGKILL)
    clock = Clock(START + 29)
    with opened(tmp_path, clock) as state:
        assert (take(state, 30), waiting(state)) == (None, 1)
        clock.seconds += 1
        job = take(state, 30)
        assert job
        assert (job.order, job.taken, job.begun) == (order("precious"), 2, begun)
        assert accept(state, order(), 9, EVENT) is Acceptance.SEEN


def test_a_process_killed_at_any_moment_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """What it said it had accepted is there exactly once, and the file is whole."""
    program = """
import sys
from pathlib import Path
from bot.state.database import State
from bot.state.deliveries import Delivery
from bot.state.work import Order, accept
with State.open(Path(sys.argv[1])) as state:
    for n in range(int(sys.argv[2]), 10**9):
        accept(state, Order("T1", "U1", "question", b"%d" % n), 10**9, Delivery("T1", f"E{n}"))
        print(n, flush=True)
"""
    told = -1
    for kill in range(5):
        with process(program, tmp_path, told + 1) as run:
            assert run.stdout
            for _ in range(20 + 17 * kill):
                told = int(run.stdout.readline())
            os.kill(run.pid, signal.SIGKILL)
            # What it wrote before it was killed may still be in the pipe.
            for line in run.stdout:
                told = int(line) if line.endswith(b"\n") else told
    with opened(tmp_path) as state, state.transaction() as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    payloads = [int(bytes(row[4])) for row in rows(tmp_path)["work"]]
    assert set(range(told + 1)) <= set(payloads)
    assert len(payloads) == len(set(payloads)) == len(rows(tmp_path)["deliveries"])


STEPS = st.lists(st.sampled_from(["accept", "take", "begin", "done", "release", "wait"]), max_size=40)


@drawn(STEPS)
@settings(max_examples=60, deadline=None)
def test_whatever_happens_each_job_ends_once(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    """Any order of steps: what is accepted is done once, by whoever holds it, and nothing else is done."""
    clock = Clock()
    with opened(tmp_path_factory.mktemp("work"), clock) as state:
        accepted, ended, held = 0, [], []
        for step in steps:
            if step == "accept":
                accept(state, order(str(accepted)), 1_000)
                accepted += 1
            elif step == "take":
                held += [taken] if (taken := take(state, 10)) else []
            elif step == "wait":
                clock.seconds += 6
            elif held and step == "begin":
                begin(state, held[-1])
            elif held and step == "release":
                release(state, held.pop(0))
            elif held:
                oldest = held.pop(0)
                ended += [oldest.order.payload] if done(state, oldest) else []
        clock.seconds += 10
        while job := take(state, 10):
            assert done(state, job)
            ended.append(job.order.payload)
        assert sorted(ended) == sorted(order(str(number)).payload for number in range(accepted))
        assert waiting(state) == 0
