"""The transport over HTTP: Slack sends each event as a signed request, through waitress to the app."""

import logging
import re
import socket
import time
from collections.abc import Callable, Iterable
from threading import Event
from typing import TYPE_CHECKING, Any

from bot.slack.seldom import Seldom
from ingest.errors import UsageError

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from slack_bolt import App

_log = logging.getLogger(__name__)

EVENTS = "/slack/events"
HEALTH = "/healthz"
# Slack's requests are some kilobytes; the longest text of a message is 40,000 characters.
MOST_BYTES = 1_000_000
THREADS = 8
# As Slack's own libraries have it: a request that is signed longer ago may be a recording.
SKEW_SECONDS = 300
# How long requests that are under way have to end.
GRACE_SECONDS = 5.0
_TURN_SECONDS = 0.2
_STAMP = re.compile("[0-9]{1,12}")
_TEXT = [("Content-Type", "text/plain; charset=utf-8")]


class Gate:
    """A WSGI application that lets Slack's requests through to the app, and turns away the rest.

    `healthy` says what is wrong with the service, or nothing.
    """

    def __init__(self, app: "App", healthy: Callable[[], str | None]) -> None:
        from slack_bolt.adapter.wsgi import SlackRequestHandler

        self._slack: WSGIApplication = SlackRequestHandler(app, EVENTS)
        self._healthy = healthy
        self._seldom = Seldom()

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        path, method = environ.get("PATH_INFO"), environ.get("REQUEST_METHOD")
        if path == HEALTH and method in {"GET", "HEAD"}:
            wrong = self._healthy()
            return _plain(start, "503 Service Unavailable" if wrong else "200 OK", wrong or "ok")
        if path != EVENTS:
            return _plain(start, "404 Not Found", f"Slack's requests go to {EVENTS}")
        if method != "POST":
            return _plain(start, "405 Method Not Allowed", "this is for Slack's requests, which are POST")
        if wrong := _mistimed(environ.get("HTTP_X_SLACK_REQUEST_TIMESTAMP"), time.time()):
            self._refused(wrong)
            return _plain(start, "401 Unauthorized", wrong)
        return self._passed_on(environ, start)

    def _passed_on(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        statuses: list[str] = []

        def noting(status: str, headers: list[tuple[str, str]]) -> Callable[[bytes], object]:
            statuses.append(status)
            return start(status, headers)

        try:
            body = self._slack(environ, noting)  # type: ignore[arg-type]  # it is called with these two alone
        except ValueError:
            # Bolt reads the body before it looks at the signature: no UTF-8, or no JSON.
            return _plain(start, "400 Bad Request", "the body can not be read")
        if statuses[0].startswith("401"):
            self._refused("the signature does not fit; is SLACK_SIGNING_SECRET that of this app?")
        return body

    def _refused(self, why: str) -> None:
        if self._seldom(why.partition(" ")[0]):
            _log.warning("a request was refused: %s", why)


def _mistimed(stamp: object, now: float) -> str | None:
    """Give what is wrong with the time at which a request was signed; `None` if it is fine."""
    if not isinstance(stamp, str) or not _STAMP.fullmatch(stamp):
        return "X-Slack-Request-Timestamp is missing, or is no number of seconds"
    apart = abs(now - int(stamp))
    if apart <= SKEW_SECONDS:
        return None
    clock = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(now))
    return f"clocks: it was signed {apart:.0f} s away from this machine's time, which is {clock}"


def _plain(start: "StartResponse", status: str, text: str) -> Iterable[bytes]:
    start(status, _TEXT)
    return [f"{text}\n".encode()]


def bound(host: str, port: int) -> socket.socket:
    """Give a socket that listens on an address of this machine; raises `UsageError` if it can't."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
    except OSError as error:
        raise UsageError(f"--host {host}: {error.strerror}; name an address of this machine") from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        # Who comes before the server is up waits, rather than being refused.
        listening.listen()
    except OSError as error:
        listening.close()
        raise UsageError(
            f"can not listen on {host}:{port}: {error.strerror}; name another --port or --host"
        ) from error
    return listening


def serve(gate: "WSGIApplication", listening: socket.socket, stop: Event) -> None:
    """Answer requests until `stop` is set; those that are under way then are answered too."""
    from waitress import wasyncore
    from waitress.server import create_server

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    sockets: dict[int, Any] = {}
    server: Any = create_server(
        gate,
        map=sockets,
        sockets=[listening],
        threads=THREADS,
        ident=None,
        max_request_body_size=MOST_BYTES,
        channel_timeout=30,
    )
    _log.info("listening on %s:%s, for requests to %s", *listening.getsockname()[:2], EVENTS)

    def turn() -> None:
        wasyncore.loop(timeout=_TURN_SECONDS, use_poll=True, map=sockets, count=1)

    while not stop.is_set():
        turn()
    wasyncore.dispatcher.close(server)
    ended = time.monotonic() + GRACE_SECONDS
    while any(channel.requests for channel in server.active_channels.values()) and time.monotonic() < ended:
        turn()
    server.task_dispatcher.shutdown()
    wasyncore.close_all(sockets)
