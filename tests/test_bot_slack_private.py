"""What one person saw alone does not come out later, in what all see."""

import json
from pathlib import Path

import pytest
from slack_answers import TODAY, answered, cited
from states import opened

from bot.render.slack.answer import answer_message, shared_message
from bot.slack.jobs import Person, Place, Question
from bot.slack.presses import for_everybody
from bot.slack.questions import _given
from bot.state.given import save
from bot.state.threads import history
from bot.types import Turn


def test_what_is_shared_does_not_say_how_the_question_was_read() -> None:
    """A word of it may have been mended by notes that only the one who asked may see."""
    answer = answered(*cited("Undo it."), question="who runs phoenx", read_as="who runs phoenix")
    own = answer_message(answer, "id", audience="ephemeral", today=TODAY, asked=True)
    assert "phoenix" in json.dumps(own.blocks)
    shared = shared_message(for_everybody(answer), "id", user="U1", today=TODAY)
    assert "phoenx" in json.dumps(shared.blocks)
    assert "phoenix" not in json.dumps(shared.blocks) + shared.text


@pytest.mark.parametrize(
    ("url", "turns"), [("", (Turn("user", "who runs phoenix"),)), ("https://slack.example/respond", ())]
)
def test_a_conversation_holds_what_was_said_aloud(tmp_path: Path, url: str, turns: tuple[Turn, ...]) -> None:
    """What was asked in a thread for one person alone is not what others' follow-ups are read by."""
    place = Place("T1", "C1", "channel", "1.0")
    question = Question(place, Person("U1", "T1"), "shortcut", "who runs phoenix", "", url)
    answer = answered(*cited("Undo it."), question="who runs phoenix")
    with opened(tmp_path) as state:
        save(state, _given(question, answer, "1.0"))
        assert history(state, "T1", "C1", "1.0") == turns
