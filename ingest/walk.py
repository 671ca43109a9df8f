"""From the paths a person names to the files to read."""

import os
import stat
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from ingest.errors import SourceError
from ingest.formats import SUFFIXES
from ingest.scan import FoundFile, SkippedFile, scan, shown
from ingest.types import Source

__all__ = ["MAX_BYTES", "FoundFile", "SkippedFile", "Walk", "resolve_sources", "walk"]

MAX_BYTES = 50_000_000
"""The size above which a file is skipped unless the configuration says otherwise."""


@dataclass(frozen=True, slots=True)
class Walk:
    """All that lies under the sources, each part in the order of the sources and then of the paths."""

    files: tuple[FoundFile, ...]
    skipped: tuple[SkippedFile, ...]


def resolve_sources(paths: Iterable[Path]) -> list[Source]:
    """Make the sources that `paths` name, in that order; a folder or file named twice is one source.

    A source is called by the last part of its path, and by as many parts as it takes where several end alike.
    Raises `SourceError` for a path that does not exist, can not be reached, or is no folder or file.
    """
    roots = list(dict.fromkeys(_real(path) for path in paths))
    names: dict[Path, str] = {}
    for _, alike in groupby(sorted(roots, key=_last_part), key=_last_part):
        names |= _distinct_names(list(alike))
    return [Source(shown(names[root]), root) for root in roots]


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


def _real(path: Path) -> Path:
    try:
        root = Path(os.path.realpath(path, strict=True))
        mode = root.stat().st_mode
    except (OSError, ValueError) as error:
        cause = error.strerror if isinstance(error, OSError) else error
        raise SourceError(
            f"source {shown(str(path))}: {cause}. Check the path and that you may read it."
        ) from error
    if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
        raise SourceError(f"source {shown(str(path))}: neither a folder nor a file. Name a folder of notes.")
    return root


def _last_part(root: Path) -> str:
    return root.parts[-1]


def _distinct_names(roots: list[Path]) -> dict[Path, str]:
    """Give each of `roots`, all ending alike, the shortest tail of its path that sets them all apart."""
    count = 1
    while len({root.parts[-count:] for root in roots}) < len(roots):
        count += 1
    return {root: "/".join(root.parts[-count:]) for root in roots}
