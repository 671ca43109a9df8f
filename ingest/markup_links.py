"""Links in reStructuredText, Org and AsciiDoc."""

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from ingest.types import Block, Format, Kind, Link

# Runs are bounded: hostile input stays linear. Code comes first, so that what stands in it is no link.
_LINKS: Mapping[Format, re.Pattern[str]] = MappingProxyType(
    {
        Format.RST: re.compile(
            r"``[^`\n]{1,400}``|:doc:`(?:(?P<named>[^`<>\n]{1,300}?)\s*<)?(?P<note>[^`<>\n]{1,300})>?`"
            r"|`(?P<title>[^`<>\n]{1,300}?)\s*<(?P<target>[^`<>\s]{1,1000})>`__?"
        ),
        Format.ORG: re.compile(
            r"\[\[(?:file:)?(?P<target>[^\[\]\n]{1,1000})\](?:\[(?P<title>[^\[\]\n]{1,300})\])?\]"
        ),
        Format.ASCIIDOC: re.compile(
            r"`[^`\n]{1,400}`|(?:\b(?:link|xref):(?P<target>[^\s\[\]]{1,1000})"
            r"|(?P<address>\bhttps?://[^\s\[\]<>]{1,1000}))\[(?P<title>[^\[\]\n]{0,300})\]"
            r"|<<(?P<note>[^<>,\n]{1,300})(?:,[ ]?(?P<named>[^<>\n]{1,300}))?>>"
        ),
    }
)
_ADDRESS = re.compile(r"https?://[^\s<>\"\[\]`]{1,2000}")


def links(text: str, written_as: Format, blocks: Iterable[Block]) -> tuple[Link, ...]:
    """Find the links, in order, in the blocks that are not code: written ones, and bare addresses."""
    return tuple(
        link for block in blocks if block.kind is not Kind.CODE for link in _in_block(text, written_as, block)
    )


def _in_block(text: str, written_as: Format, block: Block) -> Iterator[Link]:
    reached = block.start
    for match in _LINKS[written_as].finditer(text, block.start, block.end):
        yield from _bare(text, reached, match.start())
        reached = match.end()
        parts = match.groupdict()
        target = (parts.get("target") or parts.get("address") or parts.get("note") or "").strip()
        if target:
            title = (parts.get("title") or parts.get("named") or target).strip()
            yield Link(target, title, match.start(), match.end())
    yield from _bare(text, reached, block.end)


def _bare(text: str, start: int, end: int) -> Iterator[Link]:
    for match in _ADDRESS.finditer(text, start, end):
        address = match[0].rstrip(".,;:!?'*_")
        address = address if "(" in address else address.rstrip(").,")
        yield Link(address, address, match.start(), match.start() + len(address))
