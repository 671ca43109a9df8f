"""What waits in the queue: everything that somebody asked of the bot, as JSON that outlives the process."""

from typing import Literal

import msgspec

from bot.slack.audience import ChannelKind

Surface = Literal["command", "mention", "dm", "shortcut"]


class Place(msgspec.Struct, frozen=True):
    """Where something was said. `thread` is the `ts` of the first message of its thread, if it is in one.

    `outside` says that people of other companies read the channel too. `enterprise` is the organisation that
    the workspace is part of, if it is.
    """

    team: str
    channel: str
    kind: ChannelKind
    thread: str | None = None
    outside: bool = False
    enterprise: str = ""


class Person(msgspec.Struct, frozen=True):
    """Who asked: `team` is their own workspace, which in a shared channel may be another company's."""

    user: str
    team: str


class Question(msgspec.Struct, frozen=True, tag="question"):
    """A question in plain words. `ts` is its message; `response_url` is set where there is none."""

    place: Place
    person: Person
    surface: Surface
    text: str
    ts: str = ""
    response_url: str = ""


class Press(msgspec.Struct, frozen=True, tag="press"):
    """A button that was pressed, and what it carries.

    `response_url` answers where it stands; without one it stands on the bot's own page. `trigger` opens a
    modal, within three seconds.
    """

    action: str
    value: str
    place: Place
    person: Person
    response_url: str = ""
    trigger: str = ""


class Missed(msgspec.Struct, frozen=True, tag="missed"):
    """What somebody missed in the answer `given`, in their words."""

    given: str
    place: Place
    person: Person
    text: str


class Opened(msgspec.Struct, frozen=True, tag="opened"):
    """Somebody opened the bot's own page at a `tab`, `home` or `messages`, whose channel is `place`."""

    place: Place
    person: Person
    tab: str


class Tried(msgspec.Struct, frozen=True, tag="tried"):
    """What somebody answered to a check question; `stop` is what the modal carried."""

    stop: str
    place: Place
    person: Person
    text: str


class Joined(msgspec.Struct, frozen=True, tag="joined"):
    """Somebody joined the workspace."""

    place: Place
    person: Person


class Daily(msgspec.Struct, frozen=True, tag="daily"):
    """The daily stop of a path is due; `last` is the one that was sent before."""

    place: Place
    person: Person
    path: str
    last: str


class Deleted(msgspec.Struct, frozen=True, tag="deleted"):
    """The message `ts` of a direct conversation was deleted by its writer."""

    place: Place
    person: Person
    ts: str


Job = Question | Press | Missed | Opened | Deleted | Tried | Joined | Daily

_DECODER = msgspec.json.Decoder[Job](Job)


def encoded(job: Job) -> bytes:
    """Give a job as JSON."""
    return msgspec.json.encode(job)


def decoded(job: bytes) -> Job:
    """Give the job that JSON holds; raises `msgspec.DecodeError` for what is none."""
    task: Job = _DECODER.decode(job)
    return task
