"""Answering a question: who may hear what, where it is said, and what is kept of it."""

from bot.contract import AnswerObject, written
from bot.render.slack.answer import answer_message
from bot.render.slack.messages import help_message, nothing_visible_message, stranger_message
from bot.render.slack.types import Audience as Shown
from bot.render.slack.types import Message
from bot.slack.delivery import PostponedError, RefusedBySlackError, Target
from bot.slack.jobs import Question
from bot.slack.office import Office, Posting, today
from bot.slack.wording import is_greeting
from bot.state import given
from bot.state.given import Given
from bot.state.newcomers import record
from bot.state.threads import history
from bot.state.walks import Person


def target_of(question: Question) -> Target:
    """Give where a question is answered: where it was asked, and only to the person if it was asked so."""
    place, person = question.place, question.person
    if question.response_url:
        return Target(place.team, place.channel, None, person.user, question.response_url)
    return Target(place.team, place.channel, _thread(question), person.user if place.outside else None)


def aside_of(question: Question) -> Target:
    """Give where a question is turned away: only to the person, so that a channel is not filled with it."""
    target = target_of(question)
    alone = None if question.place.kind == "dm" else question.person.user
    return Target(target.team, target.channel, target.thread, alone, target.response_url)


def answer_question(office: Office, question: Question, posting: Posting) -> None:
    """Answer; raises an `Undelivered`."""
    if not office.door.admits(question.place, question.person):
        posting()
        office.courier.deliver(aside_of(question), stranger_message())
        return
    if question.surface == "dm" and question.ts:
        office.courier.working(question.place.channel, question.place.thread or question.ts)
    message, kept = _reply(office, question)
    try:
        posting()
        ts = office.courier.deliver(target_of(question), message)
    except (PostponedError, RefusedBySlackError):
        if kept:
            given.withdraw(office.state, kept)
        raise
    if kept and ts:
        given.posted(office.state, kept, ts)


def _reply(office: Office, question: Question) -> tuple[Message, str | None]:
    """Give what to say and, where it is an answer, the id under which it is kept."""
    place = question.place
    audience = office.audience(place, question.person, alone=_alone(question))
    if is_greeting(question.text):
        return help_message(office.desk.known(audience).examples), None
    thread = _thread(question)
    turns = history(office.state, place.team, place.channel, thread) if thread else ()
    answer = office.desk.answer(question.text, audience, turns)
    if answer is None:
        return nothing_visible_message(), None
    kept = given.save(office.state, _given(question, answer, thread))
    record(office.state, Person(place.team, question.person.user), answer.question, answer.verdict)
    message = answer_message(
        answer,
        kept,
        audience=_shown(question),
        today=today(),
        asked=not question.ts,
        team_channel=office.settings.ask_team_channel,
    )
    return message, kept


def _given(question: Question, answer: AnswerObject, thread: str | None) -> Given:
    place = question.place
    # What only one person saw is not part of the conversation that all see.
    spoken = None if question.response_url else thread
    return Given(
        place.team,
        place.channel,
        question.person.user,
        place.kind,
        spoken,
        question.ts or None,
        answer.question,
        answer.read_as if isinstance(answer.read_as, str) else None,
        written(answer).encode(),
        answer.generation,
    )


def _thread(question: Question) -> str | None:
    """Give the thread in which a question is answered; a question outside of any begins one."""
    return question.place.thread or question.ts or None


def _alone(question: Question) -> bool:
    return bool(question.response_url) or question.place.outside


def _shown(question: Question) -> Shown:
    # What only one person sees where others read along can be shared; in a direct message there is nobody.
    if question.place.kind == "dm" or question.place.outside:
        return "dm"
    return "ephemeral" if question.response_url else "public"
