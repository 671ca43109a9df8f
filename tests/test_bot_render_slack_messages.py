"""What is said beside answers is in words, valid, and mentions only whom it must."""

from html import unescape

import pytest
from slack_shapes import elements, shown, validate

from bot.render.slack import messages
from bot.render.slack.actions import EXAMPLE, feedback_value, read_feedback
from bot.render.slack.types import Message

EXAMPLES = ("What is a pod?", " ", "Who <!channel> is on call?", "How do I undo it?", "A fourth?")
PLAIN = (
    messages.busy_message(),
    messages.too_many_message(1),
    messages.too_many_message(42),
    messages.stranger_message(),
    messages.stale_message(),
    messages.not_in_channel_message("notes"),
    messages.error_message("e-12"),
    messages.said("who <!channel> & *who*?"),
    messages.nothing_visible_message(),
    messages.unshareable_message(),
    messages.already_shared_message(),
    messages.thanks_message(),
)


@pytest.mark.parametrize("message", PLAIN, ids=[message.text[:30] for message in PLAIN])
def test_a_notice_is_one_paragraph_that_is_read_out_as_it_stands(message: Message) -> None:
    """Whoever sees only the notification has all of it."""
    validate(message)
    assert shown(message.blocks) == unescape(message.text)


def test_notices_say_what_to_do() -> None:
    """When to ask again, how to let the bot in, what to tell those who run it."""
    assert "in a second." in messages.too_many_message(1).text
    assert "in 42 seconds." in messages.too_many_message(42).text
    assert "/invite @notes" in messages.not_in_channel_message("notes").text
    assert messages.error_message("e-12").text.endswith("e-12")


def test_help_says_how_to_ask_and_has_three_examples_to_press() -> None:
    """Each button asks the question that it shows."""
    message = messages.help_message(EXAMPLES, name="notes", command="/wiki")
    validate(message)
    words = shown(message.blocks)
    assert "/wiki your question\n: only you see the answer" in words
    assert "@notes your question\n" in words
    pressed = elements(message.blocks, "button")
    assert [one["value"] for one in pressed] == [EXAMPLES[0], EXAMPLES[2], EXAMPLES[3]]
    assert [one["action_id"] for one in pressed] == [f"{EXAMPLE}{number}" for number in range(3)]
    assert message.text.endswith("/wiki your question. Try: What is a pod?")


def test_help_without_examples_is_help() -> None:
    """An empty index has none."""
    message = messages.help_message(())
    validate(message)
    assert elements(message.blocks, "button") == []
    assert message.text.endswith("/ask your question.")


def test_the_team_is_asked_by_name_and_in_the_words_of_the_question() -> None:
    """Whoever asks is mentioned, and nobody whom the question names."""
    message = messages.ask_team_message("who <!channel> is <@U0BOB>?", "U0ANA")
    validate(message, ["U0ANA"])
    assert message.text == "A question that the notes don't answer: who &lt;!channel&gt; is &lt;@U0BOB&gt;?"
    assert "who <!channel> is <@U0BOB>?" in shown(message.blocks)
    validate(messages.ask_team_message("&" * 4_000, "U0ANA"), ["U0ANA"])


def test_who_asked_the_team_is_told_where() -> None:
    """With a link to the channel, at first and again."""
    for message in (messages.team_asked_message("C0TEAM"), messages.team_already_asked_message("C0TEAM")):
        validate(message, ["C0TEAM"])
        assert message.text.endswith("posted in <#C0TEAM>.")


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (feedback_value("a:1", "good"), ("a:1", "good")),
        (feedback_value("a1", "bad"), ("a1", "bad")),
        ("fine:a1", None),
        ("good:", None),
        ("bad", None),
        ("", None),
    ],
)
def test_feedback_is_read_from_its_button(value: str, read: tuple[str, str] | None) -> None:
    """What no button of ours carries is nothing."""
    assert read_feedback(value) == read
