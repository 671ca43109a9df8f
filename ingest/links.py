"""Links and tags in a note: `[[wikilinks|alias]]`, `![[embeds]]`, `[text](target)`, `#tags`."""

import re
from collections.abc import Iterable

from ingest.types import Block, Kind, Link

# Code spans come first so that what stands in them is no link. Runs are bounded: hostile input stays linear.
_INLINE = re.compile(
    r"(?=[`!\[#])(?:"
    r"(?<!`)(?P<ticks>`{1,3})(?!`)[^`\n]{1,400}(?P=ticks)(?!`)"
    r"|(?P<embed>!?)\[\[(?P<wiki>[^\[\]|\n]{1,300})(?:\|(?P<alias>[^\[\]\n]{1,300}))?\]\]"
    r"|(?<!!)\[(?P<label>(?:!\[[^\[\]\n]{0,300}\]\([^()\s]{0,1000}\)|[^\[\]\n]){1,300}+)\]"
    r"\((?:<(?P<spaced>[^<>\n]{1,1000})>|(?P<target>(?:\([^()\s]{0,300}\)|[^()\s<>]){1,1000}+))"
    r"(?:[ ](?:\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'))?\)"
    r"|(?<!\S)\#(?P<tag>[^\W\d_][\w/-]{0,100}))"
)


def links_and_tags(text: str, blocks: Iterable[Block]) -> tuple[tuple[Link, ...], tuple[str, ...]]:
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
    """Give the link that was matched; `None` for a code span, and for a target that is blank."""
    if match["wiki"]:
        # In a table the bar is written `\|`.
        target = match["wiki"].removesuffix("\\").strip()
        embed = bool(match["embed"])
        # What stands behind an embed's bar is a width, not a name.
        title = ((not embed and match["alias"]) or target).strip() or target
    else:
        target = (match["spaced"] or match["target"] or "").strip()
        title = (match["label"] or "").strip()
        embed = False
    return Link(target, title, match.start(), match.end(), embed) if target else None
