"""The one way in which anything is shown to anybody: where it goes, how fast, and what became of it."""

import http.client
import logging
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.render.slack.types import Message, View
from bot.slack.limits import Pace

if TYPE_CHECKING:
    from slack_sdk import WebClient
    from slack_sdk.errors import SlackApiError

_log = logging.getLogger(__name__)

# How long after a 429 that does not say, and after Slack could not be reached.
RETRY_SECONDS = 5.0
WORKING = "is looking through the notes…"
_TOO_MANY, _BAD_GATEWAYS = 429, {502, 503, 504}
# The ways in which a connection fails before anything was sent.
_NOT_SENT = (ConnectionRefusedError, socket.gaierror)


class Undelivered(Exception):  # noqa: N818 - the root of three, each named for what happened
    """A message did not arrive, or nobody knows."""


class PostponedError(Undelivered):
    """It surely did not arrive; it may be tried again in `seconds`."""

    def __init__(self, cause: str, seconds: float) -> None:
        super().__init__(cause)
        self.seconds = seconds


class UnknownError(Undelivered):
    """It may have arrived: the connection ended before Slack said so."""


class RefusedBySlackError(Undelivered):
    """Slack does not take it; `code` is Slack's word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes: a channel or, with `user`, only to that person in it.

    A `response_url` goes first, and a person's direct messages are what is left when it has expired.
    """

    team: str
    channel: str
    thread: str | None = None
    user: str | None = None
    response_url: str = ""


class Courier:
    """Posts messages, with a client that tries nothing twice; for any number of threads."""

    def __init__(self, client: "WebClient", pace: Pace) -> None:
        self.client = client
        self._pace = pace
        self._shows_status = True

    def turn(self, target: Target) -> float:
        """Give how many seconds to wait before posting there; the moment then is taken."""
        return 0.0 if target.response_url else self._pace.reserve(target.team, target.channel)

    def deliver(self, target: Target, message: Message) -> str | None:
        """Post a message; give its `ts`, `None` for one that only one person in a channel sees.

        Raises an `Undelivered`.
        """
        if target.response_url:
            if self.respond(target.response_url, message):
                return None
            _log.info("an address to answer to had expired, so the answer goes to direct messages")
            return self._posted(target.user or target.channel, None, message)
        if target.user:
            self._called(
                self.client.chat_postEphemeral,
                channel=target.channel,
                user=target.user,
                thread_ts=target.thread,
                text=message.text,
                blocks=message.blocks,
                parse="none",
                link_names=False,
            )
            return None
        return self._posted(target.channel, target.thread, message)

    def respond(self, url: str, message: Message | None) -> bool:
        """Answer to a `response_url`, or with `None` delete what it belongs to; give `False` if it expired.

        Raises an `Undelivered`.
        """
        body: dict[str, Any] = {"delete_original": True}
        if message:
            body = {
                "response_type": "ephemeral",
                "replace_original": False,
                "text": message.text,
                "blocks": message.blocks,
                "unfurl_links": False,
                "unfurl_media": False,
            }
        reply = _connected(lambda: _sent(url, body))
        if reply.status_code == _TOO_MANY:
            raise PostponedError("Slack asks to wait", _seconds(reply.headers))
        if reply.status_code in _BAD_GATEWAYS:
            raise PostponedError(f"Slack is not well: {reply.status_code}", RETRY_SECONDS)
        return bool(reply.status_code == http.client.OK)

    def open(self, trigger: str, view: View) -> None:
        """Open a modal; raises an `Undelivered`."""
        self._called(self.client.views_open, trigger_id=trigger, view=view)

    def publish(self, user: str, view: View) -> None:
        """Show a person the Home tab; raises an `Undelivered`."""
        self._called(self.client.views_publish, user_id=user, view=view)

    def delete(self, channel: str, ts: str) -> None:
        """Delete a message of the bot's own; raises an `Undelivered`."""
        self._called(self.client.chat_delete, channel=channel, ts=ts)

    def working(self, channel: str, thread: str) -> None:
        """Show that an answer is on its way, where Slack can; what goes wrong with that stops nothing."""
        if self._shows_status:
            try:
                self._called(
                    self.client.assistant_threads_setStatus,
                    channel_id=channel,
                    thread_ts=thread,
                    status=WORKING,
                )
            except Undelivered as error:
                # An app without Slack's features for agents is refused each time.
                self._shows_status = not isinstance(error, RefusedBySlackError)

    def suggest(self, channel: str, questions: Sequence[str]) -> None:
        """Suggest questions in the messages tab; raises an `Undelivered`."""
        prompts = [{"title": question, "message": question} for question in questions]
        self._called(self.client.assistant_threads_setSuggestedPrompts, channel_id=channel, prompts=prompts)

    def _posted(self, channel: str, thread: str | None, message: Message) -> str:
        reply = self._called(
            self.client.chat_postMessage,
            channel=channel,
            thread_ts=thread,
            text=message.text,
            blocks=message.blocks,
            # The text is what a notification shows: nothing in it is formatted, linked or turned into a name.
            mrkdwn=False,
            parse="none",
            link_names=False,
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(reply["ts"])

    def _called(self, method: Callable[..., Any], **arguments: object) -> Any:  # noqa: ANN401 - JSON
        from slack_sdk.errors import SlackApiError

        try:
            return _connected(lambda: method(**arguments))
        except SlackApiError as error:
            raise _explained(error) from error


def _explained(error: "SlackApiError") -> Undelivered:
    response = error.response
    if response.status_code == _TOO_MANY:
        return PostponedError("Slack asks to wait", _seconds(response.headers))
    if response.status_code in _BAD_GATEWAYS:
        return PostponedError(f"Slack is not well: {response.status_code}", RETRY_SECONDS)
    if response.status_code != http.client.OK:
        return UnknownError(f"Slack answered with status {response.status_code}")
    return RefusedBySlackError(str(response.get("error")))


def _sent(url: str, body: Mapping[str, Any]) -> Any:  # noqa: ANN401 - the library's own type is not exported
    from slack_sdk.webhook import WebhookClient

    return WebhookClient(url, retry_handlers=[]).send_dict(dict(body))


def _connected(action: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the action gives
    """Do it; raises `PostponedError` where nothing was sent, `UnknownError` where nobody knows."""
    try:
        return action()
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, _NOT_SENT):
            raise PostponedError(f"Slack can not be reached: {reason}", RETRY_SECONDS) from error
        raise UnknownError(f"the connection to Slack ended: {reason}") from error


def _seconds(headers: Mapping[str, Any]) -> float:
    """Give how long Slack asks to wait."""
    told = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
    try:
        return float(told[0] if isinstance(told, list) else told or RETRY_SECONDS)
    except ValueError:
        return RETRY_SECONDS
