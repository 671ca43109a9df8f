"""What rules look at, and what they find."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.onboarding.paths import PathFile
from ingest.types import Document, Format, Source

AUTHORED = frozenset({Format.MARKDOWN, Format.RST, Format.ORG, Format.ASCIIDOC})
"""Formats that a team writes and links its notes in, rather than receives or exports."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong at a line of a file, and what to do. All may hold characters of a note."""

    rule: str
    source: str
    path: str
    line: int
    what: str
    fix: str


@dataclass(frozen=True, slots=True)
class Reach:
    """How much an encoder reads: `count` gives the tokens of a text, `limit` is how many it takes.

    Not `exact` where there is no encoder to ask, and `count` is a careful guess.
    """

    count: Callable[[str], int]
    limit: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Notes:
    """All that was read of the sources. `unread` are the files that could not be, with the reason.

    A note is stale when it says itself that it was last updated more than `stale_days` before `today`.
    """

    documents: tuple[Document, ...]
    sources: Mapping[str, Source]
    unread: Sequence[tuple[str, str, str]]
    path_files: tuple[PathFile, ...]
    today: date
    stale_days: int
    reach: Reach


Rule = Callable[[Notes], Iterator[Finding]]
"""Looks at all notes for one kind of fault."""


def found(rule: str, document: Document, offset: int, what: str, fix: str) -> Finding:
    """Give what a rule found at an offset into a document's text."""
    return Finding(rule, document.source, document.path, document.line(offset), what, fix)
