"""Building the next generation from the sources, reusing all that did not change."""

import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from index.cache import VectorCache
from index.changes import Changes, compared
from index.encoder import Encoder, OnnxEncoder
from index.export import export_encoder
from index.generation import write_generation
from index.layout import TEXT_FINGERPRINT
from index.manifest import Counts, EncoderRecord, Manifest, SourceRecord
from index.passages import Stored
from index.previous import Previous, previous_generation
from index.progress import Progress, Quiet
from index.store import Store
from index.types import BuildReport, FileState, SkippedFile
from index.writer import Writer
from ingest.chunk import chunk
from ingest.encoded import encoded
from ingest.errors import SourceError
from ingest.isolate import ReaderPool
from ingest.types import Document, Source
from ingest.walk import MAX_BYTES, FoundFile, resolve_sources, walk

# Live generations kept for a rollback and for readers that still hold one.
KEPT = 3


def build(
    sources: Sequence[Path],
    store_root: Path,
    encoder_name: str,
    *,
    models: Path | None = None,
    max_bytes: int = MAX_BYTES,
    threads: int = 2,
    progress: Progress | None = None,
) -> BuildReport:
    """Bring the index in `store_root` up to date with `sources`, and publish it as a new generation.

    Nothing is published where nothing changed. Raises `SourceError` if a source is missing or none holds
    anything to read, `IndexLockedError`, `EncoderError`, and `IndexWriteError`; the live generation then stays.
    """
    roots = resolve_sources(sources)
    shown = progress or Quiet()
    with Store(store_root).writing() as writer:
        shown.stage("load encoder", None)
        folder = export_encoder(encoder_name, models or store_root / "models")
        encoder = OnnxEncoder.open(folder, threads)
        return build_with(encoder, roots, writer, store_root, max_bytes=max_bytes, progress=shown)


def build_with(
    encoder: Encoder,
    sources: Sequence[Source],
    writer: Writer,
    store_root: Path,
    *,
    max_bytes: int = MAX_BYTES,
    progress: Progress | None = None,
) -> BuildReport:
    """Build as `build` does, with an open encoder and the writer that holds the lock."""
    run = _Run(encoder, tuple(sources), writer, store_root, progress or Quiet())
    with run.stage("scan"):
        found = walk(sources, max_bytes=max_bytes)
        run.skipped = [FileState(file.source, file.path, "skipped", file.reason, 0) for file in found.skipped]
        previous = previous_generation(Store(store_root), encoder.fingerprint)
        changes = compared(_hashed(found.files, run), previous.known if previous else {})
    with run.stage("read", len(changes.to_read)):
        documents = run.read(changes)
    if not documents:
        raise SourceError(_nothing_to_read(sources, run.skipped))
    if previous and run.is_same_as(previous, changes, documents):
        return run.report(previous.manifest, changes, documents, encoded_texts=0)
    return run.publish(changes, documents)


def _hashed(files: Sequence[FoundFile], run: "_Run") -> Iterator[tuple[FoundFile, str]]:
    for file in files:
        try:
            with file.location.open("rb") as opened:
                yield file, hashlib.file_digest(opened, "sha256").hexdigest()
        except OSError as error:
            run.skip(file.source, file.path, f"can not be read: {error.strerror}")


def _nothing_to_read(sources: Sequence[Source], skipped: Sequence[FileState]) -> str:
    places = ", ".join(str(source.root) for source in sources)
    examples = "; ".join(f"{file.path}: {file.reason}" for file in skipped[:3])
    why = f" ({len(skipped)} skipped, such as {examples})" if skipped else ""
    return f"nothing to index in {places}{why}. Name a folder that holds notes; what was indexed before stays"


@dataclass
class _Run:
    """What one run has gathered so far."""

    encoder: Encoder
    sources: tuple[Source, ...]
    writer: Writer
    root: Path
    progress: Progress
    skipped: list[FileState] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[None]:
        self.progress.stage(name, total)
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = round(time.perf_counter() - started, 3)

    def skip(self, source: str, path: str, reason: str) -> None:
        self.skipped.append(FileState(source, path, "skipped", reason, 0))

    def read(self, changes: Changes) -> list[Stored]:
        """Read and cut what is new, keep the rest; in the order in which passages are numbered."""
        documents = list(changes.kept)
        with ReaderPool() as pool:
            for result in pool.read_all(changes.to_read):
                self.progress.advance()
                if isinstance(result.outcome, str):
                    self.skip(result.source, result.path, result.outcome)
                else:
                    documents.append(self._cut(result.outcome))
        return sorted(documents, key=lambda stored: (stored.document.path, stored.document.source))

    def _cut(self, document: Document) -> Stored:
        # Special tokens take two of what the encoder reads.
        passages = chunk(
            document, lambda text: self.encoder.count_tokens(text) - 2, self.encoder.max_tokens - 2
        )
        return Stored(document, tuple(passages), tuple(encoded(passage) for passage in passages))

    def files(self, documents: Sequence[Stored]) -> list[FileState]:
        order = {source.name: number for number, source in enumerate(self.sources)}
        indexed = [
            FileState(stored.document.source, stored.document.path, "indexed", None, len(stored.passages))
            for stored in documents
        ]
        return sorted(indexed + self.skipped, key=lambda file: (order[file.source], file.path))

    def is_same_as(self, previous: Previous, changes: Changes, documents: Sequence[Stored]) -> bool:
        """Tell whether publishing would change nothing that anyone could see."""
        return (
            len(documents) == len(changes.kept) == len(previous.known)
            and previous.manifest.sources == self._source_records()
            and list(previous.files) == self.files(documents)
        )

    def publish(self, changes: Changes, documents: Sequence[Stored]) -> BuildReport:
        passages = [text for stored in documents for text in stored.encoded]
        with (
            VectorCache(self.root / "cache", self.encoder.fingerprint, self.encoder.dimension) as cache,
            self.stage("encode", len(passages)),
        ):
            vectors, encoded_texts = cache.encode(self.encoder, passages, self.progress.advance)
            folder = self.writer.stage()
            rows, more = write_generation(
                folder,
                documents,
                vectors,
                self.files(documents),
                lambda texts: cache.encode(self.encoder, texts),
            )
        with self.stage("write"):
            manifest = self.writer.publish(
                encoder=EncoderRecord(self.encoder.name, self.encoder.fingerprint, self.encoder.dimension),
                text_fingerprint=TEXT_FINGERPRINT,
                sources=self._source_records(),
                counts=Counts(len(documents), len(passages), rows),
            )
            self.writer.prune(KEPT)
        return self.report(manifest, changes, documents, encoded_texts=encoded_texts + more)

    def _source_records(self) -> tuple[SourceRecord, ...]:
        return tuple(SourceRecord(source.name, str(source.root)) for source in self.sources)

    def report(
        self, manifest: Manifest, changes: Changes, documents: Sequence[Stored], *, encoded_texts: int
    ) -> BuildReport:
        here = {(stored.document.source, stored.document.path) for stored in documents}
        moved, changed = len(here & changes.moved), len(here & changes.changed)
        return BuildReport(
            generation=manifest.number,
            added=len(documents) - len(changes.kept) - moved - changed,
            changed=changed,
            moved=moved,
            removed=len(changes.removed | (changes.changed - here)),
            unchanged=len(changes.kept),
            passages=manifest.counts.passages,
            encoded=encoded_texts,
            skipped=tuple(SkippedFile(file.path, file.reason or "") for file in self.skipped),
            seconds={name: self.seconds.get(name, 0.0) for name in ("scan", "read", "encode", "write")}
            | {"total": round(sum(self.seconds.values()), 3)},
        )
