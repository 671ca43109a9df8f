"""reStructuredText, as docutils and Sphinx read it: structure over the unedited characters.

Nothing is carried out and nothing fetched: a directive is text between two places, whatever it says.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from ingest.decode import decode
from ingest.markup import words
from ingest.markup_links import links
from ingest.rst_blocks import Piece, adornment, pieces
from ingest.source_lines import SourceLine, is_blank, name_in_words, run_of, source_lines
from ingest.stated import metadata
from ingest.types import Block, Document, Format, Heading, Kind, RawFile

_FIELD = re.compile(r":([A-Za-z][\w .-]{0,60}):(?:\s+(.*)|$)")


def read_rst(raw: RawFile) -> Document:
    """Read a reStructuredText file. Raises `UnreadableError` for bytes that are no text."""
    text, encoding = decode(raw.body)
    lines = source_lines(text)
    fields, first, last = _fields(lines)
    found = [*pieces(lines, 0, first), *pieces(lines, last, len(lines))]
    headings = tuple(_leveled(found, text))
    blocks = tuple(piece for piece in found if isinstance(piece, Block))
    return Document(
        path=raw.path,
        source=raw.source,
        title=fields.get("title") or _title(headings) or name_in_words(raw.path),
        text=text,
        format=Format.RST,
        sha256=raw.sha256,
        encoding=encoding,
        headings=headings,
        blocks=blocks,
        links=links(text, Format.RST, blocks),
        metadata=metadata(fields),
    )


def _title(headings: Sequence[Heading]) -> str:
    return next((heading.title for heading in headings if heading.level == 1), "")


def _leveled(found: Iterable[Piece], text: str) -> Iterator[Heading]:
    """Give the headings with their levels: each way of adorning them is one deeper than those met before."""
    styles: list[str] = []
    for piece in found:
        if not isinstance(piece, Heading):
            continue
        shown = text[piece.start : piece.end]
        above = shown[0] * 2 if shown[0] == shown[-1] and len(set(shown.splitlines()[0].strip())) == 1 else ""
        style = above or shown[-1]
        if style not in styles:
            styles.append(style)
        title = " ".join(words(piece.title, Format.RST, Kind.PROSE).split()) or piece.title
        yield replace(piece, level=styles.index(style) + 1, title=title)


def _fields(lines: Sequence[SourceLine]) -> tuple[Mapping[str, str], int, int]:
    """Give the fields that open the file, above or right below its title, and the lines they take."""
    at = run_of(lines, 0, len(lines), is_blank)
    if at < len(lines) and (adorned := adornment(lines, at, len(lines))):
        at = run_of(lines, at + adorned[1], len(lines), is_blank)
    first, fields, name = at, dict[str, str](), ""
    while at < len(lines) and lines[at].text:
        field = _FIELD.match(lines[at].text)
        if field:
            name = field[1].lower()
            fields.setdefault(name, field[2] or "")
        elif name and lines[at].indent:
            fields[name] = f"{fields[name]} {lines[at].text}".strip()
        else:
            break
        at += 1
    return fields, first, at
