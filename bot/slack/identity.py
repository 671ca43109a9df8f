"""Who the bot is: what Slack says of its token, asked once and then remembered."""

import logging
from dataclasses import dataclass
from threading import Event, Lock
from typing import TYPE_CHECKING

from bot.slack.delivery import PostponedError

if TYPE_CHECKING:
    from slack_sdk import WebClient

_log = logging.getLogger(__name__)

# How long to wait before Slack is asked again.
RETRY_SECONDS = 5.0
MOST_SECONDS = 60.0
_SCOPES = "x-oauth-scopes"


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot as its token says: its workspace and, of an organisation, that; its user, name and bot ids."""

    team: str
    enterprise: str | None
    user: str
    name: str
    bot: str
    url: str = ""
    scopes: frozenset[str] = frozenset()


def asked(client: "WebClient") -> Bot:
    """Ask Slack whose token this is; raises `SlackApiError`, or `OSError` if it can't be reached."""
    reply = client.auth_test()
    headers = {name.lower(): value for name, value in reply.headers.items()}
    return Bot(
        str(reply["team_id"]),
        reply.get("enterprise_id"),
        str(reply["user_id"]),
        str(reply.get("user") or reply["user_id"]),
        str(reply.get("bot_id") or ""),
        str(reply.get("url") or ""),
        frozenset(scope.strip() for scope in headers.get(_SCOPES, "").split(",") if scope.strip()),
    )


class Identity:
    """The bot that a client's token is of; for any number of threads."""

    def __init__(self, client: "WebClient") -> None:
        self._client = client
        self._lock = Lock()
        self.known: Bot | None = None

    def bot(self) -> Bot:
        """Give the bot, asking Slack the first time; raises `PostponedError` if it does not say."""
        from slack_sdk.errors import SlackApiError

        with self._lock:
            if self.known is None:
                try:
                    self.known = asked(self._client)
                except (SlackApiError, OSError) as error:
                    cause = error.response["error"] if isinstance(error, SlackApiError) else error
                    raise PostponedError(
                        f"Slack does not say whose the token is: {cause}", RETRY_SECONDS
                    ) from error
            return self.known

    def introduce(self, stop: Event) -> None:
        """Log who the bot is, asking until Slack says so or `stop` is set."""
        delay = RETRY_SECONDS
        while not stop.is_set():
            try:
                bot = self.bot()
            except PostponedError as error:
                _log.warning("%s; trying again in %.0f s", error, delay)
                stop.wait(delay)
                delay = min(2 * delay, MOST_SECONDS)
            else:
                _log.info("the bot is %s in the workspace %s %s", bot.user, bot.team, bot.url)
                return
