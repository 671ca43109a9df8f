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

STOP_SHOW = "onboarding_show_"
"""Begins the `action_id` of each path; a number follows. It shows where a person is on the path, which begins
then if it has not. The value is the path's name."""
STOP_NEXT, STOP_DONE, STOP_SKIP, STOP_CHECK = (
    "onboarding_next",
    "onboarding_done",
    "onboarding_skip",
    "onboarding_check",
)
"""What is done with a stop. The value is that of `stop_value`."""
DAILY = "onboarding_daily"
"""Chooses the hour of a daily stop. The value is an hour, or `NO_HOUR` for none."""
NO_HOUR = "-"
CHECK_VIEW = "onboarding_check_view"
CHECK_BLOCK, CHECK_INPUT = "check", "check_text"
"""What a person answered is at `state.values[CHECK_BLOCK][CHECK_INPUT].value`."""

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


def stop_value(path: str, stop: str) -> str:
    """Give what a button under a stop carries: the name of the path and the key of the stop."""
    return f"{path}\n{stop}"


def read_stop(value: str) -> tuple[str, str]:
    """Give the path and the stop that a button carries."""
    path, _, stop = value.partition("\n")
    return path, stop
