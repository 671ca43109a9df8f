"""What is encoded for a passage: its title and headings, then its plain words."""

from ingest.plain import plain
from ingest.types import Passage


# In characters; the longest of 11,000 passages of technical documentation was 190.
LONGEST_HEADING_LINE = 240


def is_question(heading: str) -> bool:
    """Tell whether a heading asks something: it ends in a question mark."""
    return heading.rstrip().endswith(("?", "\uff1f"))


def heading_line(title: str, headings: tuple[str, ...]) -> str:
    """Give the title and heading path on one line, each named once: `Deployments: Rollbacks: Undo`.

    Of a line that is too long, the end is kept: the innermost heading says most about the passage.
    """
    names = dict.fromkeys(name for name in (title, *headings) if name)
    return ": ".join(names)[-LONGEST_HEADING_LINE:]


def encoded(passage: Passage) -> str:
    """Give the text that is encoded for `passage`."""
    body = plain(passage.text, passage.document.format)
    above = heading_line(passage.document.title, passage.headings)
    return f"{above}. {body}" if above else body
