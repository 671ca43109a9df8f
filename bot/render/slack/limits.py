"""How much Slack takes of each thing, and how what is shown is made to fit.

The figures are those of Slack's reference of blocks. That of a whole message is nowhere written: messages of
13,200 characters were refused as `msg_blocks_too_long`, and what is counted seems to be more than the text.
So we count the JSON, as it is when `&`, `<` and `>` are escaped, in UTF-16.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.render.slack.types import Block

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
TOTAL = 12_000
TEXT = 3_000
BUTTON = 75
VIEW_TITLE = 24
TABLE_ROWS = 100


@dataclass(frozen=True, slots=True)
class Room:
    """How much there is room for: characters of a quote, of each name, place and question; and passages."""

    quote: int
    place: int
    passages: int = 10


ROOMS = (
    Room(6_000, 300),
    Room(3_000, 300),
    Room(1_500, 300),
    Room(1_000, 200),
    Room(700, 150),
    Room(450, 150),
    Room(250, 80, 5),
    Room(60, 30, 3),
)


def weight(blocks: Sequence[Block]) -> int:
    """Count the characters of blocks, all that stands around the text with them."""
    written = json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))
    escapes = 4 * written.count("&") + 3 * (written.count("<") + written.count(">"))
    return len(written.encode("utf-16-le")) // 2 + escapes


def fitted(build: Callable[[Room], list[Block]], *, most: int = MESSAGE_BLOCKS) -> list[Block]:
    """Give what `build` makes of the widest room with which Slack takes it.

    Where there is none, the first blocks that Slack takes of what it makes of the narrowest.
    """
    blocks: list[Block] = []
    for room in ROOMS:
        blocks = build(room)
        if len(blocks) <= most and weight(blocks) <= TOTAL:
            return blocks
    return next(blocks[:end] for end in range(most, -1, -1) if weight(blocks[:end]) <= TOTAL)
