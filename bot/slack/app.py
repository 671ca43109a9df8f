"""The Bolt app, in which Slack's requests find the listeners, whatever way they come."""

import logging
import secrets
from typing import TYPE_CHECKING, Any

from bot.render.slack.messages import error_message
from bot.slack.identity import Identity
from bot.slack.listeners import Listeners
from bot.slack.manifest import FIND_RELATED
from bot.slack.settings import Tokens

if TYPE_CHECKING:
    from slack_bolt import App, BoltResponse
    from slack_bolt.authorization import AuthorizeResult

_log = logging.getLogger(__name__)


def build_app(listeners: Listeners, tokens: Tokens, identity: Identity) -> "App":
    """Give the app. Nothing is asked of Slack here, so that it can start before Slack can be reached.

    A listener is done before its request is acknowledged: what Slack was told has arrived is on the disk.
    """
    from slack_bolt import App
    from slack_sdk import WebClient

    # At lower levels these write whole messages of people into the log.
    for name in ("slack_bolt", "slack_sdk"):
        logging.getLogger(name).setLevel(logging.ERROR)
    app = App(
        client=WebClient(base_url=tokens.api_url),
        authorize=_authorized(tokens, identity),
        signing_secret=tokens.signing_secret,
        process_before_response=True,
        raise_error_for_unhandled_request=True,
        logger=logging.getLogger("slack_bolt"),
    )
    listeners.register(app, FIND_RELATED)
    app.error(_failed)
    return app


def _authorized(tokens: Tokens, identity: Identity) -> Any:  # noqa: ANN401 - Bolt looks at its arguments' names
    def authorize(enterprise_id: str | None, team_id: str | None) -> "AuthorizeResult":
        from slack_bolt.authorization import AuthorizeResult

        bot = identity.known
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=tokens.bot,
            bot_user_id=bot.user if bot else None,
            bot_id=bot.bot if bot else None,
        )

    return authorize


def _failed(error: Exception, body: dict[str, Any]) -> "BoltResponse":
    """Answer a request that could not be accepted: an event comes again, a person is told."""
    from slack_bolt import BoltResponse
    from slack_bolt.error import BoltUnhandledRequestError

    if isinstance(error, BoltUnhandledRequestError):
        _log.warning("nothing is done for a request of type %s", body.get("type"))
        return BoltResponse(status=404, body={"error": "nothing is done for this"})
    number = secrets.token_hex(4)
    _log.error("error %s: a request could not be accepted", number, exc_info=error)
    if "command" not in body:
        return BoltResponse(status=500, body={"error": number})
    message = error_message(number)
    told = {"response_type": "ephemeral", "text": message.text, "blocks": message.blocks}
    return BoltResponse(status=200, body=told)
