"""The messages in a Slack export: what its JSON files say, in the shapes that reading needs."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from ingest.errors import UnreadableError

# A message's time is also its number in its channel: seconds since 1970, and six digits that set it apart.
_TIME = re.compile(r"\d{1,11}\.\d{1,9}")
# What people write; the rest tells who joined, left, set a topic or pinned something, or is a bot's.
_WRITTEN = frozenset({None, "file_share", "me_message", "reply_broadcast", "thread_broadcast"})
_BOT_SUBTYPES = frozenset({"bot_message", "bot_add", "bot_remove"})
_SLACKBOT = "USLACKBOT"

T = TypeVar("T")


class Profile(msgspec.Struct):
    """What a member is called."""

    real_name: str | None = None
    display_name: str | None = None


class Member(msgspec.Struct):
    """A line of `users.json`."""

    id: str
    name: str | None = None
    real_name: str | None = None
    profile: Profile | None = None
    is_bot: bool | None = None

    @property
    def called(self) -> str:
        """The name to show."""
        profile = self.profile or Profile()
        return (
            profile.real_name or self.real_name or profile.display_name or self.name or self.id
        ).strip() or self.id


class Channel(msgspec.Struct):
    """A line of `channels.json`, which lists the public channels alone."""

    name: str


class Shared(msgspec.Struct):
    """A file or a preview that hangs on a message."""

    title: str | None = None
    name: str | None = None
    text: str | None = None
    fallback: str | None = None


class Message(msgspec.Struct):
    """A message as it stands in a channel's file of a day."""

    ts: str
    user: str | None = None
    text: str | None = None
    subtype: str | None = None
    thread_ts: str | None = None
    bot_id: str | None = None
    user_profile: Profile | None = None
    files: list[Shared] | None = None
    attachments: list[Shared] | None = None

    @property
    def order(self) -> tuple[int, str]:
        """What messages of a channel are sorted by."""
        seconds, _, more = self.ts.partition(".")
        return int(seconds), more

    @property
    def thread(self) -> str:
        """The number of the message that its thread begins with: its own where it answers none."""
        return self.thread_ts if self.thread_ts and _TIME.fullmatch(self.thread_ts) else self.ts

    @property
    def is_reply(self) -> bool:
        """Whether it answers another message."""
        return self.thread != self.ts

    @property
    def day(self) -> str:
        """The day it was written on, in UTC and ISO 8601."""
        return self.at.date().isoformat()

    @property
    def at(self) -> datetime:
        """When it was written, in UTC."""
        return datetime.fromtimestamp(self.order[0], UTC)

    @property
    def called(self) -> str | None:
        """What the message itself calls who wrote it."""
        profile = self.user_profile or Profile()
        return profile.real_name or profile.display_name

    @property
    def words(self) -> str:
        """What was written, the names of the files that were shared with it among that."""
        names = [
            f"({shared.title or shared.name})" for shared in self.files or () if shared.title or shared.name
        ]
        shown = self.text or next((s.text or s.fallback or "" for s in self.attachments or ()), "")
        return "\n".join(filter(None, (shown, *names)))


@dataclass(slots=True)
class Dropped:
    """How many messages of a channel were left out, by what they were."""

    counts: Counter[str] = field(default_factory=Counter)

    def reason(self) -> str:
        """Say it in words."""
        return "left out: " + ", ".join(f"{what} ({count:,})" for what, count in sorted(self.counts.items()))


def decoded(body: bytes) -> list[msgspec.Raw]:
    """Give the lines of one of an export's files. Raises `UnreadableError` if it is none."""
    try:
        return msgspec.json.decode(body, type=list[msgspec.Raw])
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise UnreadableError("damaged: not the JSON of a Slack export") from error


def members(body: bytes) -> dict[str, Member]:
    """Give the members in `users.json` by their numbers; lines that make no sense are passed over."""
    found = (_as(line, Member) for line in decoded(body))
    return {member.id: member for member in found if member is not None}


def channels(body: bytes) -> frozenset[str]:
    """Give the names of the public channels in `channels.json`."""
    found = (_as(line, Channel) for line in decoded(body))
    return frozenset(channel.name for channel in found if channel is not None)


def written_by_people(body: bytes, people: dict[str, Member], dropped: Dropped) -> Iterator[Message]:
    """Give the messages of a day that people wrote; `dropped` counts the others."""
    for line in decoded(body):
        message = _as(line, Message)
        if message is None or not _TIME.fullmatch(message.ts):
            dropped.counts["damaged messages"] += 1
        elif _by_bot(message, people):
            dropped.counts["messages of bots"] += 1
        elif message.subtype not in _WRITTEN:
            dropped.counts["notices such as who joined"] += 1
        elif not message.words.strip():
            dropped.counts["messages without words"] += 1
        else:
            yield message


def _by_bot(message: Message, people: dict[str, Member]) -> bool:
    member = people.get(message.user or "")
    return bool(
        message.bot_id
        or message.subtype in _BOT_SUBTYPES
        or message.user == _SLACKBOT
        or (member and member.is_bot)
    )


def _as(line: msgspec.Raw, shape: type[T]) -> T | None:
    try:
        return msgspec.json.decode(line, type=shape)
    except msgspec.MsgspecError:
        return None
