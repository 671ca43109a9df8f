"""The words for a grade, the same in the terminal and in Slack."""

from bot.onboarding.grading import Grade

WORDS = {
    Grade.RIGHT: "Right: what you say is what the notes say.",
    Grade.CLOSE: "Close: part of it agrees. Compare your words with the notes':",
    Grade.LOOK_AGAIN: "Look again: the notes say something else.",
    None: "Not compared: refdesk does not find the answer at this stop. What it finds:",
}
"""`None` stands for no grade."""
