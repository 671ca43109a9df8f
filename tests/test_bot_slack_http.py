"""The bot over HTTP: real signed requests to the running server, and what comes back through Slack's API."""

import json
from collections.abc import Iterator

import pytest
from slack_bots import CANARY, SALARY, UNDO, Bot, served
from slack_requests import (
    ALICE,
    BOB,
    CHANNEL,
    DIRECT,
    PRIVATE,
    Slack,
    command,
    direct,
    mention,
    opened,
    press,
    shortcut,
    submission,
)
from slack_shapes import validate, validate_view
from slack_stand_in import Arguments, StandIn, until

from bot.render.slack.types import Message

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
Served = tuple[StandIn, Bot, Slack]


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Give one running bot for all of these tests."""
    with served(tmp_path_factory.mktemp("http")) as parts:
        yield parts


def answered(slack: StandIn, url: str) -> Arguments:
    """Give what was answered to an address, waiting for it."""
    name = url.rpartition("/")[2]
    until(lambda: any(call.arguments["url"] == name for call in slack.called("respond")), lambda: name)
    return next(call.arguments for call in slack.called("respond") if call.arguments["url"] == name)


def posted(slack: StandIn, ts: str, method: str = "chat.postMessage") -> Arguments:
    """Give what was posted in the thread of a message, waiting for it."""

    def found() -> list[Arguments]:
        return [call.arguments for call in slack.called(method) if call.arguments.get("thread_ts") == ts]

    until(lambda: bool(found()), lambda: f"{ts}: {slack.calls}")
    return found()[0]


def button(message: Arguments, action: str) -> str:
    """Give what the button of an action carries."""
    for block in message["blocks"]:
        for element in block.get("elements", ()):
            if element.get("action_id") == action:
                return str(element.get("value") or element["positive_button"]["value"])
    raise AssertionError(action)


def test_a_command_is_answered_only_to_whoever_asks(bot: Served) -> None:
    """With the note's own words, and a button that shares them; the acknowledgement says nothing."""
    slack, _, sender = bot
    url = slack.response_url()
    assert sender.command(command(UNDO, url)) == (200, "")
    message = answered(slack, url)
    assert message["response_type"] == "ephemeral"
    assert "kubectl rollout undo deployment/shop" in message["text"]
    assert button(message, "share")
    validate(Message(message["text"], message["blocks"]))


def test_a_mention_is_answered_in_its_thread(bot: Served) -> None:
    """For everybody there, so without a button that shares; links are not unfurled."""
    slack, _, sender = bot
    body = mention(UNDO, CHANNEL)
    assert sender.event(body) == (200, "")
    message = posted(slack, body["event"]["ts"])
    assert message["channel"] == CHANNEL
    assert (message["unfurl_links"], message["unfurl_media"]) == (False, False)
    assert (message["mrkdwn"], message["parse"], message["link_names"]) == (False, "none", False)
    assert "kubectl rollout undo deployment/shop" in message["text"]
    with pytest.raises(AssertionError):
        button(message, "share")
    validate(Message(message["text"], message["blocks"]))


def test_a_direct_message_is_answered_in_a_thread_and_asked_on(bot: Served) -> None:
    """A reply in the thread is read in the light of what was asked before; it says how it was read."""
    slack, _, sender = bot
    body = direct(CANARY)
    sender.event(body)
    ts = body["event"]["ts"]
    assert "A canary release goes to a few users first" in posted(slack, ts)["text"]
    sender.event(direct("who is it for?", thread_ts=ts, channel=body["event"]["channel"]))
    until(
        lambda: len([c for c in slack.called("chat.postMessage") if c.arguments.get("thread_ts") == ts]) > 1,
        str,
    )
    second = [c.arguments for c in slack.called("chat.postMessage") if c.arguments.get("thread_ts") == ts][1]
    assert "Read as: who is it for? (canary release)" in json.dumps(second["blocks"], ensure_ascii=False)
    assert [
        c.arguments for c in slack.called("assistant.threads.setStatus") if c.arguments["thread_ts"] == ts
    ]


def test_a_mention_in_a_thread_goes_on_from_what_was_asked_there(bot: Served) -> None:
    """The conversation is the bot's own memory: Slack is never asked for it."""
    slack, _, sender = bot
    first = mention(CANARY)
    sender.event(first)
    ts = first["event"]["ts"]
    posted(slack, ts)
    sender.event(mention("and who gets it?", first["event"]["channel"], BOB, thread_ts=ts))
    until(
        lambda: len([c for c in slack.called("chat.postMessage") if c.arguments.get("thread_ts") == ts]) > 1,
        str,
    )
    second = [c.arguments for c in slack.called("chat.postMessage") if c.arguments.get("thread_ts") == ts][1]
    assert "Read as: " in json.dumps(second["blocks"])
    assert slack.called("conversations.replies", "conversations.history") == []


@pytest.mark.parametrize("text", ["", "  ", "help", "Hello!", "hi there"])
def test_a_greeting_gets_help_with_examples_of_the_notes(bot: Served, text: str) -> None:
    """Three questions to press, which the notes themselves ask, and of those only what may be seen here."""
    slack, _, sender = bot
    url = slack.response_url()
    sender.command(command(text, url))
    message = answered(slack, url)
    shown = [e["value"] for b in message["blocks"] if b["type"] == "actions" for e in b["elements"]]
    asked = {"How do I undo a rollout?", "What is a canary release?", "Who is paged at night?"}
    assert set(shown) == asked
    validate(Message(message["text"], message["blocks"]))


def test_an_example_is_asked_by_pressing_it(bot: Served) -> None:
    """In a channel only for whoever presses; on the bot's own page in direct messages."""
    slack, _, sender = bot
    url = slack.response_url()
    assert sender.interaction(press("example_0", CANARY, url)) == (200, "")
    assert "A canary release goes" in answered(slack, url)["text"]
    page: Arguments = {"container": {"type": "view"}, "channel": None, "response_url": None}
    sender.interaction(press("example_0", UNDO, "") | page)
    until(lambda: any(c.arguments["channel"] == ALICE for c in slack.called("chat.postMessage")), str)


def test_sharing_posts_the_answer_once_and_names_who_shared(bot: Served) -> None:
    """The note that only one saw goes; a second press says that it is shared already."""
    slack, _, sender = bot
    url, again = slack.response_url(), slack.response_url()
    sender.command(command(UNDO, url))
    value = button(answered(slack, url), "share")
    own = slack.response_url()
    sender.interaction(press("share", value, own))
    assert answered(slack, own) == {"url": own.rpartition("/")[2], "delete_original": True}
    sender.interaction(press("share", value, again))
    assert "already shared" in answered(slack, again)["text"]
    shared = [
        c.arguments for c in slack.called("chat.postMessage") if c.arguments["text"].startswith("Shared: ")
    ]
    assert [one["channel"] for one in shared] == [CHANNEL]
    validate(Message(shared[0]["text"], shared[0]["blocks"]), [ALICE])


def test_more_passages_open_in_a_modal(bot: Served) -> None:
    """At once, since Slack allows three seconds."""
    slack, _, sender = bot
    url = slack.response_url()
    sender.command(command(UNDO, url))
    value = button(answered(slack, url), "more_passages")
    before = len(slack.called("views.open"))
    body = press("more_passages", value, slack.response_url())
    assert sender.interaction(body) == (200, "")
    opening = slack.wait("views.open", before + 1)[-1].arguments
    assert opening["trigger_id"] == body["trigger_id"]
    validate_view(opening["view"])


def test_what_was_missing_is_asked_in_a_modal_and_kept(bot: Served) -> None:
    """The form is answered with thanks."""
    slack, _, sender = bot
    url = slack.response_url()
    sender.command(command(UNDO, url))
    value = button(answered(slack, url), "not_what_i_asked")
    before = len(slack.called("views.open"))
    sender.interaction(press("not_what_i_asked", value, slack.response_url()))
    view = slack.wait("views.open", before + 1)[-1].arguments["view"]
    validate_view(view)
    status, reply = sender.interaction(submission(view, "the flag for a timeout"))
    assert (status, json.loads(reply)["response_action"]) == (200, "update")


def test_feedback_is_thanked_for(bot: Served) -> None:
    """Only to whoever gives it."""
    slack, _, sender = bot
    url, thanks = slack.response_url(), slack.response_url()
    sender.command(command(UNDO, url))
    value = button(answered(slack, url), "feedback")
    assert value.startswith("good:")
    sender.interaction(press("feedback", value, thanks))
    assert answered(slack, thanks)["text"].startswith("Thank you")


def test_a_question_without_an_answer_is_posted_for_the_team_once(bot: Served) -> None:
    """To the channel that is set, and only the question."""
    slack, _, sender = bot
    url, first, second = slack.response_url(), slack.response_url(), slack.response_url()
    sender.command(command("which <!channel> grape is best?", url))
    value = button(answered(slack, url), "ask_team")
    sender.interaction(press("ask_team", value, first))
    assert "Your question is posted in <#C0TEAM>" in answered(slack, first)["text"]
    sender.interaction(press("ask_team", value, second))
    assert "already posted" in answered(slack, second)["text"]
    team = [c.arguments for c in slack.called("chat.postMessage") if c.arguments["channel"] == "C0TEAM"]
    assert [one["text"] for one in team] == ["A question that the notes don't answer: which grape is best?"]
    validate(Message(team[0]["text"], team[0]["blocks"]), [ALICE])


def test_related_notes_are_found_for_a_message(bot: Served) -> None:
    """For whoever asks, and nobody else."""
    slack, _, sender = bot
    url = slack.response_url()
    sender.interaction(shortcut("We should undo this rollout, how do we?", url))
    assert "kubectl rollout undo" in json.dumps(answered(slack, url)["blocks"])


def test_the_home_tab_shows_what_the_person_may_see(bot: Served) -> None:
    """Sources and their notes, the person's own questions, examples."""
    slack, _, sender = bot
    url = slack.response_url()
    sender.command(command("what is a blue moon?", url))
    answered(slack, url)
    before = len(slack.called("views.publish"))
    sender.event(opened())
    shown = slack.wait("views.publish", before + 1)[-1].arguments
    assert shown["user_id"] == ALICE
    text = json.dumps(shown["view"])
    assert "what is a blue moon?" in text
    assert "public: 3 notes" in text
    assert "secret" not in text
    validate_view(shown["view"])


def test_questions_are_suggested_in_the_messages_tab(bot: Served) -> None:
    """Those of the examples."""
    slack, _, sender = bot
    sender.event(opened("messages"))
    prompts = slack.wait("assistant.threads.setSuggestedPrompts")[0].arguments
    assert prompts["channel_id"] == DIRECT
    assert {one["message"] for one in prompts["prompts"]} >= {"What is a canary release?"}


def test_a_limited_source_answers_where_it_may_and_is_not_shared_elsewhere(bot: Served) -> None:
    """In its channel, and to members of its group by command; the press of a button is looked at again."""
    slack, _, sender = bot
    elsewhere, there, member = (slack.response_url() for _ in range(3))
    sender.command(command(SALARY, elsewhere, user_id=BOB))
    assert "band of staff is nine" not in json.dumps(answered(slack, elsewhere))
    sender.command(command(SALARY, there, channel=PRIVATE, name="privategroup", user_id=BOB))
    assert "band of staff is nine" in json.dumps(answered(slack, there))
    slack.groups["S0STAFF"] = [ALICE]
    sender.command(command(SALARY, member, user_id=ALICE))
    # Who is in a group was asked before the group had members, and is asked again after some minutes.
    assert "band of staff is nine" not in json.dumps(answered(slack, member))
    refused = slack.response_url()
    value = button(answered(slack, there), "share")
    sender.interaction(press("share", value, refused, user=BOB))
    assert "Not everybody in this channel" in answered(slack, refused)["text"]
