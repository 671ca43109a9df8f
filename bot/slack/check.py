"""`refdesk slack --check`: what is missing or wrong, in words, before anybody asks a question."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.render.ages import age_of_seconds
from bot.slack.groups import groups_named
from bot.slack.identity import Bot, asked
from bot.slack.manifest import Wishes, scopes
from bot.slack.overlaps import overlaps
from bot.slack.pulse import last_beat
from bot.slack.settings import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, Tokens
from bot.state.database import State
from bot.state.work import waiting
from ingest.errors import RefdeskError

if TYPE_CHECKING:
    from slack_sdk import WebClient

    from bot.config import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is fine, and in words what it is."""

    fine: bool
    words: str


def check(settings: "Settings", tokens: Tokens, client: "WebClient", *, http: bool) -> Iterator[Finding]:
    """Look at the tokens, at Slack, at the index and at the state, one after the other."""
    problems = tokens.problems(http=http)
    yield from (Finding(False, problem) for problem in problems)
    if not tokens.bot:
        yield Finding(False, f"without {BOT_TOKEN} Slack can not be asked anything")
    else:
        yield from _token(settings, client)
    if http and tokens.signing_secret:
        yield Finding(True, f"{SIGNING_SECRET} is set; whether it is the app's shows with the first request")
    elif not http and tokens.app:
        yield _socket(tokens, client)
    yield from _index(settings)
    yield from _state(settings)


def _token(settings: "Settings", client: "WebClient") -> Iterator[Finding]:
    from slack_sdk.errors import SlackApiError

    try:
        bot = asked(client)
    except SlackApiError as error:
        code = error.response["error"]
        yield Finding(False, f"Slack refuses {BOT_TOKEN} ({code}): copy it again from OAuth & Permissions")
    except OSError as error:
        yield Finding(False, f"Slack can not be reached at {client.base_url}: {error}")
    else:
        yield Finding(True, f"the bot is {bot.user} in the workspace {bot.team} {bot.url}".rstrip())
        allowed = settings.slack.workspaces
        if allowed and not {bot.team, bot.enterprise} & set(allowed):
            yield Finding(False, f"workspaces = {list(allowed)} leaves out {bot.team}, which the token is of")
        yield _scopes(settings, bot)


def _scopes(settings: "Settings", bot: Bot) -> Finding:
    groups = bool(groups_named(settings.visible_to))
    wishes = Wishes(onboarding=settings.slack.onboarding_dm, groups=groups)
    needed = set(scopes(wishes))
    if not bot.scopes:
        return Finding(True, f"Slack does not say which scopes the token has; needed are {_list(needed)}")
    if missing := needed - bot.scopes:
        return Finding(
            False,
            f"the scopes {_list(missing)} are missing: paste what `refdesk slack manifest` prints under App "
            "Manifest, and install the app again",
        )
    known = set(scopes(Wishes(agent=True, onboarding=True, groups=True)))
    unused = f"; not needed are {_list(bot.scopes - known)}" if bot.scopes - known else ""
    return Finding(True, f"the scopes are there{unused}")


def _socket(tokens: Tokens, client: "WebClient") -> Finding:
    from slack_sdk.errors import SlackApiError

    try:
        client.apps_connections_open(app_token=tokens.app)
    except SlackApiError as error:
        return Finding(
            False,
            f"Slack refuses {APP_TOKEN} ({error.response['error']}): it needs the scope connections:write, "
            "and Socket Mode has to be on",
        )
    except OSError as error:
        return Finding(False, f"Slack can not be reached at {client.base_url}: {error}")
    return Finding(True, "Socket Mode opens")


def _index(settings: "Settings") -> Iterator[Finding]:
    from index.layout import PASSAGES
    from index.passages import PassageStore
    from index.store import Store

    try:
        manifest, folder = Store(settings.index).open_current()
        with PassageStore(folder / PASSAGES) as notes:
            labels = notes.labels if settings.visible_to else ()
    except RefdeskError as error:
        yield Finding(False, str(error))
        return
    age = age_of_seconds(manifest.age_seconds)
    yield Finding(True, f"the index holds {manifest.counts.passages:,} passages, built {age}")
    names = {record.source.name for record in manifest.sources}
    if settings.visible_to and (hidden := names - set(settings.visible_to)):
        yield Finding(
            False,
            f"the index has sources that the settings do not know, and nobody sees them: {_list(hidden)}",
        )
    sources = (record.source for record in manifest.sources)
    yield from (Finding(False, words) for words in overlaps(sources, labels, settings.visible_to))


def _state(settings: "Settings") -> Iterator[Finding]:
    try:
        with State.open(settings.state) as state:
            count = waiting(state)
    except RefdeskError as error:
        yield Finding(False, str(error))
        return
    yield Finding(True, f"the state in {settings.state} can be written; {count:,} questions wait there")
    if beat := last_beat(settings.state):
        age = age_of_seconds(beat.seconds)
        yield Finding(True, f"process {beat.process} was last connected to Slack {age}")


def _list(names: set[str] | frozenset[str]) -> str:
    return ", ".join(sorted(names))
