"""What is said beside answers: help, and why there is none."""

from collections.abc import Sequence

from bot.render.slack.actions import EXAMPLE
from bot.render.slack.answer import WAY
from bot.render.slack.elements import (
    actions,
    bullets,
    button,
    channel,
    context,
    line,
    paragraph,
    person,
    plain,
    quote,
    rich,
    words,
)
from bot.render.slack.text import cut, escaped, one_line
from bot.render.slack.types import Block, Message

EXAMPLES = 3
LONGEST_EXAMPLE = 300
LONGEST_QUESTION = 1_000
NO_LONGER_KEPT = "That answer is no longer kept. Please ask the question again."


def help_message(examples: Sequence[str], *, name: str = "me", command: str = "/ask") -> Message:
    """Give what to ask and how, with up to three `examples` to press."""
    ways = (
        (f"{command} your question", "only you see the answer, in any channel"),
        (f"@{name} your question", "the answer is in the thread, for everybody there"),
        ("A direct message", "just ask; reply in the thread to ask on"),
    )
    listed = [line(words(way, bold=True), words(f": {does}")) for way, does in ways]
    blocks = [
        paragraph(
            words("Ask the team's notes a question and get their own words back, each with its place.")
        ),
        bullets(*listed),
        *example_buttons(examples),
        context(plain(f"{WAY} When the notes don't say, I say so.")),
    ]
    tries = "".join(f" Try: {one_line(example, 100)}" for example in examples[:1])
    return Message(escaped(f"Ask the team's notes a question: {command} your question.{tries}"), blocks)


def example_buttons(examples: Sequence[str]) -> list[Block]:
    """Give a row of up to three questions to press; none for no examples."""
    lines = [one_line(example, LONGEST_EXAMPLE) for example in examples if example.strip()][:EXAMPLES]
    if not lines:
        return []
    asked = [button(one, f"{EXAMPLE}{number}", one) for number, one in enumerate(lines)]
    return [context(plain("Try one of these:")), actions(*asked)]


def busy_message() -> Message:
    """Say that there are too many questions at once."""
    return said("I have more questions than I can answer right now. Please ask again in a minute.")


def too_many_message(seconds: int) -> Message:
    """Say that this person asked too much, and when to go on."""
    wait = "a second" if seconds <= 1 else f"{seconds} seconds"
    return said(f"That were many questions in a short time. Please ask again in {wait}.")


def stranger_message() -> Message:
    """Refuse somebody of another workspace."""
    return said("I answer only members of the workspace that these notes belong to.")


def stale_message() -> Message:
    """Say that the answer of a pressed button is no longer kept."""
    return said(NO_LONGER_KEPT)


def not_in_channel_message(name: str) -> Message:
    """Say how to let the bot, called `name`, into a channel."""
    return said(f"I am not in this channel and can't post here. /invite @{name} lets me in.")


def error_message(error_id: str) -> Message:
    """Say that something went wrong, with the id by which the log tells what."""
    return said(
        "Something went wrong on my side, and the question is not answered. Please ask again; if it happens "
        f"again, tell whoever runs me this number: {error_id}"
    )


def nothing_visible_message() -> Message:
    """Say that no notes may be shown here."""
    return said("None of the notes may be shown here. Ask me in a direct message for what you may see.")


def unshareable_message() -> Message:
    """Say that not everybody in the channel may see what an answer quotes."""
    return said(
        "Not everybody in this channel may see the notes that this answer quotes, so it is not shared."
    )


def already_shared_message() -> Message:
    """Say that an answer was shared before."""
    return said("This answer is already shared.")


def team_asked_message(team_channel: str) -> Message:
    """Say that the question was posted for the team."""
    return _with_channel("Your question is posted in ", team_channel)


def team_already_asked_message(team_channel: str) -> Message:
    """Say that the question had been posted before."""
    return _with_channel("This question is already posted in ", team_channel)


def ask_team_message(question: str, user: str) -> Message:
    """Give what is posted for the team: the question that the notes don't answer, and who asks."""
    asked = one_line(question, LONGEST_QUESTION)
    blocks = [
        paragraph(person(user), words(" asks, and the notes don't say:")),
        rich(quote(words(asked))),
        context(plain("Please answer in the thread. A line in the notes spares the next one the question.")),
    ]
    return Message(escaped(f"A question that the notes don't answer: {cut(asked, 500)}"), blocks)


def thanks_message() -> Message:
    """Thank for feedback."""
    return said("Thank you. That goes to the people who keep the notes.")


def said(text: str) -> Message:
    """Give a message of one paragraph."""
    return Message(escaped(text), [paragraph(words(text))])


def _with_channel(text: str, named: str) -> Message:
    return Message(f"{text}<#{named}>.", [paragraph(words(text), channel(named), words("."))])
