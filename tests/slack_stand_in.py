"""A stand-in for Slack on 127.0.0.1, for what the emulators lack: it fails on request, and sends twice.

It has the Web API, addresses to respond to, and Socket Mode, and it remembers every call.
"""

import asyncio
import itertools
import json
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Any, Self

from aiohttp import web

TEAM, BOT_USER, BOT_NAME, BOT_ID, APP = "T0TEAM", "U0BOT", "notes-desk", "B0BOT", "A0APP"
SCOPES = "app_mentions:read,chat:write,commands,im:history"
# In seconds: more than anything here takes on the busiest machine; only a failing test waits for it.
PATIENCE = 30.0

Arguments = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """How the next call of a method goes wrong: a status, an error of Slack's, or no reply for a while."""

    status: int = 200
    error: str = "ratelimited"
    headers: dict[str, str] = field(default_factory=dict)
    hang: float = 0.0


@dataclass(frozen=True, slots=True)
class Call:
    """One call: `method` is that of the Web API, or `respond` with the address's last part in `url`."""

    method: str
    arguments: Arguments
    at: float
    token: str = ""


class StandIn:
    """The server; use it in a `with`. Its socket is that of `link`, to which `send` writes."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.acks: list[Arguments] = []
        self.faults: dict[str, list[Fault]] = defaultdict(list)
        self.groups: dict[str, list[str]] = {}
        self.scopes = SCOPES
        self.port = 0
        self._sockets: list[web.WebSocketResponse] = []
        self._numbers = itertools.count(1)
        self._lock = Lock()
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._run, daemon=True)
        self._runner: web.AppRunner | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        self._await(self._start)
        return self

    def __exit__(self, *_: object) -> None:
        self._await(self._stop)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def api(self) -> str:
        """The base of the Web API."""
        return f"http://127.0.0.1:{self.port}/api/"

    def response_url(self) -> str:
        """Give a new address to respond to."""
        return f"http://127.0.0.1:{self.port}/respond/{next(self._numbers)}"

    def called(self, *methods: str) -> list[Call]:
        """Give the calls of these methods so far that did not go wrong."""
        return [call for call in list(self.calls) if call.method in methods]

    def wait(self, method: str, count: int = 1) -> list[Call]:
        """Give the first `count` calls of a method, waiting for them; fails if they do not come."""
        until(lambda: len(self.called(method)) >= count, lambda: f"{method}: {self.calls}")
        return self.called(method)[:count]

    def connected(self) -> int:
        """Give how many sockets are open."""
        return len(self._sockets)

    def send(self, kind: str, payload: Arguments, *, socket: int = -1, **more: object) -> str:
        """Send something through a socket, the newest unless told; give the id of its envelope."""
        until(lambda: bool(self._sockets), lambda: "nobody is connected")
        envelope = f"envelope-{next(self._numbers)}"
        message = {"envelope_id": envelope, "type": kind, "payload": payload, **more}
        self._await(lambda: self._sockets[socket].send_json(message))
        return envelope

    def acked(self, envelope: str) -> Arguments:
        """Give what acknowledged an envelope, waiting for it."""
        until(
            lambda: any(ack["envelope_id"] == envelope for ack in self.acks), lambda: f"no ack: {self.acks}"
        )
        return next(ack for ack in self.acks if ack["envelope_id"] == envelope)

    def refresh(self) -> None:
        """Ask the client to connect anew, as Slack does every few hours."""
        asked = {"type": "disconnect", "reason": "refresh_requested"}
        self._await(lambda: self._sockets[-1].send_json(asked))

    def hang_up(self) -> None:
        """Close all sockets without a word."""
        for socket in list(self._sockets):
            self._await(socket.close)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def _await(self, action: "Callable[[], Awaitable[object]]") -> None:
        async def awaited() -> None:
            await action()

        asyncio.run_coroutine_threadsafe(awaited(), self._loop).result(PATIENCE)

    async def _start(self) -> None:
        app = web.Application()
        app.add_routes(
            [
                web.post("/api/{method}", self._api),
                web.post("/respond/{url}", self._respond),
                web.get("/link", self._link),
            ]
        )
        self._runner = web.AppRunner(app, shutdown_timeout=0.2, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _stop(self) -> None:
        assert self._runner
        await self._runner.cleanup()

    async def _api(self, request: web.Request) -> web.Response:
        method, raw = request.match_info["method"], await request.text()
        as_json = bool(raw) and request.content_type == "application/json"
        given = json.loads(raw) if as_json else dict(await request.post())
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if refused := await self._faulty(method):
            return refused
        self._note(method, dict(given), token)
        return web.json_response(self._reply(method, dict(given)), headers={"x-oauth-scopes": self.scopes})

    async def _respond(self, request: web.Request) -> web.Response:
        url = request.match_info["url"]
        if refused := await self._faulty("respond"):
            return refused
        self._note("respond", {"url": url, **await request.json()}, "")
        return web.Response(text="ok")

    async def _faulty(self, method: str) -> web.Response | None:
        with self._lock:
            fault = self.faults[method].pop(0) if self.faults[method] else None
        if fault is None:
            return None
        if fault.hang:
            self._note(f"{method} hangs", {}, "")
            await asyncio.sleep(fault.hang)
        return web.json_response(
            {"ok": False, "error": fault.error}, status=fault.status, headers=fault.headers
        )

    def _note(self, method: str, arguments: Arguments, token: str) -> None:
        with self._lock:
            self.calls.append(Call(method, arguments, time.monotonic(), token))

    def _reply(self, method: str, arguments: Arguments) -> Arguments:
        known: dict[str, Arguments] = {
            "auth.test": {
                "team_id": TEAM,
                "user_id": BOT_USER,
                "user": BOT_NAME,
                "bot_id": BOT_ID,
                "url": "https://team.example.org/",
            },
            "apps.connections.open": {"url": f"ws://127.0.0.1:{self.port}/link"},
            "usergroups.users.list": {"users": self.groups.get(str(arguments.get("usergroup")), [])},
        }
        posted = {"channel": arguments.get("channel"), "ts": f"1900000000.{next(self._numbers):06}"}
        return {"ok": True, **known.get(method, posted)}

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self._sockets.append(socket)
        try:
            async for message in socket:
                self.acks.append(json.loads(message.data))
        finally:
            self._sockets.remove(socket)
        return socket


def until(true: Callable[[], bool], told: Callable[[], str], patience: float = PATIENCE) -> None:
    """Wait until something is true; fails with what is `told` if it is not for long."""
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, told()
        time.sleep(0.01)
