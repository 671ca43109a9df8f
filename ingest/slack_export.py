"""Exports of a Slack workspace: a thread is a document, and so are a day's other messages in a channel."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from ingest.archive import Archive, Entry
from ingest.errors import UnreadableError
from ingest.export_pages import summed
from ingest.place import Place
from ingest.slack_messages import Dropped, Message, channels, members, written_by_people
from ingest.slack_page import SlackPage
from ingest.types import Contents, Document, LeftOut

_CHANNELS, _USERS = "channels.json", "users.json"
_DAY = re.compile(r"(?P<channel>[^/]+)/\d{4}-\d{2}-\d{2}\.json")


def slack_folder(archive: Archive) -> str | None:
    """Give the folder of an archive that a Slack export lies in, `""` or `name/`; `None` if there is none."""
    places = [entry.path for entry in archive.entries if entry.path.rpartition("/")[2] == _CHANNELS]
    folders = [place.removesuffix(_CHANNELS) for place in places if place.count("/") <= 1]
    return min(folders, key=lambda folder: (len(folder), folder), default=None)


def read_slack(archive: Archive, folder: str, place: Place) -> Contents:
    """Read the public channels of an export; a thread's `path` ends as Slack's link to its first message.

    Private conversations are left out, as are the messages of bots. Raises `UnreadableError` for an export
    whose list of channels or of members is damaged.
    """
    export = _Export(archive, folder, place)
    documents = tuple(document for channel in export.channels for document in export.documents(channel))
    return Contents(documents, tuple(export.left_out()))


@dataclass
class _Channel:
    """What was found of a channel: its messages by their number, and what was left out."""

    name: str
    messages: dict[str, Message] = field(default_factory=dict)
    dropped: Dropped = field(default_factory=Dropped)


class _Export:
    """An export that is being read."""

    def __init__(self, archive: Archive, folder: str, place: Place) -> None:
        self._archive = archive
        self._place = place
        self._folder = folder
        self._entries = {entry.path: entry for entry in archive.entries}
        self._left_out: list[LeftOut] = []
        self._public = channels(archive.read(self._entries[folder + _CHANNELS]))
        users = self._entries.get(folder + _USERS)
        self._members = members(archive.read(users)) if users else {}
        self._names = {number: member.called for number, member in self._members.items()}

    @cached_property
    def channels(self) -> list[_Channel]:
        """All public channels with messages, in the order of their names."""
        found: dict[str, _Channel] = {}
        for entry in self._archive.entries:
            day = self._day(entry)
            if day is not None:
                self._gather(entry, found.setdefault(day, _Channel(day)))
        return list(found.values())

    def _day(self, entry: Entry) -> str | None:
        """Give the channel whose messages of a day an entry holds; `None` if it holds no such."""
        match = _DAY.fullmatch(entry.path.removeprefix(self._folder))
        return match["channel"] if match and match["channel"] in self._public else None

    def _gather(self, entry: Entry, channel: _Channel) -> None:
        count = len(channel.messages)
        try:
            for message in written_by_people(self._archive.read(entry), self._members, channel.dropped):
                channel.messages[message.ts] = message
        except UnreadableError as error:
            self._left_out.append(self._place.left_out(entry.path, str(error)))
        else:
            if len(channel.messages) == count:
                self._left_out.append(self._place.left_out(entry.path, "no words of people in it"))

    def left_out(self) -> Iterator[LeftOut]:
        """Say what is in no document: messages by channel, and files by folder."""
        yield from self._left_out
        for channel in self.channels:
            if channel.dropped.counts:
                yield self._place.left_out(f"{self._folder}{channel.name}/", channel.dropped.reason())
        own = {self._folder + _CHANNELS: "read for the channels", self._folder + _USERS: "read for the names"}
        yield from (self._place.left_out(path, own[path]) for path in own if path in self._entries)
        others = [path for path, entry in self._entries.items() if path not in own and not self._day(entry)]
        yield from (
            self._place.left_out(path, reason) for path, reason in summed(others, "not of a public channel")
        )

    def documents(self, channel: _Channel) -> Iterator[Document]:
        """Give the threads and the days of a channel, in the order of their first messages."""
        messages = sorted(channel.messages.values(), key=lambda one: one.order)
        threads = {message.thread for message in messages if message.is_reply}
        groups: dict[str, list[Message]] = {}
        for message in messages:
            name = _link(message.thread) if message.thread in threads else message.day
            groups.setdefault(name, []).append(message)
        for name, group in groups.items():
            day = group[0].day
            page = SlackPage(channel.name, self._names)
            page.write(group, is_thread=name != day)
            inside = f"{channel.name}/{day}" if name == day else f"{channel.name}/{day}/{name}"
            yield self._place.held(page.document(), inside)


def _link(number: str) -> str:
    """Give the last part of Slack's own link to a message."""
    return f"p{number.replace('.', '')}"
