"""Markdown: blocks by their line numbers from markdown-it-py, offsets into the unedited source."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import PurePosixPath

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingest.decode import decode
from ingest.frontmatter import Frontmatter, read_frontmatter
from ingest.links import links_and_tags
from ingest.plain import plain
from ingest.types import Block, Document, Format, Heading, Kind, RawFile, line_starts

# In characters. A longer one is a paragraph with a rule right under it, which Markdown takes for a heading.
LONGEST_HEADING = 300
# Twenty lists, each in an item of the one before. A list takes in all that follows what is nested deeper.
DEEPEST = 40
# Each line that follows such a quote is looked at once for each of its levels: no more than ten.
_DEEP_QUOTE = re.compile(r"(?<![^\r\n])((?:[ ]{0,3}>){10})[> ]+")

_KINDS = {
    "bullet_list_open": Kind.LIST,
    "ordered_list_open": Kind.LIST,
    "fence": Kind.CODE,
    "code_block": Kind.CODE,
    "table_open": Kind.TABLE,
}


def read_markdown(raw: RawFile) -> Document:
    """Read a Markdown file. Raises `UnreadableError` for bytes that are no text."""
    text, encoding = decode(raw.body)
    front = read_frontmatter(text)
    found = list(pieces(text, front))
    headings = tuple(piece for piece in found if isinstance(piece, Heading))
    links, tags = links_and_tags(text, [_as_block(piece) for piece in found])
    return Document(
        path=raw.path,
        source=raw.source,
        title=_title(front, headings, raw.path),
        text=text,
        format=Format.MARKDOWN,
        sha256=raw.sha256,
        encoding=encoding,
        headings=headings,
        blocks=tuple(piece for piece in found if isinstance(piece, Block)),
        links=links,
        metadata=replace(front.metadata, tags=tuple(dict.fromkeys(front.metadata.tags + tags))),
        notes=(front.fault,) if front.fault else (),
    )


@cache
def _parser() -> MarkdownIt:
    """Give a parser of blocks alone: what stands inside a line is looked at when its words are wanted."""
    parser = MarkdownIt("commonmark", {"maxNesting": DEEPEST}).enable("table")
    return parser.disable(["inline", "text_join", "reference"])


def pieces(text: str, front: Frontmatter) -> Iterator[Heading | Block]:
    """Give headings and top-level blocks in order. Lines that are in neither become prose: none is lost."""
    starts = [*line_starts(text), len(text)]
    reached = 0 if front.fault else front.end
    for tokens in _top_level(_parser().parse(_parsable(text, front))):
        first, last = tokens[0].map or (0, 0)
        yield from _prose(text, reached, starts[first])
        yield from _piece(text, tokens, starts)
        reached = starts[last]
    yield from _prose(text, reached, len(text))


def _top_level(tokens: Iterable[Token]) -> Iterator[list[Token]]:
    """Give the tokens of each top-level block, from the one that opens it to the one that closes it."""
    block: list[Token] = []
    for token in tokens:
        if block and token.level == 0 and token.nesting >= 0:
            yield block
            block = []
        block.append(token)
    if block:
        yield block


def _parsable(text: str, front: Frontmatter) -> str:
    """Blank the frontmatter and the marks of quotes too deep, keeping each line where it is in the file."""
    opening = "\n" * (len(line_starts(text[: front.end])) - 1)
    return opening + _DEEP_QUOTE.sub(r"\1 ", text[front.end :])


def _piece(text: str, tokens: Sequence[Token], starts: Sequence[int]) -> Iterator[Heading | Block]:
    """Give what the tokens make: nothing of a rule or an empty heading, prose of a heading without words."""
    opening = tokens[0]
    first, last = opening.map or (0, 0)
    start, end = _trimmed(text, starts[first], starts[last])
    if opening.type == "hr" or start == end:
        return
    if opening.type == "heading_open" and end - start <= LONGEST_HEADING:
        if title := plain(tokens[1].content, Format.MARKDOWN):
            yield Heading(int(opening.tag[1]), title, start, end)
            return
        if not tokens[1].content:
            return
    if opening.type == "code_block":
        start = starts[first]
    kind = _KINDS.get(opening.type, Kind.PROSE)
    cuts = _cuts(kind, tokens, starts)
    yield Block(kind, start, end, (start, *(cut for cut in cuts if cut < end)) if cuts is not None else ())


def _prose(text: str, start: int, end: int) -> Iterator[Block]:
    start, end = _trimmed(text, start, end)
    if start < end:
        yield Block(Kind.PROSE, start, end)


def _cuts(kind: Kind, tokens: Sequence[Token], starts: Sequence[int]) -> Sequence[int] | None:
    """Give the places inside the block where it may be cut; `None` for prose, which is cut at sentences."""
    first, last = tokens[0].map or (0, 0)
    match kind:
        case Kind.CODE:
            # No cut right after the fence that opens it, nor right before the one that closes it.
            fence = tokens[0].type == "fence"
            return starts[first + 1 + fence : last - fence]
        case Kind.LIST:
            return _opened(tokens, "list_item_open", 1, starts)[1:]
        case Kind.TABLE:
            # Nor right after a table's head.
            return _opened(tokens, "tr_open", 2, starts)[2:]
        case _:
            return None


def _opened(tokens: Iterable[Token], name: str, level: int, starts: Sequence[int]) -> list[int]:
    return [
        starts[token.map[0]] for token in tokens if token.type == name and token.level == level and token.map
    ]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Narrow a span to what is visible of it."""
    end = start + len(text[start:end].rstrip())
    return end - len(text[start:end].lstrip()), end


def _as_block(piece: Heading | Block) -> Block:
    return piece if isinstance(piece, Block) else Block(Kind.PROSE, piece.start, piece.end)


def _title(front: Frontmatter, headings: tuple[Heading, ...], path: str) -> str:
    """Give the frontmatter's title, else the first top heading, else the first one, else the file's name."""
    if front.title:
        return front.title
    first = next((heading for heading in headings if heading.level == 1), next(iter(headings), None))
    return first.title if first else PurePosixPath(path).stem.replace("_", " ").replace("-", " ")
