"""The Home tab: what the bot knows, what a person asked, and what could be asked."""

from collections.abc import Sequence

from bot.render.slack.answer import WAY
from bot.render.slack.elements import bullets, context, divider, header, line, paragraph, plain, words
from bot.render.slack.limits import VIEW_BLOCKS, fitted
from bot.render.slack.messages import example_buttons
from bot.render.slack.text import one_line
from bot.render.slack.types import Block, HomeFacts, View

MOST_SOURCES = 20
MOST_RECENT = 10


def home_view(facts: HomeFacts) -> View:
    """Give the Home tab of one person."""
    ours = fitted(lambda room: _blocks(facts, room.place))
    return {"type": "home", "blocks": [*facts.onboarding, *ours][:VIEW_BLOCKS]}


def _blocks(facts: HomeFacts, limit: int) -> list[Block]:
    held = f"{_counted(facts.documents, 'note')}, {_counted(facts.passages, 'passage')}; read {facts.built}."
    sources = facts.sources[:MOST_SOURCES]
    return [
        header("Ask the team's notes"),
        paragraph(words("Send me a message, or type /ask and your question in any channel.")),
        *example_buttons(facts.examples),
        divider(),
        header("What I know"),
        paragraph(words(held)),
        *_listed([f"{one_line(name, limit)}: {_counted(count, 'note')}" for name, count in sources]),
        *_recent(facts.recent[:MOST_RECENT], limit),
        context(plain(f"{WAY} When the notes don't say, I say so.")),
    ]


def _recent(questions: Sequence[str], limit: int) -> list[Block]:
    if not questions:
        return []
    asked = _listed([one_line(question, limit) for question in questions])
    return [divider(), header("Your recent questions"), *asked, context(plain("Only you see these."))]


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def _listed(lines: Sequence[str]) -> list[Block]:
    return [bullets(*(line(words(one)) for one in lines))] if lines else []
