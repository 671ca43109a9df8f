"""What changed between a generation and the files as they are, by content."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from index.passages import Listed, Stored
from ingest.walk import FoundFile

Key = tuple[str, str]
"""A file's source and path."""


@dataclass(frozen=True, slots=True)
class Hashed:
    """A file that was found, and the hexadecimal SHA-256 of its content."""

    file: FoundFile
    sha256: str

    @property
    def key(self) -> Key:
        """Its source and path."""
        return self.file.source, self.file.path


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be done about the files, each in one of three, in their order.

    `kept` are the documents of files that did not change, `refused` the entries of files that could not be
    read before and did not change, `to_read` are the rest. `moved` says of those that were known under a path
    which is gone what that was.
    """

    kept: tuple[Stored, ...]
    refused: tuple[Listed, ...]
    to_read: tuple[Hashed, ...]
    moved: Mapping[Key, Key]


def compared(files: Iterable[Hashed], known: Mapping[Key, Stored], refused: Mapping[Key, Listed]) -> Changes:
    """Compare the files as they are with the documents that are known, and the files refused, before."""
    hashed = list(files)
    gone = _by_content(known, {file.key for file in hashed})
    kept: list[Stored] = []
    still_refused: list[Listed] = []
    to_read: list[Hashed] = []
    moved: dict[Key, Key] = {}
    for file in hashed:
        stored, before = known.get(file.key), refused.get(file.key)
        if stored and stored.document.sha256 == file.sha256:
            kept.append(stored)
        elif before and before.sha256 == file.sha256:
            still_refused.append(before)
        else:
            to_read.append(file)
            if not stored and (origins := gone.get(file.sha256)):
                moved[file.key] = origins.pop(0)
    return Changes(tuple(kept), tuple(still_refused), tuple(to_read), moved)


def _by_content(known: Mapping[Key, Stored], here: set[Key]) -> dict[str, list[Key]]:
    """Give the documents that are gone, by their SHA-256, in order: two may have had the same content."""
    gone: dict[str, list[Key]] = {}
    for key, stored in known.items():
        if key not in here:
            gone.setdefault(stored.document.sha256, []).append(key)
    return gone
