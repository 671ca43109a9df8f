"""Onboarding in Slack, against the stand-in: nothing comes unasked, and nobody sees what they may not."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from sqlite3 import connect
from typing import Any

import pytest
from asking import note, passages
from indexes import built
from slack_bots import Bot, desk_in, over_http
from slack_requests import ALICE, BOB, DIRECT, Body, Slack, direct, event, opened, press
from slack_shapes import elements, shown, validate, validate_view
from slack_stand_in import TEAM, Arguments, Call, StandIn, until
from states import Clock
from states import opened as state_in

from bot.config import load
from bot.contract import ranked
from bot.onboarding.grading import Grade
from bot.render.slack.onboarding import (
    PathFacts,
    StopFacts,
    check_view,
    checked_message,
    end_message,
    onboarding_blocks,
    stop_message,
    welcome_message,
)
from bot.render.slack.types import Message
from bot.state.daily import ask_daily, claim_due, daily_hour, end_daily, sent_daily
from bot.state.database import State
from bot.state.walks import Person
from index.types import Hit

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
Served = tuple[StandIn, Bot, Slack]

PATH = """---
title: First week
onboarding:
  for: everybody <!here>
  stops:
    - read: rollback#How do I undo a rollout?
      why: You will need it.
      check: How do I undo a rollout?
    - read: canary#What is a canary release?
    - read: gone
    - read: salary#What is the salary band?
---
# First week

Read on.
"""
COLOURS = (
    "# Two\n\n## Colours\n\nThe logo is green.\n\n"
    "## Who is paged first?\n\nWho is paged first is the operator.\n"
)
SECOND = """---
onboarding:
  stops:
    - read: two#Colours
      check: Who is paged first?
---
# Second

Text.
"""
MONEY = "---\nonboarding:\n  stops:\n    - read: salary\n---\n# Money\n\nText.\n"


def _desk(folder: Path, more: str = "") -> Path:
    desk_in(folder, more)
    (folder / "public" / "first-week.md").write_text(PATH)
    (folder / "public" / "two.md").write_text(COLOURS)
    (folder / "public" / "second.md").write_text(SECOND)
    (folder / "secret" / "money.md").write_text(MONEY)
    settings = load(folder / "refdesk.toml", {}, {}, folder)
    built(settings.index, *settings.sources)
    return folder


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Give a bot that greets who joins."""
    folder = _desk(tmp_path_factory.mktemp("onboarding"), "onboarding_dm = true")
    with StandIn() as slack, over_http(folder, slack.api) as (running, sender):
        yield slack, running, sender


def _on_home(action: str, value: str, user: str, **more: Any) -> Body:  # noqa: ANN401 - parts of JSON
    """Give a press on the Home tab: it has no channel and no address to answer to."""
    body = press(action, value, "", user=user, **more)
    return {**body, "channel": None, "container": {"type": "view", "view_id": "V1"}}


def _joined(user: str, **more: object) -> Body:
    return event({"type": "team_join", "user": {"id": user, "team_id": TEAM, **more}})


def _sent_to(slack: StandIn, user: str) -> list[Arguments]:
    return [c.arguments for c in slack.called("chat.postMessage") if c.arguments["channel"] == user]


def _sent(slack: StandIn, user: str, count: int) -> Arguments:
    """Give the message of this number to a person, waiting for it; it is one that Slack takes."""
    until(lambda: len(_sent_to(slack, user)) >= count, lambda: f"{user}: {slack.calls}")
    message = _sent_to(slack, user)[count - 1]
    validate(Message(message["text"], message["blocks"]))
    return message


def _home(slack: StandIn, user: str, count: int) -> Arguments:
    def views() -> list[Call]:
        return [call for call in slack.called("views.publish") if call.arguments["user_id"] == user]

    until(lambda: len(views()) >= count, lambda: f"{user}: {slack.calls}")
    view: Arguments = views()[count - 1].arguments["view"]
    validate_view(view)
    return view


def _value(message: Arguments, label: str) -> tuple[str, str]:
    """Give the action and the value of the button with this label."""
    found = [one for one in elements(message["blocks"], "button") if one["text"]["text"] == label]
    assert found, shown(message["blocks"])
    return found[0]["action_id"], found[0]["value"]


def test_a_path_is_walked_in_slack(bot: Served) -> None:
    """From the Home tab, stop by stop in direct messages, with the check question, to the last stop."""
    slack, _, sender = bot
    user = "U0WALKER"
    sender.event(opened(user=user))
    home = _home(slack, user, 1)
    assert "First week" in shown(home["blocks"])
    assert ", for everybody <!here>: 2 stops" in shown(home["blocks"])
    assert "salary" not in json.dumps(home)
    assert elements(home["blocks"], "static_select") == []

    assert sender.interaction(_on_home(*_value(home, "Start"), user)) == (200, "")
    first = _sent(slack, user, 1)
    text = shown(first["blocks"])
    assert "Stop 1 of 2" in text
    assert "You will need it." in text
    assert "kubectl rollout undo deployment/shop" in text
    assert "0 of 2 stops done" in shown(_home(slack, user, 2)["blocks"])

    action, value = _value(first, "Check yourself")
    sender.interaction(press(action, value, slack.response_url(), user=user, channel=DIRECT))
    view = slack.wait("views.open")[-1].arguments["view"]
    validate_view(view)
    assert "How do I undo a rollout?" in shown(view["blocks"])
    sender.interaction(_answered(view, "run kubectl rollout undo deployment/shop", user))
    told = shown(_sent(slack, user, 2)["blocks"])
    assert "what you say is what the notes say" in told
    assert "You said:\nrun kubectl rollout undo deployment/shop" in told
    assert "The notes say:" in told

    sender.interaction(press(*_value(first, "Next stop"), slack.response_url(), user=user, channel=DIRECT))
    second = _sent(slack, user, 3)
    assert "A canary release goes to a few users first." in shown(second["blocks"])
    sender.interaction(press(*_value(second, "Skip"), slack.response_url(), user=user, channel=DIRECT))
    assert "That was the last stop of First week." in _sent(slack, user, 4)["text"]
    sender.event(opened(user=user))
    assert "2 of 2 stops done" in shown(_home(slack, user, 3)["blocks"])


def _answered(view: Arguments, text: str, user: str) -> Body:
    state = {"values": {"check": {"check_text": {"type": "plain_text_input", "value": text}}}}
    return {
        "type": "view_submission",
        "team": {"id": TEAM},
        "user": {"id": user, "team_id": TEAM},
        "trigger_id": f"trigger-{text}-{user}",
        "view": {**view, "id": "V1", "state": state},
    }


def test_what_does_not_stand_at_the_stop_is_not_compared(bot: Served) -> None:
    """The person is told so, and shown what is found."""
    slack, _, sender = bot
    view = {
        "private_metadata": "second\ntwo#Colours",
        "callback_id": "onboarding_check_view",
        "type": "modal",
    }
    sender.interaction(_answered(view, "the operator", "U0SECOND"))
    told = shown(_sent(slack, "U0SECOND", 1)["blocks"])
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
        sender.interaction(_on_home(action, value, user))
        assert "not in the notes any more" in _sent(slack, user, number)["text"]
    sender.interaction(press("onboarding_check", "money\nsalary", slack.response_url(), user=user))
    until(lambda: any("No longer kept" in str(call.arguments) for call in slack.called("views.open")), str)
    sender.interaction(
        _answered(
            {"private_metadata": "money\nsalary", "callback_id": "onboarding_check_view", "type": "modal"},
            "x",
            user,
        )
    )
    assert "not in the notes any more" in _sent(slack, user, 5)["text"]
    assert "nine" not in json.dumps(_sent_to(slack, user))


def test_who_joins_is_greeted_once(bot: Served) -> None:
    """However often the event comes; a bot that joins is not."""
    slack, _, sender = bot
    body = _joined("U0NEW")
    sender.event(_joined("U0ROBOT", is_bot=True))
    sender.event(event({"type": "team_join", "user": "U0ODD"}))
    for _ in range(2):
        sender.event(body)
    greeting = _sent(slack, "U0NEW", 1)
    assert greeting["text"].startswith("Welcome!")
    assert _value(greeting, "Start") == ("onboarding_show_0", "first-week")
    sender.event(direct("help", user="U0LATER"))
    until(
        lambda: any("U0LATER" in str(c.arguments) or c.method == "chat.postMessage" for c in slack.calls), str
    )
    assert len(_sent_to(slack, "U0NEW")) == 1
    assert _sent_to(slack, "U0ROBOT") == []


def test_who_joins_is_not_greeted_unless_the_settings_say_so(tmp_path: Path) -> None:
    """Nothing is ever sent unasked."""
    with StandIn() as slack, over_http(_desk(tmp_path), slack.api) as (_, sender):
        sender.event(_joined("U0NEW"))
        sender.event(opened(user=BOB))
        _home(slack, BOB, 1)
        assert slack.called("chat.postMessage") == []


def test_strangers_get_no_stop(bot: Served) -> None:
    """Somebody of another company is told that it is not for them, and their form is not answered."""
    slack, _, sender = bot
    stranger = _on_home("onboarding_show_0", "first-week", "U0FOREIGN")
    stranger["user"]["team_id"] = "T0OTHER"
    sender.interaction(stranger)
    until(lambda: any(c.arguments["user"] == "U0FOREIGN" for c in slack.called("chat.postEphemeral")), str)
    form = _answered(
        {"private_metadata": "first-week\nx", "callback_id": "onboarding_check_view", "type": "modal"},
        "x",
        "U0FOREIGN",
    )
    form["user"]["team_id"] = "T0OTHER"
    sender.interaction(form)
    sender.event(event({"type": "team_join", "user": {"id": "U0FOREIGN", "team_id": "T0OTHER"}}))
    sender.event(opened(user=ALICE))
    _home(slack, ALICE, 1)
    assert _sent_to(slack, "U0FOREIGN") == []


def test_what_newcomers_ask_is_remembered_with_its_verdict(
    bot: Served, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Of who began a path, and of nobody else."""
    slack, _, sender = bot
    sender.interaction(_on_home("onboarding_show_0", "first-week", "U0ASKER"))
    _sent(slack, "U0ASKER", 1)
    for user in ("U0ASKER", "U0OLD"):
        body = direct("what is a quux?", user=user)
        sender.event(body)
        ts = body["event"]["ts"]
        _threaded(slack, ts)
    folder = next(tmp_path_factory.getbasetemp().glob("onboarding*"))
    with closing(connect(folder / ".refdesk-state" / "state.sqlite")) as connection:
        rows = connection.execute("SELECT user_id, question FROM newcomer_questions").fetchall()
    assert rows == [("U0ASKER", "what is a quux?")]


def _threaded(slack: StandIn, ts: str) -> None:
    until(lambda: any(c.arguments.get("thread_ts") == ts for c in slack.called("chat.postMessage")), str)


def test_a_daily_stop_comes_only_to_who_asks_for_it(tmp_path: Path) -> None:
    """At the hour chosen on the Home tab, and it can be ended there."""
    folder = _desk(tmp_path)
    user = "U0DAILY"
    with (
        StandIn() as slack,
        over_http(folder, slack.api, REFDESK_TEST_LOOK="0.1", REFDESK_TEST_NOW="2026-11-25T09:00") as (
            _,
            sender,
        ),
    ):
        sender.interaction(_on_home("onboarding_show_0", "first-week", user))
        _sent(slack, user, 1)
        menu = elements(_home(slack, user, 1)["blocks"], "static_select")[0]
        assert menu["initial_option"]["value"] == "-"
        assert "9" in [option["value"] for option in menu["options"]]
        sender.interaction(_chosen(user, "9"))
        daily = _sent(slack, user, 2)
        assert "Stop 1 of 2" in shown(daily["blocks"])
        assert _home_menu(slack, user, 2)["initial_option"]["value"] == "9"
        sender.interaction(
            press(*_value(daily, "Done for today"), slack.response_url(), user=user, channel=DIRECT)
        )
        assert "Done: stop 1 of 2." in _sent(slack, user, 3)["text"]
        sender.interaction(_chosen(user, "-"))
        assert _home_menu(slack, user, 3)["initial_option"]["value"] == "-"
    with state_in(folder / ".refdesk-state", Clock()) as state:
        assert daily_hour(state, Person(TEAM, user)) is None


def test_a_daily_stop_ends_with_its_path_and_is_not_said_twice(tmp_path: Path) -> None:
    """Who is still at the stop of yesterday is left alone; what is finished or gone ends it."""
    folder = _desk(tmp_path)
    still, gone, new = (Person(TEAM, user) for user in ("U0STILL", "U0GONE", "U0NEXT"))
    with State.open(folder / ".refdesk-state") as state:
        for person, path in ((still, "first-week"), (gone, "lost"), (new, "first-week")):
            ask_daily(state, person, path, 9)
        sent_daily(state, still, "rollback#How do I undo a rollout?")
    daily = {"REFDESK_TEST_LOOK": "0.1", "REFDESK_TEST_NOW": "2026-11-25T09:00"}
    with StandIn() as slack, over_http(folder, slack.api, **daily):
        _sent(slack, "U0NEXT", 1)
        with State.open(folder / ".refdesk-state") as state:
            until(lambda: daily_hour(state, gone) is None, str)
            assert (daily_hour(state, still), daily_hour(state, new)) == (9, 9)
        assert _sent_to(slack, "U0STILL") == []


def test_who_may_see_nothing_has_no_paths(tmp_path: Path) -> None:
    """The Home tab has none, and whatever is pressed or sent leads nowhere."""
    folder = _desk(tmp_path, "onboarding_dm = true")
    config = folder / "refdesk.toml"
    config.write_text(
        config.read_text().replace('path = "public"', 'path = "public"\nvisible_to = ["C0NOBODY"]')
    )
    with StandIn() as slack, over_http(folder, slack.api) as (_, sender):
        sender.event(opened(user=ALICE))
        assert "Find your way in" not in shown(_home(slack, ALICE, 1)["blocks"])
        sender.interaction(_on_home("onboarding_show_0", "first-week", ALICE))
        assert "not in the notes any more" in _sent(slack, ALICE, 1)["text"]
        sender.interaction(_chosen(ALICE, "9"))
        sender.interaction(press("onboarding_check", "first-week\nx", slack.response_url()))
        view = {"private_metadata": "first-week\nx", "callback_id": "onboarding_check_view", "type": "modal"}
        sender.interaction(_answered(view, "x", ALICE))
        _sent(slack, ALICE, 2)
        sender.event(_joined("U0NEW"))
        sender.event(opened(user=BOB))
        _home(slack, BOB, 1)
        assert _sent_to(slack, "U0NEW") == []


def test_what_is_shown_fits_whatever_the_notes_hold() -> None:
    """Long and hostile titles, reasons, questions and texts: Slack takes all of it, and nothing acts."""
    nasty = "<!here> <@U1> *x* `y` \x1b[31m \u202e " + "long " * 4_000
    document = note(f"# A\n\n## B\n\n{nasty}\n\n| a |\n|---|\n| {nasty[:200]} |\n")
    found = passages(document, 20_000)
    (first, *_) = ranked([Hit(found[0], 0.0, 0.0, None)], {})
    stop = StopFacts("path", "note#B", 1, 2, nasty, nasty, nasty, first)
    today = date(2026, 11, 27)
    validate(stop_message(stop, today=today, daily=True))
    validate_view(check_view(stop))
    for grade in (*Grade, None):
        validate(checked_message(stop, nasty, grade, (), today=today))
    validate(end_message(nasty))
    paths = [PathFacts(f"p{n}", nasty, nasty, n % 2, 1, begun=n > 1) for n in range(9)]
    validate(welcome_message(paths))
    blocks = onboarding_blocks([PathFacts("p", nasty, "", 0, 2, begun=True), *paths], 3)
    validate_view({"type": "home", "blocks": list(blocks)})
    assert onboarding_blocks([], 9) == ()


def _chosen(user: str, value: str) -> Body:
    body = _on_home("onboarding_daily", "", user)
    body["actions"] = [
        {
            "action_id": "onboarding_daily",
            "type": "static_select",
            "block_id": "b",
            "selected_option": {"value": value},
        }
    ]
    return body


def _home_menu(slack: StandIn, user: str, count: int) -> Arguments:
    menu: Arguments = elements(_home(slack, user, count)["blocks"], "static_select")[0]
    return menu


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-25T09:00", True),
        ("2026-11-25T11:59", True),
        ("2026-11-25T08:59", False),
        ("2026-11-25T12:00", False),
        ("2026-11-28T09:00", False),
        ("2026-11-29T09:00", False),
    ],
    ids=["its hour", "late", "before", "too late", "Saturday", "Sunday"],
)
def test_a_stop_is_due_on_working_days_at_its_hour(tmp_path: Path, now: str, due: bool) -> None:  # noqa: FBT001 - a case
    """Up to three hours late, since the bot may have been down."""
    alice = Person("T1", "U1")
    with state_in(tmp_path) as state:
        ask_daily(state, alice, "week", 9)
        assert bool(claim_due(state, datetime.fromisoformat(now))) is due


def test_a_stop_is_due_once_a_day(tmp_path: Path) -> None:
    """To one process alone, with what was sent before; and not after it was ended."""
    alice, now = Person("T1", "U1"), datetime.fromisoformat("2026-11-25T09:00")
    with state_in(tmp_path) as state:
        ask_daily(state, alice, "other", 7)
        ask_daily(state, alice, "week", 9)
        assert daily_hour(state, alice) == 9
        (first,) = claim_due(state, now)
        assert (first.person, first.path, first.last) == (alice, "week", "")
        assert claim_due(state, now) == ()
        sent_daily(state, alice, "a")
        assert [one.last for one in claim_due(state, now.replace(day=26))] == ["a"]
        end_daily(state, alice)
        assert claim_due(state, now.replace(day=27)) == ()
