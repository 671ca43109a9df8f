"""A whole passage of a note, laid out for reading on a terminal."""

import re

from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import Markdown
from rich.segment import Segment

from bot.render.safe import safe_text
from ingest.types import Document, Format, Span

_WIKILINK = re.compile(r"!?\[\[")


class Laid:
    """Markdown for rich to show. Nothing in it is a link, and no character acts, however it was written."""

    def __init__(self, text: str) -> None:
        # Links are shown with their address, and stay words: a note leads nobody's click astray.
        self._markdown = Markdown(safe_text(text), hyperlinks=False)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Give the segments that rich makes of it, cleaned once more of what entities may have spelled."""
        for segment in console.render(self._markdown, options):
            yield Segment(safe_text(segment.text), segment.style)


def readable(span: Span) -> str | None:
    """Give the Markdown of a passage with its wikilinks as their words; `None` for any other format."""
    if span.document.format is not Format.MARKDOWN:
        return None
    return _without_wikilinks(span.document, span.start, span.end)


def _without_wikilinks(document: Document, start: int, end: int) -> str:
    parts, reached = [], start
    for link in document.links:
        if reached <= link.start and link.end <= end and _WIKILINK.match(document.text, link.start):
            parts += [document.text[reached : link.start], link.title]
            reached = link.end
    return "".join((*parts, document.text[reached:end]))
