"""Headings with nothing under them."""

from collections.abc import Iterator

from bot.lint.types import AUTHORED, Finding, Notes, found
from bot.targets import section
from ingest.types import Document, Heading


def empty_headings(notes: Notes) -> Iterator[Finding]:
    """Find headings under which there is no text, down to the next one that is no deeper."""
    for document in notes.documents:
        if document.format in AUTHORED and not document.file:
            for heading in document.headings:
                if _empty(document, heading):
                    what = f"nothing stands under “{heading.title}”"
                    yield found(
                        "empty-heading",
                        document,
                        heading.start,
                        what,
                        "write what belongs there, or take it out",
                    )


def _empty(document: Document, heading: Heading) -> bool:
    below = section(document, heading)
    return not any(heading.end <= block.start < below.end for block in document.blocks)
