"""How other bots fail, row by row: what comes twice, what was not written, and who is not served."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from slack_bots import CANARY, UNDO, Bot, desk_in, over_http, served
from slack_requests import (
    ALICE,
    DIRECT,
    Body,
    Slack,
    command,
    direct,
    event,
    mention,
    moment,
    press,
)
from slack_stand_in import BOT_ID, BOT_NAME, BOT_USER, Call, Fault, StandIn, until

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
Served = tuple[StandIn, Bot, Slack]


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Give one running bot for all of these tests."""
    with served(tmp_path_factory.mktemp("table")) as parts:
        yield parts


def in_thread(slack: StandIn, ts: str) -> list[Call]:
    """Give what was posted in the thread of a message so far."""
    posts = slack.called("chat.postMessage", "chat.postEphemeral")
    return [call for call in posts if call.arguments.get("thread_ts") == ts]


def settled(served: Served) -> None:
    """Wait until whatever was sent before is done, since jobs are done in their order."""
    slack, _, sender = served
    for _ in range(2):
        body = direct(CANARY)
        sender.event(body)
        until(lambda body=body: bool(in_thread(slack, body["event"]["ts"])), str)  # type: ignore[misc]


def answers(served: Served, *bodies: Body, **headers: str) -> int:
    """Send events one after the other; give how many answers the first one's message has at the end."""
    for body in bodies:
        assert served[2].event(body, **headers)[0] == 200
    settled(served)
    inner = bodies[0]["event"]
    return len(in_thread(served[0], inner.get("thread_ts") or inner["ts"]))


def test_an_event_that_comes_again_is_answered_once(bot: Served) -> None:
    """As Slack sends it again after three seconds, whatever it says of that."""
    body = mention(UNDO)
    retried = {"x-slack-retry-num": "1", "x-slack-retry-reason": "http_timeout"}
    assert bot[2].event(body, **retried) == (200, "")
    assert answers(bot, body, body) == 1


def test_a_recorded_request_that_is_sent_again_is_answered_once(bot: Served) -> None:
    """Its signature holds for five minutes, and that of a command too."""
    slack, _, sender = bot
    body = command(UNDO, slack.response_url())
    assert [sender.command(body) for _ in range(3)] == [(200, "")] * 3
    settled(bot)
    name = body["response_url"].rpartition("/")[2]
    assert len([call for call in slack.called("respond") if call.arguments["url"] == name]) == 1


def test_a_mention_that_comes_as_a_message_too_is_answered_once(bot: Served) -> None:
    """The message in the channel is none of ours; a mention in a direct message is that message."""
    body = mention(UNDO)
    as_message = event({**body["event"], "type": "message", "channel_type": "channel"})
    assert answers(bot, body, as_message) == 1
    written = direct(UNDO)
    assert answers(bot, written, event({**written["event"], "type": "app_mention"})) == 1


def test_an_edit_is_no_question(bot: Served) -> None:
    """Nor is a message that Slack touched, for a link's preview or a translation: its `ts` was answered."""
    body = direct(UNDO)
    again = event({**body["event"], "event_ts": moment(), "edited": {"user": ALICE, "ts": moment()}})
    changed = event(
        {
            "type": "message",
            "subtype": "message_changed",
            "channel": body["event"]["channel"],
            "channel_type": "im",
            "hidden": True,
            "ts": moment(),
            "message": body["event"] | {"text": CANARY},
        }
    )
    assert (
        answers(bot, body, again, changed, mention(UNDO, body["event"]["channel"], ts=body["event"]["ts"]))
        == 1
    )


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": BOT_ID, "user": BOT_USER},
        {"bot_id": "B0OTHER"},
        {"bot_profile": {"id": "B0OTHER"}},
        {"user": "USLACKBOT"},
        {"user": None},
        {"subtype": "bot_message"},
        {"subtype": "thread_broadcast"},
        {"subtype": "channel_join"},
        {"subtype": "me_message"},
        {"subtype": "reminder_add"},
        {"hidden": True},
        {"ts": "1500000000.000001"},
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", ["mention", "direct"])
def test_what_nobody_wrote_just_now_is_not_answered(bot: Served, more: Body, kind: str) -> None:
    """The bot's own messages, other bots', joins and the like, and what is older than a day."""
    body = (mention if kind == "mention" else direct)(UNDO)
    body["event"].update(more)
    assert bot[2].event(body)[0] == 200
    before = len(bot[0].called("chat.postMessage"))
    settled(bot)
    assert in_thread(bot[0], body["event"]["ts"]) == []
    assert len(bot[0].called("chat.postMessage")) == before + 2


def test_a_message_with_a_file_is_answered(bot: Served) -> None:
    """Its words are a question as any."""
    assert answers(bot, direct(UNDO, subtype="file_share", files=[{"id": "F1"}])) == 1


def test_a_deleted_question_takes_its_answer_along(bot: Served) -> None:
    """Unless somebody rated it; another bot's deleted message does nothing."""
    slack, _, sender = bot
    body = direct(UNDO, channel=DIRECT)
    assert answers(bot, body) == 1

    def deleted(ts: str, **before: str) -> Body:
        inner = {"type": "message", "subtype": "message_deleted", "channel": DIRECT, "channel_type": "im"}
        was = {"user": ALICE, "ts": ts, **before}
        return event({**inner, "deleted_ts": ts, "ts": moment(), "previous_message": was})

    sender.event(deleted(body["event"]["ts"], bot_id=BOT_ID))
    sender.event(deleted(body["event"]["ts"]))
    gone = slack.wait("chat.delete")
    assert gone[0].arguments["channel"] == DIRECT
    rated = direct(UNDO, channel=DIRECT)
    time.sleep(1.1)
    assert answers(bot, rated) == 1
    blocks = json.dumps(in_thread(slack, rated["event"]["ts"])[0].arguments["blocks"])
    value = "good:" + blocks.partition("good:")[2][:12]
    url = slack.response_url()
    sender.interaction(press("feedback", value, url, channel=DIRECT))
    slack.wait("respond")
    sender.event(deleted(rated["event"]["ts"]))
    settled(bot)
    assert len(slack.called("chat.delete")) == 1


def test_a_stranger_in_a_shared_channel_is_refused_politely(bot: Served) -> None:
    """Only to the stranger; and what a member asks where strangers read is answered only to the member."""
    slack, _, sender = bot
    stranger = mention(UNDO, user="U0STRANGER", user_team="T0OTHER", source_team="T0OTHER")
    member = mention(UNDO)
    for body in (stranger, member):
        body["is_ext_shared_channel"] = True
        sender.event(body)
    settled(bot)
    refused, told = (in_thread(slack, body["event"]["ts"]) for body in (stranger, member))
    assert [(call.method, call.arguments["user"]) for call in refused] == [
        ("chat.postEphemeral", "U0STRANGER")
    ]
    assert "only members of the workspace" in refused[0].arguments["text"]
    assert [(call.method, call.arguments["user"]) for call in told] == [("chat.postEphemeral", ALICE)]
    assert "kubectl rollout undo" in told[0].arguments["text"]


def test_another_workspace_is_refused(bot: Served) -> None:
    """Where it is not among those allowed, by command and by button."""
    slack, _, sender = bot
    asked, pressed = slack.response_url(), slack.response_url()
    sender.command(command(UNDO, asked, team_id="T0OTHER"))
    sender.interaction(press("example_0", UNDO, pressed, team={"id": "T0OTHER"}))
    settled(bot)
    told = [c.arguments["text"] for c in slack.called("respond") if c.arguments["url"] in asked + pressed]
    assert told.count("I answer only members of the workspace that these notes belong to.") == 2


@pytest.mark.parametrize("action", ["share", "more_passages", "not_what_i_asked", "ask_team", "feedback"])
def test_a_stale_button_says_so(bot: Served, action: str) -> None:
    """Instead of doing nothing."""
    slack, _, sender = bot
    url = slack.response_url()
    before = len(slack.called("views.open"))
    sender.interaction(press(action, "good:gone" if action == "feedback" else "gone", url))
    if action in {"more_passages", "not_what_i_asked"}:
        view = slack.wait("views.open", before + 1)[-1].arguments["view"]
        assert "no longer kept" in json.dumps(view)
        return
    name = url.rpartition("/")[2]
    until(lambda: any(call.arguments["url"] == name for call in slack.called("respond")), str)
    assert "no longer kept" in next(
        call.arguments["text"] for call in slack.called("respond") if call.arguments["url"] == name
    )


def test_a_press_of_no_button_of_ours_does_nothing(bot: Served) -> None:
    """As of a link, which Slack tells of too."""
    slack, _, sender = bot
    before = len(slack.called("respond"))
    assert sender.interaction(press("elsewhere", "1", slack.response_url())) == (200, "")
    settled(bot)
    assert len(slack.called("respond")) == before


def test_where_the_bot_is_no_member_sharing_explains_the_way_in(bot: Served) -> None:
    """And may be pressed again after that."""
    slack, _, sender = bot
    url = slack.response_url()
    sender.command(command(UNDO, url, channel="C0AWAY"))
    name = url.rpartition("/")[2]
    until(lambda: any(call.arguments["url"] == name for call in slack.called("respond")), str)
    message = next(call.arguments for call in slack.called("respond") if call.arguments["url"] == name)
    value = next(
        e["value"] for b in message["blocks"] for e in b.get("elements", ()) if e.get("action_id") == "share"
    )
    slack.faults["chat.postMessage"].append(Fault(error="not_in_channel"))
    refused, shared = slack.response_url(), slack.response_url()
    sender.interaction(press("share", value, refused, channel="C0AWAY"))
    settled(bot)
    told = [
        c.arguments.get("text", "")
        for c in slack.called("respond")
        if refused.endswith("/" + c.arguments["url"])
    ]
    assert len(told) == 1
    assert f"/invite @{BOT_NAME}" in told[0]
    sender.interaction(press("share", value, shared, channel="C0AWAY"))
    until(lambda: any(c.arguments["channel"] == "C0AWAY" for c in slack.called("chat.postMessage")), str)


def test_two_instances_that_share_the_state_answer_once(tmp_path: Path) -> None:
    """Each event comes to both at the same moment."""
    folder = desk_in(tmp_path)
    with (
        StandIn() as slack,
        over_http(folder, slack.api) as (_, one),
        over_http(folder, slack.api) as (_, two),
    ):
        bodies = [direct(UNDO) for _ in range(10)]
        with ThreadPoolExecutor(8) as pool:
            statuses = list(pool.map(lambda body: [one.event(body)[0], two.event(body)[0]], bodies))
        assert statuses == [[200, 200]] * 10
        slack.wait("chat.postMessage", 10)
        settled((slack, None, one))  # type: ignore[arg-type]
        settled((slack, None, two))  # type: ignore[arg-type]
        posts = [call.arguments["thread_ts"] for call in slack.called("chat.postMessage")]
        assert [posts.count(body["event"]["ts"]) for body in bodies] == [1] * 10


def test_nothing_is_said_in_a_channel_without_a_mention(bot: Served) -> None:
    """Not even where the bot has answered before."""
    body = mention(UNDO)
    reply = event(
        {**body["event"], "type": "message", "channel_type": "channel", "ts": moment(), "text": "and now?"}
    )
    reply["event"]["thread_ts"] = body["event"]["ts"]
    assert answers(bot, body, reply) == 1
