"""What changed between a generation and the files as they are, by content."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from index.passages import Listed, Stored
from ingest.walk import FoundFile

T = TypeVar("T")
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

    `kept` are the documents of files that did not change, `refused` what could not be read of such files
    before, or was left out of one that holds documents; `to_read` are the rest. `moved` says of those that
    were known under a path which is gone what that was: of the files, not of the documents in them.
    """

    kept: tuple[Stored, ...]
    refused: tuple[Listed, ...]
    to_read: tuple[Hashed, ...]
    moved: Mapping[Key, Key]

    def origins(self, documents: Iterable[Key]) -> dict[Key, Key]:
        """Give what those of the documents were that lie in files which moved, by what they are now."""
        found = ((key, self._origin(*key)) for key in documents if self.moved)
        return {key: origin for key, origin in found if origin}

    def _origin(self, source: str, path: str) -> Key | None:
        file = path
        while file and (source, file) not in self.moved:
            file = file.rpartition("/")[0]
        if not file:
            return None
        old_source, old_file = self.moved[source, file]
        return old_source, old_file + path.removeprefix(file)


def compared(files: Iterable[Hashed], known: Mapping[Key, Stored], refused: Mapping[Key, Listed]) -> Changes:
    """Compare the files as they are with the documents that are known, and the files refused, before."""
    hashed = list(files)
    documents = _by_file(
        (stored.document.source, stored.document.origin, stored) for stored in known.values()
    )
    entries = _by_file((one.state.source, one.file or one.state.path, one) for one in refused.values())
    gone = _by_content(documents, {file.key for file in hashed})
    kept: list[Stored] = []
    still_refused: list[Listed] = []
    to_read: list[Hashed] = []
    moved: dict[Key, Key] = {}
    for file in hashed:
        stored, before = documents.get(file.key, []), entries.get(file.key, [])
        if stored and stored[0].document.sha256 == file.sha256:
            kept += stored
            still_refused += before
        elif before and not stored and before[0].sha256 == file.sha256:
            still_refused += before
        else:
            to_read.append(file)
            if not stored and (origins := gone.get(file.sha256)):
                moved[file.key] = origins.pop(0)
    return Changes(tuple(kept), tuple(still_refused), tuple(to_read), moved)


def _by_file(known: Iterable[tuple[str, str, T]]) -> dict[Key, list[T]]:
    """Gather what lies in the same file, each given with its source and the path of its file, in order."""
    files: dict[Key, list[T]] = {}
    for source, path, one in known:
        files.setdefault((source, path), []).append(one)
    return files


def _by_content(known: Mapping[Key, Sequence[Stored]], here: set[Key]) -> dict[str, list[Key]]:
    """Give the files that are gone, by their SHA-256, in order: two may have had the same content."""
    gone: dict[str, list[Key]] = {}
    for key, stored in known.items():
        if key not in here:
            gone.setdefault(stored[0].document.sha256, []).append(key)
    return gone
