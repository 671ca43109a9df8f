"""The parts that messages and views are made of.

Whatever is not our own words is plain text or rich text: neither formats, mentions or links what it spells.
"""

from bot.render.slack.limits import BUTTON, TEXT
from bot.render.slack.text import cut, escaped
from bot.render.slack.types import Block


def plain(text: str, limit: int = TEXT) -> Block:
    """Give text that is shown letter for letter."""
    return {"type": "plain_text", "text": cut(text, limit) or " ", "emoji": False}


def link_named(address: str, name: str) -> Block:
    """Give a link, for a context; `name` is ours."""
    return {"type": "mrkdwn", "text": f"<{escaped(address)}|{name}>", "verbatim": True}


def words(text: str, **style: bool) -> Block:
    """Give an element of rich text, shown letter for letter; `style` as `bold=True`."""
    # Slack takes no empty text.
    return {"type": "text", "text": text or " "} | ({"style": style} if style else {})


def person(user: str) -> Block:
    """Give an element of rich text that names a person."""
    return {"type": "user", "user_id": user}


def channel(channel: str) -> Block:
    """Give an element of rich text that names a channel."""
    return {"type": "channel", "channel_id": channel}


def rich(*parts: Block) -> Block:
    """Give a block of sections, quotes, lists and code."""
    return {"type": "rich_text", "elements": list(parts)}


def line(*elements: Block) -> Block:
    """Give a section of rich text."""
    return {"type": "rich_text_section", "elements": list(elements)}


def quote(*elements: Block) -> Block:
    """Give words beside a bar, a part of rich text."""
    return {"type": "rich_text_quote", "elements": list(elements)}


def paragraph(*elements: Block) -> Block:
    """Give a block of one section of rich text."""
    return rich(line(*elements))


def bullets(*lines: Block) -> Block:
    """Give a block with a list of sections."""
    return rich({"type": "rich_text_list", "style": "bullet", "indent": 0, "elements": list(lines)})


def context(*elements: Block) -> Block:
    """Give a block of small text."""
    return {"type": "context", "elements": list(elements)}


def header(text: str) -> Block:
    """Give a block with a heading."""
    return {"type": "header", "text": plain(text, 150)}


def divider() -> Block:
    """Give a line between blocks."""
    return {"type": "divider"}


def button(text: str, action: str, value: str, **more: object) -> Block:
    """Give a button; `more` are other fields of Slack's."""
    return {"type": "button", "text": plain(text, BUTTON), "action_id": action, "value": value, **more}


def actions(*elements: Block) -> Block:
    """Give a block of buttons."""
    return {"type": "actions", "elements": list(elements)}
