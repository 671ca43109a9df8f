"""One run over the sources: what is there, what of it is new, and what is read of that."""

import operator
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from index.changes import Changes, Hashed, compared
from index.checksums import sha256_of
from index.cutting import cut
from index.dates import Dates, as_read
from index.encoder import Encoder
from index.manifest import Manifest, SourceRecord
from index.passages import Listed, Stored
from index.previous import Previous
from index.progress import Progress
from index.types import FileState
from ingest.isolate import ReaderPool
from ingest.types import Source
from ingest.walk import FoundFile, walk
from ingest.wire import ReadResult

# What lies beside the generations: the dates of the histories of repositories.
DATES = "dates"
STAGES = ("scan", "read", "encode", "write")


def elapsed(started: float) -> float:
    """Give the seconds since `started`, which `time.perf_counter` gave, to the millisecond."""
    return round(time.perf_counter() - started, 3)


def _still(hashed: Hashed) -> str | None:
    """Give the SHA-256 of a file's content if it can still be opened and is still the same."""
    try:
        return hashed.sha256 if sha256_of(hashed.file.location) == hashed.sha256 else None
    except OSError:
        return None


def _left_out(result: ReadResult, sha256: str) -> list[Listed]:
    """List what was left out of a file that holds documents, by the SHA-256 of that file."""
    return [
        Listed(FileState(result.source, one.path, "skipped", one.reason, 0), sha256, result.path)
        for one in result.left_out
    ]


def nothing_to_read(sources: Sequence[Source], skipped: Sequence[Listed]) -> str:
    """Say that the sources hold no document at all, and why."""
    places = ", ".join(str(source.root) for source in sources)
    examples = "; ".join(f"{file.state.path}: {file.state.reason}" for file in skipped[:3])
    why = f" ({len(skipped)} skipped, such as {examples})" if skipped else ""
    return f"nothing to index in {places}{why}. Name a folder that holds notes; what was indexed before stays"


@dataclass
class Run:
    """What one run has gathered so far."""

    encoder: Encoder
    sources: tuple[Source, ...]
    root: Path
    progress: Progress
    dates: Dates = field(init=False)
    skipped: list[Listed] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STAGES, 0.0))

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[None]:
        """Show a stage of the run, and take its time."""
        self.progress.stage(name, total)
        started = time.perf_counter()
        yield
        self.seconds[name] = elapsed(started)

    def scan(self, previous: Previous | None, max_bytes: int) -> Changes:
        """Find the files, and compare them with the generation before."""
        found = walk(self.sources, max_bytes=max_bytes)
        self.dates = Dates.of(self.sources, found.files, self.root / DATES)
        for file in found.skipped:
            self._skip(file.source, file.path, file.reason)
        hashed = self._hashed(found.files)
        changes = (
            compared(hashed, previous.documents, previous.refused) if previous else compared(hashed, {}, {})
        )
        self.skipped += changes.refused
        return changes

    def _hashed(self, files: Sequence[FoundFile]) -> Iterator[Hashed]:
        for file in files:
            try:
                sha256 = sha256_of(file.location)
            except OSError as error:
                self._skip(file.source, file.path, f"can not be read: {error.strerror}")
            else:
                yield Hashed(file, sha256)

    def _skip(self, source: str, path: str, reason: str, sha256: str | None = None) -> None:
        self.skipped.append(Listed(FileState(source, path, "skipped", reason, 0), sha256))

    def read(self, changes: Changes) -> list[Stored]:
        """Read and cut what is new, keep the rest; in the order in which passages are numbered."""
        documents = list(changes.kept)
        with ReaderPool() as pool:
            results = pool.read_all(hashed.file for hashed in changes.to_read)
            for hashed, result in zip(changes.to_read, results, strict=True):
                self.progress.advance()
                if isinstance(result.outcome, str):
                    self._skip(result.source, result.path, result.outcome, _still(hashed))
                else:
                    documents += (cut(as_read(document), self.encoder) for document in result.outcome)
                    self.skipped += _left_out(result, result.outcome[0].sha256)
        return sorted(documents, key=lambda stored: (stored.document.path, stored.document.source))

    def files(self, documents: Sequence[Stored]) -> list[Listed]:
        """Give every file of the sources, in the order of these and of the paths."""
        order = {source.name: number for number, source in enumerate(self.sources)}
        indexed = [
            Listed(
                FileState(stored.document.source, stored.document.path, "indexed", None, len(stored.passages))
            )
            for stored in documents
        ]
        return sorted(
            indexed + self.skipped, key=lambda listed: (order[listed.state.source], listed.state.path)
        )

    def unchanged(
        self, previous: Previous | None, documents: Sequence[Stored], files: list[Listed]
    ) -> Manifest | None:
        """Give the generation before if publishing would change nothing that anyone could see."""
        same = (
            previous
            # Each is what was stored, unless it was read anew or got another date.
            and all(map(operator.is_, previous.documents.values(), documents))
            and list(previous.files) == files
            and previous.manifest.sources == self.source_records()
        )
        return previous.manifest if previous and same else None

    def source_records(self) -> tuple[SourceRecord, ...]:
        """Give what a manifest tells of the sources."""
        return tuple(map(SourceRecord.of, self.sources))
