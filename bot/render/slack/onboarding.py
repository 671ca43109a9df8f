"""Onboarding in Slack: the paths on the Home tab, a stop, its check question, and the notes' answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.contract import CitedSpan, RankedPassage
from bot.onboarding.grading import Grade
from bot.render.grades import WORDS
from bot.render.slack.actions import (
    CHECK_BLOCK,
    CHECK_INPUT,
    CHECK_VIEW,
    DAILY,
    NO_HOUR,
    STOP_CHECK,
    STOP_DONE,
    STOP_NEXT,
    STOP_SHOW,
    STOP_SKIP,
    stop_value,
)
from bot.render.slack.elements import (
    actions,
    button,
    context,
    divider,
    header,
    line,
    paragraph,
    plain,
    quote,
    rich,
    words,
)
from bot.render.slack.limits import VIEW_TITLE, Room, fitted
from bot.render.slack.pieces import pieces_of
from bot.render.slack.rich import quoted
from bot.render.slack.sources import source_line
from bot.render.slack.text import escaped, one_line
from bot.render.slack.types import Block, Message, View

MOST_PATHS = 5
HOURS = range(7, 19)
_NAME = 150
_QUESTION = 300
_LEFT_OUT = "Not all of it is shown here: the note has the rest."
NOTICE = (
    "Only you see how far you are. Hours are those of the bot's own clock. What you ask in your first weeks "
    "and the notes do not answer is listed, without your name, for the people who look after the notes."
)


@dataclass(frozen=True, slots=True)
class PathFacts:
    """A path, and how far a person is on it."""

    name: str
    title: str
    audience: str
    done: int
    total: int
    begun: bool


@dataclass(frozen=True, slots=True)
class StopFacts:
    """A stop of a path to show: its `number` of `total`, counted from 1, and the passage to read."""

    path: str
    key: str
    number: int
    total: int
    title: str
    why: str
    check: str
    shown: RankedPassage

    @property
    def value(self) -> str:
        """What its buttons carry."""
        return stop_value(self.path, self.key)


def onboarding_blocks(paths: Sequence[PathFacts], hour: int | None) -> tuple[Block, ...]:
    """Give the part of the Home tab about paths; none without any. `hour` is that of the daily stop."""
    if not paths:
        return ()
    shown = paths[:MOST_PATHS]
    begun = next((path for path in shown if path.begun and path.done < path.total), None)
    return (
        header("Find your way in"),
        *(block for number, path in enumerate(shown) for block in _path(number, path)),
        *([_daily(hour)] if begun else []),
        context(plain(NOTICE)),
        divider(),
    )


def welcome_message(paths: Sequence[PathFacts]) -> Message:
    """Give the message for somebody who has just joined."""
    text = "Welcome! The team's notes have a way in for new people. Start whenever you like:"
    listed = [block for number, path in enumerate(paths[:MOST_PATHS]) for block in _path(number, path)]
    return Message(text, [paragraph(words(text)), *listed, context(plain(NOTICE))])


def stop_message(stop: StopFacts, *, today: date, daily: bool = False) -> Message:
    """Give a stop to read, with what can be done then."""
    at = f"Stop {stop.number} of {stop.total}"

    def blocks(room: Room) -> list[Block]:
        shown = quoted(pieces_of(stop.shown), f"{stop.number}.", room.quote)
        return [
            context(plain(at)),
            paragraph(words(one_line(stop.title, room.place), bold=True)),
            *([paragraph(words(one_line(stop.why, room.place), italic=True))] if stop.why else []),
            *shown.blocks,
            *([context(plain(_LEFT_OUT))] if shown.left_out else []),
            source_line(stop.shown, f"{stop.number}.", today, room.place),
            _buttons(stop, daily=daily),
        ]

    told = f"{at}: {one_line(stop.title, _NAME)}" + (f". {one_line(stop.why, _QUESTION)}" if stop.why else "")
    return Message(escaped(told), fitted(blocks))


def check_view(stop: StopFacts) -> View:
    """Give the modal that puts a stop's check question; it is submitted."""
    return {
        "type": "modal",
        "callback_id": CHECK_VIEW,
        "private_metadata": stop.value,
        "title": plain("Check yourself", VIEW_TITLE),
        "close": plain("Close", VIEW_TITLE),
        "submit": plain("Compare", VIEW_TITLE),
        "blocks": [
            paragraph(words(one_line(stop.check, _QUESTION), bold=True)),
            {
                "type": "input",
                "block_id": CHECK_BLOCK,
                "label": plain("Your answer"),
                "hint": plain("In your own words. They are compared with the notes', and not kept."),
                "element": {
                    "type": "plain_text_input",
                    "action_id": CHECK_INPUT,
                    "multiline": True,
                    "max_length": 1_000,
                },
            },
        ],
    }


def checked_message(
    stop: StopFacts, said: str, grade: Grade | None, cited: Sequence[CitedSpan], *, today: date
) -> Message:
    """Give a newcomer's words beside those of the notes, and how far they agree."""

    def blocks(room: Room) -> list[Block]:
        return [
            context(plain(f"Question: {one_line(stop.check, room.place)}")),
            paragraph(words(WORDS[grade], bold=True)),
            rich(line(words("You said:")), quote(words(one_line(said, 2 * room.place) or " "))),
            *_answer(cited, today, room),
            actions(button("Next stop", STOP_NEXT, stop.value, style="primary")),
        ]

    return Message(escaped(WORDS[grade]), fitted(blocks))


def done_message(stop: StopFacts) -> Message:
    """Give what is said when a stop was put aside for today."""
    return _told(f"Done: stop {stop.number} of {stop.total}. The next one waits on my Home tab.")


def end_message(title: str) -> Message:
    """Give what is said behind the last stop."""
    return _told(f"That was the last stop of {one_line(title, _NAME)}. You can go back to it on my Home tab.")


def gone_message() -> Message:
    """Give what is said where a path or stop is not there any more, or may not be seen."""
    return _told("This stop is not in the notes any more. My Home tab shows where you can go on.")


def _told(text: str) -> Message:
    return Message(escaped(text), [paragraph(words(text))])


def _path(number: int, path: PathFacts) -> list[Block]:
    audience = f", for {one_line(path.audience, _NAME)}" if path.audience else ""
    stops = f"{path.total} stop{'s' * (path.total != 1)}"
    progress = f"{path.done} of {stops} done" if path.begun else stops
    label = "Start" if not path.begun else "Next stop" if path.done < path.total else "Read again"
    return [
        paragraph(words(one_line(path.title, _NAME), bold=True), words(f"{audience}: {progress}")),
        actions(button(label, f"{STOP_SHOW}{number}", path.name)),
    ]


def _daily(hour: int | None) -> Block:
    options = {one: _option(f"A stop each working day at {one}:00", str(one)) for one in HOURS}
    none = _option("No stop a day", NO_HOUR)
    return actions(
        {
            "type": "static_select",
            "action_id": DAILY,
            "placeholder": plain("A stop a day"),
            "options": [none, *options.values()],
            "initial_option": none if hour is None else options.get(hour, none),
        }
    )


def _option(text: str, value: str) -> Block:
    return {"text": plain(text, 75), "value": value}


def _buttons(stop: StopFacts, *, daily: bool) -> Block:
    return actions(
        button("Next stop", STOP_NEXT, stop.value, style="primary"),
        *([button("Check yourself", STOP_CHECK, stop.value)] if stop.check else []),
        *([button("Done for today", STOP_DONE, stop.value)] if daily else []),
        button("Skip", STOP_SKIP, stop.value),
    )


def _answer(cited: Sequence[CitedSpan], today: date, room: Room) -> list[Block]:
    blocks: list[Block] = [paragraph(words("The notes say:"))] if cited else []
    for number, span in enumerate(cited, 1):
        shown = quoted(pieces_of(span), f"[{number}]", room.quote // len(cited), table=False)
        blocks += [*shown.blocks, source_line(span, f"[{number}]", today, room.place)]
    return blocks
