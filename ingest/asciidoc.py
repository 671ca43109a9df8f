"""AsciiDoc, as Asciidoctor reads it: structure over the unedited characters. No include is followed."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ingest.asciidoc_blocks import ATTRIBUTE, INCLUDE, Piece, is_comment, pieces, title_of
from ingest.decode import decode
from ingest.markup import words
from ingest.markup_links import links
from ingest.source_lines import SourceLine, is_blank, name_in_words, run_of, source_lines
from ingest.stated import metadata
from ingest.types import Block, Document, Format, Heading, Kind, RawFile

_AUTHOR = re.compile(r"(\w[\w.'-]*(?: \w[\w.'-]*){0,2})(?:\s*<([^<>]{1,200})>)?(?:;.*)?")
_REVISION = re.compile(r"(?:v\d|\d).*")


def read_asciidoc(raw: RawFile) -> Document:
    """Read an AsciiDoc file. Raises `UnreadableError` for bytes that are no text."""
    text, encoding = decode(raw.body)
    lines = source_lines(text)
    top, fields, after = _header(lines)
    found = [*top, *pieces(lines, after, len(lines))]
    headings = tuple(
        Heading(piece.level, _said(piece.title) or piece.title, piece.start, piece.end)
        for piece in found
        if isinstance(piece, Heading)
    )
    blocks = tuple(piece for piece in found if isinstance(piece, Block))
    return Document(
        path=raw.path,
        source=raw.source,
        title=_title(headings, fields) or name_in_words(raw.path),
        text=text,
        format=Format.ASCIIDOC,
        sha256=raw.sha256,
        encoding=encoding,
        headings=headings,
        blocks=blocks,
        links=links(text, Format.ASCIIDOC, blocks),
        metadata=metadata(fields),
        notes=tuple(_notes(lines)),
    )


def _header(lines: Sequence[SourceLine]) -> tuple[Sequence[Piece], Mapping[str, str], int]:
    """Give the title that opens the file, if one does, what is stated under it, and the line after."""
    fields: dict[str, str] = {}
    at = _attributes(lines, run_of(lines, 0, len(lines), is_blank), fields)
    at = run_of(lines, at, len(lines), is_blank)
    titled = title_of(lines, at, len(lines)) if at < len(lines) else None
    if titled is None or titled[1].level > 1:
        return (), fields, at
    at = titled[0]
    if at < len(lines) and (author := _AUTHOR.fullmatch(lines[at].text)):
        fields.setdefault("author", author[1])
        at += 1
        if at < len(lines) and _REVISION.fullmatch(lines[at].text):
            fields.setdefault("revdate", lines[at].text)
            at += 1
    return [titled[1]], fields, _attributes(lines, at, fields)


def _attributes(lines: Sequence[SourceLine], at: int, fields: dict[str, str]) -> int:
    """Put `:name: value` lines into `fields`; give the index behind them and the comments among them."""
    while at < len(lines):
        if found := ATTRIBUTE.fullmatch(lines[at].text):
            fields.setdefault(found[1].lower(), (found[2] or "").removesuffix("\\").strip())
        elif not is_comment(lines[at].text):
            break
        at += 1
    return at


def _title(headings: Iterable[Heading], fields: Mapping[str, str]) -> str:
    return next((heading.title for heading in headings), "") or fields.get("doctitle", "")


def _said(text: str) -> str:
    return " ".join(words(text, Format.ASCIIDOC, Kind.PROSE).split())


def _notes(lines: Iterable[SourceLine]) -> Iterator[str]:
    included = sum(1 for line in lines if INCLUDE.match(line.text))
    if included:
        yield f"{included:,} `include::` not followed; what they name is found where it is indexed itself"
