"""What changed between a generation and the files as they are, by content."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from index.passages import Stored
from ingest.walk import FoundFile

Key = tuple[str, str]
"""A document's source and path."""


@dataclass(frozen=True, slots=True)
class Changes:
    """`kept` needs no reading. `to_read` are the rest of the files, in order; `moved` and `changed` say which of them
    were known, under another path or with other content. `removed` were known and are gone.
    """

    kept: tuple[Stored, ...]
    to_read: tuple[FoundFile, ...]
    moved: frozenset[Key]
    changed: frozenset[Key]
    removed: frozenset[Key]


def compared(files: Iterable[tuple[FoundFile, str]], known: Mapping[Key, Stored]) -> Changes:
    """Compare files, each with the SHA-256 of its content, with the documents `known` by source and path."""
    hashed = list(files)
    here = {(file.source, file.path) for file, _ in hashed}
    gone = {key: stored.document.sha256 for key, stored in known.items() if key not in here}
    kept: list[Stored] = []
    to_read: list[FoundFile] = []
    moved: dict[Key, Key] = {}
    changed: set[Key] = set()
    for file, sha256 in hashed:
        key = (file.source, file.path)
        stored = known.get(key)
        if stored and stored.document.sha256 == sha256:
            kept.append(stored)
            continue
        to_read.append(file)
        if stored:
            changed.add(key)
        elif origin := next((old for old, digest in gone.items() if digest == sha256), None):
            moved[key] = origin
            del gone[origin]
    return Changes(tuple(kept), tuple(to_read), frozenset(moved), frozenset(changed), frozenset(gone))
