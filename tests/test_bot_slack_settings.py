"""What is set for Slack: where a mistake stands, where a source is visible, and that no secret is shown."""

import traceback
from pathlib import Path

import pytest

from bot.config import load
from bot.slack.settings import SLACK_API, SlackSettings, Tokens
from ingest.errors import UsageError

ALL = """
sources = ["notes"]

[slack]
workspaces = ["T0123ABCD", "E0123ABCD"]
ask_team_channel = "C0123ABCD"
retention_days = 30
questions_per_minute = 5
queue = 50
workers = 4
examples = ["how do I undo a rollout?"]
"""
SECRETS = "set SLACK_BOT_TOKEN, SLACK_APP_TOKEN and SLACK_SIGNING_SECRET in the environment"
# Made up, as every token in these tests.
TOKEN = "xoxb-" + "1234567890-abcdefghij"


def written(folder: Path, text: str) -> Path:
    """Write the file of settings."""
    file = folder / "refdesk.toml"
    file.write_text(text, "utf-8")
    return file


def refusal(folder: Path, text: str) -> str:
    """Give what is said of a file, without the path that it begins with; no part of it shows a token."""
    file = written(folder, text)
    with pytest.raises(UsageError) as caught:
        load(None, {}, {}, folder)
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    assert str(caught.value).startswith(f"{file}:")
    return str(caught.value).removeprefix(f"{file}:")


def test_a_table_sets_everything(tmp_path: Path) -> None:
    """Each key of `[slack]`; without the table all has its default."""
    written(tmp_path, ALL)
    assert load(None, {}, {}, tmp_path).slack == SlackSettings(
        workspaces=("T0123ABCD", "E0123ABCD"),
        ask_team_channel="C0123ABCD",
        retention_days=30,
        questions_per_minute=5,
        queue=50,
        workers=4,
        examples=("how do I undo a rollout?",),
    )
    written(tmp_path, "")
    settings = load(None, {}, {}, tmp_path)
    assert settings.slack == SlackSettings((), None, 90, 10, 200, 2, ())
    assert (settings.visible_to, settings.state) == ({}, tmp_path / ".refdesk-state")


def test_the_state_may_lie_elsewhere(tmp_path: Path) -> None:
    """A path in the file is relative to it, and the variable wins."""
    (tmp_path / "below").mkdir()
    written(tmp_path, 'state = "kept"')
    assert load(None, {}, {}, tmp_path / "below").state == tmp_path / "kept"
    environ = {"REFDESK_STATE": "other"}
    assert load(None, {}, environ, tmp_path / "below").state == tmp_path / "below" / "other"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "[slack]\nworkspaces = []\n\nworker = 2",
            "4: slack.worker is not a setting of Slack; did you mean workers?",
        ),
        (
            "\n[slack]\nzzz = 2",
            (
                "3: slack.zzz is not a setting of Slack; there are: workspaces, ask_team_channel, "
                "retention_days, questions_per_minute, queue, workers, examples, onboarding_dm"
            ),
        ),
        ("slack.workers = 0", "1: slack.workers should be a whole number from 1 to 64, not 0"),
        ("slack = {queue = '3'}", "1: slack.queue should be a whole number from 1 to 100000, not '3'"),
        ("k = 1\nslack = 3", "2: slack should be a table, as in [slack]"),
        ("[[slack]]\nqueue = 1", "1: slack should be a table, as in [slack]"),
        (
            "[slack]\nworkspaces = ['my team']",
            "2: slack.workspaces should be a list of workspace ids, as in [\"T0123ABCD\"], not ['my team']",
        ),
        (
            "[slack]\n# where to ask\nask_team_channel = '#help'",
            ("3: slack.ask_team_channel should be the id of a channel, as in \"C0123ABCD\", not '#help'"),
        ),
        (
            "[slack]\nretention_days = 0",
            "2: slack.retention_days should be a whole number from 1 to 3650, not 0",
        ),
        (
            "[slack]\nexamples = ['']",
            "2: slack.examples should be a list of questions, as in [\"how do I undo a rollout?\"], not ['']",
        ),
        ("k = 1\nslak = 1", "2: slak is not a setting; did you mean slack?"),
        (
            "visible_to = ['C0123ABCD']",
            (
                "1: visible_to is not a setting; there are: sources, index, encoder, models, reader, k, "
                "max_bytes, "
                "threads, keep_generations, keep_days, stale_days, state, slack"
            ),
        ),
        (
            "[sources.a]\npath='a'\nvisible_to = ['#general']",
            (
                '3: sources.a.visible_to should be a list of ids of channels and user groups, and of "dm", '
                'as in ["C0123ABCD", "S0123ABCD", "dm"], not [\'#general\']'
            ),
        ),
        (
            "[sources.a]\npath='a'\nvisible_to = 'dm'",
            (
                '3: sources.a.visible_to should be a list of ids of channels and user groups, and of "dm", '
                'as in ["C0123ABCD", "S0123ABCD", "dm"], not \'dm\''
            ),
        ),
        (
            "[sources.a]\npath='a'\nvisible = []",
            "1: sources.a.visible is not a setting of a source; did you mean visible_to?",
        ),
        (
            "[sources.a]\npath='a'\n[sources.b]\npath='./x/../a/'\nvisible_to = ['dm']",
            (
                "3: sources.b: a is the same place, and visible to others; give both the same visible_to, or "
                "leave one out"
            ),
        ),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    """The message has the file, the line, the key, what is wrong and what was expected."""
    (tmp_path / "a").mkdir()
    (tmp_path / "x").mkdir()
    assert refusal(tmp_path, text) == said


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (f"[slack]\nbot_token = '{TOKEN}'", "2: slack.bot_token"),
        ("[slack]\nsigning_secret = '8f742231b10e8888abcd99yyyzzz85a5'", "2: slack.signing_secret"),
        (f"[slack]\nworkspaces = ['{TOKEN}']", "2: slack.workspaces"),
        (f"[slack]\nx = {{y = ['{TOKEN}']}}", "2: slack.x"),
        (f"slack = '{TOKEN}'", "1: slack"),
        (f"k = 1\nSLACK_BOT_TOKEN = '{TOKEN}'", "2: SLACK_BOT_TOKEN"),
        (f"models = 'Bearer {TOKEN.upper()}'", "1: models"),
        ("k = 'xapp-1-A0-1-b'", "1: k"),
        ("k = 'xoxe.xoxp-1-b'", "1: k"),
        (f"[sources.a]\npath = '{TOKEN}'", "1: sources"),
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_shown(tmp_path: Path, text: str, place: str) -> None:
    """Wherever it stands: the message says where it belongs, and neither it nor its traceback has it."""
    assert refusal(tmp_path, text) == (
        f"{place} holds a secret, and a file of settings is read by many: {SECRETS}, take it out of "
        "the file, and have Slack renew it"
    )


def test_the_table_has_no_variables(tmp_path: Path) -> None:
    """`REFDESK_SLACK` and `REFDESK_VISIBLE_TO` are no settings; Slack's own are not ours to judge."""
    for name in ("REFDESK_SLACK", "REFDESK_VISIBLE_TO"):
        with pytest.raises(UsageError, match=f"environment: {name} is not a setting"):
            load(None, {}, {name: "1"}, tmp_path)
    assert load(None, {}, {"SLACK_BOT_TOKEN": TOKEN}, tmp_path).slack == SlackSettings()


def test_where_sources_are_visible(tmp_path: Path) -> None:
    """With one rule each source has an entry, an open one too; without any there is none at all."""
    open_one = "[sources.open]\npath = 'open'\n"
    written(tmp_path, open_one)
    assert load(None, {}, {}, tmp_path).visible_to == {}
    written(
        tmp_path,
        f"{open_one}[sources.hr]\npath='hr'\nvisible_to=['C0123ABCD', 'G0123ABCD', 'S0123ABCD', 'dm']\n"
        "[sources.none]\nurl='https://host/a/b.git'\nvisible_to=[]\n"
        "[sources.same]\nurl='https://host/a/b.git'\nvisible_to=[]\n",
    )
    assert load(None, {}, {}, tmp_path).visible_to == {
        "open": None,
        "hr": ("C0123ABCD", "G0123ABCD", "S0123ABCD", "dm"),
        "none": (),
        "same": (),
    }


def test_secrets_come_from_the_environment_and_are_not_shown() -> None:
    """Neither `repr`, `str` nor a format shows them; where one is missing, that is to be seen."""
    environ = {
        "SLACK_BOT_TOKEN": f" {TOKEN}\n",
        "SLACK_APP_TOKEN": "xapp-1",
        "SLACK_SIGNING_SECRET": "hidden",
    }
    tokens = Tokens.of(environ)
    assert (tokens.bot, tokens.app, tokens.signing_secret, tokens.api_url) == (
        TOKEN,
        "xapp-1",
        "hidden",
        SLACK_API,
    )
    for shown in (repr(tokens), str(tokens), f"{tokens}", repr([tokens])):
        assert not any(secret in shown for secret in (TOKEN, "xapp-1", "hidden"))
    assert repr(Tokens.of({"SLACK_APP_TOKEN": "x"})) == (
        f"Tokens(bot=None, app=***, signing_secret=None, api_url='{SLACK_API}')"
    )


def test_slack_may_be_reached_at_another_address() -> None:
    """Encrypted, or on this machine; a slash is put behind it, since method names follow."""
    for given, taken in (
        ("https://slack.example/api", "https://slack.example/api/"),
        ("http://127.0.0.1:3900/api/", "http://127.0.0.1:3900/api/"),
        ("http://localhost:1", "http://localhost:1/"),
        ("http://[::1]:1", "http://[::1]:1/"),
        ("", SLACK_API),
    ):
        assert Tokens.of({"SLACK_API_URL": given}).api_url == taken


@pytest.mark.parametrize(
    "url", ["http://slack.example/api/", "slack.example", "https://", "https://a@host/", "ftp://127.0.0.1/"]
)
def test_an_address_that_would_leak_the_tokens_is_refused(url: str) -> None:
    """Unencrypted to another machine, or no address at all."""
    with pytest.raises(UsageError, match="environment: SLACK_API_URL should be an address that begins with"):
        Tokens.of({"SLACK_API_URL": url})


def test_what_is_missing_is_said_in_words() -> None:
    """For each transport what it needs, and which token was put under the wrong name; never its value."""
    whole = Tokens(TOKEN, "xapp-1", "hidden")
    assert [whole.problems(http=http) for http in (False, True)] == [(), ()]
    bot = "SLACK_BOT_TOKEN is not set: it is the bot's token, under OAuth & Permissions"
    assert Tokens().problems(http=False) == (
        bot,
        "SLACK_APP_TOKEN is not set: it is an app-level token, under Basic Information",
    )
    assert Tokens().problems(http=True) == (
        bot,
        "SLACK_SIGNING_SECRET is not set: it is under Basic Information",
    )
    assert Tokens("xapp-1", TOKEN).problems(http=False) == (
        "SLACK_BOT_TOKEN should begin with xoxb-: it is the bot's token, under OAuth & Permissions",
        "SLACK_APP_TOKEN should begin with xapp-: it is an app-level token, under Basic Information",
    )
