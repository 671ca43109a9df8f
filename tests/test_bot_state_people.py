"""What is kept of a person is shown to them alone, and nothing of it is left when it is to go."""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import connect
from tempfile import TemporaryDirectory

from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from states import DAY, Clock, given, kept, opened, order, rows

from bot.state.database import State
from bot.state.deliveries import Delivery, claim
from bot.state.feedback import record
from bot.state.given import Once, claim_once, posted, save
from bot.state.people import forget, prune, recent
from bot.state.work import accept, begin, take

USERS = ["U0ALICE", "U0BOB", "U0CAROL"]
ACTS = st.lists(
    st.tuples(st.sampled_from(["ask", "queue", "rate", "share", "wait"]), st.sampled_from(USERS)), max_size=30
)


def live(state: State, clock: Clock, acts: list[tuple[str, str]]) -> dict[str, list[float]]:
    """Let people do what `acts` says; give when each asked what is kept.

    Whatever a person writes has their id in it.
    """
    asked: dict[str, list[float]] = {user: [] for user in USERS}
    ids: list[str] = []
    for number, (act, user) in enumerate(acts):
        written = f"what did {user} ask {number}"
        if act == "ask":
            claim(state, Delivery("T1", f"E{number}", "C1", f"{number}.0"))
            ids.append(save(state, given(written, user, thread="0.0", ts=f"{number}.0")))
            posted(state, ids[-1], f"{number}.5")
            asked[user].append(clock.seconds)
        elif act == "queue":
            accept(state, order(written, user), 99, Delivery("T1", f"E{number}"))
            job = take(state, 30)
            assert job is None or begin(state, job)
        elif act == "rate" and ids:
            record(state, ids[number % len(ids)], user, "bad", written)
        elif act == "share" and ids:
            claim_once(state, ids[number % len(ids)], Once.SHARED)
        clock.seconds += DAY / 2 if act == "wait" else 1
    return asked


def values(folder: Path) -> Iterator[str]:
    """Give every value of every row of every table, as text."""
    for found in rows(folder).values():
        for row in found:
            yield from (repr(value) for value in row)


@drawn(ACTS, st.sampled_from(USERS))
@settings(max_examples=40, deadline=None)
def test_nothing_is_left_of_a_person_who_is_forgotten(acts: list[tuple[str, str]], user: str) -> None:
    """In no table, and not in the bytes on the disk, is there anything with their id or words.

    Of others all stays but what they said of that person's answers.
    """
    clock = Clock()
    with TemporaryDirectory() as name:
        folder = Path(name)
        with opened(folder, clock) as state:
            live(state, clock, acts)
            before = rows(folder)
            removed = forget(state, user)
            after = rows(folder)
            assert not any(user in value for value in values(folder))
            assert user.encode() not in kept(folder)
            assert removed == {
                table: mine
                for table, found in sorted(before.items())
                if (mine := sum(user in row for row in found))
            }
            theirs = {row[0] for row in before["given"] if user in row}
            for table, found in before.items():
                assert after[table] == [row for row in found if user not in row and row[0] not in theirs]
            assert forget(state, user) == {}
        assert user.encode() not in kept(folder)


@drawn(ACTS, st.integers(1, 6))
@settings(max_examples=40, deadline=None)
def test_nothing_older_than_the_days_set_is_left(acts: list[tuple[str, str]], days: int) -> None:
    """In no table and no byte on the disk is what was asked before; what was asked since is all there."""
    clock = Clock()
    with TemporaryDirectory() as name:
        folder = Path(name)
        with opened(folder, clock) as state:
            asked = live(state, clock, acts)
            before = sum(map(len, rows(folder).values()))
            since = clock.seconds - days * DAY
            removed = prune(state, days)
            after = rows(folder)
            assert all(row[-1] >= since for found in after.values() for row in found)
            for user, times in asked.items():
                there = [row[-1] for row in after["given"] if row[3] == user]
                assert there == [moment for moment in times if moment >= since]
            assert removed <= before - sum(map(len, after.values()))
            assert prune(state, days) == 0
            clock.seconds += days * DAY + 1
            prune(state, days)
            assert not any(values(folder))
        assert not any(user.encode() in kept(folder) for user in USERS)


def test_every_table_can_be_pruned_and_forgotten(tmp_path: Path) -> None:
    """Each has when its rows were made, and whose they are unless it holds nothing of people."""
    with opened(tmp_path) as state, state.transaction() as connection:
        tables = {
            name: {column for _, column, *_ in connection.execute(f"PRAGMA table_info({name})")}
            for name in rows(tmp_path)
        }
    assert all("at" in columns for columns in tables.values())
    assert {name for name, columns in tables.items() if "user_id" not in columns} == {"deliveries"}


def test_a_person_sees_their_own_last_questions(tmp_path: Path) -> None:
    """The newest first, each once, and nobody else's, nor those of another workspace."""
    clock = Clock()
    with opened(tmp_path, clock) as state:
        for text in ("a", "b", "a", "c", "d", "e", "f"):
            save(state, given(text, "U1"))
            save(state, given(f"{text} of another", "U2"))
            save(state, given(f"{text} elsewhere", "U1", team="T2"))
        assert recent(state, "T1", "U1") == ("f", "e", "d", "c", "a")
        clock.seconds += 1
        save(state, given("b", "U1"))
        assert recent(state, "T1", "U1", 2) == ("b", "f")
        assert recent(state, "T1", "U3") == ()


def test_being_forgotten_does_not_wait_for_who_is_reading(tmp_path: Path) -> None:
    """While another process is reading, the rows are gone for whoever looks next, and the bytes later on."""
    with opened(tmp_path) as state, closing(connect(state.path)) as other:
        save(state, given("secret", "U1"))
        other.execute("BEGIN")
        assert len(other.execute("SELECT * FROM given").fetchall()) == 1
        began = time.monotonic()
        assert forget(state, "U1") == {"given": 1}
        assert time.monotonic() - began < 5
        assert rows(tmp_path)["given"] == []
        assert b"secret" in kept(tmp_path)
        other.execute("COMMIT")
        assert forget(state, "U1") == {}
        assert b"secret" not in kept(tmp_path)
