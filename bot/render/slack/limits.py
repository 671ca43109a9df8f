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
VALUE = 2_000
VIEW_TITLE = 24
TABLE_ROWS = 100
TABLE_COLUMNS = 20


@dataclass(frozen=True, slots=True)
class Room:
    """How many characters there are for a quote, and for the words of each place, name and question."""

    quote: int
    place: int


ROOMS = (Room(6_000, 300), Room(3_000, 300), Room(1_500, 200), Room(600, 150), Room(200, 60), Room(60, 30))


def weight(blocks: Sequence[Block]) -> int:
    """Count the characters of blocks, all that stands around the text with them."""
    written = json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))
    escapes = 4 * written.count("&") + 3 * (written.count("<") + written.count(">"))
    return len(written.encode("utf-16-le")) // 2 + escapes


def fitted(build: Callable[[Room], list[Block]], *, most: int = MESSAGE_BLOCKS) -> list[Block]:
    """Give what `build` makes of the widest room with which Slack takes it."""
    return next(blocks for room in ROOMS if len(blocks := build(room)) <= most and weight(blocks) <= TOTAL)
