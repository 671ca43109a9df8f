"""The gate of HTTP: what is not signed by Slack, or not for the bot, is turned away before it is read."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING

import pytest
from slack_bots import Bot, served
from slack_requests import ALICE, EVENTS, Slack, event, mention, moment
from slack_stand_in import TEAM, StandIn

from bot.slack.web import bound, serve

if TYPE_CHECKING:
    from wsgiref.types import StartResponse

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
Served = tuple[StandIn, Bot, Slack]


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Give one running bot for all of these tests."""
    with served(tmp_path_factory.mktemp("web")) as parts:
        yield parts


@pytest.mark.parametrize("stamp", ["soon", "", "１２３", "-5", "1e9", "9" * 400])
def test_a_time_that_is_none_is_unauthorized(bot: Served, stamp: str) -> None:
    """And not an error of the server's."""
    status, told = bot[2].post(b"{}", "application/json", stamp=stamp.encode().decode("latin-1"))
    assert status == 401
    assert told
    assert bot[2].request("POST", EVENTS, b"{}")[0] == 401


@pytest.mark.parametrize("apart", [-301, 301])
def test_a_wrong_clock_is_named_with_the_time(bot: Served, apart: int) -> None:
    """In the reply and in the log."""
    slack_time = str(int(time.time()) + apart)
    status, told = bot[2].post(b"{}", "application/json", stamp=slack_time)
    assert status == 401
    assert "this machine's time, which is 20" in told
    bot[1].logged(r"a request was refused: clocks: it was signed 30\d s away")


def test_a_wrong_signature_is_unauthorized_and_says_what_to_check(bot: Served) -> None:
    """The log does not show what was sent."""
    body = mention("a secret question")
    assert Slack(bot[2].port, "another").event(body)[0] == 401
    bot[1].logged(r"a request was refused: the signature does not fit; is SLACK_SIGNING_SECRET")
    assert not any("a secret question" in line for line in bot[1].lines)


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"{not json", b"payload=%7Bno"])
def test_a_body_that_can_not_be_read_is_a_bad_request(bot: Served, raw: bytes) -> None:
    """Whoever sent it."""
    kind = "application/x-www-form-urlencoded" if raw.startswith(b"p") else "application/json"
    stamped = {"x-slack-request-timestamp": moment().partition(".")[0], "content-type": kind}
    assert bot[2].request("POST", EVENTS, raw, stamped)[0] == 400


def test_other_requests_are_turned_away(bot: Served) -> None:
    """Another path, another method, too large a body, a type of request that nothing is done for."""
    sender = bot[2]
    assert sender.request("GET", "/")[0] == 404
    assert sender.request("GET", EVENTS)[0] == 405
    # Only announced: whoever sends it all may find the door closed before the reply can be read.
    assert sender.post(b"", "application/json", **{"content-length": "1000001"})[0] == 413
    assert sender.event(event({"type": "reaction_added", "user": ALICE}))[0] == 404
    bot[1].logged("nothing is done for a request of type event_callback")
    assert sender.request("GET", "/healthz") == (200, "ok\n")


def test_slack_is_told_that_the_address_is_right(bot: Served) -> None:
    """With the challenge that it sends when the address is entered."""
    status, told = bot[2].event({"type": "url_verification", "challenge": "abc", "team_id": TEAM})
    assert (status, "abc" in told) == (200, True)


def test_a_request_that_is_under_way_is_answered_before_the_end() -> None:
    """And no other one after it has begun to end."""
    stop, came = Event(), Event()

    def slow(_: object, start: "StartResponse") -> list[bytes]:
        came.set()
        assert stop.wait(10)
        time.sleep(0.3)
        start("200 OK", [])
        return [b"late"]

    listening = bound("127.0.0.1", 0)
    port = listening.getsockname()[1]
    with ThreadPoolExecutor(2) as pool:
        serving = pool.submit(serve, slow, listening, stop)
        reply = pool.submit(Slack(port).request, "GET", "/")
        arrived = came.wait(10)
        stop.set()
        assert arrived
        assert reply.result(10) == (200, "late")
        serving.result(10)
    with pytest.raises(ConnectionRefusedError):
        Slack(port).request("GET", "/")
