"""An answer as a message: the notes' own words, where they stand, how sure it is, and what to do next."""

from datetime import date

from bot.contract import AnswerObject, CitedSpan, RankedPassage
from bot.render.confidence import confidence_word
from bot.render.slack.actions import ASK_TEAM, FEEDBACK, MISSING, MORE, SHARE, feedback_value
from bot.render.slack.elements import actions, button, context, paragraph, person, plain, words
from bot.render.slack.limits import Room, fitted
from bot.render.slack.pieces import in_one_line, pieces_of
from bot.render.slack.rich import quoted
from bot.render.slack.sources import note_name, source_line
from bot.render.slack.text import escaped, one_line
from bot.render.slack.types import Audience, Block, Message
from bot.types import Verdict

NEAREST = 3
NOTHING_SAID = "The notes don't say."
NOT_SURE = "Closest in the notes (not sure it answers):"
PROMISE = "Quoted word for word, no generative AI"
WAY = "I quote the notes word for word, without generative AI."
LEFT_OUT = "Shortened here; the note goes on."
NOTE_STOPS = "The note stops here in mid-sentence."
_TEXT = 600


def answer_message(
    answer: AnswerObject,
    given_id: str,
    *,
    audience: Audience,
    today: date,
    asked: bool = False,
    team_channel: str | None = None,
) -> Message:
    """Give the message that answers.

    `asked` says the question again, for where it can't be seen. `team_channel` is the id of the channel that
    Ask the team posts to; without one it is not offered.
    """
    last = _buttons(answer, given_id, audience, team_channel)

    def blocks(room: Room) -> list[Block]:
        return [*_said(answer, room, asked=asked), *_body(answer, today, room), *last]

    return Message(_text(answer), fitted(blocks))


def shared_message(answer: AnswerObject, given_id: str, *, user: str, today: date) -> Message:
    """Give the message that shows everybody in a channel an answer, and says that `user` shared it."""
    shared = paragraph(person(user), words(" shared an answer from the notes."))
    last = _buttons(answer, given_id, "public", None)

    def blocks(room: Room) -> list[Block]:
        return [shared, *_said(answer, room, asked=True), *_body(answer, today, room), *last]

    return Message(f"Shared: {_text(answer)}", fitted(blocks))


def nearest(answer: AnswerObject, count: int = NEAREST) -> tuple[RankedPassage, ...]:
    """Give the best passages that nothing is quoted from."""
    found = [one for one in answer.passages if not any(_inside(cited, one) for cited in answer.citations)]
    return tuple(found[:count])


def _inside(cited: CitedSpan, passage: RankedPassage) -> bool:
    same = (cited.source, cited.path) == (passage.source, passage.path)
    return same and passage.start <= cited.start < passage.end


def _said(answer: AnswerObject, room: Room, *, asked: bool) -> list[Block]:
    lines = [f"Question: {one_line(answer.question, room.place)}"] if asked else []
    if isinstance(answer.read_as, str):
        lines.append(f"Read as: {one_line(answer.read_as, room.place)}")
    return [context(*map(plain, lines))] if lines else []


def _body(answer: AnswerObject, today: date, room: Room) -> list[Block]:
    if answer.verdict == Verdict.NOT_FOUND:
        return [*_not_found(answer, today, room), context(plain(WAY))]
    blocks = [] if answer.verdict == Verdict.ANSWERED else [paragraph(words(NOT_SURE, bold=True))]
    table = True
    for number, cited in enumerate(answer.citations, 1):
        shown = quoted(pieces_of(cited), f"[{number}]", room.quote, table=table)
        table = table and not shown.has_table
        blocks += shown.blocks
        notices = [LEFT_OUT] * shown.left_out + [NOTE_STOPS] * cited.cut_off
        blocks += [context(plain(" ".join(notices)))] if notices else []
        blocks.append(source_line(cited, f"[{number}]", today, room.place))
    return [*blocks, context(plain(f"Confidence: {confidence_word(answer.confidence)} · {PROMISE}"))]


def _not_found(answer: AnswerObject, today: date, room: Room) -> list[Block]:
    blocks = [paragraph(words(NOTHING_SAID, bold=True), words(" Other words, or more of them, may find it."))]
    if near := nearest(answer):
        blocks.append(context(plain("Nearest sections:")))
        blocks += [source_line(one, f"({number})", today, room.place) for number, one in enumerate(near, 1)]
    return blocks


def _buttons(
    answer: AnswerObject, given_id: str, audience: Audience, team_channel: str | None
) -> list[Block]:
    shown = []
    if audience == "ephemeral" and answer.citations:
        shown.append(button("Share to channel", SHARE, given_id))
    if answer.passages:
        shown.append(button("More passages", MORE, given_id))
    shown.append(button("Not what I asked", MISSING, given_id))
    if team_channel and answer.verdict != Verdict.ANSWERED:
        shown.append(button("Ask the team", ASK_TEAM, given_id, confirm=_confirm(team_channel)))
    return [actions(*shown), _feedback(given_id)]


def _confirm(team_channel: str) -> Block:
    text = f"Your question and your name will be posted in <#{team_channel}>, for everybody there to see."
    return {
        "title": plain("Ask the team?"),
        "text": {"type": "mrkdwn", "text": text},
        "confirm": plain("Post it"),
        "deny": plain("Cancel"),
    }


def _feedback(given_id: str) -> Block:
    return {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": FEEDBACK,
                "positive_button": {
                    "text": plain("Helpful"),
                    "accessibility_label": "This answer helped",
                    "value": feedback_value(given_id, "good"),
                },
                "negative_button": {
                    "text": plain("Not helpful"),
                    "accessibility_label": "This answer did not help",
                    "value": feedback_value(given_id, "bad"),
                },
            }
        ],
    }


def _text(answer: AnswerObject) -> str:
    """Give what a notification says: the first quote and where it is from."""
    if answer.verdict == Verdict.NOT_FOUND:
        near = nearest(answer, 1)
        return escaped(f"{NOTHING_SAID} Nearest: {note_name(near[0], 150)}" if near else NOTHING_SAID)
    cited = answer.citations[0]
    said = f"{one_line(in_one_line(pieces_of(cited)), _TEXT)} — {note_name(cited, 150)}"
    return escaped(said if answer.verdict == Verdict.ANSWERED else f"{NOT_SURE} {said}")
