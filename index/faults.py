"""What can be wrong with an index: which part of it, where, and what to do about it."""

from dataclasses import dataclass
from enum import StrEnum

from index.layout import DENSE, HEADINGS, LEXICAL, PASSAGES, SPANS
from index.manifest import MANIFEST

REPAIR = "run `refdesk verify --repair` to rebuild what is broken"


class Part(StrEnum):
    """The part of an index that is at fault."""

    POINTER = "CURRENT"
    MANIFEST = MANIFEST
    PASSAGES = PASSAGES
    DENSE = DENSE
    SPANS = SPANS
    HEADINGS = HEADINGS
    LEXICAL = LEXICAL
    OLDER = "generations"
    CACHE = "cache"
    CACHED = "cached vectors"
    DOUBT = "vectors in doubt"
    ENCODER = "models"
    FORMAT = "format"
    SOURCE = "sources"

    @classmethod
    def holding(cls, name: str) -> "Part":
        """Give the part that holds the file called `name` in a generation's folder."""
        return cls(name.partition("/")[0])


WITHIN = frozenset({Part.MANIFEST, Part.PASSAGES, Part.DENSE, Part.SPANS, Part.HEADINGS, Part.LEXICAL})
"""The parts of a generation."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: in words, with where it is and what to do.

    `number` is the generation that it is in, where it is in one; `file` names a file of the cache.
    """

    part: Part
    text: str
    number: int | None = None
    file: str = ""
