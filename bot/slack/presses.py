"""What a press of a button does, after looking again at who may see what."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from msgspec import UNSET

from bot.contract import AnswerObject, read_answer
from bot.render.slack import messages
from bot.render.slack.actions import ASK_TEAM, EXAMPLE, FEEDBACK, SHARE, read_feedback
from bot.render.slack.answer import shared_message
from bot.render.slack.types import Message
from bot.slack.audience import Audience
from bot.slack.delivery import PostponedError, RefusedBySlackError, Target, Undelivered
from bot.slack.jobs import Missed, Press, Question
from bot.slack.office import Office, Posting, sources_of, today
from bot.slack.onboarding import is_ours, press_onboarding
from bot.slack.questions import answer_question
from bot.state import feedback, given
from bot.state.given import Given, Once

# What Slack says where the bot is not a member.
_NOT_IN = {"channel_not_found", "not_in_channel"}


def press_button(office: Office, press: Press, posting: Posting) -> None:
    """Do what a button promises; raises an `Undelivered`. Presses of what is no button of ours do nothing."""
    if not office.door.admits(press.place, press.person):
        _tell(office, press, messages.stranger_message(), posting)
    elif press.action.startswith(EXAMPLE):
        answer_question(office, _asked(press), posting)
    elif is_ours(press.action):
        press_onboarding(office, press, posting)
    elif action := _ACTIONS.get(press.action):
        action(office, press, posting)


def note_missed(office: Office, missed: Missed) -> None:
    """Keep what somebody missed in an answer."""
    found = given.get(office.state, missed.given)
    if found and found.team == missed.place.team:
        feedback.record(office.state, missed.given, missed.person.user, "bad", missed.text or None)


def kept_answer(office: Office, identity: str, team: str) -> tuple[Given, AnswerObject] | None:
    """Give an answer that was given in a workspace; `None` if it is not kept any more."""
    found = given.get(office.state, identity)
    if found is None or found.team != team:
        return None
    return found, read_answer(found.answer.decode())


def _asked(press: Press) -> Question:
    """Give the question of an example: on the bot's own page it is answered in direct messages."""
    place, person = press.place, press.person
    if press.response_url and place.kind != "dm":
        return Question(place, person, "command", press.value, "", press.response_url)
    channel = place.channel or person.user
    return Question(type(place)(place.team, channel, "dm", place.thread), person, "dm", press.value)


def _share(office: Office, press: Press, posting: Posting) -> None:
    kept = kept_answer(office, press.value, press.place.team)
    if kept is None:
        _tell(office, press, messages.stale_message(), posting)
        return
    found, answer = kept
    channel = Audience(press.place.team, press.place.channel, press.place.kind, press.person.user)
    elsewhere = (found.kind == "dm", found.channel != press.place.channel, found.user != press.person.user)
    if any(elsewhere) or not office.desk.may_share(sources_of(answer), channel):
        _tell(office, press, messages.unshareable_message(), posting)
        return
    posting()
    if not given.claim_once(office.state, press.value, Once.SHARED):
        _tell(office, press, messages.already_shared_message(), posting)
        return
    message = shared_message(for_everybody(answer), press.value, user=press.person.user, today=today())
    try:
        office.courier.deliver(Target(channel.team, channel.channel, press.place.thread), message)
    except RefusedBySlackError as error:
        given.unclaim(office.state, press.value, Once.SHARED)
        if error.code not in _NOT_IN:
            raise
        _tell(office, press, messages.not_in_channel_message(office.door.identity.bot().name), posting)
        return
    except PostponedError:
        given.unclaim(office.state, press.value, Once.SHARED)
        raise
    with suppress(Undelivered):
        office.courier.respond(press.response_url, None)


def for_everybody(answer: AnswerObject) -> AnswerObject:
    """Give an answer without how its question was read: by words, perhaps, of notes that not all may see."""
    return replace(answer, read_as=UNSET)


def _ask_team(office: Office, press: Press, posting: Posting) -> None:
    kept = kept_answer(office, press.value, press.place.team)
    team_channel = office.settings.ask_team_channel
    if kept is None or team_channel is None:
        _tell(office, press, messages.stale_message(), posting)
        return
    posting()
    if not given.claim_once(office.state, press.value, Once.ASKED):
        _tell(office, press, messages.team_already_asked_message(team_channel), posting)
        return
    message = messages.ask_team_message(kept[0].question, press.person.user)
    try:
        office.courier.deliver(Target(press.place.team, team_channel), message)
    except (PostponedError, RefusedBySlackError):
        given.unclaim(office.state, press.value, Once.ASKED)
        raise
    _tell(office, press, messages.team_asked_message(team_channel), posting)


def _feedback(office: Office, press: Press, posting: Posting) -> None:
    said = read_feedback(press.value)
    if said is None or kept_answer(office, said[0], press.place.team) is None:
        _tell(office, press, messages.stale_message(), posting)
        return
    feedback.record(office.state, said[0], press.person.user, said[1])
    _tell(office, press, messages.thanks_message(), posting)


def _tell(office: Office, press: Press, message: Message, posting: Posting) -> None:
    """Say something to whoever pressed, and to nobody else."""
    posting()
    place, person = press.place, press.person
    office.courier.deliver(
        Target(place.team, place.channel or person.user, None, person.user, press.response_url), message
    )


_ACTIONS: Mapping[str, Callable[[Office, Press, Posting], None]] = {
    SHARE: _share,
    ASK_TEAM: _ask_team,
    FEEDBACK: _feedback,
}
