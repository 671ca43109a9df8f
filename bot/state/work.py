"""The queue of what was accepted: it outlives the process, and several processes may share it.

Whoever takes a job has it for a lease; a job whose lease has run out, since its process was killed, is taken
again. Before anything is posted for a job its intent is recorded, so that whoever takes it next knows that it
may have been posted.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.state.database import State
from bot.state.deliveries import Delivery, claimed


class Acceptance(StrEnum):
    """What became of something to do: it is in the queue, was seen before, or the queue is full."""

    ACCEPTED = "accepted"
    SEEN = "seen"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Order:
    """Something to do for a person: a `kind`, and what is to be known of it as JSON."""

    team: str
    user: str
    kind: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Job:
    """An order that was taken. `taken` counts how often, this time included.

    `begun` says that somebody who had it before began to post, and nobody knows whether it arrived.
    """

    id: int
    order: Order
    taken: int
    begun: bool


def accept(state: State, order: Order, most: int, delivery: Delivery | None = None) -> Acceptance:
    """Put an order in the queue unless its event was seen before, or `most` are in it.

    In one step: what was seen is in the queue, whenever the process is killed. An event that comes while the
    queue is full counts as seen.
    """
    with state.transaction() as connection:
        now = state.now()
        if delivery and not claimed(connection, delivery, now):
            return Acceptance.SEEN
        if connection.execute("SELECT count(*) FROM work").fetchone()[0] >= most:
            return Acceptance.FULL
        connection.execute(
            "INSERT INTO work (team, user_id, kind, payload, at) VALUES (?, ?, ?, ?, ?)",
            (order.team, order.user, order.kind, order.payload, now),
        )
        return Acceptance.ACCEPTED


def take(state: State, lease: float) -> Job | None:
    """Give the oldest job that nobody has, for `lease` seconds; `None` if there is none."""
    with state.transaction() as connection:
        now = state.now()
        row = connection.execute(
            "SELECT id, team, user_id, kind, payload, taken, begun FROM work WHERE until <= ? "
            "ORDER BY id LIMIT 1",
            (now,),
        ).fetchone()
        if row is None:
            return None
        number, team, user, kind, payload, taken, begun = row
        connection.execute(
            "UPDATE work SET taken = ?, until = ? WHERE id = ?", (taken + 1, now + lease, number)
        )
    return Job(number, Order(team, user, kind, payload), taken + 1, bool(begun))


def renew(state: State, job: Job, lease: float) -> bool:
    """Keep a job for `lease` seconds from now; give `False` if it is somebody else's by now, or gone."""
    return _changed(state, job, "UPDATE work SET until = ? WHERE", state.now() + lease)


def begin(state: State, job: Job) -> bool:
    """Record that posting begins; give `False` if the job is somebody else's by now: then post nothing."""
    return _changed(state, job, "UPDATE work SET begun = 1 WHERE")


def unbegin(state: State, job: Job) -> bool:
    """Record that what was begun has surely not arrived, so that it may be tried again."""
    return _changed(state, job, "UPDATE work SET begun = 0 WHERE")


def done(state: State, job: Job) -> bool:
    """Remove a job that is done; give `False` if it is somebody else's by now, or gone."""
    return _changed(state, job, "DELETE FROM work WHERE")


def release(state: State, job: Job, after: float = 0.0) -> bool:
    """Put a job back in its place in the queue; nobody takes it before `after` seconds have passed."""
    return _changed(state, job, "UPDATE work SET until = ? WHERE", state.now() + after)


def waiting(state: State) -> int:
    """Give how many jobs are not done, those that are under way included."""
    with state.transaction() as connection:
        return int(connection.execute("SELECT count(*) FROM work").fetchone()[0])


def _changed(state: State, job: Job, statement: str, *values: float) -> bool:
    # Each taking has its number: what another one holds now is left alone.
    with state.transaction() as connection:
        found = connection.execute(f"{statement} id = ? AND taken = ?", (*values, job.id, job.taken))
    return found.rowcount == 1
