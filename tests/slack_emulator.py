"""`local-slack`, somebody else's emulator of Slack, as a process: its own idea of what Slack does with a bot.

It listens on all addresses, so it is only started in a network of its own, which `scripts/emulators` makes.
"""

import fcntl
import http.client
import json
import os
import socket
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from slack_requests import ALICE, CHANNEL, SECRET
from slack_stand_in import APP, BOT_USER, TEAM, until

Message = dict[str, Any]
# From Linux's <linux/sockios.h> and <linux/if.h>.
_SET_FLAGS, _UP = 0x8914, 1
CONFIG = {
    "workspace": {"name": "Team", "domain": "team", "teamId": TEAM},
    "users": [{"id": ALICE, "name": "alice", "real_name": "Alice"}],
    "channels": [{"id": CHANNEL, "name": "general", "members": [ALICE, BOT_USER]}],
}


class Emulator:
    """The running emulator, and what is done in it as a person would."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"

    @property
    def api(self) -> str:
        """The base of its Web API."""
        return f"{self.address}/api/"

    def say(self, channel: str, text: str, thread: str | None = None) -> str:
        """Write a message; give its `ts`."""
        told = {"channel": channel, "user": ALICE, "text": text}
        said = self.control("message", told | ({"thread_ts": thread} if thread else {}))
        return str(said["message"]["ts"])

    def ask(self, text: str) -> None:
        """Type the command in the channel."""
        self.control("command", {"channel": CHANNEL, "user": ALICE, "command": "/ask", "text": text})

    def press(self, message: Message, action: str, channel: str = CHANNEL) -> None:
        """Press a button of a message."""
        told = {"channel": channel, "messageTs": message["ts"], "user": ALICE}
        self.control("interact", told | {"action": pressable(message, action)})

    def answer(self, channel: str, text: str, thread: str | None = None, count: int = 1) -> Message:
        """Give the `count`-th message of the bot with a text in it, in a thread if one is named."""

        def found() -> list[Message]:
            return [
                one
                for one in self.messages(channel)
                if one.get("user") == BOT_USER
                and text in json.dumps(one, ensure_ascii=False)
                and (thread is None or one.get("thread_ts") == thread)
            ]

        until(lambda: len(found()) >= count, lambda: f"{text}: {self.messages(channel)}")
        return found()[count - 1]

    def messages(self, channel: str) -> list[Message]:
        """Give all messages of a channel, those that one person sees among them."""
        return list(self.get(f"messages/{channel}")["messages"])

    def direct(self) -> str:
        """Give the channel of direct messages between Alice and the bot."""
        reply = _sent(f"{self.api}conversations.open", {"users": ALICE}, "xoxb-1")
        return str(reply["channel"]["id"])

    def logged(self, part: str) -> str:
        """Give the emulator's log when it has `part` in it, waiting for that."""
        until(lambda: part in json.dumps(self.get("log")), lambda: json.dumps(self.get("log"))[-3000:])
        return json.dumps(self.get("log"))

    def control(self, what: str, told: Message) -> Message:
        """Do something as a person would."""
        return _sent(f"{self.address}/_control/{what}", told)

    def get(self, what: str) -> Message:
        """Ask the emulator for something."""
        return _sent(f"{self.address}/_control/{what}")


def _sent(url: str, told: Message | None = None, token: str = "") -> Message:
    """Send a request to this machine, a POST if something is told; give the JSON of the reply."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    try:
        body = None if told is None else json.dumps(told).encode()
        connection.request("GET" if body is None else "POST", parts.path, body, headers)
        return dict(json.load(connection.getresponse()))
    finally:
        connection.close()


def pressable(message: Message, action: str) -> Message:
    """Give what an action of a message is pressed as."""
    for block in message["blocks"]:
        for element in block.get("elements", ()):
            if element.get("action_id") == action:
                value = element.get("value") or element["positive_button"]["value"]
                named = {"type": element["type"], "action_id": action, "value": value}
                return named | {"block_id": block.get("block_id", "b")}
    raise AssertionError(action)


def raise_loopback() -> None:
    """Bring 127.0.0.1 up, which a new network has, but down; that it is the machine's own is refused."""
    others = [name for _, name in socket.if_nameindex() if name != "lo"]
    assert others == [], f"this is no network of its own: {others}; run scripts/emulators"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", _UP))


@contextmanager
def emulated(folder: Path, port: int, mode: str, events: int) -> Iterator[Emulator]:
    """Run the emulator, whose events go through a socket or over HTTP to a port, until the block ends."""
    app = {
        "appId": APP,
        "botUserId": BOT_USER,
        "botName": "refdesk",
        "botToken": "xoxb-1",
        "appToken": "xapp-1",
        "signingSecret": SECRET,
        "mode": mode,
        "requestUrl": f"http://127.0.0.1:{events}/slack/events",
    }
    # YAML reads JSON.
    (folder / "emulator.yaml").write_text(json.dumps(CONFIG | {"app": app}))
    program = os.environ["REFDESK_TEST_LOCAL_SLACK"]
    command = [program, "--config", str(folder / "emulator.yaml"), "--port", str(port)]
    with (
        (folder / "emulator.log").open("w") as log,
        subprocess.Popen(command, stdout=log, stderr=log) as process,
    ):
        emulator = Emulator(port)
        try:
            until(lambda: _answers(emulator), (folder / "emulator.log").read_text)
            yield emulator
        finally:
            process.kill()


def _answers(emulator: Emulator) -> bool:
    try:
        emulator.get("log")
    except OSError:
        return False
    return True


@contextmanager
def strict(folder: Path, port: int, scopes: tuple[str, ...]) -> Iterator[str]:
    """Run `emulate`, which gives the bot's token these scopes and no others; give the base of its Web API."""
    tokens = [
        {"token": "xoxb-1", "type": "bot", "user": "refdesk", "scopes": list(scopes)},
        {"token": "xoxp-1", "type": "user", "user": "alice"},
    ]
    seed = {
        "slack": {
            "team": {"name": "Team", "domain": "team"},
            "users": [{"name": "alice", "real_name": "Alice"}, {"name": "refdesk", "real_name": "refdesk"}],
            "channels": [{"name": "general"}],
            "tokens": tokens,
            "strict_scopes": True,
        }
    }
    (folder / "emulate.json").write_text(json.dumps(seed))
    program = [os.environ["REFDESK_TEST_NODE"], f"{os.environ['REFDESK_TEST_EMULATE']}/dist/index.js"]
    options = ["start", "--service", "slack", "--port", str(port), "--seed", str(folder / "emulate.json")]
    api = f"http://127.0.0.1:{port}/api/"
    with (
        (folder / "emulate.log").open("w") as log,
        subprocess.Popen([*program, *options], stdout=log, stderr=log) as process,
    ):
        try:
            until(lambda: bool(called(api, "auth.test").get("ok")), (folder / "emulate.log").read_text)
            yield api
        finally:
            process.kill()


def called(api: str, method: str, **arguments: object) -> Message:
    """Call a method of the Web API as a person who may do everything; an empty reply if nobody answers."""
    try:
        return _sent(f"{api}{method}", arguments, "xoxp-1")
    except OSError:
        return {}
