"""The shapes of what is shown in Slack."""

from dataclasses import dataclass
from typing import Any, Literal

Block = dict[str, Any]
"""A block, or one of the objects that it is made of, as Slack's JSON has it."""

View = dict[str, Any]
"""A modal or the Home tab, as Slack's JSON has it."""

Audience = Literal["ephemeral", "public", "dm"]
"""Who sees an answer: one person in a channel, everybody in it, or one person in a direct message."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is posted: `blocks`, and the `text` that notifications and screen readers have in their place.

    `text` is escaped: nothing in it mentions anyone or links anywhere.
    """

    text: str
    blocks: list[Block]


@dataclass(frozen=True, slots=True)
class HomeFacts:
    """What the Home tab tells a person; all of it is about what this person may see.

    `sources` are their names, with how many documents each has. `built` is the age of the index in words.
    `recent` are the person's own questions, newest first. `onboarding` are blocks that stand at the top.
    """

    sources: tuple[tuple[str, int], ...]
    documents: int
    passages: int
    built: str
    recent: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    onboarding: tuple[Block, ...] = ()
