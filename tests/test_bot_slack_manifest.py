"""The manifest: valid by Slack's own types, with the least that each variant needs."""

import json
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from jsonschema_rs import Draft7Validator

from bot.cli import cli
from bot.slack.manifest import Wishes, manifest, scopes
from ingest.errors import UsageError

ROOT = Path(__file__).resolve().parent.parent
PLAIN = {"app_mentions:read", "chat:write", "commands", "im:history"}
VARIANTS = [
    Wishes(),
    Wishes("https://bot.example.org"),
    Wishes(agent=True),
    Wishes(onboarding=True),
    Wishes(groups=True),
    Wishes("https://bot.example.org/", agent=True, onboarding=True, groups=True),
]


@cache
def schema() -> Draft7Validator:
    """Give the schema of Slack's type; it was written before `assistant:write` was."""
    path = subprocess.run(
        [ROOT / "scripts" / "slack-schema", "manifest"], capture_output=True, text=True, check=True
    ).stdout.strip()
    text = Path(path).read_text("utf-8")
    assert '"assistant:write"' not in text
    return Draft7Validator(
        json.loads(text.replace('"app_mentions:read"', '"app_mentions:read","assistant:write"'))
    )


def faults(shape: dict[str, Any]) -> Iterator[str]:
    """Give what Slack's type says against a manifest."""
    for error in schema().iter_errors(shape):
        yield f"{error.instance_path}: {error.message}"


@pytest.mark.parametrize("wishes", VARIANTS, ids=str)
def test_every_variant_is_valid(wishes: Wishes) -> None:
    """By the type that Slack's own library has of it, and by the lengths that Slack's reference gives."""
    made = manifest(wishes)
    assert list(faults(made)) == []
    told = made["display_information"]
    assert len(told["name"]) <= 35
    assert len(told["description"]) <= 140
    assert 174 <= len(told["long_description"]) <= 4_000
    assert all(
        len(one["name"]) <= 24 and len(one["description"]) <= 150 for one in made["features"]["shortcuts"]
    )


def test_the_schema_would_refuse_what_does_not_exist() -> None:
    """A scope, an event, a misspelt part."""
    made = manifest(Wishes())
    made["oauth_config"]["scopes"]["bot"].append("channels:everything")
    made["settings"]["event_subscriptions"]["bot_events"].append("message.everywhere")
    made["features"]["slash_commands"][0].pop("description")
    assert len(list(faults(made))) >= 2


@pytest.mark.parametrize(
    ("wishes", "more"),
    [
        (Wishes(), set()),
        (Wishes("https://bot.example.org"), set()),
        (Wishes(agent=True), {"assistant:write"}),
        (Wishes(groups=True), {"usergroups:read"}),
        (Wishes(onboarding=True), {"users:read"}),
    ],
    ids=str,
)
def test_it_asks_for_no_more_than_it_uses(wishes: Wishes, more: set[str]) -> None:
    """No history of channels, no e-mail addresses, no posting where it is not a member, no files."""
    made = manifest(wishes)
    assert set(scopes(wishes)) == PLAIN | more
    assert made["oauth_config"]["scopes"] == {"bot": sorted(PLAIN | more)}
    joins = {"team_join"} if wishes.onboarding else set()
    events = {"app_home_opened", "app_mention", "message.im"} | joins
    assert set(made["settings"]["event_subscriptions"]["bot_events"]) == events
    assert ("agent_view" in made["features"]) == wishes.agent


def test_over_http_everything_comes_to_one_address() -> None:
    """And by Socket Mode to none."""
    address = "https://bot.example.org/slack/events"
    for url in ("https://bot.example.org", "https://bot.example.org/", address):
        made = manifest(Wishes(url))
        settings = made["settings"]
        assert settings["socket_mode_enabled"] is False
        assert settings["interactivity"]["request_url"] == address
        assert settings["event_subscriptions"]["request_url"] == address
        assert made["features"]["slash_commands"][0]["url"] == address
    plain = manifest(Wishes())
    assert plain["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in json.dumps(plain)
    assert '"url"' not in json.dumps(plain)


@pytest.mark.parametrize(
    "url",
    ["http://bot.example.org", "bot.example.org", "https://", "https://a@bot.example.org", "https://h/?a=1"],
)
def test_an_address_that_slack_can_not_call_is_refused(url: str) -> None:
    """It says what one looks like."""
    with pytest.raises(UsageError, match="begins with https://, as in https://bot"):
        manifest(Wishes(url))


def test_the_command_prints_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the scope for user groups where a source is limited to one."""
    monkeypatch.chdir(tmp_path)
    run = CliRunner()
    printed = run.invoke(cli, ["slack", "manifest", "--agent", "--onboarding"])
    assert json.loads(printed.output) == manifest(Wishes(agent=True, onboarding=True))
    (tmp_path / "refdesk.toml").write_text('[sources.a]\npath = "a"\nvisible_to = ["S0STAFF"]\n')
    printed = run.invoke(cli, ["slack", "manifest", "--http", "https://bot.example.org"])
    assert json.loads(printed.output) == manifest(Wishes("https://bot.example.org", groups=True))
