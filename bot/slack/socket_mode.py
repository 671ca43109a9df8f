"""The transport over Socket Mode: the bot calls Slack, and events come back through a WebSocket."""

import logging
from contextlib import suppress
from threading import Event
from typing import TYPE_CHECKING

from bot.slack.pulse import Pulse
from bot.slack.settings import APP_TOKEN, Tokens
from ingest.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from slack_bolt import App
    from slack_bolt.adapter.socket_mode import SocketModeHandler
    from slack_sdk.socket_mode import SocketModeClient

_log = logging.getLogger(__name__)

FIRST_SECONDS, MOST_SECONDS = 1.0, 60.0
# Trying again mends none of these: https://docs.slack.dev/reference/methods/apps.connections.open
REFUSED = {
    "account_inactive",
    "invalid_auth",
    "missing_scope",
    "no_permission",
    "not_allowed_token_type",
    "not_authed",
    "token_expired",
    "token_revoked",
}
_LOOK_SECONDS = 1.0


def listen(app: "App", tokens: Tokens, pulse: Pulse, stop: Event) -> None:
    """Take what comes through the socket until `stop` is set; a lost connection is opened again.

    Raises `UsageError` if Slack refuses the token.
    """
    from slack_bolt.adapter.socket_mode import SocketModeHandler

    handler = SocketModeHandler(app, tokens.app, ping_interval=5)
    client = handler.client
    client.message_listeners.append(lambda *_: pulse.beat())
    try:
        if _connected(client, stop):
            _log.info("connected to Slack by Socket Mode")
        while not stop.wait(_LOOK_SECONDS):
            if client.is_connected():
                pulse.beat()
    finally:
        _close(handler)


def _connected(client: "SocketModeClient", stop: Event) -> bool:
    """Connect, trying until it works; give `False` if `stop` came first."""
    from slack_sdk.errors import SlackApiError

    delay = FIRST_SECONDS
    while not stop.is_set():
        try:
            client.connect()
        except SlackApiError as error:
            if (code := error.response["error"]) in REFUSED:
                raise UsageError(
                    f"Slack refuses {APP_TOKEN} ({code}): make an app-level token with the scope "
                    "connections:write under Basic Information, and see that Socket Mode is on"
                ) from error
            cause = str(code)
        # What a connection may fail of is many kinds of errors, and all of them may pass.
        except Exception as error:  # noqa: BLE001
            cause = f"{type(error).__name__}: {error}"
        else:
            return True
        _log.warning("Slack can not be reached, trying again in %.0f s: %s", delay, cause)
        stop.wait(delay)
        delay = min(2 * delay, MOST_SECONDS)
    return False


def _close(handler: "SocketModeHandler") -> None:
    """Let what is being accepted be accepted and acknowledged, and then hang up."""
    client = handler.client
    client.closed = True
    client.auto_reconnect_enabled = False
    client.message_workers.shutdown()
    # After a connection was replaced, the library's own way to close fails half way.
    steps: tuple[Callable[[], object], ...] = (
        client.disconnect,
        client.current_session_runner.shutdown,
        client.current_app_monitor.shutdown,
        client.message_processor.shutdown,
    )
    client.current_session_state.terminated = True
    for step in steps:
        with suppress(Exception):
            step()
