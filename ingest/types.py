"""The shapes that reading and chunking make. All offsets are in characters of `Document.text`."""

import hashlib
import re
from bisect import bisect_right
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path

_NEWLINE = re.compile(r"\r\n|\r|\n")


def line_starts(text: str) -> list[int]:
    r"""Give the offsets at which the lines of `text` begin; the first is 0.

    `\r\n`, `\r` and `\n` end a line.
    """
    return [0, *(match.end() for match in _NEWLINE.finditer(text))]


class Format(StrEnum):
    """How a document's text is written; it decides how markup is taken out for encoding.

    An `EXPORT` is a file alone: an archive, whose documents are of the other formats.
    """

    MARKDOWN = "markdown"
    TEXT = "text"
    PDF = "pdf"
    HTML = "html"
    WORD = "word"
    RST = "rst"
    ORG = "org"
    ASCIIDOC = "asciidoc"
    NOTEBOOK = "notebook"
    DELIMITED = "csv"
    MAIL = "mail"
    CHAT = "chat"
    EXPORT = "export"


TAKEN_OUT = frozenset({Format.HTML, Format.WORD, Format.NOTEBOOK, Format.MAIL, Format.CHAT})
"""Formats whose text is taken out of the file without pages: the lines of that text are nobody's lines."""


class Kind(StrEnum):
    """What a block or passage is made of. Only a passage is ever `FAQ`."""

    PROSE = "prose"
    LIST = "list"
    CODE = "code"
    TABLE = "table"
    FAQ = "faq"


@dataclass(frozen=True, slots=True)
class Checkout:
    """Where in git a source's files are from: `commit`, in hexadecimal, of `branch`, which may be a tag.

    `url` holds no password. `folder` is a path in the repository, empty for all of it. `asked` is the branch
    that was asked for, `None` where the repository's own choice is followed.
    """

    url: str
    branch: str
    commit: str
    folder: str = ""
    asked: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A folder or file that is indexed. `name` is unique among the sources of an index.

    `link` says how places in it are linked, as the configuration does; `git` is set for a git repository.
    """

    name: str
    root: Path
    link: str | None = None
    git: Checkout | None = None


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file's bytes, and where it lies: `path` relative to the source called `source`, POSIX."""

    path: str
    source: str
    body: bytes

    @property
    def sha256(self) -> str:
        """Hexadecimal SHA-256 of the bytes."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: `text[start:end]` is its whole line or lines, `title` its plain words, `level` from 1."""

    level: int
    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text that reads as one thing: a paragraph, a list, a fence, a table.

    `parts` are the places where it may be cut if it does not fit a passage: the starts of its list items,
    table rows or lines, in rising order, the first being `start`. Prose has none: it is cut at sentences.
    """

    kind: Kind
    start: int
    end: int
    parts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A link to another note or address; `embed` is true for `![[...]]`."""

    target: str
    title: str
    start: int
    end: int
    embed: bool = False


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the note says of itself in its frontmatter, and the tags in its text. Dates are ISO 8601.

    `updated` is what a reader of the note should see; once it is indexed that is git's date or the file's
    where there is one to be had, and `stated` what the note itself says.
    """

    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    status: str | None = None
    owner: str | None = None
    updated: str | None = None
    acl: tuple[str, ...] = ()
    stated: str | None = None


# Not `slots`: the two cached properties live in the instance's dictionary.
@dataclass(frozen=True)
class Document:
    """A source file as read. Nothing edits `text` after this; all else points into it.

    `path` is relative to its source, POSIX. `page_starts` are the offsets where the pages begin, empty for
    formats without pages, and `cell_starts` those of a notebook's cells. `sha256` is of the file's bytes,
    `encoding` the codec that turned them into `text` (`None` where the text is taken out, not decoded: PDF,
    HTML, Word, notebooks, mail, chat). `notes` say what the reader had to leave out or mend.

    One of several in a file, such as an archive, has the path of that `file` and then its own place in it as
    its `path`, and the file's `sha256`; any other's `file` is empty.
    """

    path: str
    source: str
    title: str
    text: str
    format: Format
    sha256: str
    encoding: str | None = None
    headings: tuple[Heading, ...] = ()
    blocks: tuple[Block, ...] = ()
    page_starts: tuple[int, ...] = ()
    links: tuple[Link, ...] = ()
    metadata: Metadata = field(default_factory=Metadata)
    notes: tuple[str, ...] = ()
    cell_starts: tuple[int, ...] = ()
    file: str = ""

    @property
    def origin(self) -> str:
        """The path of the file that holds it, which is its own but for one of several in a file."""
        return self.file or self.path

    @cached_property
    def line_starts(self) -> list[int]:
        """Offsets at which the lines begin; see `line_starts`."""
        return line_starts(self.text)

    def line(self, offset: int) -> int:
        """Give the line, counted from 1, that holds the character at `offset`."""
        return bisect_right(self.line_starts, offset)

    def page(self, offset: int) -> int | None:
        """Give the page, counted from 1, that holds the character at `offset`; `None` without pages."""
        return bisect_right(self.page_starts, offset) if self.page_starts else None

    def cell(self, offset: int) -> int | None:
        """Give the cell, counted from 1, that holds the character at `offset`; `None` without cells."""
        return bisect_right(self.cell_starts, offset) if self.cell_starts else None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something in a file that is not read, and why; `path` begins with the file's. Safe to print."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds: its documents, and what else is in it, of which no two have one path."""

    documents: tuple[Document, ...]
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True)
class Span:
    """A contiguous run of a document's characters, never empty."""

    document: Document
    start: int
    end: int

    @property
    def text(self) -> str:
        """The characters themselves, as they stand in the document."""
        return self.document.text[self.start : self.end]

    @property
    def lines(self) -> tuple[int, int] | None:
        """First and last line, from 1, inclusive; `None` where that is not what a person looks up."""
        if self.document.page_starts or self.document.format in TAKEN_OUT:
            return None
        return self.document.line(self.start), self.document.line(self.end - 1)

    @property
    def cells(self) -> tuple[int, int] | None:
        """First and last cell, from 1, inclusive; `None` without cells."""
        first, last = self.document.cell(self.start), self.document.cell(self.end - 1)
        return None if first is None or last is None else (first, last)

    @property
    def page(self) -> int | None:
        """The page, from 1, on which the span starts; `None` without pages."""
        return self.document.page(self.start)

    @property
    def location(self) -> str:
        """Where a person finds it: `guide.md:12-15`, `book.pdf p. 3`, `study.ipynb cell 4`, `page.html`."""
        path = self.document.path
        if self.page is not None:
            return f"{path} p. {self.page}"
        if self.cells is not None:
            first, last = self.cells
            return f"{path} cell {first}" if first == last else f"{path} cells {first}-{last}"
        if self.lines is None:
            return path
        first, last = self.lines
        return f"{path}:{first}" if first == last else f"{path}:{first}-{last}"


@dataclass(frozen=True, slots=True)
class Passage(Span):
    """A contiguous span of a document: what is indexed, ranked and cited.

    `headings` is the path of headings above it, outermost first; of a `FAQ` passage the last is its question.
    """

    headings: tuple[str, ...] = ()
    kind: Kind = Kind.PROSE

    @property
    def question(self) -> str | None:
        """The question that this passage stands under, if any."""
        return self.headings[-1] if self.kind is Kind.FAQ else None


@dataclass(frozen=True, slots=True)
class Quotable:
    """A span of a passage that could be quoted: offsets into its document's text, and its plain `words`.

    `kind` is that of its block. `whole` says that it is a whole list, table or code block, with the sentence
    that leads to it; `cut_off` that the note stops at its end in mid-sentence.
    """

    start: int
    end: int
    kind: Kind
    whole: bool
    cut_off: bool
    words: str
