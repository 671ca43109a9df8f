"""Which events were seen already: each is delivered at least once, perhaps to several processes."""

import sqlite3
from dataclasses import dataclass

from bot.state.database import State

# Far longer than anything is delivered again.
KEPT_SECONDS = 7 * 86_400.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event of a workspace: its id where it has one, and the channel and `ts` of its message, if any.

    One message may come as two events, so either is enough to know it by.
    """

    team: str
    event: str | None = None
    channel: str | None = None
    ts: str | None = None


def claim(state: State, delivery: Delivery) -> bool:
    """Give whether this is the first that is seen of the event; of all processes one is told so."""
    with state.transaction() as connection:
        return claimed(connection, delivery, state.now())


def claimed(connection: sqlite3.Connection, delivery: Delivery, now: float) -> bool:
    """Claim as `claim` does, within a transaction."""
    connection.execute("DELETE FROM deliveries WHERE at < ?", (now - KEPT_SECONDS,))
    added = connection.execute(
        "INSERT OR IGNORE INTO deliveries (team, event, channel, ts, at) VALUES (?, ?, ?, ?, ?)",
        (delivery.team, delivery.event, delivery.channel, delivery.ts, now),
    )
    return added.rowcount == 1
