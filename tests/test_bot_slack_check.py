"""`refdesk slack` and `--check`: what is missing or wrong, in words."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from slack_bots import PROGRAM, desk_in, environment
from slack_stand_in import Fault, StandIn

from bot.config import load
from bot.slack.check import check
from bot.slack.pulse import Pulse
from bot.slack.service import client_of
from bot.slack.settings import Tokens
from bot.slack.web import bound
from ingest.errors import UsageError

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]
ALL = "xoxb-1", "xapp-1", "secret"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with indexed notes."""
    return desk_in(tmp_path_factory.mktemp("check"))


@pytest.fixture
def slack() -> Iterator[StandIn]:
    """Give a stand-in for Slack that grants all scopes."""
    with StandIn() as slack:
        slack.scopes += ",usergroups:read"
        yield slack


def found(folder: Path, tokens: Tokens, *, http: bool = False, **slack: object) -> list[str]:
    """Give what is found, each with a mark in front of it."""
    settings = load(folder / "refdesk.toml", {}, {}, folder)
    settings = replace(settings, slack=replace(settings.slack, **slack))  # type: ignore[arg-type]
    findings = check(settings, tokens, client_of(tokens), http=http)
    return [f"{'+' if one.fine else '-'} {one.words}" for one in findings]


def wrong(lines: list[str]) -> list[str]:
    """Give those that are wrong."""
    return [line for line in lines if line.startswith("-")]


def test_where_all_is_well_it_says_so(folder: Path, slack: StandIn) -> None:
    """Of the tokens, the scopes, the connection, the index and the state."""
    lines = found(folder, Tokens(*ALL, slack.api))
    assert wrong(lines) == []
    assert lines[:3] == [
        "+ the bot is U0BOT in the workspace T0TEAM https://team.example.org/",
        "+ the scopes are there",
        "+ Socket Mode opens",
    ]
    assert lines[3].startswith("+ the index holds 4 passages, built ")
    assert lines[4].endswith("can be written; 0 questions wait there")
    Pulse(folder / ".refdesk-state").beat()
    assert "was last connected to Slack" in found(folder, Tokens(*ALL, slack.api), http=True)[-1]


def test_missing_tokens_are_named(folder: Path) -> None:
    """Nothing is asked of Slack then."""
    lines = wrong(found(folder, Tokens()))
    assert "SLACK_BOT_TOKEN is not set" in lines[0]
    assert "SLACK_APP_TOKEN is not set" in lines[1]
    assert "without SLACK_BOT_TOKEN Slack can not be asked anything" in lines[2]


def test_refused_tokens_are_named(folder: Path, slack: StandIn) -> None:
    """With where to get others."""
    slack.faults["auth.test"] = [Fault(error="invalid_auth")]
    slack.faults["apps.connections.open"] = [Fault(error="missing_scope")]
    lines = wrong(found(folder, Tokens(*ALL, slack.api)))
    assert (
        lines[0] == "- Slack refuses SLACK_BOT_TOKEN (invalid_auth): copy it again from OAuth & Permissions"
    )
    assert "SLACK_APP_TOKEN (missing_scope): it needs the scope connections:write" in lines[1]


def test_scopes_are_compared(folder: Path, slack: StandIn) -> None:
    """Those that are missing, and those that are not needed."""
    slack.scopes = "commands,im:history,app_mentions:read,usergroups:read"
    assert "the scopes chat:write are missing: paste" in wrong(found(folder, Tokens(*ALL, slack.api)))[0]
    slack.scopes += ",chat:write,channels:history"
    assert "+ the scopes are there; not needed are channels:history" in found(folder, Tokens(*ALL, slack.api))
    slack.scopes = ""
    assert "Slack does not say which scopes" in found(folder, Tokens(*ALL, slack.api))[1]


def test_a_workspace_that_is_left_out_is_named(folder: Path, slack: StandIn) -> None:
    """It would refuse everybody."""
    tokens = Tokens(*ALL, slack.api)
    assert "leaves out T0TEAM" in wrong(found(folder, tokens, workspaces=("T0OTHER",)))[0]
    assert wrong(found(folder, tokens, workspaces=("T0TEAM",))) == []


def test_slack_being_away_is_named(folder: Path) -> None:
    """With the address that was tried."""
    lines = wrong(found(folder, Tokens(*ALL, "http://127.0.0.1:9/")))
    assert [line[:53] for line in lines] == ["- Slack can not be reached at http://127.0.0.1:9/: <u"] * 2


def test_a_missing_index_and_a_hidden_source_are_named(tmp_path: Path, slack: StandIn) -> None:
    """And a state that is none."""
    tokens = Tokens(*ALL, slack.api)
    (tmp_path / "refdesk.toml").write_text(f"state = '{tmp_path / 'state'}'\n")
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "state.sqlite").write_text("no database, but long enough to be looked at" * 20)
    lines = wrong(found(tmp_path, tokens))
    assert "refdesk index" in lines[0]
    assert "state.sqlite is damaged" in lines[1]
    (tmp_path / "state" / "state.sqlite").unlink()
    folder = desk_in(tmp_path)
    settings = folder / "refdesk.toml"
    settings.write_text(settings.read_text().replace("sources.public", "sources.renamed"))
    assert (
        "sources that the settings do not know, and nobody sees them: public"
        in wrong(found(folder, tokens))[0]
    )


def run(folder: Path, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run `refdesk slack` in a folder."""
    api = variables.pop("api", "http://127.0.0.1:9/")
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, "slack", *words],
        cwd=folder,
        env=environment(api, **variables),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_command_says_it_and_ends_with_it(folder: Path, slack: StandIn) -> None:
    """Status 0 where all is well, 1 where something is wrong, 2 where it can't start."""
    slack.scopes += ",usergroups:read"
    done = run(folder, "--check", api=slack.api)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("ok: the bot is U0BOT in the workspace T0TEAM")
    done = run(folder, "--check", "--http", api=slack.api, SLACK_SIGNING_SECRET="")
    assert done.returncode == 1
    assert "WRONG: SLACK_SIGNING_SECRET is not set: it is under Basic Information" in done.stdout
    done = run(folder, SLACK_APP_TOKEN="xoxb-2")  # noqa: S106 - nobody's
    assert done.returncode == 2
    assert "error: SLACK_APP_TOKEN should begin with xapp-" in done.stderr
    assert "xoxb" not in done.stderr.replace("begin with xoxb-", "")


def test_an_address_that_is_taken_or_unknown_is_an_error(folder: Path) -> None:
    """That says what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(folder, "--http", "--port", str(port))
    assert done.returncode == 2
    assert f"can not listen on 127.0.0.1:{port}: Address already in use; name another --port" in done.stderr
    with pytest.raises(UsageError, match=r"--host nowhere\.invalid: .*; name an address of this machine"):
        bound("nowhere.invalid", 3000)
