"""The manifest from which a team makes its own app in Slack, asking for no more than is used."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.slack.web import EVENTS
from ingest.errors import UsageError

COMMAND = "/ask"
FIND_RELATED = "find_related"
_NAME = "refdesk"
_DESCRIPTION = "Answers questions from your team's notes, word for word, with sources."
_LONG_DESCRIPTION = (
    "Ask with /ask, by mentioning the bot in a channel, or in a direct message. It answers with your notes' "
    "own words, each with its source and how old it is, or says that the notes don't answer. It uses no "
    "generative AI: nothing is made up."
)
# What each scope is for is in docs/slack.md.
_SCOPES = ("app_mentions:read", "chat:write", "commands", "im:history")
_EVENTS = ("app_home_opened", "app_mention", "message.im")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the app should do beyond the plain bot.

    `url` is the address of the server for HTTP, empty for Socket Mode. `agent`: Slack's own place for agents.
    `onboarding`: a greeting for whoever joins. `groups`: sources that are limited to user groups.
    """

    url: str = ""
    agent: bool = False
    onboarding: bool = False
    groups: bool = False


def manifest(wishes: Wishes) -> dict[str, Any]:
    """Give the manifest as Slack's JSON has it; raises `UsageError` for an address that Slack can't call."""
    address = _request_url(wishes.url) if wishes.url else ""
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": _NAME,
            "description": _DESCRIPTION,
            "long_description": _LONG_DESCRIPTION,
        },
        "features": _features(wishes, address),
        "oauth_config": {"scopes": {"bot": list(scopes(wishes))}},
        "settings": {
            "event_subscriptions": _to(address, {"bot_events": _events(wishes)}),
            "interactivity": _to(address, {"is_enabled": True}),
            "org_deploy_enabled": False,
            "socket_mode_enabled": not address,
            "token_rotation_enabled": False,
        },
    }


def scopes(wishes: Wishes) -> tuple[str, ...]:
    """Give the scopes that the bot's token needs, in order."""
    more = (
        ("assistant:write", wishes.agent),
        ("usergroups:read", wishes.groups),
        ("users:read", wishes.onboarding),
    )
    return tuple(sorted([*_SCOPES, *(scope for scope, wanted in more if wanted)]))


def _events(wishes: Wishes) -> list[str]:
    return sorted([*_EVENTS, *(["team_join"] if wishes.onboarding else [])])


def _features(wishes: Wishes, address: str) -> dict[str, Any]:
    agent = {"agent_view": {"agent_description": "Quotes your team's notes. No generative AI."}}
    return {
        "bot_user": {"display_name": _NAME, "always_online": True},
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        **(agent if wishes.agent else {}),
        "slash_commands": [
            {
                "command": COMMAND,
                "description": "Ask the team's notes",
                "usage_hint": "your question",
                "should_escape": False,
                **({"url": address} if address else {}),
            }
        ],
        "shortcuts": [
            {
                "name": "Find related notes",
                "type": "message",
                "callback_id": FIND_RELATED,
                "description": "Search the team's notes for this message",
            }
        ],
    }


def _to(address: str, settings: dict[str, Any]) -> dict[str, Any]:
    return {"request_url": address, **settings} if address else settings


def _request_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc:
        raise UsageError(
            f"--http {url}: Slack calls an address that begins with https://, as in https://bot.example.org"
        )
    return url if parts.path.endswith(EVENTS) else f"{url.rstrip('/')}{EVENTS}"
