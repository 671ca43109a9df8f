"""The names by which Slack says what was pressed, and what the pressed thing carries.

A button carries the short id of an answer that is kept; nothing of the answer itself.
"""

from typing import Literal

SHARE = "share"
MORE = "more_passages"
MISSING = "not_what_i_asked"
ASK_TEAM = "ask_team"
FEEDBACK = "feedback"
EXAMPLE = "example_"
"""Begins the `action_id` of each example; a number follows. The value is the question."""

MORE_VIEW = "more_passages_view"
MISSING_VIEW = "not_what_i_asked_view"
MISSING_BLOCK = "missing"
MISSING_INPUT = "missing_text"
"""What a person wrote is at `state.values[MISSING_BLOCK][MISSING_INPUT].value`, `None` for nothing."""

Opinion = Literal["good", "bad"]


def feedback_value(given_id: str, opinion: Opinion) -> str:
    """Give what a feedback button carries."""
    return f"{opinion}:{given_id}"


def read_feedback(value: str) -> tuple[str, Opinion] | None:
    """Give the id and the opinion that a feedback button carries; `None` for what none of ours does."""
    opinion, _, given_id = value.partition(":")
    if opinion == "good" and given_id:
        return given_id, "good"
    return (given_id, "bad") if opinion == "bad" and given_id else None
