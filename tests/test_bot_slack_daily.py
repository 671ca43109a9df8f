"""A daily stop comes to who asked for it, on working days at their hour, and to nobody else."""

from datetime import datetime
from pathlib import Path

import pytest
from slack_bots import over_http
from slack_paths import chosen, desk_with_path, home_menu, home_of, on_home, sent, sent_to, value_of
from slack_requests import DIRECT, press
from slack_shapes import elements, shown
from slack_stand_in import TEAM, StandIn, until
from states import Clock
from states import opened as state_in

from bot.state.daily import ask_daily, claim_due, daily_hour, end_daily, sent_daily
from bot.state.database import State
from bot.state.walks import Person

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]


def test_a_daily_stop_comes_only_to_who_asks_for_it(tmp_path: Path) -> None:
    """At the hour chosen on the Home tab, and it can be ended there."""
    folder = desk_with_path(tmp_path)
    user = "U0DAILY"
    with (
        StandIn() as slack,
        over_http(folder, slack.api, REFDESK_TEST_LOOK="0.1", REFDESK_TEST_NOW="2026-11-25T09:00") as (
            _,
            sender,
        ),
    ):
        sender.interaction(on_home("onboarding_show_0", "first-week", user))
        sent(slack, user, 1)
        menu = elements(home_of(slack, user, 1)["blocks"], "static_select")[0]
        assert menu["initial_option"]["value"] == "-"
        assert "9" in [option["value"] for option in menu["options"]]
        sender.interaction(chosen(user, "9"))
        daily = sent(slack, user, 2)
        assert "Stop 1 of 2" in shown(daily["blocks"])
        assert home_menu(slack, user, 2)["initial_option"]["value"] == "9"
        sender.interaction(
            press(*value_of(daily, "Done for today"), slack.response_url(), user=user, channel=DIRECT)
        )
        assert "Done: stop 1 of 2." in sent(slack, user, 3)["text"]
        sender.interaction(chosen(user, "-"))
        assert home_menu(slack, user, 3)["initial_option"]["value"] == "-"
    with state_in(folder / ".refdesk-state", Clock()) as state:
        assert daily_hour(state, Person(TEAM, user)) is None


def test_a_daily_stop_ends_with_its_path_and_is_not_said_twice(tmp_path: Path) -> None:
    """Who is still at the stop of yesterday is left alone; what is finished or gone ends it."""
    folder = desk_with_path(tmp_path)
    still, gone, new = (Person(TEAM, user) for user in ("U0STILL", "U0GONE", "U0NEXT"))
    with State.open(folder / ".refdesk-state") as state:
        for person, path in ((still, "first-week"), (gone, "lost"), (new, "first-week")):
            ask_daily(state, person, path, 9)
        sent_daily(state, still, "rollback#How do I undo a rollout?")
    daily = {"REFDESK_TEST_LOOK": "0.1", "REFDESK_TEST_NOW": "2026-11-25T09:00"}
    with StandIn() as slack, over_http(folder, slack.api, **daily):
        sent(slack, "U0NEXT", 1)
        with State.open(folder / ".refdesk-state") as state:
            until(lambda: daily_hour(state, gone) is None, str)
            assert (daily_hour(state, still), daily_hour(state, new)) == (9, 9)
        assert sent_to(slack, "U0STILL") == []


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
