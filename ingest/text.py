"""Plain text, as people type it and as scraping leaves it: structure over the unedited characters."""

import re
from bisect import bisect
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
from ingest.text_titles import reads_as_title
from ingest.types import Block, Document, Format, Heading, Kind, Link, RawFile

# Not `^` and `$`: those take no account of a lone carriage return.
_MARKDOWN_HEADING = re.compile(r"(?:\A|[\r\n])#{2,6}[ \t]{1,9}\S")
_MARKDOWN_FENCE = re.compile(r"(?:\A|[\r\n])```[\w+-]{0,30}[ \t]{0,9}(?=[\r\n]|\Z)")
_LEAST_HEADINGS = 2
_LEAST_FENCES = 4  # two that open and two that close
_ADDRESS = re.compile(r"https?://[^\s<>\"\[\]]{1,2000}")
_FAR = 300  # characters: with more text than this above it, a heading is not the title of the whole
_PART = re.compile(r"(?:#{1,6}\s+)?\**\d{1,3}[.)]|\**(?:question|q)\b", re.IGNORECASE)
_LONGEST_SENTENCE = 120
_HASH = re.compile(r"(?=[a-f]*\d)[0-9a-f]{8,}")


def read_text(raw: RawFile) -> Document:
    """Read a text file, or hand it to `read_markdown` if that is what it is by its headings or fences.

    Raises `UnreadableError` for bytes that are no text.
    """
    text, encoding = decode(raw.body)
    if _is_markdown(text):
        return _without_opening_notes(read_markdown(raw))
    pieces = _pieces(text)
    blocks = tuple(piece for piece in pieces if isinstance(piece, Block))
    document = Document(
        path=raw.path,
        source=raw.source,
        title="",
        text=text,
        format=Format.TEXT,
        sha256=raw.sha256,
        encoding=encoding,
        headings=tuple(piece for piece in pieces if isinstance(piece, Heading)),
        blocks=blocks,
        links=_links(text, blocks),
        notes=_notes(raw.body, text, encoding),
    )
    return replace(document, title=_title(document))


def _is_markdown(text: str) -> bool:
    headings = sum(1 for _ in islice(_MARKDOWN_HEADING.finditer(text), _LEAST_HEADINGS))
    fences = sum(1 for _ in islice(_MARKDOWN_FENCE.finditer(text), _LEAST_FENCES))
    return headings >= _LEAST_HEADINGS or fences >= _LEAST_FENCES


def _without_opening_notes(document: Document) -> Document:
    """Free the first block from notes on where it was copied from, the title from the heading of a part."""
    if document.headings and document.title == document.headings[0].title:
        document = replace(document, title=_title(document))
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


def _title(document: Document) -> str:
    """Give the first heading if it names the whole: near the top, no part's number, no question among others.

    Else it is the sentence that alone stands above the headings, or the file's name in words.
    """
    first = next(iter(document.headings), None)
    if first is None:
        return _name_in_words(document.path)
    above = [document.text[block.start : block.end] for block in document.blocks if block.end <= first.start]
    line = document.text[first.start : first.end]
    of_a_part = len(document.headings) > 1 and (is_question(first.title) or _PART.match(line))
    if not of_a_part and sum(map(len, above)) <= _FAR:
        return first.title
    is_sentence = len(above) == 1 and len(above[0]) <= _LONGEST_SENTENCE
    titled = is_sentence and "\n" not in above[0] and reads_as_title(above[0].removesuffix("."))
    return above[0] if titled else _name_in_words(document.path)


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
