"""From the sources to the files to read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ingest.formats import SUFFIXES
from ingest.scan import FoundFile, SkippedFile, scan
from ingest.types import Source

__all__ = ["MAX_BYTES", "FoundFile", "SkippedFile", "Walk", "walk"]

MAX_BYTES = 50_000_000
"""The size above which a file is skipped unless the configuration says otherwise."""


@dataclass(frozen=True, slots=True)
class Walk:
    """All that lies under the sources, each part in the order of the sources and then of the paths."""

    files: tuple[FoundFile, ...]
    skipped: tuple[SkippedFile, ...]


def walk(
    sources: Sequence[Source], *, max_bytes: int = MAX_BYTES, suffixes: Collection[str] = SUFFIXES
) -> Walk:
    """Find the files under `sources`: those no larger than `max_bytes` whose suffix is among `suffixes`.

    Ignore files count from the source downwards: those above it were not named. A file that several names or
    sources reach is found under the first and skipped under the rest. Raises `SourceError` for a source that
    is gone or can not be opened.
    """
    found: list[FoundFile] = []
    skipped: list[SkippedFile] = []
    first_by_identity: dict[tuple[int, int], FoundFile] = {}
    for source in sources:
        left_out: list[SkippedFile] = []
        for entry in sorted(scan(source, max_bytes, suffixes), key=lambda entry: entry.path):
            if isinstance(entry, SkippedFile):
                left_out.append(entry)
                continue
            first = first_by_identity.setdefault(entry.identity, entry)
            if first is entry:
                found.append(entry)
            else:
                reason = f"same file as {first.source}/{first.path}"
                left_out.append(SkippedFile(source.name, entry.path, reason))
        skipped += left_out
    return Walk(tuple(found), tuple(skipped))
