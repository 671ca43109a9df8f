"""What Slack sends, as it sends it, and the signed requests in which it does so over HTTP."""

import hashlib
import hmac
import http.client
import itertools
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from slack_stand_in import APP, BOT_USER, TEAM

SECRET = "shared-with-slack"  # noqa: S105 - nobody's
CHANNEL, PRIVATE, DIRECT = "C0GENERAL", "C0SECRET", "D0ALICE"
ALICE, BOB = "U0ALICE", "U0BOB"
EVENTS = "/slack/events"

_numbers = itertools.count(1)
Body = dict[str, Any]


def moment() -> str:
    """Give the `ts` of a message that is written now; no two are equal."""
    return f"{int(time.time())}.{next(_numbers):06}"


def event(inner: Body, **outer: object) -> Body:
    """Give an event in its envelope."""
    return {
        "type": "event_callback",
        "team_id": TEAM,
        "api_app_id": APP,
        "event_id": f"Ev{next(_numbers):08}",
        "event_time": int(time.time()),
        "authorizations": [{"team_id": TEAM, "user_id": BOT_USER, "is_bot": True}],
        "event": inner,
        **outer,
    }


def mention(text: str, channel: str = "", user: str = ALICE, **more: object) -> Body:
    """Give a mention of the bot in a channel, another one each time: in each there is a message a second."""
    ts = moment()
    inner = {"type": "app_mention", "user": user, "text": f"<@{BOT_USER}> {text}", "ts": ts, "event_ts": ts}
    channel = channel or f"{CHANNEL}{next(_numbers)}"
    return event({**inner, "channel": channel, "team": TEAM, **more})


def direct(text: str, user: str = ALICE, **more: object) -> Body:
    """Give a direct message, in another conversation each time."""
    ts = moment()
    inner = {"type": "message", "channel_type": "im", "user": user, "text": text, "ts": ts, "event_ts": ts}
    return event({**inner, "channel": f"{DIRECT}{next(_numbers)}", "team": TEAM, **more})


def opened(tab: str = "home", user: str = ALICE) -> Body:
    """Give that somebody opened the bot's page."""
    return event({"type": "app_home_opened", "user": user, "channel": DIRECT, "tab": tab})


def command(text: str, response_url: str, channel: str = CHANNEL, name: str = "general", **more: str) -> Body:
    """Give a slash command."""
    return {
        "command": "/ask",
        "text": text,
        "team_id": TEAM,
        "channel_id": channel,
        "channel_name": name,
        "user_id": ALICE,
        "response_url": response_url,
        "trigger_id": f"trigger-{next(_numbers)}",
        "api_app_id": APP,
        **more,
    }


def press(action: str, value: str, response_url: str, **more: Any) -> Body:  # noqa: ANN401 - parts of JSON
    """Give a press of a button under a message in a channel."""
    user, channel = more.pop("user", ALICE), more.pop("channel", CHANNEL)
    container = {"type": "message", "message_ts": "1900000000.1", "channel_id": channel, "is_ephemeral": True}
    return {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": user, "team_id": TEAM},
        "api_app_id": APP,
        "trigger_id": f"trigger-{next(_numbers)}",
        "container": container,
        "channel": {"id": channel, "name": "directmessage" if channel.startswith("D") else "general"},
        "response_url": response_url,
        "actions": [{"action_id": action, "value": value, "type": "button", "block_id": "b"}],
        **more,
    }


def shortcut(text: str, response_url: str) -> Body:
    """Give the shortcut that looks up related notes for a message."""
    return {
        "type": "message_action",
        "callback_id": "find_related",
        "team": {"id": TEAM},
        "user": {"id": BOB, "team_id": TEAM},
        "channel": {"id": CHANNEL, "name": "general"},
        "message": {"type": "message", "user": ALICE, "text": text, "ts": "1900000000.1"},
        "message_ts": "1900000000.1",
        "response_url": response_url,
        "trigger_id": f"trigger-{next(_numbers)}",
    }


def submission(view: Body, text: str) -> Body:
    """Give that somebody sent the form `view` with a text in it."""
    state = {"values": {"missing": {"missing_text": {"type": "plain_text_input", "value": text}}}}
    return {
        "type": "view_submission",
        "team": {"id": TEAM},
        "user": {"id": ALICE, "team_id": TEAM},
        "trigger_id": f"trigger-{next(_numbers)}",
        "view": {**view, "id": "V1", "state": state},
    }


@dataclass(frozen=True, slots=True)
class Slack:
    """Slack as the bot's HTTP server sees it."""

    port: int
    secret: str = SECRET

    def event(self, body: Body, **headers: str) -> tuple[int, str]:
        """Send an event; give the status and the body of the reply."""
        return self.post(json.dumps(body).encode(), "application/json", **headers)

    def command(self, body: Body) -> tuple[int, str]:
        """Send a slash command."""
        return self.post(urlencode(body).encode(), "application/x-www-form-urlencoded")

    def interaction(self, body: Body) -> tuple[int, str]:
        """Send a press, a shortcut or a form."""
        return self.command({"payload": json.dumps(body)})

    def post(self, raw: bytes, kind: str, **headers: str) -> tuple[int, str]:
        """Send a request that is signed now, but for the `headers` that say otherwise."""
        stamp = headers.pop("stamp", str(int(time.time())))
        signed = hmac.new(self.secret.encode(), f"v0:{stamp}:".encode() + raw, hashlib.sha256).hexdigest()
        known = {
            "content-type": kind,
            "x-slack-request-timestamp": stamp,
            "x-slack-signature": f"v0={signed}",
        }
        return self.request("POST", EVENTS, raw, known | headers)

    def request(
        self, method: str, path: str, raw: bytes = b"", headers: Body | None = None
    ) -> tuple[int, str]:
        """Send any request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, raw, headers or {})
            reply = connection.getresponse()
            return reply.status, reply.read().decode()
        finally:
            connection.close()
