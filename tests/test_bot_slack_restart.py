"""What was accepted is answered, once, whenever the process ends: SIGTERM, a kill, and Slack being unwell."""

import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from slack_bots import UNDO, desk_in, over_http
from slack_requests import Slack, command, direct, mention
from slack_stand_in import Fault, StandIn, until

from bot.state.database import State
from bot.state.work import waiting

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
STATE = ".refdesk-state"


def answered(slack: StandIn) -> Counter[str]:
    """Count the answers at each address so far, without those that say that something was interrupted."""
    return Counter(
        call.arguments["url"]
        for call in slack.called("respond")
        if "kubectl rollout undo" in call.arguments["text"]
    )


def asked(slack: StandIn, sender: Slack, count: int) -> list[str]:
    """Ask by command, eight at a time; give the names of the addresses of those that were acknowledged."""
    urls = [slack.response_url() for _ in range(count)]

    def accepted(url: str) -> bool:
        try:
            return sender.command(command(UNDO, url)) == (200, "")
        except OSError:
            return False

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(accepted, urls))
    return [url.rpartition("/")[2] for url, fine in zip(urls, done, strict=True) if fine]


def test_sigterm_in_the_middle_loses_nothing_and_repeats_nothing(tmp_path: Path) -> None:
    """What is under way is finished, the rest is answered after the next start."""
    folder = desk_in(tmp_path)
    with StandIn() as slack:
        slack.faults["respond"] = [Fault(429, headers={"Retry-After": "5"}) for _ in range(5)]
        with over_http(folder, slack.api) as (bot, sender):
            accepted = asked(slack, sender, 40)
            assert bot.stop() == 0
        before = answered(slack)
        assert len(before) < 40
        with State.open(folder / STATE) as state:
            assert waiting(state) == len(accepted) - len(before)
        with over_http(folder, slack.api):
            until(lambda: len(answered(slack)) == len(accepted), lambda: f"{len(answered(slack))}")
        assert answered(slack) == Counter(accepted)
        assert len(accepted) == 40


def test_a_process_that_is_killed_leaves_its_jobs_to_the_next(tmp_path: Path) -> None:
    """At once what nobody was at, and after their lease what it was at; none is answered twice."""
    folder = desk_in(tmp_path)
    with StandIn() as slack:
        with over_http(folder, slack.api, REFDESK_TEST_LEASE="2") as (bot, sender):
            accepted = asked(slack, sender, 20)
            bot.process.kill()
            bot.process.wait()
        with over_http(folder, slack.api):
            until(lambda: len(slack.called("respond")) >= len(accepted), lambda: f"{slack.calls}", 60)
        assert len(accepted) == 20
        assert set(answered(slack).values()) == {1}


def test_a_kill_while_posting_is_told_and_not_repeated(tmp_path: Path) -> None:
    """Nobody knows whether it arrived: the person is asked to ask again, and nobody is answered twice."""
    folder = desk_in(tmp_path)
    with StandIn() as slack:
        slack.faults["chat.postMessage"] = [Fault(hang=30)]
        body = mention(UNDO)
        with over_http(folder, slack.api, REFDESK_TEST_LEASE="2") as (bot, sender):
            sender.event(body)
            slack.wait("chat.postMessage hangs")
            bot.process.kill()
            bot.process.wait()
        with over_http(folder, slack.api):
            told = slack.wait("chat.postEphemeral")[0].arguments
        assert (told["channel"], told["user"]) == (body["event"]["channel"], "U0ALICE")
        assert told["thread_ts"] == body["event"]["ts"]
        assert "I was interrupted" in told["text"]
        assert slack.called("chat.postMessage") == []


def test_slack_asking_to_wait_is_obeyed(tmp_path: Path) -> None:
    """Both by its API and at the address of a command; other answers are not held up meanwhile."""
    folder = desk_in(tmp_path)
    with StandIn() as slack, over_http(folder, slack.api) as (_, sender):
        wait = Fault(429, headers={"Retry-After": "2"})
        slack.faults["chat.postMessage"] = [wait]
        slack.faults["respond"] = [wait]
        url, body = slack.response_url(), direct(UNDO)
        sender.event(body)
        sender.command(command(UNDO, url))
        until(lambda: not slack.faults["respond"] and not slack.faults["chat.postMessage"], str)
        refused = slack.calls[-1].at if slack.calls else 0.0
        between = direct(UNDO)
        sender.event(between)
        first = slack.wait("chat.postMessage")[0]
        assert first.arguments["thread_ts"] == between["event"]["ts"]
        late = [slack.wait("chat.postMessage", 2)[1], slack.wait("respond")[0]]
        assert late[0].arguments["thread_ts"] == body["event"]["ts"]
        assert all(call.at - refused > 1.5 for call in late)
        assert answered(slack) == Counter([url.rpartition("/")[2]])


def test_an_address_that_has_expired_leads_to_direct_messages(tmp_path: Path) -> None:
    """After half an hour, or five uses."""
    folder = desk_in(tmp_path)
    with StandIn() as slack, over_http(folder, slack.api) as (_, sender):
        slack.faults["respond"] = [Fault(404, "expired_url")]
        sender.command(command(UNDO, slack.response_url()))
        posted = slack.wait("chat.postMessage")[0].arguments
        assert posted["channel"] == "U0ALICE"
        assert "kubectl rollout undo" in posted["text"]
        assert posted.get("thread_ts") is None


@pytest.mark.parametrize("code", ["is_archived", "invalid_blocks"])
def test_whoever_asks_is_told_that_it_could_not_be_posted(tmp_path: Path, code: str) -> None:
    """With a number that the log has too; where that can't be posted either, in direct messages."""
    folder = desk_in(tmp_path)
    with StandIn() as slack, over_http(folder, slack.api) as (bot, sender):
        slack.faults["chat.postMessage"] = [Fault(error=code)]
        slack.faults["chat.postEphemeral"] = [Fault(error=code)]
        sender.event(mention(UNDO))
        told = slack.wait("chat.postMessage")[0].arguments
        assert told["channel"] == "U0ALICE"
        number = bot.logged(rf"error (\w{{8}}): job 1 \(Question\) failed: {code}")[1]
        assert told["text"].endswith(number)


def test_slack_being_away_is_waited_out(tmp_path: Path) -> None:
    """The question stays, and is answered when Slack is there again."""
    folder = desk_in(tmp_path)
    with StandIn() as slack, over_http(folder, slack.api) as (bot, sender):
        slack.faults["auth.test"] = [Fault(500, "fatal_error")]
        slack.faults["chat.postMessage"] = [Fault(503, "service_unavailable")]
        sender.event(direct(UNDO))
        bot.logged(r"job 1 waits for 5\.0 s: Slack is not well: 503")
        slack.wait("chat.postMessage")


def test_past_the_queue_it_is_busy_and_says_so(tmp_path: Path) -> None:
    """By command in the acknowledgement, to a mention only to whoever asks; what waits is answered still."""
    folder = desk_in(tmp_path, "queue = 3\nworkers = 1")
    with StandIn() as slack, over_http(folder, slack.api) as (_, sender):
        slack.faults["respond"] = [Fault(429, headers={"Retry-After": "3"}) for _ in range(3)]
        accepted = asked(slack, sender, 3)
        status, told = sender.command(command(UNDO, slack.response_url()))
        assert (status, "more questions than I can answer" in told) == (200, True)
        body = mention(UNDO)
        sender.event(body)
        busy = slack.wait("chat.postEphemeral")[0].arguments
        assert (busy["user"], busy["thread_ts"]) == ("U0ALICE", body["event"]["ts"])
        until(lambda: answered(slack) == Counter(accepted), lambda: f"{slack.calls}")
        assert slack.called("chat.postMessage") == []


def test_who_asks_too_much_is_told_when_to_go_on(tmp_path: Path) -> None:
    """And the others are answered."""
    folder = desk_in(tmp_path)
    settings = folder / "refdesk.toml"
    settings.write_text(settings.read_text().replace("minute = 1000", "minute = 2"))
    with StandIn() as slack, over_http(folder, slack.api) as (_, sender):
        assert len(asked(slack, sender, 2)) == 2
        assert "many questions in a short time" in sender.command(command(UNDO, slack.response_url()))[1]
        sender.event(direct(UNDO))
        assert "many questions" in slack.wait("chat.postMessage")[0].arguments["text"]
        other = slack.response_url()
        assert sender.command(command(UNDO, other, user_id="U0BOB")) == (200, "")
        until(lambda: other.rpartition("/")[2] in answered(slack), str)


def test_ctrl_c_ends_it_as_sigterm_does(tmp_path: Path) -> None:
    """With status 0."""
    folder = desk_in(tmp_path)
    with StandIn() as slack, over_http(folder, slack.api) as (bot, _):
        assert bot.stop(signal.SIGINT) == 0
