"""Building the next generation from the sources, reusing all that did not change."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.cache import VectorCache
from index.changes import Changes, Hashed, compared
from index.checksums import sha256_of
from index.encoder import Encoder, OnnxEncoder
from index.export import export_encoder
from index.generation import Texts, Vectors, write_generation
from index.layout import TEXT_FINGERPRINT
from index.manifest import Counts, EncoderRecord, Manifest, SourceRecord
from index.passages import Listed, Stored
from index.previous import Previous, previous_generation
from index.progress import Progress, Quiet
from index.search import Index
from index.shrink import check_sizes
from index.store import Store
from index.types import BuildReport, FileState, SkippedFile
from index.writer import Writer
from ingest.chunk import chunk
from ingest.encoded import encoded
from ingest.errors import SourceError
from ingest.isolate import ReaderPool
from ingest.spans import quotable
from ingest.types import Document, Source
from ingest.walk import MAX_BYTES, FoundFile, resolve_sources, walk

# Generations that stay for a rollback and for readers that still hold one.
KEPT = 3
STAGES = ("scan", "read", "encode", "write")

# Says whether a staged generation may be published.
Gate = Callable[[Index, Progress], bool]


def build(
    sources: Sequence[Path],
    store_root: Path,
    encoder_name: str,
    *,
    models: Path | None = None,
    max_bytes: int = MAX_BYTES,
    threads: int = 2,
    progress: Progress | None = None,
    gate: Gate | None = None,
    allow_shrink: bool = False,
) -> BuildReport:
    """Bring the index in `store_root` up to date with `sources`, and publish it as a new generation.

    Nothing is published where nothing changed. Raises `SourceError` if a source is missing or none holds
    anything to read, `ShrunkError` if one lost most of its documents unless `allow_shrink`,
    `IndexLockedError`, `EncoderError`, `IndexWriteError`, `RefusedError` if `gate` says no, and what it
    raises; then the live generation stays.
    """
    started = time.perf_counter()
    roots = resolve_sources(sources)
    shown = progress or Quiet()
    with Store(store_root).writing() as writer:
        shown.stage("load encoder", None)
        folder = export_encoder(encoder_name, models or store_root / "models")
        encoder = OnnxEncoder.open(folder, threads)
        report = build_with(
            encoder,
            roots,
            writer,
            store_root,
            max_bytes=max_bytes,
            progress=shown,
            gate=gate,
            allow_shrink=allow_shrink,
        )
    # With the time for the encoder, which may have been exported, and for waiting on the disk.
    return replace(report, seconds=report.seconds | {"total": _since(started)})


def build_with(
    encoder: Encoder,
    sources: Sequence[Source],
    writer: Writer,
    store_root: Path,
    *,
    max_bytes: int = MAX_BYTES,
    progress: Progress | None = None,
    gate: Gate | None = None,
    allow_shrink: bool = False,
) -> BuildReport:
    """Build as `build` does, with an open encoder and the writer that holds the lock."""
    started = time.perf_counter()
    run = _Run(encoder, tuple(sources), writer, store_root, progress or Quiet(), gate)
    with run.stage("scan"):
        previous = previous_generation(Store(store_root), encoder.fingerprint)
        changes = run.scan(previous, max_bytes)
    with run.stage("read", len(changes.to_read)):
        documents = run.read(changes)
    if not allow_shrink:
        check_sizes(Store(store_root), sources, (stored.document for stored in documents))
    if not documents:
        raise SourceError(_nothing_to_read(sources, run.skipped))
    files = run.files(documents)
    manifest = run.unchanged(previous, changes, files) or run.publish(documents, files, afresh=not previous)
    report = run.report(manifest, previous, changes, documents)
    return replace(report, seconds=report.seconds | {"total": _since(started)})


def _since(started: float) -> float:
    return round(time.perf_counter() - started, 3)


def _still(hashed: Hashed) -> str | None:
    """Give the SHA-256 of a file's content if it can still be opened and is still the same."""
    try:
        return hashed.sha256 if sha256_of(hashed.file.location) == hashed.sha256 else None
    except OSError:
        return None


def _nothing_to_read(sources: Sequence[Source], skipped: Sequence[Listed]) -> str:
    places = ", ".join(str(source.root) for source in sources)
    examples = "; ".join(f"{file.state.path}: {file.state.reason}" for file in skipped[:3])
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
    gate: Gate | None = None
    skipped: list[Listed] = field(default_factory=list)
    encoded_texts: int = 0
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STAGES, 0.0))

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[None]:
        self.progress.stage(name, total)
        started = time.perf_counter()
        yield
        self.seconds[name] = _since(started)

    def scan(self, previous: Previous | None, max_bytes: int) -> Changes:
        """Find the files, and compare them with the generation before."""
        found = walk(self.sources, max_bytes=max_bytes)
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
                    documents.append(self._cut(result.outcome))
        return sorted(documents, key=lambda stored: (stored.document.path, stored.document.source))

    def _cut(self, document: Document) -> Stored:
        # Special tokens take two of what the encoder reads.
        passages = chunk(
            document, lambda text: self.encoder.count_tokens(text) - 2, self.encoder.max_tokens - 2
        )
        return Stored(
            document,
            tuple(passages),
            tuple(encoded(passage) for passage in passages),
            tuple(tuple(quotable(passage)) for passage in passages),
        )

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

    def unchanged(self, previous: Previous | None, changes: Changes, files: list[Listed]) -> Manifest | None:
        """Give the generation before if publishing would change nothing that anyone could see."""
        same = (
            previous
            and not changes.to_read
            and list(previous.files) == files
            and previous.manifest.sources == self._source_records()
        )
        return previous.manifest if previous and same else None

    def publish(self, documents: Sequence[Stored], files: list[Listed], *, afresh: bool) -> Manifest:
        """Encode, write and publish. What was built `afresh` may replace a damaged generation."""
        texts = Texts.of(documents)
        with self.stage("encode", texts.total), self._cache() as cache:
            vectors = [self._encoded(cache, part) for part in texts]
        with self.stage("write"):
            write_generation(self.writer.stage(), documents, files, Vectors(*vectors))
            manifest = self.writer.publish(
                encoder=EncoderRecord(self.encoder.name, self.encoder.fingerprint, self.encoder.dimension),
                text_fingerprint=TEXT_FINGERPRINT,
                sources=self._source_records(),
                counts=Counts(len(documents), *map(len, vectors)),
                accepts=self._accepts,
            )
            self.writer.prune(KEPT, damaged=afresh)
        self.seconds["write"] -= self.seconds.get("gate", 0.0)
        return manifest

    def _encoded(self, cache: VectorCache, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors, new = cache.encode(self.encoder, texts, self.progress.advance)
        self.encoded_texts += new
        return vectors

    def _accepts(self, manifest: Manifest, folder: Path) -> bool:
        if self.gate is None:
            return True
        started = time.perf_counter()
        index = Index.of(manifest, folder, self.encoder)
        with closing(index.store):
            accepted = self.gate(index, self.progress)
        self.seconds["gate"] = _since(started)
        return accepted

    def _cache(self) -> VectorCache:
        return VectorCache(self.root / "cache", self.encoder.fingerprint, self.encoder.dimension)

    def _source_records(self) -> tuple[SourceRecord, ...]:
        return tuple(SourceRecord(source.name, str(source.root)) for source in self.sources)

    def report(
        self, manifest: Manifest, previous: Previous | None, changes: Changes, documents: Sequence[Stored]
    ) -> BuildReport:
        """Count what became of the documents of the generation before, and of those that are new."""
        before = previous.documents.keys() if previous else frozenset()
        here = {(stored.document.source, stored.document.path) for stored in documents}
        moved = {new: old for new, old in changes.moved.items() if new in here}
        return BuildReport(
            generation=manifest.number,
            added=len(here - before - moved.keys()),
            changed=len(here & before) - len(changes.kept),
            moved=len(moved),
            removed=len(before - here - set(moved.values())),
            unchanged=len(changes.kept),
            passages=manifest.counts.passages,
            encoded=self.encoded_texts,
            skipped=tuple(SkippedFile(file.state.path, file.state.reason or "") for file in self.skipped),
            seconds=self.seconds,
        )
