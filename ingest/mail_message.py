"""One mail message: its subject, sender and day, its words as a document, and what hangs on it."""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from email import policy
from email.errors import MessageError
from email.headerregistry import HeaderRegistry
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime
from functools import cached_property, lru_cache
from typing import cast

from ingest.decode import decode
from ingest.errors import UnreadableError
from ingest.html import read_html
from ingest.mail_text import letter, unfolded
from ingest.place import Place
from ingest.scan import shown
from ingest.text import read_text
from ingest.types import Block, Document, Format, Heading, Kind, LeftOut, Link, Metadata, RawFile

_ANSWER = re.compile(r"\A(?:(?:re|fwd?|aw|wg|sv|tr)(?:\[\d{1,3}\])?:\s{0,9}){1,20}", re.IGNORECASE)
_IDENTITY = re.compile(r"<[^<>\s]{1,500}>")
_NO_NAME = re.compile(r"[^\w.+]+")
_LONGEST_NAME = 80
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# Each look at a header parses it anew, which takes most of the time that a mail does.
_POLICY = policy.default.clone(header_factory=lru_cache(1_000)(HeaderRegistry()))
# What the standard library raises on headers that are not as they should be.
_MALFORMED = (AttributeError, LookupError, MessageError, TypeError, ValueError)
_ENCRYPTED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted"})


class Mail:
    """A message, given as its bytes."""

    def __init__(self, body: bytes) -> None:
        self._message: EmailMessage = BytesParser(policy=_POLICY).parsebytes(body)

    @cached_property
    def identity(self) -> str:
        """The number that other mails name it by; empty if it has none."""
        return next(iter(_IDENTITY.findall(self._header("message-id"))), "")

    @cached_property
    def subject(self) -> str:
        """Its subject without `Re:`."""
        return _ANSWER.sub("", self._header("subject"))

    @cached_property
    def name(self) -> str:
        """What it may be called in a mailbox: its day and subject; empty if it has neither."""
        day = [self._at.date().isoformat()] if self._at else []
        words = _NO_NAME.sub("-", self.subject).strip("-.")
        return "-".join([*day, *([words[:_LONGEST_NAME].rstrip("-.")] if words else [])])

    @cached_property
    def _at(self) -> datetime | None:
        try:
            return parsedate_to_datetime(self._header("date"))
        except _MALFORMED:
            return None

    @cached_property
    def _from(self) -> str:
        name, address = parseaddr(self._header("from"))
        return name or address

    def _header(self, name: str) -> str:
        try:
            return " ".join(_sound(str(self._message.get(name, ""))).split())
        except _MALFORMED:
            return ""

    def document(self, known: AbstractSet[str]) -> Document:
        """Give the mail as a document, which has no path yet. What it quotes of one in `known` is left out.

        Raises `UnreadableError` if it is encrypted or holds no words, and whatever else the parser does.
        """
        if self._message.get_content_type() in _ENCRYPTED:
            raise UnreadableError("encrypted mail; save it decrypted")
        page = _Page(self.subject or "(no subject)")
        when = f", {self._at:%Y-%m-%d %H:%M}" if self._at else ""
        if self._from:
            page.line(f"From: {self._from}{when}")
        notes: tuple[str, ...] = ()
        part = self._body
        if part is None:
            raise UnreadableError("holds no text")
        if part.get_content_subtype() == "html":
            page.add(read_html(RawFile("mail.html", "", _BYTE_ORDER_MARK + _text(part).encode())))
        else:
            parts = letter(_text(part))
            page.add(_read(parts.own))
            if parts.quoted and not known.isdisjoint(self._answered - {self.identity}):
                notes = (
                    "what it quotes of the mail that it answers is left out: that is in the mailbox, too",
                )
            elif parts.quoted:
                page.heading(2, parts.introduction)
                page.add(_read(parts.quoted))
        if not page.has_words:
            raise UnreadableError("holds no text")
        updated = self._at.date().isoformat() if self._at else None
        return page.document(Metadata(owner=self._from or None, updated=updated), notes)

    @property
    def _answered(self) -> set[str]:
        return set(_IDENTITY.findall(self._header("in-reply-to") + self._header("references")))

    @cached_property
    def _body(self) -> MIMEPart | None:
        """The part that holds its words: as plain text if there is any, else as a page."""
        plain = self._message.get_body(("plain",))
        if plain is not None and _text(plain).strip():
            return plain
        return self._message.get_body(("html",))

    def attachments(self, place: Place) -> Iterator[LeftOut]:
        """Give the parts that are not its words in another form."""
        for number, part in enumerate(_leaves(self._message), 1):
            if part is self._body:
                continue
            kind = shown(part.get_content_type())
            name = _sound(part.get_filename() or f"part-{number}").replace("/", "_")[:_LONGEST_NAME]
            yield place.left_out(
                shown(name), f"an attachment ({kind}); save it beside the mail to have it read"
            )


class _Page:
    """Writes a mail out: its subject as heading, then what is added."""

    def __init__(self, subject: str) -> None:
        self._title = subject
        self._text = ""
        self._headings: list[Heading] = []
        self._blocks: list[Block] = []
        self._links: list[Link] = []
        self.has_words = False
        self.heading(1, subject)

    def heading(self, level: int, words: str) -> None:
        start = len(self._text)
        self._text += f"{words}\n\n"
        self._headings.append(Heading(level, words, start, start + len(words)))

    def line(self, words: str) -> None:
        start = len(self._text)
        self._text += f"{words}\n\n"
        self._blocks.append(Block(Kind.PROSE, start, start + len(words)))

    def add(self, document: Document) -> None:
        """Add all of a document, its headings below those that are there."""
        at = len(self._text)
        above = self._headings[-1].level
        self._text += f"{document.text}\n\n"
        self._headings += (
            Heading(one.level + above, one.title, one.start + at, one.end + at) for one in document.headings
        )
        self._blocks += (
            Block(one.kind, one.start + at, one.end + at, tuple(part + at for part in one.parts))
            for one in document.blocks
        )
        self._links += (replace(one, start=one.start + at, end=one.end + at) for one in document.links)
        self.has_words |= bool(document.blocks or document.headings)

    def document(self, metadata: Metadata, notes: tuple[str, ...]) -> Document:
        return Document(
            path="",
            source="",
            title=self._title,
            text=self._text,
            format=Format.MAIL,
            sha256="",
            headings=tuple(self._headings),
            blocks=tuple(self._blocks),
            links=tuple(self._links),
            metadata=metadata,
            notes=notes,
        )


def _read(words: str) -> Document:
    return read_text(RawFile("mail.txt", "", words.encode()))


def _text(part: MIMEPart) -> str:
    """Give the text of a part in the encoding that it states, or else in the one that it seems to be in."""
    body = cast("bytes", part.get_payload(decode=True))
    try:
        text = body.decode(part.get_content_charset() or "utf-8")
    except (LookupError, ValueError):
        text = decode(body)[0]
    text = _sound(text).replace("\r\n", "\n").replace("\r", "\n")
    return unfolded(text) if part.get_param("format") == "flowed" else text


def _sound(text: str) -> str:
    """Give text without the halves of characters that odd bytes become."""
    return text.encode("utf-8", "replace").decode()


def _leaves(message: MIMEPart) -> Iterator[MIMEPart]:
    """Give the parts of a mail that hold no others; of those that say the same, none but what is no text."""
    waiting: list[tuple[MIMEPart, bool]] = [(message, False)]
    while waiting:
        part, same = waiting.pop()
        if part.get_content_maintype() == "multipart" and isinstance(parts := part.get_payload(), list):
            alike = part.get_content_subtype() == "alternative"
            waiting += ((each, same or alike) for each in reversed(parts) if isinstance(each, MIMEPart))
        elif not (same and part.get_content_type() in {"text/plain", "text/html"}):
            yield part
