"""How quickly commands are acknowledged under load, and whether each is answered once over a restart.

PYTHONPATH=.:tests python benchmarks/slack_load.py NOTES

Serves the notes, with the real encoder, over HTTP on this machine, against a stand-in for Slack; sends 200
`/ask` in ten seconds, and again with SIGTERM half way and a new start; prints what came of it as JSON.
"""

import json
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from slack_bots import Bot, over_http
from slack_requests import Slack, command
from slack_stand_in import StandIn, until

COUNT, SECONDS = 200, 10.0
QUESTIONS = (
    "how do I roll back a deployment?",
    "what is a canary release?",
    "who is paged at night?",
    "how do I see why a pod restarts?",
    "what is the difference between a liveness and a readiness probe?",
)


@dataclass(frozen=True, slots=True)
class Sent:
    """One command: the address that it is answered at, its number, and the seconds to its acknowledgement."""

    url: str
    seconds: float
    tries: int


class Client:
    """Slack, as far as it sends commands; a bot that is away is tried again, as a person would."""

    def __init__(self, slack: StandIn, port: int) -> None:
        self._slack = slack
        self.port = port

    def ask(self, number: int, start: float) -> Sent:
        """Send a command at its time; give how long the acknowledgement took."""
        url = self._slack.response_url()
        time.sleep(max(0.0, start + number * SECONDS / COUNT - time.monotonic()))
        for tries in range(1, 1_000):
            began = time.monotonic()
            try:
                body = command(QUESTIONS[number % len(QUESTIONS)], url, user_id=f"U{number}")
                if Slack(self.port).command(body) == (200, ""):
                    return Sent(url.rpartition("/")[2], time.monotonic() - began, tries)
            except OSError:
                pass
            time.sleep(0.05)
        raise AssertionError(number)


def measured(folder: Path, *, restart: bool) -> dict[str, object]:
    """Send the load; give the figures."""
    with StandIn() as slack, ThreadPoolExecutor(64) as pool:
        with over_http(folder, slack.api, REFDESK_TEST_REAL="1") as (bot, sender):
            client = Client(slack, sender.port)
            warm(slack, client)
            start = time.monotonic()
            sent = [pool.submit(client.ask, number, start) for number in range(COUNT)]
            time.sleep(SECONDS / 2)
            if not restart:
                return figures(slack, [one.result() for one in sent], start)
            ended = stop(bot)
        with over_http(folder, slack.api, REFDESK_TEST_REAL="1") as (_, sender):
            client.port = sender.port
            return figures(slack, [one.result() for one in sent], start) | {"stop_seconds": ended}


def warm(slack: StandIn, client: Client) -> None:
    """Ask once before, since the first question opens the encoder."""
    client.ask(0, time.monotonic())
    slack.wait("respond")
    slack.calls.clear()


def stop(bot: Bot) -> float:
    began = time.monotonic()
    if bot.stop() != 0:
        raise SystemExit("the bot did not end well")
    return round(time.monotonic() - began, 2)


def figures(slack: StandIn, sent: list[Sent], start: float) -> dict[str, object]:
    until(lambda: len(slack.called("respond")) >= COUNT, lambda: "not all are answered", 120)
    time.sleep(1.0)
    answers = Counter(str(call.arguments["url"]) for call in slack.called("respond"))
    took = sorted(one.seconds for one in sent)
    cuts = quantiles(took, n=100)
    return {
        "commands": len(sent),
        "acknowledged_ms": {"p50": ms(cuts[49]), "p99": ms(cuts[98]), "most": ms(took[-1])},
        "tried_again": sum(one.tries > 1 for one in sent),
        "answered_once": sum(answers[one.url] == 1 for one in sent),
        "answered_more": sum(count > 1 for count in answers.values()),
        "all_answered_after_s": round(max(call.at for call in slack.called("respond")) - start, 2),
    }


def ms(seconds: float) -> float:
    return round(1_000 * seconds, 1)


def main() -> None:
    from bot.config import load
    from index.build import build

    notes = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "refdesk.toml").write_text(f"sources = ['{notes}']\n[slack]\nquestions_per_minute = 1000\n")
        settings = load(folder / "refdesk.toml", {}, {}, folder)
        build(settings.sources, settings.index, settings.encoder, models=settings.models)
        print(json.dumps({"steady": measured(folder, restart=False)}))
        print(json.dumps({"restarted": measured(folder, restart=True)}))


if __name__ == "__main__":
    main()
