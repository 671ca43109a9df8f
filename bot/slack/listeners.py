"""The listeners: each puts what came into the inbox, and is done in milliseconds."""

import logging
import re
import time
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

from bot.render.slack.actions import (
    CHECK_BLOCK,
    CHECK_INPUT,
    CHECK_VIEW,
    MISSING_BLOCK,
    MISSING_INPUT,
    MISSING_VIEW,
)
from bot.render.slack.messages import busy_message, too_many_message
from bot.render.slack.modals import thanks_view
from bot.render.slack.types import Message
from bot.slack.asides import Asides
from bot.slack.delivery import Target
from bot.slack.inbox import Inbox, Receipt, Received
from bot.slack.jobs import Press, Question
from bot.slack.office import Office
from bot.slack.pages import MODALS, open_modal
from bot.slack.prefilter import (
    Silence,
    commanded,
    delivery_of,
    heard,
    interaction_of,
    looked_up,
    pressed,
    submitted,
    tried,
)
from bot.slack.questions import aside_of

if TYPE_CHECKING:
    from slack_bolt import Ack, App

_log = logging.getLogger(__name__)
_ANY = re.compile(".*", re.DOTALL)

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Listeners:
    """What is done for each kind of request."""

    inbox: Inbox
    asides: Asides
    office: Office

    def register(self, app: "App", shortcut: str) -> None:
        """Have an app call the listeners; `shortcut` is the id of the one that looks a message up."""
        for event in ("app_mention", "message", "app_home_opened", "team_join"):
            app.event(event)(self.event)
        app.command(_ANY)(self.command)
        app.shortcut(shortcut)(self.shortcut)
        app.action(_ANY)(self.action)
        app.view(MISSING_VIEW)(self.view)
        app.view(CHECK_VIEW)(self.checked)

    def event(self, body: Body) -> None:
        """Take a mention, a direct message, or somebody who opens the bot's page."""
        job = heard(body, time.time())
        if isinstance(job, Silence):
            _log.debug("silent, since %s", job)
            return
        refusal = _refusal(self.inbox.put(job, delivery_of(body)))
        if refusal and isinstance(job, Question):
            self._turn_away(job, refusal)

    def command(self, ack: "Ack", body: Body) -> None:
        """Take a question asked by command."""
        refusal = _refusal(self.inbox.put(commanded(body), interaction_of(body)))
        if refusal:
            ack(text=refusal.text, blocks=refusal.blocks, response_type="ephemeral")
        else:
            ack()

    def shortcut(self, ack: "Ack", body: Body) -> None:
        """Take a message that somebody wants related notes for."""
        self._interaction(ack, looked_up(body), body)

    def action(self, ack: "Ack", body: Body) -> None:
        """Take a press of a button; a modal is opened at once, since it can't be later."""
        press = pressed(body)
        if press.action in MODALS:
            ack()
            self.asides.do("a modal", lambda: open_modal(self.office, press))
        else:
            self._interaction(ack, press, body)

    def view(self, ack: "Ack", body: Body) -> None:
        """Take what somebody missed in an answer."""
        text, given = _typed(body, MISSING_BLOCK, MISSING_INPUT)
        refusal = _refusal(self.inbox.put(submitted(body, text, given), interaction_of(body)))
        if refusal:
            # The form stays open, and so what was typed is not lost.
            ack(response_action="errors", errors={MISSING_BLOCK: refusal.text})
        else:
            ack(response_action="update", view=thanks_view())

    def checked(self, ack: "Ack", body: Body) -> None:
        """Take what somebody answered to a check question; the comparison comes as a direct message."""
        text, stop = _typed(body, CHECK_BLOCK, CHECK_INPUT)
        refusal = _refusal(self.inbox.put(tried(body, text, stop), interaction_of(body)))
        if refusal:
            ack(response_action="errors", errors={CHECK_BLOCK: refusal.text})
        else:
            ack()

    def _interaction(self, ack: "Ack", job: Question | Press, body: Body) -> None:
        refusal = _refusal(self.inbox.put(job, interaction_of(body)))
        ack()
        if refusal:
            self._turn_away(job, refusal)

    def _turn_away(self, job: Question | Press, message: Message) -> None:
        """Say it to whoever asked, beside the queue, which is full or not for this person."""
        target = aside_of(job) if isinstance(job, Question) else _beside(job)
        self.asides.do("a refusal", lambda: self.office.courier.deliver(target, message))


def _beside(press: Press) -> Target:
    """Give where something is said to whoever pressed; on the Home tab there is no address to answer to."""
    team, user = press.place.team, press.person.user
    if press.response_url:
        return Target(team, press.place.channel, None, user, press.response_url)
    return Target(team, user)


def _typed(body: Body, block: str, field: str) -> tuple[str, str]:
    """Give what was typed into a field of a form, and what the form carried."""
    view = body.get("view") or {}
    values = (view.get("state") or {}).get("values") or {}
    text = ((values.get(block) or {}).get(field) or {}).get("value") or ""
    return text, str(view.get("private_metadata") or "")


def _refusal(receipt: Receipt) -> Message | None:
    """Give what to say of what is turned away."""
    if receipt.received is Received.BUSY:
        return busy_message()
    return too_many_message(ceil(receipt.seconds)) if receipt.received is Received.TOO_MANY else None
