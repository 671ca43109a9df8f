"""What is told of a message that was posted, or not, or perhaps; and the small things beside the queue."""

import http.client
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from slack_stand_in import Fault, StandIn, until

from bot.render.slack.messages import said
from bot.slack.asides import MOST, Asides
from bot.slack.delivery import Courier, PostponedError, RefusedBySlackError, Target, Undelivered, UnknownError
from bot.slack.groups import KEPT_SECONDS, Groups, groups_named
from bot.slack.identity import Identity
from bot.slack.limits import Pace
from bot.slack.pulse import FILE_NAME, Pulse, last_beat
from bot.slack.seldom import MINUTE, Seldom
from bot.slack.service import client_of
from bot.slack.settings import Tokens

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
HELLO = said("hello")
THREAD = Target("T1", "C1", "1.2")


@pytest.fixture
def slack() -> Iterator[StandIn]:
    """Give a stand-in for Slack."""
    with StandIn() as slack:
        yield slack


@pytest.fixture
def courier(slack: StandIn) -> Courier:
    """Give what posts to it."""
    return Courier(client_of(Tokens("xoxb-1", api_url=slack.api)), Pace())


def test_the_post_of_a_message_gives_its_ts(slack: StandIn, courier: Courier) -> None:
    """And what only one person sees has none."""
    ts = courier.deliver(THREAD, HELLO)
    assert ts
    assert ts.startswith("1900000000.")
    assert courier.deliver(Target("T1", "C1", "1.2", "U1"), HELLO) is None
    assert [call.method for call in slack.calls] == ["chat.postMessage", "chat.postEphemeral"]


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (Fault(429, headers={"Retry-After": "7"}), 7.0),
        (Fault(429), 5.0),
        (Fault(429, headers={"Retry-After": "soon"}), 5.0),
        (Fault(503), 5.0),
    ],
    ids=str,
)
def test_what_surely_did_not_arrive_may_be_tried_again(
    slack: StandIn, courier: Courier, fault: Fault, seconds: float
) -> None:
    """After as long as Slack asks for, by its API and at an address; nothing is tried twice by itself."""
    for target in (THREAD, Target("T1", "C1", response_url=slack.response_url())):
        slack.faults["chat.postMessage"] = [fault]
        slack.faults["respond"] = [fault]
        with pytest.raises(PostponedError) as raised:
            courier.deliver(target, HELLO)
        assert raised.value.seconds == seconds
    assert slack.calls == []


def test_what_may_have_arrived_is_told_apart(slack: StandIn, courier: Courier) -> None:
    """A server's own error, and a connection that ends before the reply."""
    slack.faults["chat.postMessage"] = [Fault(500, "fatal_error")]
    with pytest.raises(UnknownError, match="500"):
        courier.deliver(THREAD, HELLO)
    courier.client.timeout = 1
    slack.faults["chat.postMessage"] = [Fault(hang=2)]
    with pytest.raises(UnknownError, match="timed out"):
        courier.deliver(THREAD, HELLO)


def test_what_can_not_be_sent_is_tried_again(slack: StandIn, courier: Courier) -> None:
    """Nobody listens, and no such machine is known."""
    courier.client.base_url = "http://127.0.0.1:9/"
    with pytest.raises(PostponedError, match="can not be reached"):
        courier.deliver(THREAD, HELLO)
    with pytest.raises(PostponedError, match="can not be reached"):
        courier.respond("http://127.0.0.1:9/", HELLO)
    assert slack.calls == []


def test_what_slack_refuses_has_its_word_for_why(slack: StandIn, courier: Courier) -> None:
    """Such as that the bot is no member."""
    slack.faults["chat.postMessage"] = [Fault(error="not_in_channel")]
    with pytest.raises(RefusedBySlackError) as raised:
        courier.deliver(THREAD, HELLO)
    assert raised.value.code == "not_in_channel"
    assert isinstance(raised.value, Undelivered)


def test_a_reply_that_is_no_http_may_have_arrived(courier: Courier, monkeypatch: pytest.MonkeyPatch) -> None:
    """As one that breaks off."""

    def broken(**_: object) -> None:
        raise http.client.IncompleteRead(b"")

    monkeypatch.setattr(courier.client, "chat_postMessage", broken)
    with pytest.raises(UnknownError):
        courier.deliver(THREAD, HELLO)


def test_the_status_is_shown_until_slack_refuses_it(slack: StandIn, courier: Courier) -> None:
    """Once for all; what else goes wrong with it is tried again the next time."""
    slack.faults["assistant.threads.setStatus"] = [Fault(500, "fatal_error"), Fault(error="missing_scope")]
    for _ in range(4):
        courier.working("D1", "1.2")
    assert slack.calls == []
    assert slack.faults["assistant.threads.setStatus"] == []


def test_each_channel_has_its_turn_and_an_address_needs_none(slack: StandIn, courier: Courier) -> None:
    """A second after the one before."""
    assert courier.turn(THREAD) == 0
    assert 0 < courier.turn(THREAD) <= 1
    assert courier.turn(Target("T1", "C2")) == 0
    assert courier.turn(Target("T1", "C1", response_url=slack.response_url())) == 0


def test_groups_are_asked_for_once_in_some_minutes(slack: StandIn, courier: Courier) -> None:
    """And each for itself; a group that Slack does not tell of is one that nobody is in, and is logged."""
    rules: dict[str, tuple[str, ...] | None] = {"a": ("S1", "C1"), "b": ("S2",), "c": None}
    now = [0.0]
    slack.groups = {"S1": ["U1", "U2"], "S2": ["U2"]}
    groups = Groups(courier.client, rules, lambda: now[0])
    assert groups_named(rules) == {"S1", "S2"}
    assert groups.of("T1", "U1") == {"S1"}
    assert groups.of("T1", "U2") == {"S1", "S2"}
    assert len(slack.called("usergroups.users.list")) == 2
    now[0] = KEPT_SECONDS
    slack.faults["usergroups.users.list"] = [Fault(error="missing_scope")]
    assert groups.of("T1", "U2") == {"S2"}
    now[0] = 2 * KEPT_SECONDS
    courier.client.base_url = "http://127.0.0.1:9/"
    assert groups.of("T1", "U2") == set()
    assert Groups(courier.client, {}).of("T1", "U1") == set()


def test_a_missing_group_is_logged_once_a_minute(
    slack: StandIn, courier: Courier, caplog: pytest.LogCaptureFixture
) -> None:
    """With the scope that it needs."""
    now = [0.0]
    groups = Groups(courier.client, {"a": ("S1",)}, lambda: now[0])
    slack.faults["usergroups.users.list"] = [Fault(error="missing_scope") for _ in range(2)]
    groups.of("T1", "U1")
    assert caplog.messages[0].startswith("Slack does not say who is in the user group S1")
    assert caplog.messages[0].endswith("the app needs the scope usergroups:read: missing_scope")
    groups.of("T2", "U1")
    assert len(caplog.messages) == 1


def test_who_the_bot_is_is_asked_until_slack_says_so(
    slack: StandIn, courier: Courier, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then it is remembered."""
    monkeypatch.setattr("bot.slack.identity.RETRY_SECONDS", 0.01)
    slack.faults["auth.test"] = [Fault(error="invalid_auth"), Fault(500, "fatal_error")]
    identity = Identity(courier.client)
    with caplog.at_level("INFO"):
        identity.introduce(Event())
    assert [line.partition(";")[0] for line in caplog.messages] == [
        "Slack does not say whose the token is: invalid_auth",
        "Slack does not say whose the token is: fatal_error",
        "the bot is U0BOT in the workspace T0TEAM https://team.example.org/",
    ]
    assert identity.bot() is identity.known
    assert len(slack.called("auth.test")) == 1
    stopped = Event()
    stopped.set()
    Identity(courier.client).introduce(stopped)
    assert len(slack.called("auth.test")) == 1


def test_a_thing_is_said_once_a_minute() -> None:
    """Each for itself."""
    now = [0.0]
    seldom = Seldom(lambda: now[0])
    assert [seldom("a"), seldom("a"), seldom("b")] == [True, False, True]
    now[0] = MINUTE
    assert seldom("a")


def test_too_much_beside_the_queue_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    """And logged; a failure ends nothing."""
    asides, go = Asides(), Event()
    done: list[int] = []

    def wait() -> None:
        go.wait(10)
        done.append(1)

    taken = [asides.do("waiting", wait) for _ in range(MOST)]
    assert all(taken)
    assert not asides.do("a modal", list)
    assert caplog.messages == ["too much to do at once, so this was left out: a modal"]
    go.set()
    until(lambda: len(done) == MOST, str)
    until(lambda: asides.do("a mistake", lambda: 1 // 0), str)
    asides.close()
    assert caplog.messages[-1] == "this failed: a mistake"


def test_the_pulse_is_written_and_read(tmp_path: Path) -> None:
    """At most once a second; what can't be read or written stops nothing."""
    assert last_beat(tmp_path) is None
    pulse = Pulse(tmp_path)
    pulse.beat()
    beat = last_beat(tmp_path)
    assert beat is not None
    assert 0 <= beat.seconds < 60
    (tmp_path / FILE_NAME).write_text("{}")
    pulse.beat()
    assert last_beat(tmp_path) is None
    away = Pulse(tmp_path / "away")
    away.beat()
    assert list(tmp_path.iterdir()) == [tmp_path / FILE_NAME]
