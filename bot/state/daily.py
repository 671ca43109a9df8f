"""Who asked for a stop of their path each working day, and which was sent."""

from dataclasses import dataclass
from datetime import datetime

from bot.state.database import State
from bot.state.walks import Person

# One that could not be sent in its hour, since the bot was down, is sent up to so many hours later.
LATE_HOURS = 3
_WEEKEND = 5


@dataclass(frozen=True, slots=True)
class Due:
    """A stop to send now to a person, on a path; not `last`, which was sent already."""

    person: Person
    path: str
    last: str


def ask_daily(state: State, person: Person, path: str, hour: int) -> None:
    """Remember that a person wants a stop of a path a day, at an hour of this machine's clock."""
    with state.transaction() as connection:
        connection.execute(
            "INSERT INTO daily_stops (team, user_id, path, hour, at) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (team, user_id) DO UPDATE SET path = excluded.path, hour = excluded.hour, "
            "at = excluded.at",
            (person.team, person.user, path, hour, state.now()),
        )


def end_daily(state: State, person: Person) -> None:
    """Remember that a person wants no daily stop any more."""
    with state.transaction() as connection:
        connection.execute(
            "DELETE FROM daily_stops WHERE team = ? AND user_id = ?", (person.team, person.user)
        )


def daily_hour(state: State, person: Person) -> int | None:
    """Give the hour at which a person gets a stop; `None` if they asked for none."""
    with state.transaction() as connection:
        row = connection.execute(
            "SELECT hour FROM daily_stops WHERE team = ? AND user_id = ?", (person.team, person.user)
        ).fetchone()
    return row[0] if row else None


def claim_due(state: State, now: datetime) -> tuple[Due, ...]:
    """Give what is due, each of it once a day, to one process alone; nothing at weekends."""
    if now.weekday() >= _WEEKEND:
        return ()
    today = now.date().isoformat()
    with state.transaction() as connection:
        rows = connection.execute(
            "UPDATE daily_stops SET sent = ?, at = ? WHERE sent < ? AND hour <= ? AND hour > ? "
            "RETURNING team, user_id, path, stop",
            (today, state.now(), today, now.hour, now.hour - LATE_HOURS),
        ).fetchall()
    return tuple(Due(Person(team, user), path, stop) for team, user, path, stop in sorted(rows))


def sent_daily(state: State, person: Person, stop: str) -> None:
    """Remember the stop that was sent, so that the same is not sent again."""
    with state.transaction() as connection:
        connection.execute(
            "UPDATE daily_stops SET stop = ? WHERE team = ? AND user_id = ?", (stop, person.team, person.user)
        )
