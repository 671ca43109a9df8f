"""The bot as a process: put together, started, and ended without losing anything."""

import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from types import FrameType
from typing import TYPE_CHECKING

from bot.slack.app import build_app
from bot.slack.asides import Asides
from bot.slack.delivery import Courier
from bot.slack.desk import Desk
from bot.slack.door import Door
from bot.slack.groups import Groups
from bot.slack.identity import Identity
from bot.slack.inbox import Inbox
from bot.slack.limits import Allowance, Pace
from bot.slack.listeners import Listeners
from bot.slack.office import Office
from bot.slack.pulse import Pulse
from bot.slack.settings import Tokens
from bot.slack.socket_mode import listen
from bot.slack.web import Gate, bound, serve
from bot.slack.worker import Workers
from bot.state.database import State
from bot.state.work import waiting

if TYPE_CHECKING:
    from slack_sdk import WebClient

    from bot.config import Settings
    from index.live import LiveIndex

_log = logging.getLogger(__name__)

# Slack's own servers answer in less than one.
TIMEOUT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Address:
    """Where HTTP is listened for."""

    host: str
    port: int


def client_of(tokens: Tokens) -> "WebClient":
    """Give a client that tries nothing twice by itself: what was sent once may have arrived."""
    from slack_sdk import WebClient

    return WebClient(tokens.bot, base_url=tokens.api_url, timeout=TIMEOUT_SECONDS, retry_handlers=[])


def run(settings: "Settings", tokens: Tokens, live: "LiveIndex", http: Address | None) -> None:
    """Serve until SIGTERM or Ctrl-C, over HTTP or Socket Mode; what was accepted and not done stays.

    Raises `UsageError` for a token that Slack refuses and an address that can't be listened on, `StateError`.
    """
    listening = bound(http.host, http.port) if http else None
    with State.open(settings.state) as state, _stopped() as stop:
        client, came, asides = client_of(tokens), Event(), Asides()
        identity = Identity(client)
        office = Office(
            Desk(live, settings.visible_to, settings.k, settings.slack.examples),
            Courier(client, Pace()),
            state,
            Door(settings.slack.workspaces, identity),
            Groups(client, settings.visible_to),
            settings.slack,
        )
        inbox = Inbox(state, settings.slack.queue, Allowance(settings.slack.questions_per_minute), came)
        app = build_app(Listeners(inbox, asides, office), tokens, identity)
        workers = Workers(office, came)
        if left := waiting(state):
            _log.info("%d questions were left from before", left)
        workers.start()
        Thread(target=identity.introduce, args=(stop,), name="introduction", daemon=True).start()
        try:
            if listening:
                serve(Gate(app, workers.wrong), listening, stop)
            else:
                listen(app, tokens, Pulse(settings.state), stop)
        finally:
            _log.info("ending: what is under way is finished, the rest stays for the next start")
            asides.close()
            workers.close()
            office.desk.close()


@contextmanager
def _stopped() -> Iterator[Event]:
    """Give an event that SIGTERM and Ctrl-C set; a second one ends the process at once."""
    stop = Event()

    def ask(number: int, _: FrameType | None) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    before: dict[int, Callable[[int, FrameType | None], object] | int | None] = {
        number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield stop
    finally:
        for number, action in before.items():
            signal.signal(number, action)
