"""Links and tags in a note: `[[wikilinks|alias]]`, `![[embeds]]`, `[text](target)`, `#tags`."""

import re

from ingest.types import Block, Kind, Link

# Code spans come first so that what stands in them is no link. Every run is bounded: hostile input stays linear.
_INLINE = re.compile(
    r"(?P<ticks>`{1,3})[^`\n]{1,400}(?P=ticks)"
    r"|(?P<embed>!?)\[\[(?P<wiki>[^\[\]|\n]{1,300})(?:\|(?P<alias>[^\[\]\n]{1,300}))?\]\]"
    r"|(?<!!)\[(?P<label>[^\[\]\n]{1,300})\]\((?P<target>[^()\s]{1,1000})(?:[ ]\"[^\"\n]{0,300}\")?\)"
    r"|(?<![\w/&#])\#(?P<tag>[^\W\d_][\w/-]{0,100})"
)


def links_and_tags(text: str, blocks: tuple[Block, ...]) -> tuple[tuple[Link, ...], tuple[str, ...]]:
    """Find the links, in order, and the distinct tags, in order, in the blocks that are not code."""
    links: list[Link] = []
    tags: dict[str, None] = {}
    for block in blocks:
        if block.kind is Kind.CODE:
            continue
        for match in _INLINE.finditer(text, block.start, block.end):
            if match["tag"]:
                tags.setdefault(match["tag"])
            elif link := _link(match):
                links.append(link)
    return tuple(links), tuple(tags)


def _link(match: re.Match[str]) -> Link | None:
    if match["wiki"]:
        target = match["wiki"].strip()
        title = (match["alias"] or target).strip()
        return Link(target, title, match.start(), match.end(), embed=bool(match["embed"]))
    if match["target"]:
        return Link(match["target"], match["label"], match.start(), match.end())
    return None
