"""What people said of the answers they got."""

from typing import Literal

from bot.state.database import State, storable


def record(
    state: State, given: str, user: str, value: Literal["good", "bad"], missing: str | None = None
) -> bool:
    """Remember what a person says of an answer, in the place of what the same person said before.

    `missing` is what they say the answer lacks; without it, what they said of that before stays. Gives
    `False` if the answer is not remembered any more.
    """
    with state.transaction() as connection:
        added = connection.execute(
            "INSERT INTO feedback (given, user_id, value, missing, at) "
            "SELECT id, ?, ?, ?, ? FROM given WHERE id = ? "
            "ON CONFLICT (given, user_id) DO UPDATE SET value = excluded.value, at = excluded.at, "
            "missing = coalesce(excluded.missing, missing)",
            (user, value, missing and storable(missing), state.now(), given),
        )
    return added.rowcount == 1
