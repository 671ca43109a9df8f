"""The bot end to end with others' emulators; `scripts/emulators` runs these, in a network of its own."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from slack_bots import CANARY, UNDO, Bot, desk_in, over_http, running
from slack_emulator import Emulator, called, emulated, raise_loopback, strict
from slack_paths import desk_with_path, value_of
from slack_requests import ALICE, CHANNEL, mention
from slack_shapes import validate
from slack_stand_in import BOT_USER, until

from bot.render.slack.types import Message
from bot.slack.manifest import Wishes, scopes

pytestmark = [
    pytest.mark.emulator,
    pytest.mark.enable_socket,
    pytest.mark.allow_hosts(["127.0.0.1"]),
]
PORTS = {"socket": (3901, 3902), "events": (3903, 3904)}
WALKED = {"socket": (3907, 3908), "events": (3909, 3910)}


@dataclass(frozen=True, slots=True)
class Place:
    """An emulator with the bot in it."""

    slack: Emulator
    bot: Bot


@pytest.fixture(scope="module", autouse=True)
def network() -> None:
    """Be in a network of its own."""
    raise_loopback()


@pytest.fixture(scope="module", params=["socket", "events"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Give the bot in the emulator, once by Socket Mode and once over HTTP."""
    with _placed(desk_in(tmp_path_factory.mktemp("desk")), request.param, PORTS[request.param]) as place:
        yield place


@contextmanager
def _placed(folder: Path, mode: str, ports: tuple[int, int]) -> Iterator[Place]:
    """Run an emulator and, in it, the bot of a folder."""
    port, events = ports
    with ExitStack() as stack:
        slack = stack.enter_context(emulated(folder, port, mode, events))
        options = ("--http", "--port", str(events)) if mode == "events" else ()
        bot = stack.enter_context(running(folder, slack.api, *options))
        bot.logged("listening on" if mode == "events" else "connected to Slack by Socket Mode")
        yield Place(slack, bot)


@pytest.fixture(params=["socket", "events"])
def walked(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Emulator]:
    """Give the emulator with a bot in it whose notes hold a path, once by Socket Mode and once over HTTP."""
    with _placed(desk_with_path(tmp_path), request.param, WALKED[request.param]) as place:
        yield place.slack


def test_a_mention_is_answered_in_its_thread(place: Place) -> None:
    """And a further mention there is read in the light of it."""
    ts = place.slack.say(CHANNEL, f"<@{BOT_USER}> {CANARY}")
    message = place.slack.answer(CHANNEL, "A canary release goes to a few users", ts)
    validate(Message(message["text"], message["blocks"]))
    place.slack.say(CHANNEL, f"<@{BOT_USER}> and who gets it?", ts)
    place.slack.answer(CHANNEL, "Read as: and who gets it?", ts)


def test_a_command_is_answered_to_one_person_and_shared(place: Place) -> None:
    """Everybody sees what is shared, with who shared it, and the answer to the one is gone."""
    place.slack.ask(UNDO)
    message = place.slack.answer(CHANNEL, f"Question: {UNDO}")
    assert message["subtype"] == "ephemeral" or message["ephemeral_to"] == ALICE
    place.slack.press(message, "share")
    shared = place.slack.answer(CHANNEL, " shared an answer from the notes.")
    assert "ephemeral_to" not in shared
    assert {"type": "user", "user_id": ALICE} in shared["blocks"][0]["elements"][0]["elements"]


def test_a_direct_message_is_answered_and_asked_on(place: Place) -> None:
    """Every reply in the thread counts, without a mention."""
    channel = place.slack.direct()
    ts = place.slack.say(channel, UNDO)
    message = place.slack.answer(channel, "kubectl rollout undo deployment/shop", ts)
    with pytest.raises(AssertionError):
        place.slack.press(message, "share", channel)
    place.slack.say(channel, "and what does it undo?", ts)
    place.slack.answer(channel, "Read as: and what does it undo?", ts)


def test_help_is_given_with_examples_to_press(place: Place) -> None:
    """A press is a question."""
    channel = place.slack.direct()
    ts = place.slack.say(channel, "hello")
    message = place.slack.answer(channel, "Ask the team", ts)
    place.slack.press(message, "example_0", channel)
    place.slack.answer(channel, "Question: ", count=1)


def test_feedback_is_thanked_for(place: Place) -> None:
    """Only to whoever gives it."""
    place.slack.ask(CANARY)
    place.slack.press(place.slack.answer(CHANNEL, f"Question: {CANARY}"), "feedback")
    place.slack.answer(CHANNEL, "Thank you.")


def test_more_passages_open(place: Place) -> None:
    """In a modal."""
    place.slack.ask("who is paged at night?")
    place.slack.press(place.slack.answer(CHANNEL, "Question: who is paged at night?"), "more_passages")
    assert "views.open" in place.slack.logged("views.open")


def test_the_home_tab_is_shown(place: Place) -> None:
    """When it is opened."""
    place.slack.control("open-home", {"user": ALICE})
    assert "views.publish" in place.slack.logged("views.publish")


def test_an_edited_message_and_the_bots_own_are_not_answered(place: Place) -> None:
    """There is one answer, whatever happens to the question after it."""
    channel = place.slack.direct()
    ts = place.slack.say(channel, UNDO)
    place.slack.answer(channel, "kubectl rollout undo", ts)
    place.slack.control("edit-message", {"channel": channel, "ts": ts, "user": ALICE, "text": CANARY})
    other = place.slack.say(channel, "who is paged at night?")
    place.slack.answer(channel, "the platform team is paged", other)
    replies = [one for one in place.slack.messages(channel) if one.get("thread_ts") == ts and one["ts"] != ts]
    assert len(replies) == 1, json.dumps(replies)


def test_a_path_is_walked_from_the_home_tab(walked: Emulator) -> None:
    """Stop by stop in direct messages, to the last one; the Home tab tells how far."""
    walked.control("open-home", {"user": ALICE})
    walked.logged("Find your way in")
    channel = walked.direct()
    # The emulator presses buttons of messages alone, so the Home tab's is pressed as if it stood in one.
    walked.say(channel, "help")
    helped = walked.answer(channel, "Ask the team")
    start = {"type": "button", "action_id": "onboarding_show_0", "block_id": "b", "value": "first-week"}
    pressed = {"channel": channel, "messageTs": helped["ts"], "user": ALICE, "action": start}
    walked.control("interact", pressed)
    first = walked.answer(walked.direct(), "Stop 1 of 2")
    validate(Message(first["text"], first["blocks"]))
    assert "kubectl rollout undo deployment/shop" in json.dumps(first)
    walked.press(first, value_of(first, "Next stop")[0], channel)
    second = walked.answer(channel, "Stop 2 of 2")
    assert "A canary release goes to a few users first." in json.dumps(second)
    walked.press(second, value_of(second, "Skip")[0], channel)
    walked.answer(channel, "That was the last stop of First week.")
    walked.control("open-home", {"user": ALICE})
    walked.logged("2 of 2 stops done")


def test_the_scopes_of_the_manifest_are_enough_and_each_is_needed_to_post(tmp_path: Path) -> None:
    """With exactly those it answers, takes the answer back, and nothing says that one is missing."""
    granted = scopes(Wishes())
    folder = desk_in(tmp_path)
    with strict(folder, 3905, granted) as api:
        team = called(api, "auth.test")["team_id"]
        channel = called(api, "conversations.list")["channels"][0]["id"]
        with over_http(folder, api) as (bot, sender):
            body = mention(UNDO, channel) | {"team_id": team}
            ts = called(api, "chat.postMessage", channel=channel, text="?")["ts"]
            body["event"] |= {"ts": ts, "team": team}
            assert sender.event(body)[0] == 200
            until(lambda: "kubectl rollout undo" in replies(api, channel, ts), lambda: f"{bot.lines}")
            assert not any("missing_scope" in line for line in bot.lines)


def test_a_missing_scope_is_named(tmp_path: Path) -> None:
    """In the log, with the number that the asker would be told."""
    folder = desk_in(tmp_path)
    without = tuple(scope for scope in scopes(Wishes()) if scope != "chat:write")
    with strict(folder, 3906, without) as api, over_http(folder, api) as (bot, sender):
        team = called(api, "auth.test")["team_id"]
        channel = called(api, "conversations.list")["channels"][0]["id"]
        body = mention(UNDO, channel) | {"team_id": team}
        body["event"]["team"] = team
        sender.event(body)
        bot.logged(r"error \w{8}: job 1 \(Question\) failed: missing_scope")


def replies(api: str, channel: str, ts: str) -> str:
    """Give what was answered in a thread."""
    return json.dumps(called(api, "conversations.replies", channel=channel, ts=ts))
