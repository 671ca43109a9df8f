"""Answers given, the conversations they make, and what people say of them."""

from pathlib import Path

from states import READY, Clock, given, opened, rows, together

from bot.state.feedback import record
from bot.state.given import Once, claim_once, get, posted, reply_to, save, unclaim, withdraw
from bot.state.threads import MOST_TURNS, history, is_ours
from bot.types import Turn


def test_an_answer_is_found_by_its_id(tmp_path: Path) -> None:
    """Also after a restart; ids are short, differ, and go into a button as they are."""
    answers = [given(f"question {n} \u2603\0", thread="1.0", ts=f"1.{n}") for n in range(50)]
    with opened(tmp_path) as state:
        ids = [save(state, answer) for answer in answers]
    assert len(set(ids)) == 50
    assert {len(one) for one in ids} == {12}
    assert all(one.isascii() and one.replace("-", "").replace("_", "").isalnum() for one in ids)
    with opened(tmp_path) as state:
        assert [get(state, one) for one in ids] == answers
        odd = get(state, save(state, given("half a \ud83d")))
        assert odd
        assert (odd.question, odd.read_as) == ("half a ?", "half a ? (read)")
        assert [get(state, one) for one in ("", "gone", ids[0].swapcase())] == [None] * 3


def test_something_is_done_with_an_answer_once(tmp_path: Path) -> None:
    """Each of the two once for each answer; what could not be done may be tried again."""
    with opened(tmp_path) as state:
        first, second = save(state, given()), save(state, given())
        assert [claim_once(state, first, Once.SHARED) for _ in range(2)] == [True, False]
        assert claim_once(state, first, Once.ASKED)
        assert claim_once(state, second, Once.SHARED)
        assert [unclaim(state, first, Once.SHARED) for _ in range(2)] == [True, False]
        assert claim_once(state, first, Once.SHARED)
        assert not claim_once(state, first, Once.ASKED)
        assert not claim_once(state, "gone", Once.SHARED)


def test_of_processes_that_share_an_answer_one_does(tmp_path: Path) -> None:
    """Four presses of each of 50 buttons, each in a process of its own: one share each."""
    with opened(tmp_path / "state") as state:
        ids = [save(state, given()) for _ in range(50)]
    (tmp_path / "ids").write_text("\n".join(ids))
    program = f"""{READY}
from bot.state.given import Once, claim_once
with State.open(folder / "state") as state:
    for identity in (folder / "ids").read_text().split():
        if claim_once(state, identity, Once.SHARED):
            print(identity)
"""
    shared = together(program, 4, tmp_path)
    assert sorted(line for lines in shared for line in lines) == sorted(ids)


def test_the_reply_to_a_message_is_known(tmp_path: Path) -> None:
    """Once it was posted, and with whether anybody has rated it; and it can be taken back with all of it."""
    with opened(tmp_path) as state:
        identity = save(state, given(thread="1.0", ts="1.1"))
        assert reply_to(state, "T1", "C1", "1.1") is None
        posted(state, identity, "1.2")
        reply = reply_to(state, "T1", "C1", "1.1")
        assert reply
        assert (reply.id, reply.ts, reply.rated) == (identity, "1.2", False)
        assert reply_to(state, "T2", "C1", "1.1") is None
        assert reply_to(state, "T1", "C2", "1.1") is None
        assert record(state, identity, "U2", "good")
        reply = reply_to(state, "T1", "C1", "1.1")
        assert reply
        assert reply.rated
        withdraw(state, identity)
        assert (get(state, identity), reply_to(state, "T1", "C1", "1.1")) == (None, None)
        assert not is_ours(state, "T1", "C1", "1.0")
    assert rows(tmp_path)["feedback"] == []


def test_a_thread_is_read_in_its_order(tmp_path: Path) -> None:
    """Its own questions alone, the last ones, whoever asked them; equal times count as they were written."""
    clock = Clock()
    with opened(tmp_path, clock) as state:
        assert (history(state, "T1", "C1", "1.0"), is_ours(state, "T1", "C1", "1.0")) == ((), False)
        for number in range(MOST_TURNS + 3):
            save(state, given(f"q{number}", f"U{number % 2}", thread="1.0"))
            clock.seconds += number % 3
        save(state, given("elsewhere", thread="2.0"))
        save(state, given("another channel", channel="C2", thread="1.0"))
        save(state, given("another workspace", team="T2", thread="1.0"))
        save(state, given("seen by one"))
        turns = tuple(Turn("user", f"q{number}") for number in range(3, MOST_TURNS + 3))
        assert history(state, "T1", "C1", "1.0") == turns
        assert history(state, "T1", "C2", "1.0") == (Turn("user", "another channel"),)
        assert is_ours(state, "T1", "C1", "2.0")
        assert not is_ours(state, "T1", "C2", "2.0")


def test_a_person_says_one_thing_of_an_answer(tmp_path: Path) -> None:
    """The last one counts; what was missing stays until they say something else of that."""
    with opened(tmp_path) as state:
        identity = save(state, given())
        assert record(state, identity, "U1", "bad", "the port")
        assert record(state, identity, "U2", "good")
        assert record(state, identity, "U1", "good")
        found = {row[1]: row[2:4] for row in rows(tmp_path)["feedback"]}
        assert found == {"U1": ("good", "the port"), "U2": ("good", None)}
        assert record(state, identity, "U1", "bad", "the host")
        assert {row[1]: row[3] for row in rows(tmp_path)["feedback"]} == {"U1": "the host", "U2": None}
        assert record(state, identity, "U2", "bad", "half a \ud83d")
        assert {row[1]: row[3] for row in rows(tmp_path)["feedback"]}["U2"] == "half a ?"
        assert not record(state, "gone", "U1", "good")
        assert len(rows(tmp_path)["feedback"]) == 2
