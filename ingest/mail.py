"""Mail: one message in a `.eml` file, or many in an mbox, of which each is a document."""

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest.errors import UnreadableError
from ingest.formats import suffix_of
from ingest.mail_message import Mail
from ingest.place import Place
from ingest.read import explaining
from ingest.types import Contents, Document, LeftOut, RawFile

# Where a message of an mbox begins: at its sender and the time it came, after a blank line or at the top.
_BEGINNING = re.compile(
    rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\r\n]{1,500}? [A-Z][a-z]{2} +\d{1,2} \d\d:\d\d(?::\d\d)? "
    rb"[^\r\n]{4,80}\r?\n"
)
# How it writes a line that would look like such a beginning.
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)


def read_mail(raw: RawFile) -> Contents:
    """Read the messages of a file. In an mbox each is a document, its `path` ending in its day and subject.

    Attachments are left out. Raises `UnreadableError` for a `.eml` file without words, and for an mbox that
    is none.
    """
    if suffix_of(raw.path) == ".mbox":
        return _mailbox(raw)
    mail = Mail(raw.body)
    document = replace(mail.document(known=frozenset()), path=raw.path, source=raw.source, sha256=raw.sha256)
    return Contents((document,), tuple(mail.attachments(Place.of(raw))))


def _mailbox(raw: RawFile) -> Contents:
    place = Place.of(raw)
    # Not by the standard library's `mailbox`: it opens the file again, and takes any `From ` for a beginning.
    mails = [Mail(body) for body in _messages(raw.body)]
    if not mails:
        raise UnreadableError(
            "no mbox: it should begin with a line like `From ana@example.org Mon Mar  2 10:12:00 2026`"
        )
    known = frozenset(mail.identity for mail in mails) - {""}
    documents: list[Document] = []
    left_out: list[LeftOut] = []
    for name, mail in _named(mails):
        try:
            with explaining("mail"):
                document = mail.document(known)
                left_out += mail.attachments(place.within(name))
        except UnreadableError as error:
            if isinstance(error.__cause__, MemoryError):
                raise
            left_out.append(place.left_out(name, str(error)))
        else:
            documents.append(place.held(document, name))
    return Contents(tuple(documents), tuple(left_out))


def _messages(body: bytes) -> Iterator[bytes]:
    found = list(_BEGINNING.finditer(body))
    if not found or body[: found[0].start()].strip():
        return
    ends = [*(each.start() for each in found[1:]), len(body)]
    for beginning, end in zip(found, ends, strict=True):
        yield _ESCAPED.sub(rb"\1", body[beginning.end() : end])


def _named(mails: list[Mail]) -> Iterator[tuple[str, Mail]]:
    """Give each mail with a name that no other has: a number is added from the second of that name on."""
    numbers: dict[str, int] = {}
    given: set[str] = set()
    for mail in mails:
        own = name = mail.name or "message"
        while name in given:
            numbers[own] = numbers.get(own, 1) + 1
            name = f"{own}-{numbers[own]}"
        given.add(name)
        yield name, mail
