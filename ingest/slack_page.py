"""Messages of Slack as one text: the time on a line of its own, then who wrote, and what."""

import re
from collections.abc import Mapping, Sequence

from ingest.slack_messages import Message
from ingest.slack_text import Run, readable, runs
from ingest.types import Block, Document, Format, Heading, Kind, Link, Metadata

_ADDRESS = re.compile(r"https?://[^\s<>\"\[\]]{1,2000}")
# One sentence that a message begins with. A longer one tells more than it asks, and is quoted instead.
_QUESTION = re.compile(r"\A(?P<words>(?:(?![.!?:]\s)[^\n]){1,200}?[?\uff1f])(?=\s|\Z)")
_LONGEST_GIST = 80


class SlackPage:
    """A thread, or what else was written on a day, in the channel of this name.

    `people` are the names of members by their numbers.
    """

    def __init__(self, channel: str, people: Mapping[str, str]) -> None:
        self._channel = channel
        self._people = people
        self._pieces: list[str] = []
        self._length = 0
        self._headings: list[Heading] = []
        self._blocks: list[Block] = []
        self._title = ""
        self._metadata = Metadata()

    def write(self, messages: Sequence[Message], *, is_thread: bool) -> None:
        """Write messages in order: a thread, whose question is a heading above the answers, or a day."""
        first, last = messages[0], messages[-1]
        self._metadata = Metadata(owner=self._author(first) if is_thread else None, updated=last.day)
        said = [readable(message.words, self._people) for message in messages]
        asked = _QUESTION.match(said[0]) if is_thread else None
        if asked:
            self._title = asked["words"]
            self._heading(1, f"#{self._channel}")
        else:
            about = _gist(said[0]) if is_thread else first.day
            self._title = f"#{self._channel}: {about}"
            self._heading(1, self._title)
        for number, (message, words) in enumerate(zip(messages, said, strict=True)):
            author = self._author(message)
            self._line(f"{message.at:%Y-%m-%d %H:%M} UTC")
            if asked and number == 0:
                self._line(author)
                self._heading(2, asked["words"])
            rest = words[asked.end() :].strip() if asked and number == 0 else words
            if rest:
                self._message(author, rest)

    def document(self) -> Document:
        """Give what was written as a document, which has no path yet."""
        text = "".join(self._pieces)
        return Document(
            path="",
            source="",
            title=self._title,
            text=text,
            format=Format.CHAT,
            sha256="",
            headings=tuple(self._headings),
            blocks=tuple(self._blocks),
            links=tuple(map(_link, _ADDRESS.finditer(text))),
            metadata=self._metadata,
        )

    def _message(self, author: str, said: str) -> None:
        found = list(runs(said))
        if found and found[0].kind is Kind.PROSE:
            found[0] = Run(Kind.PROSE, f"{author}: {found[0].text}")
        else:
            found.insert(0, Run(Kind.PROSE, f"{author}:"))
        for run in found:
            start = self._line(run.text)
            parts = tuple(start + part for part in run.parts)
            self._blocks.append(Block(run.kind, start, start + len(run.text), parts))
            self._line("")

    def _heading(self, level: int, title: str) -> None:
        start = self._line(title)
        self._headings.append(Heading(level, title, start, start + len(title)))
        self._line("")

    def _line(self, text: str) -> int:
        start = self._length
        self._pieces.append(f"{text}\n")
        self._length += len(text) + 1
        return start

    def _author(self, message: Message) -> str:
        return self._people.get(message.user or "") or message.called or message.user or "somebody"


def _gist(words: str) -> str:
    """Give the beginning of a message, whole words of its first line."""
    line = words.partition("\n")[0]
    return line if len(line) <= _LONGEST_GIST else f"{line[:_LONGEST_GIST].rpartition(' ')[0]} …"


def _link(found: re.Match[str]) -> Link:
    address = found[0].rstrip(".,;:!?'*_)")
    return Link(address, address, found.start(), found.start() + len(address))
