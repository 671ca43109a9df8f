"""Who the bot is: what Slack says of its token, asked once and then remembered."""

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slack_sdk import WebClient

_SCOPES = "x-oauth-scopes"


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot as its token says: its workspace and, of an organisation, that; its own user and bot ids."""

    team: str
    enterprise: str | None
    user: str
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
        """Give the bot, asking Slack the first time; raises what `asked` raises."""
        with self._lock:
            if self.known is None:
                self.known = asked(self._client)
            return self.known
