"""What is kept of a person: showing it to them, and forgetting it."""

import sqlite3
from collections.abc import Mapping
from typing import Literal

from bot.state.database import State

DAY_SECONDS = 86_400.0


def recent(state: State, team: str, user: str, most: int = 5) -> tuple[str, ...]:
    """Give a person's own last questions, the newest first, each once. Show them to nobody else."""
    with state.transaction() as connection:
        rows = connection.execute(
            "SELECT question FROM given WHERE team = ? AND user_id = ? "
            "GROUP BY question ORDER BY max(at) DESC, max(rowid) DESC LIMIT ?",
            (team, user, most),
        ).fetchall()
    return tuple(question for (question,) in rows)


def forget(state: State, user: str) -> Mapping[str, int]:
    """Remove all that is kept of a person; give how many rows of each table that had any.

    What others said of the person's answers goes with these.
    """
    with state.transaction() as connection:
        removed = _deleted(connection, "user_id", "=", user)
    state.truncate_log()
    return {table: count for table, count in removed.items() if count}


def prune(state: State, days: int) -> int:
    """Remove all that is older than `days`; give how many rows these were."""
    before = state.now() - days * DAY_SECONDS
    with state.transaction() as connection:
        removed = _deleted(connection, "at", "<", before)
    state.truncate_log()
    return sum(removed.values())


def _deleted(
    connection: sqlite3.Connection, column: str, compared: Literal["=", "<"], value: str | float
) -> dict[str, int]:
    """Delete from each table that has such a column; give how many rows of each."""
    tables = connection.execute(
        "SELECT m.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c "
        "WHERE m.type = 'table' AND c.name = ? ORDER BY m.name",
        (column,),
    ).fetchall()
    return {
        table: connection.execute(
            f'DELETE FROM "{table}" WHERE {column} {compared} ?',  # noqa: S608 - names of our own schema
            (value,),
        ).rowcount
        for (table,) in tables
    }
