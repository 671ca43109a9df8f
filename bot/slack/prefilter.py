"""What makes the bot speak: a list of what does, and for all else the reason for silence."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from bot.slack.audience import ChannelKind
from bot.slack.jobs import Deleted, Job, Joined, Missed, Opened, Person, Place, Press, Question, Tried
from bot.slack.wording import plain_words
from bot.state.deliveries import Delivery

Payload = Mapping[str, Any]

# A message that is older, in seconds, was not just written: something touched it, such as a link's preview.
OLD = 24 * 3_600.0
_WRITTEN = {None, "file_share"}
_SLACKBOT = "USLACKBOT"


class Silence(StrEnum):
    """Why nothing is said."""

    ANOTHER_BOT = "a bot wrote it"
    NOBODY = "it names no user"
    NOT_WRITTEN = "it is no new message: an edit, a join or the like"
    NOT_DIRECT = "it is a message in a channel, where only a mention counts"
    DIRECT_TOO = "it is a mention in a direct message, which comes as a message too"
    OLD = "it was written more than a day ago"
    UNKNOWN = "it is of no kind that is answered"


def heard(body: Payload, now: float) -> Job | Silence:
    """Give what an event asks for; `now` is the time in seconds since 1970."""
    event = body.get("event") or {}
    kind = event.get("type")
    if kind == "app_home_opened":
        return _opened(body, event)
    if kind == "message" and event.get("subtype") == "message_deleted":
        return _deleted(body, event)
    if kind == "team_join":
        return _joined(body, event)
    if kind not in {"app_mention", "message"}:
        return Silence.UNKNOWN
    return _reason(event, now) or _question(body, event)


def delivery_of(body: Payload) -> Delivery:
    """Give what an event is known by when it comes again: its id, and the message that it brings."""
    event = body.get("event") or {}
    kind, ts = event.get("type"), event.get("ts")
    written = (kind in {"app_mention", "message"} and "subtype" not in event) or event.get(
        "subtype"
    ) in _WRITTEN
    channel = str(event.get("channel") or "") or None
    return Delivery(_team(body), body.get("event_id"), channel, str(ts) if ts and written else None)


def interaction_of(body: Payload) -> Delivery:
    """Give what a command, a button or a form is known by when it comes again."""
    trigger = body.get("trigger_id")
    return Delivery(_team(body), f"trigger:{trigger}" if trigger else None)


def commanded(body: Payload) -> Question:
    """Give the question of a slash command."""
    channel = str(body.get("channel_id") or "")
    kind = _kind(channel, str(body.get("channel_name") or ""))
    place = Place(_team(body), channel, kind, enterprise=_enterprise(body))
    return Question(
        place,
        Person(str(body.get("user_id") or ""), _team(body)),
        "command",
        plain_words(str(body.get("text") or "")),
        response_url=str(body.get("response_url") or ""),
    )


def looked_up(body: Payload) -> Question:
    """Give the question of a message shortcut: the message itself."""
    message = body.get("message") or {}
    return Question(
        _where(body),
        _who(body),
        "shortcut",
        plain_words(str(message.get("text") or "")),
        response_url=str(body.get("response_url") or ""),
    )


def pressed(body: Payload) -> Press:
    """Give the button that was pressed."""
    action = (body.get("actions") or [{}])[0]
    return Press(
        str(action.get("action_id") or ""),
        str(action.get("value") or (action.get("selected_option") or {}).get("value") or ""),
        _where(body),
        _who(body),
        str(body.get("response_url") or ""),
        str(body.get("trigger_id") or ""),
    )


def tried(body: Payload, text: str, stop: str) -> Tried:
    """Give what somebody answered to the check question of a stop."""
    return Tried(stop, _where(body), _who(body), text)


def submitted(body: Payload, text: str, given: str) -> Missed:
    """Give what somebody typed into the form of the answer `given`."""
    return Missed(given, _where(body), _who(body), text)


def _reason(event: Payload, now: float) -> Silence | None:
    """Give the reason not to answer a message; `None` if it is a question."""
    direct = event.get("channel_type") == "im" or str(event.get("channel") or "").startswith("D")
    if event.get("bot_id") or event.get("bot_profile") or event.get("user") == _SLACKBOT:
        return Silence.ANOTHER_BOT
    if event.get("subtype") not in _WRITTEN or event.get("hidden"):
        return Silence.NOT_WRITTEN
    if not event.get("user"):
        return Silence.NOBODY
    if event.get("type") == "app_mention":
        if direct:
            return Silence.DIRECT_TOO
    elif event.get("channel_type") != "im":
        return Silence.NOT_DIRECT
    return Silence.OLD if now - _seconds(event.get("ts")) > OLD else None


def _question(body: Payload, event: Payload) -> Question:
    direct = event.get("type") == "message"
    place = Place(
        _team(body),
        str(event["channel"]),
        "dm" if direct else _kind(str(event["channel"]), ""),
        event.get("thread_ts"),
        bool(body.get("is_ext_shared_channel")),
        _enterprise(body),
    )
    own = event.get("user_team") or event.get("source_team") or event.get("team") or _team(body)
    return Question(
        place,
        Person(str(event["user"]), str(own)),
        "dm" if direct else "mention",
        plain_words(str(event.get("text") or "")),
        str(event["ts"]),
    )


def _opened(body: Payload, event: Payload) -> Opened | Silence:
    if not event.get("user"):
        return Silence.NOBODY
    place = Place(_team(body), str(event.get("channel") or ""), "dm", enterprise=_enterprise(body))
    return Opened(place, Person(str(event["user"]), place.team), str(event.get("tab") or "home"))


def _joined(body: Payload, event: Payload) -> Joined | Silence:
    user = event.get("user")
    if not isinstance(user, Mapping) or not user.get("id"):
        return Silence.NOBODY
    if user.get("is_bot"):
        return Silence.ANOTHER_BOT
    team = _team(body)
    place = Place(team, "", "dm", enterprise=_enterprise(body))
    return Joined(place, Person(str(user["id"]), str(user.get("team_id") or team)))


def _deleted(body: Payload, event: Payload) -> Deleted | Silence:
    before = event.get("previous_message") or {}
    if event.get("channel_type") != "im":
        return Silence.NOT_DIRECT
    if before.get("bot_id") or not event.get("deleted_ts"):
        return Silence.ANOTHER_BOT if before.get("bot_id") else Silence.NOT_WRITTEN
    team = _team(body)
    person = Person(str(before.get("user") or ""), team)
    return Deleted(Place(team, str(event["channel"]), "dm"), person, str(event["deleted_ts"]))


def _where(body: Payload) -> Place:
    """Give the place of a button, a shortcut or a form; what is pressed in a modal has none."""
    channel, container = body.get("channel") or {}, body.get("container") or {}
    message = body.get("message") or {}
    name = str(channel.get("id") or container.get("channel_id") or "")
    thread = container.get("thread_ts") or message.get("thread_ts")
    kind = _kind(name, str(channel.get("name") or ""))
    return Place(_team(body), name, kind, thread, enterprise=_enterprise(body))


def _who(body: Payload) -> Person:
    user = body.get("user") or {}
    return Person(str(user.get("id") or ""), str(user.get("team_id") or _team(body)))


def _team(body: Payload) -> str:
    """Give the workspace that an event is for; what is installed for a whole organisation has only that."""
    team = body.get("team")
    of_button = team.get("id") if isinstance(team, Mapping) else None
    return str(body.get("team_id") or of_button or _enterprise(body))


def _enterprise(body: Payload) -> str:
    enterprise = body.get("enterprise") or {}
    return str(body.get("enterprise_id") or enterprise.get("id") or "")


def _kind(channel: str, name: str) -> ChannelKind:
    if channel.startswith("D") or name == "directmessage":
        return "dm"
    if name.startswith("mpdm-"):
        return "group_dm"
    return "private" if name == "privategroup" else "channel"


def _seconds(ts: object) -> float:
    try:
        return float(str(ts))
    except ValueError:
        return 0.0
