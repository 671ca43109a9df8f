"""Markdown: blocks by their line numbers from markdown-it-py, offsets into the unedited source."""

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import PurePosixPath

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingest.decode import decode
from ingest.frontmatter import Frontmatter, read_frontmatter
from ingest.links import links_and_tags
from ingest.plain import plain
from ingest.types import Block, Document, Format, Heading, Kind, Metadata, RawFile, line_starts

_KINDS = {
    "bullet_list_open": Kind.LIST,
    "ordered_list_open": Kind.LIST,
    "fence": Kind.CODE,
    "code_block": Kind.CODE,
    "table_open": Kind.TABLE,
}
# The token that opens each part of a block, at the depth where it counts.
_PARTS = {Kind.LIST: ("list_item_open", 1), Kind.TABLE: ("tr_open", 2)}


def read_markdown(raw: RawFile) -> Document:
    """Read a Markdown file. Raises `UnreadableError` for bytes that are no text."""
    text, encoding = decode(raw.body)
    front = read_frontmatter(text)
    starts = line_starts(text)
    tokens = _parser().parse(_without_frontmatter(text, front))
    headings = tuple(_headings(tokens, text, starts))
    blocks = tuple(_blocks(tokens, text, starts, front.end))
    links, tags = links_and_tags(text, blocks)
    return Document(
        path=raw.path,
        source=raw.source,
        title=_title(front, headings, raw.path),
        text=text,
        format=Format.MARKDOWN,
        sha256=raw.sha256,
        encoding=encoding,
        headings=headings,
        blocks=blocks,
        links=links,
        metadata=_with_tags(front.metadata, tags),
        notes=(front.fault,) if front.fault else (),
    )


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"maxNesting": 50}).enable("table").disable(["reference"])


def _without_frontmatter(text: str, front: Frontmatter) -> str:
    """Blank the frontmatter, keeping its line breaks, so that the parser's line numbers stay those of the file."""
    opening = "".join(character for character in text[: front.end] if character in "\r\n")
    return opening + text[front.end :]


def _headings(tokens: list[Token], text: str, starts: list[int]) -> Iterator[Heading]:
    for token, inline in pairwise(tokens):
        if token.type == "heading_open" and token.level == 0 and token.map:
            first, last = token.map
            start, end = _trimmed(text, _offset(starts, first, text), _offset(starts, last, text))
            if title := plain(inline.content, Format.MARKDOWN):
                yield Heading(int(token.tag[1]), title, start, end)


def _blocks(tokens: list[Token], text: str, starts: list[int], begin: int) -> Iterator[Block]:
    """Give the top-level blocks in order. Lines that the parser passes over become prose: none is lost."""
    reached = begin
    for index, token in enumerate(tokens):
        if token.level or not token.map or token.type.endswith("_close"):
            continue
        start, end = _offset(starts, token.map[0], text), _offset(starts, token.map[1], text)
        yield from _prose(text, reached, start)
        reached = max(reached, end)
        if token.type in {"heading_open", "hr"}:
            continue
        kind = _KINDS.get(token.type, Kind.PROSE)
        start, end = _trimmed(text, start, end, keep_indent=token.type == "code_block")
        yield Block(kind, start, end, _parts(kind, start, tokens[index:], starts))
    yield from _prose(text, reached, len(text))


def _prose(text: str, start: int, end: int) -> Iterator[Block]:
    start, end = _trimmed(text, start, end)
    if start < end:
        yield Block(Kind.PROSE, start, end)


def _parts(kind: Kind, start: int, tokens: list[Token], starts: list[int]) -> tuple[int, ...]:
    """Give the places where the block that `tokens` opens with may be cut."""
    opening = tokens[0]
    first, last = opening.map or [0, 0]
    if kind is Kind.CODE:
        return (start, *starts[first + 1 : last])
    if kind not in _PARTS:
        return ()
    name, depth = _PARTS[kind]
    inner = (token for token in _inside(tokens) if token.type == name and token.level == depth and token.map)
    return (start, *(offset for token in inner if token.map and (offset := starts[token.map[0]]) > start))


def _inside(tokens: list[Token]) -> Iterable[Token]:
    """Give the tokens up to the one that closes the first."""
    for token in tokens[1:]:
        if token.level == 0:
            return
        yield token


def _offset(starts: list[int], line: int, text: str) -> int:
    return starts[line] if line < len(starts) else len(text)


def _trimmed(text: str, start: int, end: int, *, keep_indent: bool = False) -> tuple[int, int]:
    """Narrow a span to its visible characters; `keep_indent` keeps the spaces that open its first line."""
    shown = text[start:end]
    end = start + len(shown.rstrip())
    first = start + len(shown) - len(shown.lstrip())
    if keep_indent:
        first = max(text.rfind("\n", start, first), text.rfind("\r", start, first), start - 1) + 1
    return min(first, end), end


def _title(front: Frontmatter, headings: tuple[Heading, ...], path: str) -> str:
    """Give the frontmatter's title, else the first top heading, else the first one, else the file's name."""
    if front.title:
        return front.title
    first = next((heading for heading in headings if heading.level == 1), next(iter(headings), None))
    return first.title if first else PurePosixPath(path).stem.replace("_", " ").replace("-", " ")


def _with_tags(metadata: Metadata, tags: tuple[str, ...]) -> Metadata:
    return Metadata(
        tags=tuple(dict.fromkeys(metadata.tags + tags)),
        aliases=metadata.aliases,
        status=metadata.status,
        owner=metadata.owner,
        updated=metadata.updated,
        acl=metadata.acl,
    )
