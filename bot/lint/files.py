"""Files that could not be read, or not as they were meant."""

from collections.abc import Iterator

from bot.lint.types import Finding, Notes, found
from ingest.types import Format


def frontmatter(notes: Notes) -> Iterator[Finding]:
    """Find notes whose frontmatter could not be read, so that their title, tags and dates are lost."""
    for document in notes.documents:
        if document.format is Format.MARKDOWN:
            for note in document.notes:
                yield found(
                    "frontmatter", document, 0, note, "mend it: see that quotes and brackets are closed"
                )


def unread(notes: Notes) -> Iterator[Finding]:
    """Find files of a known format that could not be read."""
    for source, path, reason in notes.unread:
        yield Finding("unread", source, path, 1, reason, "mend the file, or name it in .refdeskignore")
