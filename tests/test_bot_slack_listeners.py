"""The listeners where there is no room: what is pressed and looked up is refused beside the queue."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from slack_bench import ALICE, DIRECT, Bench, benched
from slack_bots import CANARY
from slack_requests import press, shortcut
from slack_stand_in import TEAM, Fault, until

from bot.render.slack.actions import CHECK_BLOCK, MISSING_BLOCK
from bot.slack.asides import Asides
from bot.slack.inbox import Inbox, Receipt, Received
from bot.slack.jobs import Press, Question
from bot.slack.limits import Allowance
from bot.slack.listeners import Listeners
from bot.state import work
from bot.state.deliveries import Delivery

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Give a bench."""
    with benched(tmp_path) as bench:
        yield bench


class Acknowledged:
    """Stands for Bolt's `ack`, and keeps what it is called with."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []

    def __call__(self, **told: Any) -> None:  # noqa: ANN401 - whatever Bolt takes
        """Keep it."""
        self.told.append(told)


def test_what_finds_no_room_is_refused_where_it_was_asked(bench: Bench) -> None:
    """A shortcut and a button, which are acknowledged all the same; on the Home tab, in direct messages."""
    asides, ack = Asides(), Acknowledged()
    listeners = Listeners(Inbox(bench.state, 0, Allowance(9), Event()), asides, bench.office)
    listeners.shortcut(ack, shortcut(CANARY, bench.slack.response_url()))  # type: ignore[arg-type]
    listeners.action(ack, press("share", "1", bench.slack.response_url()))  # type: ignore[arg-type]
    listeners.action(ack, press("share", "1", ""))  # type: ignore[arg-type]
    asides.close()
    assert ack.told == [{}, {}, {}]
    assert [text.partition(".")[0] for text in bench.texts("respond")] == [
        "I have more questions than I can answer right now"
    ] * 2
    assert len(bench.texts("chat.postMessage")) == 1


def test_a_form_that_finds_no_room_stays_open(bench: Bench) -> None:
    """With the reason under its field, so that what was typed can be sent again."""
    ack = Acknowledged()
    listeners = Listeners(Inbox(bench.state, 0, Allowance(9), Event()), Asides(), bench.office)
    body = {"type": "view_submission", "team": {"id": TEAM}, "user": {"id": "U1"}, "view": {}}
    listeners.view(ack, body)  # type: ignore[arg-type]
    listeners.checked(ack, body | {"trigger_id": "2"})  # type: ignore[arg-type]
    busy = "I have more questions than I can answer right now. Please ask again in a minute."
    assert ack.told == [
        {"response_action": "errors", "errors": {MISSING_BLOCK: busy}},
        {"response_action": "errors", "errors": {CHECK_BLOCK: busy}},
    ]


def test_an_example_that_is_pressed_counts_as_a_question(bench: Bench) -> None:
    """So that nobody asks more than others by pressing."""
    inbox = Inbox(bench.state, 9, Allowance(1, lambda: 0.0), Event())
    pressed = Press("example_0", CANARY, DIRECT, ALICE)
    assert inbox.put(pressed, Delivery("T0TEAM", "Ev1")) == Receipt(Received.WAITING)
    assert inbox.put(pressed, Delivery("T0TEAM", "Ev2")) == Receipt(Received.TOO_MANY, 60.0)


def test_the_inbox_tells_too_many_from_too_much(bench: Bench) -> None:
    """And what came before from both."""
    inbox = Inbox(bench.state, 2, Allowance(2, lambda: 0.0), Event())
    asked = [Question(DIRECT, ALICE, "dm", CANARY, f"1.{number}") for number in range(4)]
    known = [Delivery("T0TEAM", f"Ev{number}") for number in range(4)]
    assert inbox.put(asked[0], known[0]) == Receipt(Received.WAITING)
    assert inbox.came.is_set()
    assert inbox.put(asked[0], known[0]) == Receipt(Received.SEEN)
    assert inbox.put(asked[1], known[1]) == Receipt(Received.TOO_MANY, 60.0)
    assert inbox.put(asked[1], known[1]) == Receipt(Received.SEEN)
    assert work.waiting(bench.state) == 1


def test_help_that_slack_puts_off_is_given_later(bench: Bench) -> None:
    """As an answer is."""
    bench.slack.faults["chat.postMessage"] = [Fault(429, headers={"Retry-After": "0"})]
    assert bench.do(Question(DIRECT, ALICE, "dm", "help", "1.1")) == 1
    bench.workers._work_once()
    until(lambda: bench.texts("chat.postMessage") != [], str)
    assert bench.texts("chat.postMessage")[0].startswith("Ask the team's notes a question")
