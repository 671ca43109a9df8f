"""How far people are on their onboarding paths."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.state.database import State

Outcome = Literal["read", "skipped"]
_PERSON = "team = ? AND user_id = ?"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a workspace of Slack; in the terminal the team is empty and the user is `local:LOGIN`."""

    team: str
    user: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of a stop, and the last grade of its check question, if it was tried."""

    outcome: Outcome
    grade: str | None


@dataclass(frozen=True, slots=True)
class Walk:
    """A person's way along a path: `stop` is where they are, by its key, and `seen` what is behind them.

    `started` is in seconds since 1970.
    """

    path: str
    stop: str
    started: float
    seen: Mapping[str, Seen]


def begin(state: State, person: Person, path: str) -> Walk:
    """Give a person's way along a path, which begins now if it has not before."""
    with state.transaction() as connection:
        connection.execute(
            "INSERT OR IGNORE INTO walks (team, user_id, path, started, at) VALUES (?, ?, ?, ?, ?)",
            (person.team, person.user, path, state.now(), state.now()),
        )
    return next(walk for walk in walks(state, person) if walk.path == path)


def go_to(state: State, person: Person, path: str, stop: str) -> None:
    """Remember that a person is at a stop."""
    with state.transaction() as connection:
        connection.execute(
            f"UPDATE walks SET stop = ?, at = ? WHERE {_PERSON} AND path = ?",  # noqa: S608 - written above
            (stop, state.now(), person.team, person.user, path),
        )


def leave(
    state: State, person: Person, path: str, stop: str, *, outcome: Outcome, grade: str | None = None
) -> None:
    """Remember what became of a stop; a grade stays until there is another. What was read stays read."""
    with state.transaction() as connection:
        connection.execute(
            "INSERT INTO stops (team, user_id, path, stop, outcome, grade, at) VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (team, user_id, path, stop) DO UPDATE SET at = excluded.at, "
            "grade = coalesce(excluded.grade, grade), "
            "outcome = CASE outcome WHEN 'read' THEN 'read' ELSE excluded.outcome END",
            (person.team, person.user, path, stop, outcome, grade, state.now()),
        )


def walks(state: State, person: Person) -> tuple[Walk, ...]:
    """Give all paths that a person has begun, the first begun first."""
    with state.transaction() as connection:
        begun = connection.execute(
            f"SELECT path, stop, started FROM walks WHERE {_PERSON} ORDER BY started, path",  # noqa: S608 - written above
            (person.team, person.user),
        ).fetchall()
        left = connection.execute(
            f"SELECT path, stop, outcome, grade FROM stops WHERE {_PERSON} ORDER BY at, stop",  # noqa: S608 - written above
            (person.team, person.user),
        ).fetchall()
    seen: dict[str, dict[str, Seen]] = {}
    for path, stop, outcome, grade in left:
        seen.setdefault(path, {})[stop] = Seen(outcome, grade)
    return tuple(Walk(path, stop, started, seen.get(path, {})) for path, stop, started in begun)
