"""The Home tab: what the bot knows, what a person asked, and what could be asked."""

from bot.render.slack.answer import PROMISE
from bot.render.slack.elements import context, divider, header, line, paragraph, plain, rich, words
from bot.render.slack.limits import VIEW_BLOCKS
from bot.render.slack.messages import example_buttons
from bot.render.slack.text import one_line
from bot.render.slack.types import Block, HomeFacts, View

MOST_SOURCES = 20
MOST_RECENT = 10


def home_view(facts: HomeFacts) -> View:
    """Give the Home tab of one person."""
    return {"type": "home", "blocks": [*facts.onboarding, *_blocks(facts)][:VIEW_BLOCKS]}


def _blocks(facts: HomeFacts) -> list[Block]:
    return [
        header("Ask the team's notes"),
        paragraph(words("Send me a message, or type /ask and your question in any channel.")),
        *example_buttons(facts.examples),
        divider(),
        header("What I know"),
        paragraph(words(f"{facts.documents:,} notes, {facts.passages:,} passages; read {facts.built}.")),
        *_listed([f"{one_line(name, 100)}: {count:,} notes" for name, count in facts.sources[:MOST_SOURCES]]),
        *_recent(facts.recent[:MOST_RECENT]),
        context(plain(f"{PROMISE}. When the notes don't say, I say so.")),
    ]


def _recent(questions: tuple[str, ...]) -> list[Block]:
    if not questions:
        return []
    asked = _listed([one_line(question, 150) for question in questions])
    return [divider(), header("Your recent questions"), *asked, context(plain("Only you see these."))]


def _listed(lines: list[str]) -> list[Block]:
    items = [line(words(one)) for one in lines]
    return (
        [rich({"type": "rich_text_list", "style": "bullet", "indent": 0, "elements": items})] if items else []
    )
