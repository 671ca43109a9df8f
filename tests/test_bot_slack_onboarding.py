"""Onboarding in Slack, against the stand-in: nothing comes unasked, and nobody sees what they may not."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

import pytest
from slack_bots import Bot, over_http
from slack_paths import (
    answered,
    chosen,
    desk_with_path,
    home_of,
    joined,
    on_home,
    sent,
    sent_to,
    threaded,
    value_of,
)
from slack_requests import ALICE, BOB, DIRECT, Slack, direct, event, opened, press
from slack_shapes import elements, shown, validate_view
from slack_stand_in import StandIn, until

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
Served = tuple[StandIn, Bot, Slack]


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Give a bot that greets who joins."""
    folder = desk_with_path(tmp_path_factory.mktemp("onboarding"), "onboarding_dm = true")
    with StandIn() as slack, over_http(folder, slack.api) as (running, sender):
        yield slack, running, sender


def test_a_path_is_walked_in_slack(bot: Served) -> None:
    """From the Home tab, stop by stop in direct messages, with the check question, to the last stop."""
    slack, _, sender = bot
    user = "U0WALKER"
    sender.event(opened(user=user))
    home = home_of(slack, user, 1)
    assert "First week" in shown(home["blocks"])
    assert ", for everybody <!here>: 2 stops" in shown(home["blocks"])
    assert "salary" not in json.dumps(home)
    assert elements(home["blocks"], "static_select") == []

    assert sender.interaction(on_home(*value_of(home, "Start"), user)) == (200, "")
    first = sent(slack, user, 1)
    text = shown(first["blocks"])
    assert "Stop 1 of 2" in text
    assert "You will need it." in text
    assert "kubectl rollout undo deployment/shop" in text
    assert "0 of 2 stops done" in shown(home_of(slack, user, 2)["blocks"])

    action, value = value_of(first, "Check yourself")
    sender.interaction(press(action, value, slack.response_url(), user=user, channel=DIRECT))
    view = slack.wait("views.open")[-1].arguments["view"]
    validate_view(view)
    assert "How do I undo a rollout?" in shown(view["blocks"])
    sender.interaction(answered(view, "run kubectl rollout undo deployment/shop", user))
    told = shown(sent(slack, user, 2)["blocks"])
    assert "what you say is what the notes say" in told
    assert "You said:\nrun kubectl rollout undo deployment/shop" in told
    assert "The notes say:" in told

    sender.interaction(press(*value_of(first, "Next stop"), slack.response_url(), user=user, channel=DIRECT))
    second = sent(slack, user, 3)
    assert "A canary release goes to a few users first." in shown(second["blocks"])
    sender.interaction(press(*value_of(second, "Skip"), slack.response_url(), user=user, channel=DIRECT))
    assert "That was the last stop of First week." in sent(slack, user, 4)["text"]
    sender.event(opened(user=user))
    assert "2 of 2 stops done" in shown(home_of(slack, user, 3)["blocks"])


def test_what_does_not_stand_at_the_stop_is_not_compared(bot: Served) -> None:
    """The person is told so, and shown what is found."""
    slack, _, sender = bot
    view = {
        "private_metadata": "second\ntwo#Colours",
        "callback_id": "onboarding_check_view",
        "type": "modal",
    }
    sender.interaction(answered(view, "the operator", "U0SECOND"))
    told = shown(sent(slack, "U0SECOND", 1)["blocks"])
    assert "does not find the answer at this stop" in told
    assert "Who is paged first is the operator." in told


def test_a_stop_of_a_source_that_one_may_not_see_is_not_there(bot: Served) -> None:
    """Neither on a path, nor as a path of its own, nor for a value that somebody made up."""
    slack, _, sender = bot
    user = "U0CURIOUS"
    for number, (action, value) in enumerate(
        [
            ("onboarding_show_0", "money"),
            ("onboarding_next", "money\nsalary"),
            ("onboarding_next", "first-week\nsalary#What is the salary band?"),
            ("onboarding_skip", "nonsense"),
        ],
        1,
    ):
        sender.interaction(on_home(action, value, user))
        assert "not in the notes any more" in sent(slack, user, number)["text"]
    sender.interaction(press("onboarding_check", "money\nsalary", slack.response_url(), user=user))
    until(lambda: any("No longer kept" in str(call.arguments) for call in slack.called("views.open")), str)
    sender.interaction(
        answered(
            {"private_metadata": "money\nsalary", "callback_id": "onboarding_check_view", "type": "modal"},
            "x",
            user,
        )
    )
    assert "not in the notes any more" in sent(slack, user, 5)["text"]
    assert "nine" not in json.dumps(sent_to(slack, user))


def test_who_joins_is_greeted_once(bot: Served) -> None:
    """However often the event comes; a bot that joins is not."""
    slack, _, sender = bot
    body = joined("U0NEW")
    sender.event(joined("U0ROBOT", is_bot=True))
    sender.event(event({"type": "team_join", "user": "U0ODD"}))
    for _ in range(2):
        sender.event(body)
    greeting = sent(slack, "U0NEW", 1)
    assert greeting["text"].startswith("Welcome!")
    assert value_of(greeting, "Start") == ("onboarding_show_0", "first-week")
    sender.event(direct("help", user="U0LATER"))
    until(
        lambda: any("U0LATER" in str(c.arguments) or c.method == "chat.postMessage" for c in slack.calls), str
    )
    assert len(sent_to(slack, "U0NEW")) == 1
    assert sent_to(slack, "U0ROBOT") == []


def test_who_joins_is_not_greeted_unless_the_settings_say_so(tmp_path: Path) -> None:
    """Nothing is ever sent unasked."""
    with StandIn() as slack, over_http(desk_with_path(tmp_path), slack.api) as (_, sender):
        sender.event(joined("U0NEW"))
        sender.event(opened(user=BOB))
        home_of(slack, BOB, 1)
        assert slack.called("chat.postMessage") == []


def test_strangers_get_no_stop(bot: Served) -> None:
    """Somebody of another company is told that it is not for them, and their form is not answered."""
    slack, _, sender = bot
    stranger = on_home("onboarding_show_0", "first-week", "U0FOREIGN")
    stranger["user"]["team_id"] = "T0OTHER"
    sender.interaction(stranger)
    until(lambda: any(c.arguments["user"] == "U0FOREIGN" for c in slack.called("chat.postEphemeral")), str)
    form = answered(
        {"private_metadata": "first-week\nx", "callback_id": "onboarding_check_view", "type": "modal"},
        "x",
        "U0FOREIGN",
    )
    form["user"]["team_id"] = "T0OTHER"
    sender.interaction(form)
    sender.event(event({"type": "team_join", "user": {"id": "U0FOREIGN", "team_id": "T0OTHER"}}))
    sender.event(opened(user=ALICE))
    home_of(slack, ALICE, 1)
    assert sent_to(slack, "U0FOREIGN") == []


def test_what_newcomers_ask_is_remembered_with_its_verdict(
    bot: Served, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Of who began a path, and of nobody else."""
    slack, _, sender = bot
    sender.interaction(on_home("onboarding_show_0", "first-week", "U0ASKER"))
    sent(slack, "U0ASKER", 1)
    for user in ("U0ASKER", "U0OLD"):
        body = direct("what is a quux?", user=user)
        sender.event(body)
        ts = body["event"]["ts"]
        threaded(slack, ts)
    folder = next(tmp_path_factory.getbasetemp().glob("onboarding*"))
    with closing(connect(folder / ".refdesk-state" / "state.sqlite")) as connection:
        rows = connection.execute("SELECT user_id, question FROM newcomer_questions").fetchall()
    assert rows == [("U0ASKER", "what is a quux?")]


def test_who_may_see_nothing_has_no_paths(tmp_path: Path) -> None:
    """The Home tab has none, and whatever is pressed or sent leads nowhere."""
    folder = desk_with_path(tmp_path, "onboarding_dm = true")
    config = folder / "refdesk.toml"
    config.write_text(
        config.read_text().replace('path = "public"', 'path = "public"\nvisible_to = ["C0NOBODY"]')
    )
    with StandIn() as slack, over_http(folder, slack.api) as (_, sender):
        sender.event(opened(user=ALICE))
        assert "Find your way in" not in shown(home_of(slack, ALICE, 1)["blocks"])
        sender.interaction(on_home("onboarding_show_0", "first-week", ALICE))
        assert "not in the notes any more" in sent(slack, ALICE, 1)["text"]
        sender.interaction(chosen(ALICE, "9"))
        sender.interaction(press("onboarding_check", "first-week\nx", slack.response_url()))
        view = {"private_metadata": "first-week\nx", "callback_id": "onboarding_check_view", "type": "modal"}
        sender.interaction(answered(view, "x", ALICE))
        sent(slack, ALICE, 2)
        sender.event(joined("U0NEW"))
        sender.event(opened(user=BOB))
        home_of(slack, BOB, 1)
        assert sent_to(slack, "U0NEW") == []
