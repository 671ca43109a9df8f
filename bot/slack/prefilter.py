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
# A tuple, since what stands in an event may be anything.
_WRITTEN = (None, "file_share")
_DELETED = "message_deleted"
_MESSAGES = {"app_mention", "message"}
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
    event = _part(body, "event")
    kind = _text(event, "type")
    if kind == "app_home_opened":
        return _opened(body, event)
    if kind == "message" and event.get("subtype") == _DELETED:
        return _deleted(body, event)
    if kind == "team_join":
        return _joined(body, event)
    if kind not in _MESSAGES:
        return Silence.UNKNOWN
    return _reason(event, now) or _question(body, event)


def delivery_of(body: Payload) -> Delivery:
    """Give what an event is known by when it comes again: its id, and the message that it brings."""
    event = _part(body, "event")
    brought = _text(event, "type") in _MESSAGES and event.get("subtype") in _WRITTEN
    ts = _text(event, "ts") if brought else ""
    return Delivery(_team(body), _text(body, "event_id") or None, _text(event, "channel") or None, ts or None)


def interaction_of(body: Payload) -> Delivery:
    """Give what a command, a button or a form is known by when it comes again."""
    trigger = _text(body, "trigger_id")
    return Delivery(_team(body), f"trigger:{trigger}" if trigger else None)


def commanded(body: Payload) -> Question:
    """Give the question of a slash command."""
    channel = _text(body, "channel_id")
    kind = _kind(channel, _text(body, "channel_name"))
    place = Place(_team(body), channel, kind, enterprise=_enterprise(body))
    person = Person(_text(body, "user_id"), _team(body))
    text = plain_words(_text(body, "text"))
    return Question(place, person, "command", text, response_url=_text(body, "response_url"))


def looked_up(body: Payload) -> Question:
    """Give the question of a message shortcut: the message itself."""
    text = plain_words(_text(_part(body, "message"), "text"))
    return Question(_where(body), _who(body), "shortcut", text, response_url=_text(body, "response_url"))


def pressed(body: Payload) -> Press:
    """Give the button that was pressed."""
    actions = body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions else {}
    return Press(
        _text(action, "action_id"),
        _text(action, "value") or _text(_part(action, "selected_option"), "value"),
        _where(body),
        _who(body),
        _text(body, "response_url"),
        _text(body, "trigger_id"),
    )


def tried(body: Payload, text: str, stop: str) -> Tried:
    """Give what somebody answered to the check question of a stop."""
    return Tried(stop, _where(body), _who(body), text)


def submitted(body: Payload, text: str, given: str) -> Missed:
    """Give what somebody typed into the form of the answer `given`."""
    return Missed(given, _where(body), _who(body), text)


def _reason(event: Payload, now: float) -> Silence | None:
    """Give the reason not to answer a message; `None` if it is a question."""
    direct = _text(event, "channel_type") == "im"
    if event.get("bot_id") or event.get("bot_profile") or event.get("user") == _SLACKBOT:
        return Silence.ANOTHER_BOT
    if event.get("subtype") not in _WRITTEN or event.get("hidden"):
        return Silence.NOT_WRITTEN
    if not _text(event, "user") or not _text(event, "channel"):
        return Silence.NOBODY
    if _text(event, "type") == "app_mention":
        if direct or _text(event, "channel").startswith("D"):
            return Silence.DIRECT_TOO
    elif not direct:
        return Silence.NOT_DIRECT
    return Silence.OLD if now - _seconds(_text(event, "ts")) > OLD else None


def _question(body: Payload, event: Payload) -> Question:
    direct = _text(event, "type") == "message"
    channel = _text(event, "channel")
    place = Place(
        _team(body),
        channel,
        "dm" if direct else _kind(channel, ""),
        _text(event, "thread_ts") or None,
        bool(body.get("is_ext_shared_channel")),
        _enterprise(body),
    )
    own = _text(event, "user_team") or _text(event, "source_team") or _text(event, "team") or place.team
    text = plain_words(_text(event, "text"))
    person = Person(_text(event, "user"), own)
    return Question(place, person, "dm" if direct else "mention", text, _text(event, "ts"))


def _opened(body: Payload, event: Payload) -> Opened | Silence:
    if not _text(event, "user"):
        return Silence.NOBODY
    place = Place(_team(body), _text(event, "channel"), "dm", enterprise=_enterprise(body))
    return Opened(place, Person(_text(event, "user"), place.team), _text(event, "tab") or "home")


def _joined(body: Payload, event: Payload) -> Joined | Silence:
    user = _part(event, "user")
    if not _text(user, "id"):
        return Silence.NOBODY
    if user.get("is_bot"):
        return Silence.ANOTHER_BOT
    place = Place(_team(body), "", "dm", enterprise=_enterprise(body))
    return Joined(place, Person(_text(user, "id"), _text(user, "team_id") or place.team))


def _deleted(body: Payload, event: Payload) -> Deleted | Silence:
    before = _part(event, "previous_message")
    if _text(event, "channel_type") != "im":
        return Silence.NOT_DIRECT
    if before.get("bot_id"):
        return Silence.ANOTHER_BOT
    if not _text(event, "deleted_ts"):
        return Silence.NOT_WRITTEN
    place = Place(_team(body), _text(event, "channel"), "dm", enterprise=_enterprise(body))
    return Deleted(place, Person(_text(before, "user"), place.team), _text(event, "deleted_ts"))


def _where(body: Payload) -> Place:
    """Give the place of a button, a shortcut or a form; what is pressed in a modal has none."""
    channel, container = _part(body, "channel"), _part(body, "container")
    name = _text(channel, "id") or _text(container, "channel_id")
    thread = _text(container, "thread_ts") or _text(_part(body, "message"), "thread_ts")
    kind = _kind(name, _text(channel, "name"))
    return Place(_team(body), name, kind, thread or None, enterprise=_enterprise(body))


def _who(body: Payload) -> Person:
    user = _part(body, "user")
    return Person(_text(user, "id"), _text(user, "team_id") or _team(body))


def _team(body: Payload) -> str:
    """Give the workspace that an event is for; what is installed for a whole organisation has only that."""
    return _text(body, "team_id") or _text(_part(body, "team"), "id") or _enterprise(body)


def _enterprise(body: Payload) -> str:
    return _text(body, "enterprise_id") or _text(_part(body, "enterprise"), "id")


def _kind(channel: str, name: str) -> ChannelKind:
    if channel.startswith("D") or name == "directmessage":
        return "dm"
    if name.startswith("mpdm-"):
        return "group_dm"
    return "private" if name == "privategroup" else "channel"


def _part(body: Payload, key: str) -> Payload:
    value = body.get(key)
    return value if isinstance(value, Mapping) else {}


def _text(body: Payload, key: str) -> str:
    value = body.get(key)
    return value if isinstance(value, str) else ""


def _seconds(ts: str) -> float:
    try:
        return float(ts)
    except ValueError:
        return 0.0
