"""A bot whose notes hold onboarding paths, what people press there, and what they get."""

from pathlib import Path
from typing import Any

from indexes import built
from slack_bots import desk_in
from slack_requests import Body, event, press
from slack_shapes import elements, shown, validate, validate_view
from slack_stand_in import TEAM, Arguments, Call, StandIn, until

from bot.config import load
from bot.render.slack.types import Message

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


def desk_with_path(folder: Path, more: str = "") -> Path:
    """Write notes with paths in them and settings into a folder, and index them; give the folder."""
    desk_in(folder, more)
    (folder / "public" / "first-week.md").write_text(PATH)
    (folder / "public" / "two.md").write_text(COLOURS)
    (folder / "public" / "second.md").write_text(SECOND)
    (folder / "secret" / "money.md").write_text(MONEY)
    settings = load(folder / "refdesk.toml", {}, {}, folder)
    built(settings.index, *settings.sources)
    return folder


def on_home(action: str, value: str, user: str, **more: Any) -> Body:  # noqa: ANN401 - parts of JSON
    """Give a press on the Home tab: it has no channel and no address to answer to."""
    body = press(action, value, "", user=user, **more)
    return {**body, "channel": None, "container": {"type": "view", "view_id": "V1"}}


def joined(user: str, **more: object) -> Body:
    """Give that somebody joined the workspace."""
    return event({"type": "team_join", "user": {"id": user, "team_id": TEAM, **more}})


def sent_to(slack: StandIn, user: str) -> list[Arguments]:
    """Give the direct messages to a person so far."""
    return [c.arguments for c in slack.called("chat.postMessage") if c.arguments["channel"] == user]


def sent(slack: StandIn, user: str, count: int) -> Arguments:
    """Give the message of this number to a person, waiting for it; it is one that Slack takes."""
    until(lambda: len(sent_to(slack, user)) >= count, lambda: f"{user}: {slack.calls}")
    message = sent_to(slack, user)[count - 1]
    validate(Message(message["text"], message["blocks"]))
    return message


def home_of(slack: StandIn, user: str, count: int) -> Arguments:
    """Give a person's Home tab of this number, waiting for it; it is one that Slack takes."""

    def views() -> list[Call]:
        return [call for call in slack.called("views.publish") if call.arguments["user_id"] == user]

    until(lambda: len(views()) >= count, lambda: f"{user}: {slack.calls}")
    view: Arguments = views()[count - 1].arguments["view"]
    validate_view(view)
    return view


def value_of(message: Arguments, label: str) -> tuple[str, str]:
    """Give the action and the value of the button with this label."""
    found = [one for one in elements(message["blocks"], "button") if one["text"]["text"] == label]
    assert found, shown(message["blocks"])
    return found[0]["action_id"], found[0]["value"]


def answered(view: Arguments, text: str, user: str) -> Body:
    """Give that a person sent the form of a check question."""
    state = {"values": {"check": {"check_text": {"type": "plain_text_input", "value": text}}}}
    return {
        "type": "view_submission",
        "team": {"id": TEAM},
        "user": {"id": user, "team_id": TEAM},
        "trigger_id": f"trigger-{text}-{user}",
        "view": {**view, "id": "V1", "state": state},
    }


def threaded(slack: StandIn, ts: str) -> None:
    """Wait until something was posted in the thread of a message."""
    until(lambda: any(c.arguments.get("thread_ts") == ts for c in slack.called("chat.postMessage")), str)


def chosen(user: str, value: str) -> Body:
    """Give that a person chose an hour for a daily stop."""
    body = on_home("onboarding_daily", "", user)
    body["actions"] = [
        {
            "action_id": "onboarding_daily",
            "type": "static_select",
            "block_id": "b",
            "selected_option": {"value": value},
        }
    ]
    return body


def home_menu(slack: StandIn, user: str, count: int) -> Arguments:
    """Give the menu of hours on a person's Home tab of this number."""
    menu: Arguments = elements(home_of(slack, user, count)["blocks"], "static_select")[0]
    return menu
