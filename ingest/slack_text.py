"""Slack's way of writing messages, turned into what a reader of Slack sees: paragraphs, lists and code."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape

from ingest.types import Kind

# `<@U024BE7LH>`, `<#C024BE7LR|general>`, `<!here>`, `<https://example.org|the page>`.
_REFERENCE = re.compile(r"<([@#!]?)([^<>|]{1,4000})(?:\|([^<>]{0,4000}))?>")
_CODE = re.compile(r"(```.*?```|`[^`\n]{1,4000}`)", re.DOTALL)
_EMPHASIS = re.compile(r"(?<!\w)([*~_])(?=\S)((?:(?!\1)[^\n]){1,2000})(?<=\S)\1(?!\w)")
_FENCED = re.compile(r"```\n?(.*?)```[ \t]*\n?", re.DOTALL)
_BLANK = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_ITEM = re.compile(r"[ \t]*(?:[•◦▪\-*]|\d{1,3}[.)])[ \t]+\S")


@dataclass(frozen=True, slots=True)
class Run:
    """A paragraph, list or piece of code; `parts` are where a list's items and a code's lines begin in it."""

    kind: Kind
    text: str
    parts: tuple[int, ...] = ()


def readable(text: str, people: Mapping[str, str]) -> str:
    """Give a message as it is seen in Slack: names for numbers, links with their addresses, no emphasis.

    `people` are the names of members by their numbers. Code keeps its backticks.
    """
    text = _REFERENCE.sub(lambda found: _seen(found[1], found[2], found[3], people), text)
    pieces = _CODE.split(text)
    # Every other one is code. Emphasis is nested twice at most: bold, italic and struck.
    for at in range(0, len(pieces), 2):
        for _ in range(3):
            pieces[at] = _EMPHASIS.sub(r"\2", pieces[at])
    return unescape_signs("".join(pieces)).replace("\r\n", "\n").strip()


def unescape_signs(text: str) -> str:
    """Give the three signs back that Slack escapes, and only those: `&copy;` was typed like that."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def runs(text: str) -> Iterator[Run]:
    """Give the paragraphs, lists and pieces of code of a message that is `readable`, in order."""
    reached = 0
    for code in _FENCED.finditer(text):
        yield from _paragraphs(text[reached : code.start()])
        lines = code[1].strip("\n").rstrip()
        if lines.strip():
            yield Run(Kind.CODE, lines, _line_starts(lines))
        reached = code.end()
    yield from _paragraphs(text[reached:])


def _seen(sign: str, what: str, label: str | None, people: Mapping[str, str]) -> str:
    match sign:
        case "@":
            return f"@{people.get(what) or label or what}"
        case "#":
            return f"#{label or what}"
        case "!":
            return label or f"@{what.partition('^')[0]}"
    address = what.removeprefix("mailto:")
    shown = unescape(label or "")
    if not shown or shown in {address, address.partition("://")[2]}:
        return address
    return f"{label} ({address})"


def _paragraphs(text: str) -> Iterator[Run]:
    for paragraph in _BLANK.split(text):
        shown = paragraph.strip()
        starts = _line_starts(shown)
        items = tuple(start for start in starts if _ITEM.match(shown, start))
        if len(items) > 1 and (items[0] == 0 or items[0] == starts[1]):
            yield from _list(shown, items)
        elif shown:
            yield Run(Kind.PROSE, shown)


def _list(text: str, items: tuple[int, ...]) -> Iterator[Run]:
    """Give a list, after the line that leads to it if there is one."""
    if items[0]:
        yield Run(Kind.PROSE, text[: items[0]].rstrip())
    yield Run(Kind.LIST, text[items[0] :], tuple(item - items[0] for item in items))


def _line_starts(text: str) -> tuple[int, ...]:
    return (0, *(found.end() for found in re.finditer(r"\n", text)))
