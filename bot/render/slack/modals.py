"""Modals: further passages, and what was missing from an answer."""

from collections.abc import Sequence
from datetime import date

from bot.contract import AnswerObject, RankedPassage
from bot.render.slack.actions import MISSING_BLOCK, MISSING_INPUT, MISSING_VIEW, MORE_VIEW
from bot.render.slack.answer import LEFT_OUT, PROMISE, nearest
from bot.render.slack.elements import context, divider, paragraph, plain, words
from bot.render.slack.limits import VIEW_BLOCKS, VIEW_TITLE, Room, fitted
from bot.render.slack.messages import NO_LONGER_KEPT
from bot.render.slack.pieces import pieces_of
from bot.render.slack.rich import quoted
from bot.render.slack.sources import source_line
from bot.render.slack.text import one_line
from bot.render.slack.types import Block, View

LONGEST_MISSING = 1_000
_NEXT = 3


def more_view(answer: AnswerObject, given_id: str, *, today: date) -> View:
    """Give the modal with the passages that were found, best first."""

    def blocks(room: Room) -> list[Block]:
        return [
            context(plain(f"Question: {one_line(answer.question, room.place)}")),
            *_passages(answer.passages, today, room),
            context(plain(f"Best first. {PROMISE}")),
        ]

    return _modal(MORE_VIEW, "More passages", given_id, fitted(blocks, most=VIEW_BLOCKS))


def missing_view(answer: AnswerObject, given_id: str, *, today: date) -> View:
    """Give the modal that asks what was missing, and shows the next passages. It is submitted."""

    def blocks(room: Room) -> list[Block]:
        further = nearest(answer, _NEXT)
        return [
            context(plain(f"Question: {one_line(answer.question, room.place)}")),
            _asked(),
            *([divider(), paragraph(words("Was it one of these?", bold=True))] if further else []),
            *_passages(further, today, room),
        ]

    view = _modal(MISSING_VIEW, "Not what I asked", given_id, fitted(blocks, most=VIEW_BLOCKS))
    return view | {"submit": plain("Send", VIEW_TITLE)}


def thanks_view() -> View:
    """Give the modal that thanks for telling."""
    text = "Thank you. It is kept for the people who look after the notes, so that the next one finds it."
    return _told("Thank you", text)


def stale_view() -> View:
    """Give the modal for an answer that is no longer kept."""
    return _told("No longer kept", NO_LONGER_KEPT)


def _told(title: str, text: str) -> View:
    return {
        "type": "modal",
        "title": plain(title, VIEW_TITLE),
        "close": plain("Close", VIEW_TITLE),
        "blocks": [paragraph(words(text))],
    }


def _passages(passages: Sequence[RankedPassage], today: date, room: Room) -> list[Block]:
    blocks: list[Block] = []
    for number, passage in enumerate(passages[: room.passages], 1):
        # Modals have no tables.
        shown = quoted(pieces_of(passage), f"{number}.", room.quote, table=False)
        blocks += shown.blocks
        blocks += [context(plain(LEFT_OUT))] if shown.left_out else []
        blocks.append(source_line(passage, f"{number}.", today, room.place))
    return blocks


def _asked() -> Block:
    return {
        "type": "input",
        "block_id": MISSING_BLOCK,
        "optional": True,
        "label": plain("What was missing?"),
        "hint": plain("It is kept with the question, for the people who look after the notes."),
        "element": {
            "type": "plain_text_input",
            "action_id": MISSING_INPUT,
            "multiline": True,
            "max_length": LONGEST_MISSING,
        },
    }


def _modal(callback: str, title: str, given_id: str, blocks: list[Block]) -> View:
    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": given_id,
        "title": plain(title, VIEW_TITLE),
        "close": plain("Close", VIEW_TITLE),
        "blocks": blocks,
    }
