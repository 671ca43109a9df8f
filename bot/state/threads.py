"""Conversations: what was asked before in the same thread, as the answers given tell it."""

from bot.state.database import State
from bot.types import Turn

# As many as `bot.conversation` reads.
MOST_TURNS = 12


def history(state: State, team: str, channel: str, thread: str) -> tuple[Turn, ...]:
    """Give the questions that were answered in a thread, the oldest first, at most the last `MOST_TURNS`."""
    with state.transaction() as connection:
        rows = connection.execute(
            "SELECT question FROM given WHERE team = ? AND channel = ? AND thread = ? "
            "ORDER BY at DESC, rowid DESC LIMIT ?",
            (team, channel, thread, MOST_TURNS),
        ).fetchall()
    return tuple(Turn("user", question) for (question,) in reversed(rows))


def is_ours(state: State, team: str, channel: str, thread: str) -> bool:
    """Tell whether a question was answered in this thread."""
    return bool(history(state, team, channel, thread))
