"""Org files, as Emacs writes them: structure over the unedited characters. No block of code is ever run."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ingest.decode import decode
from ingest.markup import words
from ingest.markup_links import links
from ingest.org_blocks import keyword, pieces
from ingest.source_lines import SourceLine, name_in_words, source_lines
from ingest.stated import metadata
from ingest.types import Block, Document, Format, Heading, Kind, RawFile

_HEADING = re.compile(r"(\*+)[ \t]+(\S.*)")
_TAGS = re.compile(r"[ \t]+:((?:[\w@#%]+:)+)$")
_PRIORITY = re.compile(r"\[#\w\][ \t]*|\[\d{0,9}(?:/\d{0,9}|%)\]")
_STATES = ("TODO", "DONE")
_STATE_KEYWORDS = {"todo", "seq_todo", "typ_todo"}


def read_org(raw: RawFile) -> Document:
    """Read an Org file. Raises `UnreadableError` for bytes that are no text."""
    text, encoding = decode(raw.body)
    lines = source_lines(text)
    fields = _keywords(lines)
    states = {*_STATES, *fields.get("todo", "").replace("|", " ").split()}
    found = list(_pieces(lines, states))
    headings = tuple(piece for piece, _ in found if isinstance(piece, Heading))
    blocks = tuple(piece for piece, _ in found if isinstance(piece, Block))
    stated = metadata(fields)
    tags = dict.fromkeys((*stated.tags, *(tag for _, tags in found for tag in tags)))
    return Document(
        path=raw.path,
        source=raw.source,
        title=_said(fields.get("title", "")) or _first(headings) or name_in_words(raw.path),
        text=text,
        format=Format.ORG,
        sha256=raw.sha256,
        encoding=encoding,
        headings=headings,
        blocks=blocks,
        links=links(text, Format.ORG, blocks),
        metadata=replace(stated, tags=tuple(tags)),
    )


def _keywords(lines: Sequence[SourceLine]) -> Mapping[str, str]:
    """Give what `#+KEY: value` lines say, by key in lower case; what is said again is said in addition."""
    fields: dict[str, list[str]] = {}
    for line in lines:
        if found := keyword(line.text):
            name = "todo" if found[0] in _STATE_KEYWORDS else found[0]
            fields.setdefault(name, []).append(found[1])
    return {name: " ".join(said).strip() for name, said in fields.items()}


def _pieces(
    lines: Sequence[SourceLine], states: set[str]
) -> Iterator[tuple[Heading | Block, tuple[str, ...]]]:
    """Give the headings, each with its tags, and the blocks, in order."""
    reached = 0
    for at, line in enumerate(lines):
        if line.indent == 0 and line.text.startswith("*") and (found := _HEADING.fullmatch(line.text)):
            yield from ((block, ()) for block in pieces(lines, reached, at))
            yield _heading(line, found, states)
            reached = at + 1
    yield from ((block, ()) for block in pieces(lines, reached, len(lines)))


def _heading(line: SourceLine, found: re.Match[str], states: set[str]) -> tuple[Heading, tuple[str, ...]]:
    """Give a heading without its state, priority and tags, and those tags."""
    title = found[2]
    tags = _TAGS.search(f" {title}")
    if tags:
        title = f" {title}"[: tags.start()].strip()
    first, _, rest = title.partition(" ")
    title = _PRIORITY.sub("", rest if first in states else title)
    heading = Heading(len(found[1]), _said(title) or found[2], line.start, line.end)
    return heading, tuple(tags[1].strip(":").split(":")) if tags else ()


def _said(text: str) -> str:
    return " ".join(words(text, Format.ORG, Kind.PROSE).split())


def _first(headings: Sequence[Heading]) -> str:
    return next((heading.title for heading in headings if heading.level == 1), "")
