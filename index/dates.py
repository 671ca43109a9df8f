"""When each document was last changed: by git where it knows, else by the note itself, else by the file."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from index.changes import Key
from index.passages import Stored
from ingest.checkout import history_of
from ingest.errors import SourceError
from ingest.git import Git, in_work_tree
from ingest.history import History
from ingest.scan import FoundFile
from ingest.types import Document, Source

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Dates:
    """What is known of the dates of the files of one run; `histories` are those of the sources in git."""

    files: Mapping[Key, FoundFile]
    histories: Mapping[str, History]
    fetched: frozenset[str]

    @classmethod
    def of(cls, sources: Sequence[Source], files: Iterable[FoundFile], cache: Path) -> "Dates":
        """Open the histories of `sources`, with what an earlier run wrote into the folder `cache`."""
        found = {source.name: _history(source, cache) for source in sources}
        return cls(
            {(file.source, file.path): file for file in files},
            {name: history for name, history in found.items() if history},
            frozenset(source.name for source in sources if source.git),
        )

    def dated(self, documents: Sequence[Stored]) -> list[Stored]:
        """Give the documents with their dates; one whose date is right already is given as it is."""
        dated = [self._dated(stored) for stored in documents]
        for history in self.histories.values():
            try:
                history.save()
            except OSError as error:
                _log.warning("the dates of git's history are not kept for the next run: %s", error.strerror)
        return dated

    def _dated(self, stored: Stored) -> Stored:
        document = stored.document
        updated = self._updated(document)
        if updated == document.metadata.updated:
            return stored
        new = replace(document, metadata=replace(document.metadata, updated=updated))
        return replace(
            stored, document=new, passages=tuple(replace(one, document=new) for one in stored.passages)
        )

    def _updated(self, document: Document) -> str | None:
        stated = document.metadata.stated
        # Of several documents in one file each knows better than the file when it is from.
        if document.file and stated:
            return stated
        file = self.files.get((document.source, document.origin))
        if file is None:
            return stated
        history = self.histories.get(document.source)
        committed = history.updated(document.sha256, file.location) if history else None
        if committed or stated:
            return committed or stated
        # The files of a fetched repository are from when they were fetched.
        return None if document.source in self.fetched else _day(file.mtime_ns)


def as_read(document: Document) -> Document:
    """Give a document that has just been read, its own date put down as such."""
    return replace(document, metadata=replace(document.metadata, stated=document.metadata.updated))


def _history(source: Source, cache: Path) -> History | None:
    if source.git:
        git = Git(history_of(source.root, source.git), own=True)
    elif in_work_tree(source.root):
        git = Git(source.root if source.root.is_dir() else source.root.parent)
    else:
        return None
    try:
        file = cache / f"{sha256(bytes(source.root)).hexdigest()[:16]}.dates"
        return History.open(git, file, source.git.folder if source.git else "")
    except SourceError as error:
        _log.warning("no dates are taken from git. %s", error)
        return None


def _day(mtime_ns: int) -> str | None:
    try:
        return datetime.fromtimestamp(mtime_ns // 10**9, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return None
