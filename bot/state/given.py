"""The answers that were given, so that the buttons below them know what they are about."""

import secrets
from dataclasses import dataclass
from enum import StrEnum

from bot.state.database import State, storable

_ID_BYTES = 9
_COLUMNS = "team, channel, user_id, kind, thread, ts, question, read_as, answer, generation"


@dataclass(frozen=True, slots=True)
class Given:
    """An answer as it was given: to whom, where, to which question.

    `kind` is that of the channel. `thread` is the `ts` of the first message of the thread that it was given
    in, and `ts` that of the question; an answer to a command has neither. `answer` is JSON.
    """

    team: str
    channel: str
    user: str
    kind: str
    thread: str | None
    ts: str | None
    question: str
    read_as: str | None
    answer: bytes
    generation: int


@dataclass(frozen=True, slots=True)
class Reply:
    """Where an answer was posted: its `id`, the `ts` of the message, and whether anybody has rated it."""

    id: str
    ts: str
    rated: bool


class Once(StrEnum):
    """What may be done with an answer a single time: showing it to the channel, asking the team."""

    SHARED = "shared"
    ASKED = "asked"


def save(state: State, given: Given) -> str:
    """Remember an answer; give a short id that nobody can guess."""
    identity = secrets.token_urlsafe(_ID_BYTES)
    with state.transaction() as connection:
        connection.execute(
            f"INSERT INTO given (id, {_COLUMNS}, at) "  # noqa: S608 - names of columns, written above
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                identity,
                given.team,
                given.channel,
                given.user,
                given.kind,
                given.thread,
                given.ts,
                storable(given.question),
                given.read_as and storable(given.read_as),
                given.answer,
                given.generation,
                state.now(),
            ),
        )
    return identity


def get(state: State, identity: str) -> Given | None:
    """Give the answer with this id; `None` if it is not remembered, or no longer."""
    with state.transaction() as connection:
        row = connection.execute(
            f"SELECT {_COLUMNS} FROM given WHERE id = ?",  # noqa: S608 - names of columns, written above
            (identity,),
        ).fetchone()
    return Given(*row) if row else None


def claim_once(state: State, identity: str, what: Once) -> bool:
    """Give whether this is the first time; of several that ask at once, one is told so."""
    return _set(state, identity, what, 0, 1)


def unclaim(state: State, identity: str, what: Once) -> bool:
    """Allow it again, since it could not be done."""
    return _set(state, identity, what, 1, 0)


def posted(state: State, identity: str, ts: str) -> None:
    """Remember the `ts` of the message that holds an answer."""
    with state.transaction() as connection:
        connection.execute("UPDATE given SET reply = ? WHERE id = ?", (ts, identity))


def reply_to(state: State, team: str, channel: str, ts: str) -> Reply | None:
    """Give where the question that is the message `ts` was answered; `None` if it was not."""
    with state.transaction() as connection:
        row = connection.execute(
            "SELECT id, reply, EXISTS (SELECT 1 FROM feedback WHERE given = id) FROM given "
            "WHERE team = ? AND channel = ? AND ts = ? AND reply IS NOT NULL",
            (team, channel, ts),
        ).fetchone()
    return Reply(row[0], row[1], bool(row[2])) if row else None


def withdraw(state: State, identity: str) -> None:
    """Forget an answer whose question was taken back, with what was said of it."""
    with state.transaction() as connection:
        connection.execute("DELETE FROM given WHERE id = ?", (identity,))


def _set(state: State, identity: str, what: Once, before: int, after: int) -> bool:
    with state.transaction() as connection:
        found = connection.execute(
            f"UPDATE given SET {what} = ? WHERE id = ? AND {what} = ?",  # noqa: S608 - one of two names
            (after, identity, before),
        )
    return found.rowcount == 1
