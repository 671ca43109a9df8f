"""The bot over Socket Mode: a real connection to the stand-in, which refreshes, hangs up and sends twice."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from slack_bots import CANARY, UNDO, Bot, desk_in, over_socket, running
from slack_requests import Body, command, direct, mention, press, submission
from slack_stand_in import Fault, StandIn, until

from bot.slack.pulse import last_beat

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
Connected = tuple[StandIn, Bot]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with indexed notes."""
    return desk_in(tmp_path_factory.mktemp("socket"))


@pytest.fixture
def state(tmp_path: Path) -> str:
    """Give a folder for the state of one test's bots, since all that share one share the work."""
    return str(tmp_path / "state")


@pytest.fixture(scope="module")
def bot(folder: Path) -> Iterator[Connected]:
    """Give one connected bot for most of these tests."""
    with StandIn() as slack, over_socket(folder, slack) as bot:
        yield slack, bot


def answers(slack: StandIn, body: Body) -> int:
    """Count the answers to a message so far."""
    posts = slack.called("chat.postMessage")
    return len([call for call in posts if call.arguments.get("thread_ts") == body["event"]["ts"]])


def answered(slack: StandIn, body: Body) -> None:
    """Wait until a message is answered."""
    until(lambda: answers(slack, body) > 0, lambda: f"{slack.calls}")


def ask(slack: StandIn, text: str = UNDO) -> Body:
    """Send a mention and wait until it is answered."""
    body = mention(text)
    slack.acked(slack.send("events_api", body))
    answered(slack, body)
    return body


def test_an_event_is_acknowledged_and_answered(bot: Connected) -> None:
    """With the token of the app for the connection, and that of the bot for the answer."""
    slack, _ = bot
    ask(slack)
    assert slack.called("apps.connections.open")[0].token == "xapp-1"  # noqa: S105 - nobody's
    assert slack.called("chat.postMessage")[0].token == "xoxb-1"  # noqa: S105 - nobody's


def test_commands_buttons_and_forms_come_through_the_socket(bot: Connected) -> None:
    """A form is answered in its acknowledgement."""
    slack, _ = bot
    url = slack.response_url()
    ack = slack.acked(slack.send("slash_commands", command(UNDO, url), accepts_response_payload=True))
    assert "payload" not in ack
    message = slack.wait("respond")[0].arguments
    buttons = [e for b in message["blocks"] for e in b.get("elements", ()) if e.get("action_id")]
    value = next(one["value"] for one in buttons if one["action_id"] == "not_what_i_asked")
    slack.acked(slack.send("interactive", press("not_what_i_asked", value, url)))
    view = slack.wait("views.open")[0].arguments["view"]
    ack = slack.acked(slack.send("interactive", submission(view, "more"), accepts_response_payload=True))
    assert ack["payload"]["response_action"] == "update"


def test_what_is_delivered_again_is_answered_once(bot: Connected) -> None:
    """As after an acknowledgement that Slack did not get in time."""
    slack, _ = bot
    body = mention(UNDO)
    for attempt in range(3):
        slack.acked(slack.send("events_api", body, retry_attempt=attempt, retry_reason="timeout"))
    answered(slack, body)
    ask(slack, CANARY)
    assert answers(slack, body) == 1


def test_a_refreshed_connection_goes_on(bot: Connected, folder: Path) -> None:
    """Slack asks for it every few hours, twice here; nothing that comes after that is lost."""
    slack, _ = bot
    for count in range(2):
        opened = len(slack.called("apps.connections.open"))
        slack.refresh()
        until(lambda opened=opened: len(slack.called("apps.connections.open")) > opened, str)  # type: ignore[misc]
        until(lambda: slack.connected() == 1, lambda count=count: f"{count}")  # type: ignore[misc]
        ask(slack)
    beat = last_beat(folder / ".refdesk-state")
    assert beat is not None
    assert beat.seconds < 30


def test_a_lost_connection_is_opened_again(bot: Connected) -> None:
    """Though nobody said that it ends."""
    slack, _ = bot
    opened = len(slack.called("apps.connections.open"))
    slack.hang_up()
    until(lambda: len(slack.called("apps.connections.open")) > opened, str)
    until(lambda: slack.connected() == 1, str)
    ask(slack)


def test_it_ends_well_after_a_refresh(folder: Path, state: str) -> None:
    """Where the library's own way to close stumbles; the status is 0, and nothing is left waiting."""
    with StandIn() as slack, over_socket(folder, slack, REFDESK_STATE=state) as bot:
        slack.refresh()
        until(lambda: len(slack.called("apps.connections.open")) == 2, str)
        ask(slack)
        assert bot.stop() == 0
        assert not any("Traceback" in line for line in bot.lines)


def test_two_connected_instances_answer_once(folder: Path, state: str) -> None:
    """Slack gives an event to one of the connections at random, and again to another one."""
    with ExitStack() as stack:
        slack = stack.enter_context(StandIn())
        for _ in range(2):
            stack.enter_context(over_socket(folder, slack, REFDESK_STATE=state))
        bodies = [direct(UNDO) for _ in range(6)]
        for number, body in enumerate(bodies):
            slack.send("events_api", body, socket=number % 2)
            slack.send("events_api", body, socket=(number + 1) % 2, retry_attempt=1, retry_reason="timeout")
        for body in bodies:
            answered(slack, body)
        ask(slack)
        assert [answers(slack, body) for body in bodies] == [1] * 6


def test_it_starts_before_slack_can_be_reached(folder: Path, state: str) -> None:
    """It says so and tries again, until it is connected; an error of Slack's own is no reason to end."""
    with StandIn() as slack:
        slack.faults["apps.connections.open"] = [Fault(500, "fatal_error"), Fault(200, "internal_error")]
        with running(folder, slack.api, REFDESK_STATE=state) as bot:
            bot.logged(r"Slack can not be reached, trying again in 1 s: ")
            bot.logged(r"Slack can not be reached, trying again in 2 s: internal_error")
            bot.logged("connected to Slack by Socket Mode")
            ask(slack)
    with running(folder, slack.api, REFDESK_STATE=state) as bot:
        bot.logged(r"Slack can not be reached, trying again in 1 s: URLError: .*refused")
        bot.logged(r"Slack does not say whose the token is: ")


def test_a_refused_token_ends_it_with_what_to_do(folder: Path, state: str) -> None:
    """Since trying again mends nothing."""
    with StandIn() as slack:
        slack.faults["apps.connections.open"] = [Fault(200, "invalid_auth")]
        with running(folder, slack.api, REFDESK_STATE=state) as bot:
            bot.logged(r"error: Slack refuses SLACK_APP_TOKEN \(invalid_auth\): make an app-level token")
            assert bot.process.wait(30) == 2


def test_a_failed_listener_is_not_acknowledged(folder: Path, state: str) -> None:
    """So that Slack sends it again, when the disk has room again."""
    with StandIn() as slack, over_socket(folder, slack, REFDESK_STATE=state) as bot:
        ask(slack)
        with sqlite3.connect(f"{state}/state.sqlite") as connection:
            connection.execute("ALTER TABLE deliveries RENAME TO away")
        body = mention(UNDO)
        slack.send("events_api", body)
        bot.logged(r"error \w{8}: a request could not be accepted")
        url = slack.response_url()
        told = slack.acked(slack.send("slash_commands", command(UNDO, url), accepts_response_payload=True))
        assert "tell whoever runs me this number" in json.dumps(told["payload"])
        with sqlite3.connect(f"{state}/state.sqlite") as connection:
            connection.execute("ALTER TABLE away RENAME TO deliveries")
        connection.close()
        slack.acked(slack.send("events_api", body, retry_attempt=1, retry_reason="timeout"))
        answered(slack, body)
