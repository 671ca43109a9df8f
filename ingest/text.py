"""Plain text, as people type it and as scraping leaves it: structure over the unedited characters."""

import re
from bisect import bisect
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import PurePosixPath

from ingest.decode import decode, is_exact
from ingest.encoded import is_question
from ingest.links import links_and_tags
from ingest.markdown import read_markdown
from ingest.text_blocks import with_commands, with_fences, with_lead_ins, with_paragraphs, with_tables
from ingest.text_headings import with_headings
from ingest.text_items import with_lists
from ingest.text_lines import visible_lines, wrap_width
from ingest.text_pieces import Piece
from ingest.text_residue import opening_notes, without_residue
from ingest.types import Block, Document, Format, Heading, Kind, Link, RawFile

_MARKDOWN_HEADING = re.compile(r"^#{2,6}[ \t]+\S", re.MULTILINE)
_MARKDOWN_FENCE = re.compile(r"^```[\w+-]{0,30}[ \t]{0,9}\r?$", re.MULTILINE)
_LEAST_HEADINGS = 2
_LEAST_FENCES = 4  # two that open and two that close
_ADDRESS = re.compile(r"https?://[^\s<>\"\[\]]{1,2000}")
_FAR = 300  # characters: with more text than this above it, a heading is not the title of the whole
_HASH = re.compile(r"(?=[a-f]*\d)[0-9a-f]{8,}")


def read_text(raw: RawFile) -> Document:
    """Read a text file, or hand it to `read_markdown` if that is what it is by its headings or fences.

    Raises `UnreadableError` for bytes that are no text.
    """
    text, encoding = decode(raw.body)
    if _is_markdown(text):
        return _without_opening_notes(read_markdown(raw))
    pieces = _pieces(text)
    headings = tuple(piece for piece in pieces if isinstance(piece, Heading))
    blocks = tuple(piece for piece in pieces if isinstance(piece, Block))
    return Document(
        path=raw.path,
        source=raw.source,
        title=_title(headings, blocks, raw.path),
        text=text,
        format=Format.TEXT,
        sha256=raw.sha256,
        encoding=encoding,
        headings=headings,
        blocks=blocks,
        links=_links(text, blocks),
        notes=_notes(raw.body, text, encoding),
    )


def _is_markdown(text: str) -> bool:
    headings = sum(1 for _ in islice(_MARKDOWN_HEADING.finditer(text), _LEAST_HEADINGS))
    fences = sum(1 for _ in islice(_MARKDOWN_FENCE.finditer(text), _LEAST_FENCES))
    return headings >= _LEAST_HEADINGS or fences >= _LEAST_FENCES


def _without_opening_notes(document: Document) -> Document:
    """Free the first block from notes on where it was copied from, the title from one question of several."""
    if document.title in {heading.title for heading in document.headings if is_question(heading.title)}:
        document = replace(document, title=_title(document.headings, document.blocks, document.path))
    first = next(iter(document.blocks), None)
    if first is None or first.kind is not Kind.PROSE:
        return document
    lines = list(visible_lines(document.text[first.start : first.end]))
    rest = lines[opening_notes(lines) :]
    kept = [Block(first.kind, first.start + rest[0].start, first.end)] if rest else []
    return replace(document, blocks=(*kept, *document.blocks[1:]))


def _pieces(text: str) -> list[Piece]:
    lines = list(visible_lines(text))
    width = wrap_width(lines)
    written = without_residue(list(with_fences(lines[opening_notes(lines) :])))
    pieces = with_headings(list(with_tables(written)), width)
    pieces = list(with_lists(pieces, width))
    return with_lead_ins(with_paragraphs(with_commands(pieces), width), text)


def _title(headings: Sequence[Heading], blocks: Sequence[Block], path: str) -> str:
    """Give the first heading near the top that names the whole text, as one question of several does not.

    A file without such a heading is called by its name, in words.
    """
    several = len(headings) > 1
    first = next((heading for heading in headings if not (several and is_question(heading.title))), None)
    if first is None:
        return _name_in_words(path)
    above = sum(block.end - block.start for block in blocks if block.end <= first.start)
    return first.title if first.level == 1 or above <= _FAR else _name_in_words(path)


def _name_in_words(path: str) -> str:
    stem = PurePosixPath(path).stem
    words = [word for word in re.split(r"[\s_-]+", stem) if word and not _HASH.fullmatch(word)]
    return " ".join(words) or stem


def _links(text: str, blocks: tuple[Block, ...]) -> tuple[Link, ...]:
    """Give wikilinks, Markdown's links, and the addresses that stand outside of them, in order."""
    written, _ = links_and_tags(text, blocks)
    starts = [link.start for link in written]
    bare = (
        link
        for block in blocks
        if block.kind is not Kind.CODE
        for link in map(_bare_link, _ADDRESS.finditer(text, block.start, block.end))
        if not any(link.start < one.end for one in written[: bisect(starts, link.start)][-1:])
    )
    return tuple(sorted((*written, *bare), key=lambda link: link.start))


def _bare_link(match: re.Match[str]) -> Link:
    address = match[0].rstrip(".,;:!?'*_")
    if "(" not in address:
        address = address.rstrip(").,")
    return Link(address, address, match.start(), match.start() + len(address))


def _notes(body: bytes, text: str, encoding: str) -> tuple[str, ...]:
    if is_exact(body, encoding):
        return ()
    lost = text.count("\ufffd")
    return (f"{lost:,} characters that are no {encoding} are shown as U+FFFD",)
