"""The bot's own pages, what is deleted, and the modals."""

import logging
from collections.abc import Callable
from dataclasses import replace

from bot.contract import AnswerObject
from bot.render.slack.actions import MISSING, MORE, STOP_CHECK
from bot.render.slack.home import home_view
from bot.render.slack.modals import missing_view, more_view, stale_view
from bot.render.slack.types import HomeFacts, View
from bot.slack.delivery import RefusedBySlackError
from bot.slack.jobs import Deleted, Opened, Press
from bot.slack.office import Office, Posting, today
from bot.slack.onboarding import check_modal, home_blocks, is_ours
from bot.slack.presses import kept_answer, press_button
from bot.state.given import reply_to, withdraw
from bot.state.people import recent

_log = logging.getLogger(__name__)

MODALS = {MORE, MISSING, STOP_CHECK}
_RECENT = 10


def show_page(office: Office, opened: Opened) -> None:
    """Show the Home tab, or suggest questions in the messages tab; raises an `Undelivered`."""
    place, person = opened.place, opened.person
    if not office.door.admits(place, person):
        return
    known = office.desk.known(office.audience(place, person, alone=True))
    if opened.tab == "home":
        questions = recent(office.state, place.team, person.user, _RECENT)
        documents = sum(count for _, count in known.sources)
        facts = HomeFacts(
            known.sources,
            documents,
            known.passages,
            known.built,
            questions,
            known.examples,
            home_blocks(office, place, person),
        )
        office.courier.publish(person.user, home_view(facts))
    elif known.examples:
        try:
            office.courier.suggest(place.channel, known.examples)
        except RefusedBySlackError as error:
            # An app without Slack's features for agents has no place for them.
            _log.debug("no questions are suggested: %s", error)


def press_and_refresh(office: Office, press: Press, posting: Posting) -> None:
    """Do what a button promises, and show anew the Home tab that it changed; raises an `Undelivered`."""
    press_button(office, press, posting)
    if is_ours(press.action) and not press.response_url:
        show_page(office, Opened(press.place, press.person, "home"))


def delete_reply(office: Office, deleted: Deleted) -> None:
    """Delete the answer to a question that was deleted, unless somebody rated it; raises an `Undelivered`."""
    reply = reply_to(office.state, deleted.place.team, deleted.place.channel, deleted.ts)
    if reply is None or reply.rated:
        return
    try:
        office.courier.delete(deleted.place.channel, reply.ts)
    except RefusedBySlackError as error:
        _log.info("an answer whose question was deleted stays: %s", error)
    withdraw(office.state, reply.id)


def open_modal(office: Office, press: Press) -> None:
    """Open what a button in `MODALS` promises; raises an `Undelivered`."""
    office.courier.open(press.trigger, _modal(office, press))


def _modal(office: Office, press: Press) -> View:
    if press.action == STOP_CHECK:
        admitted = office.door.admits(press.place, press.person)
        return (check_modal(office, press) if admitted else None) or stale_view()
    kept = kept_answer(office, press.value, press.place.team)
    if kept is None or not office.door.admits(press.place, press.person):
        return stale_view()
    audience = office.audience(press.place, press.person, alone=True)
    seen = _as_seen(kept[1], lambda source: office.desk.may_see([source], audience))
    view = more_view if press.action == MORE else missing_view
    return view(seen, press.value, today=today())


def _as_seen(answer: AnswerObject, may_see: Callable[[str], bool]) -> AnswerObject:
    """Give an answer with those passages only that the one who looks may see by now."""
    allowed = {source for source in {one.source for one in answer.passages} if may_see(source)}
    return replace(
        answer,
        citations=tuple(one for one in answer.citations if one.source in allowed),
        passages=tuple(one for one in answer.passages if one.source in allowed),
    )
