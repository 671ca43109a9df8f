"""Whatever the notes hold, Slack takes what is shown of a path, and nothing of it acts."""

from datetime import date

from asking import note, passages
from slack_shapes import validate, validate_view

from bot.contract import ranked
from bot.onboarding.grading import Grade
from bot.render.slack.onboarding import (
    PathFacts,
    StopFacts,
    check_view,
    checked_message,
    end_message,
    onboarding_blocks,
    stop_message,
    welcome_message,
)
from index.types import Hit


def test_what_is_shown_fits_whatever_the_notes_hold() -> None:
    """Long and hostile titles, reasons, questions and texts: Slack takes all of it, and nothing acts."""
    nasty = "<!here> <@U1> *x* `y` \x1b[31m \u202e " + "long " * 4_000
    document = note(f"# A\n\n## B\n\n{nasty}\n\n| a |\n|---|\n| {nasty[:200]} |\n")
    found = passages(document, 20_000)
    (first, *_) = ranked([Hit(found[0], 0.0, 0.0, None)], {})
    stop = StopFacts("path", "note#B", 1, 2, nasty, nasty, nasty, first)
    today = date(2026, 11, 27)
    validate(stop_message(stop, today=today, daily=True))
    validate_view(check_view(stop))
    for grade in (*Grade, None):
        validate(checked_message(stop, nasty, grade, (), today=today))
    validate(end_message(nasty))
    paths = [PathFacts(f"p{n}", nasty, nasty, n % 2, 1, begun=n > 1) for n in range(9)]
    validate(welcome_message(paths))
    blocks = onboarding_blocks([PathFacts("p", nasty, "", 0, 2, begun=True), *paths], 3)
    validate_view({"type": "home", "blocks": list(blocks)})
    assert onboarding_blocks([], 9) == ()
