"""Notes that say of themselves that nobody has looked at them for long."""

import re
from collections.abc import Iterator
from datetime import date

from bot.lint.types import Finding, Notes, found
from ingest.types import Document, Format

_RETIRED = frozenset({"archived", "deprecated", "obsolete", "retired", "superseded"})
# A `date` or `created` alone says when a note was written, not that it still holds.
_UPDATED = re.compile(r"^(?:updated|last_updated|lastmod|last_modified|modified)\s*[:=]", re.MULTILINE)
_FRONTMATTER = 32_768


def stale(notes: Notes) -> Iterator[Finding]:
    """Find notes whose own `updated` is long past or still to come; what is superseded may be old."""
    for document in notes.documents:
        said = document.metadata.updated
        match = _UPDATED.search(document.text, 0, _FRONTMATTER)
        if said is None or match is None or document.format is not Format.MARKDOWN or _retired(document):
            continue
        days = (notes.today - date.fromisoformat(said)).days
        if days > notes.stale_days:
            what = f"last updated {said}, {days:,} days ago"
            fix = "check that it still holds and renew the date, or set `status: superseded`"
            yield found("stale", document, match.start(), what, fix)
        elif days < 0:
            yield found(
                "stale", document, match.start(), f"updated {said}, which is still to come", "mend the date"
            )


def _retired(document: Document) -> bool:
    return (document.metadata.status or "").casefold() in _RETIRED
