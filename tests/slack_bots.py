"""`refdesk slack` as a process of its own, with the instant encoder, on a folder of notes."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from indexes import built
from slack_requests import SECRET, Slack
from slack_stand_in import PATIENCE, StandIn, until

from bot.config import load

# The whole command, but for the encoder, and the clock where a test sets it.
PROGRAM = """
import index.search
from encoders import HashEncoder
import os, bot.slack.worker
bot.slack.worker.LEASE_SECONDS = float(os.environ.get("REFDESK_TEST_LEASE", bot.slack.worker.LEASE_SECONDS))
bot.slack.worker.RENEW_SECONDS = float(os.environ.get("REFDESK_TEST_LOOK", bot.slack.worker.RENEW_SECONDS))
if now := os.environ.get("REFDESK_TEST_NOW"):
    import datetime
    bot.slack.worker.local_time = lambda: datetime.datetime.fromisoformat(now)
class Instant:
    open = staticmethod(lambda *_, **__: HashEncoder())
if not os.environ.get("REFDESK_TEST_REAL"):
    index.search.OnnxEncoder = Instant
from bot.cli import main
main()
"""
NOTES = {
    "public/rollback.md": "# Rollbacks\n\n## How do I undo a rollout?\n\nTo undo a rollout, run "
    "`kubectl rollout undo deployment/shop`.\n",
    "public/canary.md": "# Canaries\n\n## What is a canary release?\n\nA canary release goes to a few users "
    "first.\n",
    "public/pager.md": "# Pager\n\n## Who is paged at night?\n\nAt night the platform team is paged.\n",
    "secret/salary.md": "# Salaries\n\n## What is the salary band?\n\nThe salary band of staff is nine.\n",
}
CONFIG = """
encoder = "hash"

[sources.public]
path = "public"

[sources.secret]
path = "secret"
visible_to = ["C0SECRET", "S0STAFF"]

[slack]
ask_team_channel = "C0TEAM"
questions_per_minute = 1000
{more}
"""
UNDO, CANARY, SALARY = "how do I undo a rollout?", "what is a canary release?", "what is the salary band?"


def desk_in(folder: Path, more: str = "") -> Path:
    """Write notes and settings into a folder, `more` of those of Slack, and index them; give the folder."""
    for path, text in NOTES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    (folder / "refdesk.toml").write_text(CONFIG.format(more=more))
    settings = load(folder / "refdesk.toml", {}, {}, folder)
    built(settings.index, *settings.sources)
    return folder


@dataclass
class Bot:
    """A running bot, and what it has logged so far."""

    process: "subprocess.Popen[str]"
    lines: list[str] = field(default_factory=list)

    def read(self) -> None:
        """Read the log until it ends."""
        assert self.process.stderr
        self.lines.extend(line.rstrip("\n") for line in self.process.stderr)

    def logged(self, pattern: str) -> "re.Match[str]":
        """Give the first match in the log, waiting for it."""
        until(lambda: self._found(pattern) is not None, lambda: f"{pattern}: {self.lines}")
        match = self._found(pattern)
        assert match
        return match

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal; give the exit status."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def _found(self, pattern: str) -> "re.Match[str] | None":
        return next((match for line in list(self.lines) if (match := re.search(pattern, line))), None)


def environment(api: str, **variables: str) -> dict[str, str]:
    """Give the environment of a bot, with what it needs of Slack."""
    paths = os.pathsep.join(filter(None, (str(Path(__file__).parent), os.environ.get("PYTHONPATH"))))
    slack = {
        "SLACK_API_URL": api,
        "SLACK_BOT_TOKEN": "xoxb-1",
        "SLACK_APP_TOKEN": "xapp-1",
        "SLACK_SIGNING_SECRET": SECRET,
    }
    return os.environ | {"PYTHONPATH": paths} | slack | variables


@contextmanager
def running(folder: Path, api: str, *options: str, **variables: str) -> Iterator[Bot]:
    """Run `refdesk slack` in a folder until the block ends; it must end well, unless it was killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "slack", *options],
        cwd=folder,
        env=environment(api, **variables),
        stderr=subprocess.PIPE,
        text=True,
    )
    bot = Bot(process)
    reader = Thread(target=bot.read, daemon=True)
    reader.start()
    try:
        yield bot
        if process.poll() is None:
            assert bot.stop() == 0, bot.lines
    finally:
        process.kill()
        process.wait()
        reader.join(PATIENCE)
        if process.stderr:
            process.stderr.close()


@contextmanager
def over_http(folder: Path, api: str, **variables: str) -> Iterator[tuple[Bot, Slack]]:
    """Run a bot that listens over HTTP, and give what sends it requests."""
    with running(folder, api, "--http", "--port", "0", **variables) as bot:
        yield bot, Slack(int(bot.logged(r"listening on 127\.0\.0\.1:(\d+)")[1]))


@contextmanager
def over_socket(folder: Path, slack: StandIn, **variables: str) -> Iterator[Bot]:
    """Run a bot that is connected to the stand-in by Socket Mode."""
    with running(folder, slack.api, **variables) as bot:
        bot.logged("connected to Slack by Socket Mode")
        yield bot


@contextmanager
def served(folder: Path, more: str = "") -> Iterator[tuple[StandIn, Bot, Slack]]:
    """Run a bot over HTTP, with the stand-in that it calls."""
    with ExitStack() as stack:
        slack = stack.enter_context(StandIn())
        bot, sender = stack.enter_context(over_http(desk_in(folder, more), slack.api))
        yield slack, bot, sender
