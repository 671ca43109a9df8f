"""What is set for Slack: the table `[slack]` of `refdesk.toml`, and secrets, from the environment alone.

[slack]
workspaces = ["T0123ABCD"]
ask_team_channel = "C0123ABCD"
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from typing import Annotated, Any, Self, get_type_hints
from urllib.parse import urlsplit

import msgspec

from bot.slack.audience import IN_DM
from ingest.errors import UsageError

BOT_TOKEN, APP_TOKEN, SIGNING_SECRET = "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET"
API_URL = "SLACK_API_URL"
SLACK_API = "https://slack.com/api/"
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
# What Slack's tokens begin with, and what a key is called that somebody would put a secret under.
_TOKEN = re.compile(r"\bx(?:ox[a-z]|app)[.-]", re.IGNORECASE)
_SECRET_KEY = re.compile(r"token|secret|password", re.IGNORECASE)

_Workspace = Annotated[str, msgspec.Meta(pattern=r"^[TE][A-Z0-9]{2,}$")]
_Channel = Annotated[str, msgspec.Meta(pattern=r"^[CG][A-Z0-9]{2,}$")]
_Place = Annotated[str, msgspec.Meta(pattern=rf"^(?:[CGS][A-Z0-9]{{2,}}|{IN_DM})$")]
_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """The table `[slack]`; each field is a key of it.

    `workspaces`: ids of the workspaces that are served; none stands for the one that the token is of.
    `ask_team_channel`: where "Ask the team" posts. `retention_days`: how long answers given and feedback are
    kept. `questions_per_minute`: of one person. `queue`: how many questions may wait. `workers`: how many are
    answered at a time. `examples`: questions that the help shows; none stands for some of the notes.
    `onboarding_dm`: whether who joins is told, once, that there are onboarding paths.
    """

    workspaces: tuple[_Workspace, ...] = field(
        default=(), metadata={"expects": 'a list of workspace ids, as in ["T0123ABCD"]'}
    )
    ask_team_channel: _Channel | None = field(
        default=None, metadata={"expects": 'the id of a channel, as in "C0123ABCD"'}
    )
    retention_days: Annotated[int, msgspec.Meta(ge=1, le=3650)] = field(
        default=90, metadata={"expects": "a whole number from 1 to 3650"}
    )
    questions_per_minute: Annotated[int, msgspec.Meta(ge=1, le=1000)] = field(
        default=10, metadata={"expects": "a whole number from 1 to 1000"}
    )
    queue: Annotated[int, msgspec.Meta(ge=1, le=100_000)] = field(
        default=200, metadata={"expects": "a whole number from 1 to 100000"}
    )
    workers: Annotated[int, msgspec.Meta(ge=1, le=64)] = field(
        default=2, metadata={"expects": "a whole number from 1 to 64"}
    )
    examples: tuple[_Text, ...] = field(
        default=(), metadata={"expects": 'a list of questions, as in ["how do I undo a rollout?"]'}
    )
    onboarding_dm: bool = field(default=False, metadata={"expects": "true or false"})

    @classmethod
    def of(cls, table: object, place: Callable[..., str]) -> Self:
        """Read the table; `place` says where it stands and, of a key, where that does.

        Raises `UsageError` for an unknown key, a wrong value, or a secret.
        """
        if not isinstance(table, Mapping):
            refuse_secret(table, place())
            raise UsageError(f"{place()} should be a table, as in [slack]")
        return cls(**{key: _converted(key, value, place(key)) for key, value in table.items()})


_TYPES = get_type_hints(SlackSettings, include_extras=True)
_EXPECTED: Mapping[str, str] = {one.name: one.metadata["expects"] for one in fields(SlackSettings)}


@dataclass(frozen=True, slots=True, repr=False)
class Tokens:
    """The secrets, which are never shown; empty where one is not set. `api_url` is where Slack is reached."""

    bot: str = ""
    app: str = ""
    signing_secret: str = ""
    api_url: str = SLACK_API

    def __repr__(self) -> str:
        told = ", ".join(
            f"{one.name}={'***' if getattr(self, one.name) else None}" for one in fields(self)[:3]
        )
        return f"Tokens({told}, api_url={self.api_url!r})"

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Self:
        """Take the secrets from the environment.

        Raises `UsageError` for an address that would send them unencrypted to another machine.
        """
        bot, app, secret = (environ.get(name, "").strip() for name in (BOT_TOKEN, APP_TOKEN, SIGNING_SECRET))
        url = environ.get(API_URL, "").strip() or SLACK_API
        parts = urlsplit(url)
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
        if not safe or not parts.hostname or "@" in parts.netloc:
            raise UsageError(f"environment: {API_URL} should be an address that begins with https://")
        return cls(bot, app, secret, url if url.endswith("/") else f"{url}/")

    def problems(self, *, http: bool) -> tuple[str, ...]:
        """Give in words what is missing or mixed up for Socket Mode or, if `http`, for HTTP."""
        return tuple(
            filter(
                None,
                (
                    _problem(BOT_TOKEN, self.bot, "xoxb-", "the bot's token, under OAuth & Permissions"),
                    _problem(SIGNING_SECRET, self.signing_secret, "", "under Basic Information")
                    if http
                    else _problem(
                        APP_TOKEN, self.app, "xapp-", "an app-level token, under Basic Information"
                    ),
                ),
            )
        )


def visible_to(value: object, place: str) -> tuple[str, ...]:
    """Read where a source is visible: ids of channels and user groups, and `dm`. Raises `UsageError`."""
    try:
        return msgspec.convert(value, tuple[_Place, ...])
    except msgspec.ValidationError as error:
        raise UsageError(
            f'{place} should be a list of ids of channels and user groups, and of "{IN_DM}", as in '
            f'["C0123ABCD", "S0123ABCD", "{IN_DM}"], not {value!r}'
        ) from error


def refuse_secret(value: object, place: str) -> None:
    """Raise `UsageError` if a value of the settings' file is or holds a token of Slack's; it is not shown."""
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    for one in inner:
        refuse_secret(one, place)
    if isinstance(value, str) and _TOKEN.search(value):
        raise _secret(place)


def _converted(key: str, value: object, place: str) -> Any:  # noqa: ANN401 - one of the fields' types
    refuse_secret(value, place)
    if key not in _TYPES:
        if _SECRET_KEY.search(key):
            raise _secret(place)
        nearest = get_close_matches(key, _TYPES, n=1, cutoff=0.5)
        hint = f"did you mean {nearest[0]}?" if nearest else f"there are: {', '.join(_TYPES)}"
        raise UsageError(f"{place} is not a setting of Slack; {hint}")
    try:
        return msgspec.convert(value, _TYPES[key])
    except msgspec.ValidationError as error:
        raise UsageError(f"{place} should be {_EXPECTED[key]}, not {value!r}") from error


def _secret(place: str) -> UsageError:
    return UsageError(
        f"{place} holds a secret, and a file of settings is read by many: set {BOT_TOKEN}, {APP_TOKEN} and "
        f"{SIGNING_SECRET} in the environment, take it out of the file, and have Slack renew it"
    )


def _problem(name: str, value: str, prefix: str, what: str) -> str | None:
    if not value:
        return f"{name} is not set: it is {what}"
    if not value.startswith(prefix):
        return f"{name} should begin with {prefix}: it is {what}"
    return None
