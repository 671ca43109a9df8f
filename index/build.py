"""Building the next generation from the sources, reusing all that did not change."""

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.cache import VectorCache
from index.carried import Known, known_vectors, vocabulary_after
from index.encoder import Encoder, OnnxEncoder
from index.export import export_encoder
from index.generation import Texts, Vectors, write_generation
from index.layout import TEXT_FINGERPRINT
from index.manifest import ChangeCounts, Counts, EncoderRecord, Manifest
from index.passages import Listed, Stored
from index.previous import Previous, counted, previous_generation
from index.progress import Progress, Quiet
from index.run import Run, elapsed, nothing_to_read
from index.search import Index
from index.shrink import check_sizes
from index.store import Store
from index.types import BuildReport, SkippedFile
from index.writer import Keep, Writer
from ingest.checkout import forget
from ingest.errors import SourceError
from ingest.origin import Named
from ingest.sources import check_places, resolve_sources
from ingest.types import Source
from ingest.walk import MAX_BYTES

# What lies beside the generations: fetched repositories.
CHECKOUTS = "sources"

# Says whether a staged generation may be published.
Gate = Callable[[Index, Progress], bool]


def build(
    sources: Sequence[Named],
    store_root: Path,
    encoder_name: str,
    *,
    models: Path | None = None,
    max_bytes: int = MAX_BYTES,
    threads: int = 2,
    encoder: Encoder | None = None,
    progress: Progress | None = None,
    gate: Gate | None = None,
    allow_shrink: bool = False,
    keep: Keep = Keep(),  # noqa: B008 - it can not be changed
) -> BuildReport:
    """Bring the index in `store_root` up to date with `sources`, and publish it as a new generation.

    Nothing is published where nothing changed; older generations are pruned to `keep` either way. `encoder`
    is one that is open already, as between the runs of a watch.
    Raises `SourceError` if a source is missing or none holds anything to read, `ShrunkError` if one lost most
    of its documents unless `allow_shrink`, `IndexLockedError`, `EncoderError`, `IndexWriteError`,
    `RefusedError` if `gate` says no, and what it raises; then the live generation stays.
    """
    started = time.perf_counter()
    shown = progress or Quiet()
    check_places(sources)
    with Store(store_root).writing() as writer:
        checkouts = store_root / CHECKOUTS
        roots = resolve_sources(sources, checkouts, lambda name: shown.stage(f"fetch {name}", None))
        if encoder is None:
            shown.stage("load encoder", None)
            encoder = open_encoder(encoder_name, models or store_root / "models", threads)
        report = build_with(
            encoder,
            roots,
            writer,
            store_root,
            max_bytes=max_bytes,
            progress=shown,
            gate=gate,
            allow_shrink=allow_shrink,
            keep=keep,
        )
        forget(checkouts, [source.root for source in roots])
    # With the time for the encoder, which may have been exported, and for waiting on the disk.
    return replace(report, seconds=report.seconds | {"total": elapsed(started)})


def open_encoder(name: str, models: Path, threads: int) -> OnnxEncoder:
    """Open an encoder, exporting it into `models` first if need be; raises what `export_encoder` does."""
    return OnnxEncoder.open(export_encoder(name, models), threads)


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
    keep: Keep = Keep(),  # noqa: B008 - it can not be changed
    afresh: bool = False,
) -> BuildReport:
    """Build as `build` does, with an open encoder and the writer that holds the lock.

    With `afresh` nothing is taken from the live generation.
    """
    started = time.perf_counter()
    run = Run(encoder, tuple(sources), store_root, progress or Quiet())
    with run.stage("scan"):
        previous = None if afresh else previous_generation(Store(store_root), encoder.fingerprint)
        changes = run.scan(previous, max_bytes)
    with run.stage("read", len(changes.to_read)):
        documents = run.dates.dated(run.read(changes))
    if not allow_shrink:
        check_sizes(Store(store_root), sources, (stored.document for stored in documents))
    if not documents:
        raise SourceError(nothing_to_read(sources, run.skipped))
    files = run.files(documents)
    counts = counted(previous, changes, {(s.document.source, s.document.path) for s in documents})
    publishing = _Publishing(run, writer, previous, gate)
    manifest = run.unchanged(previous, documents, files) or publishing.publish(documents, files, counts)
    writer.prune(keep, damaged=not previous)
    report = publishing.report(manifest, counts, len(changes.kept))
    return replace(report, seconds=report.seconds | {"total": elapsed(started)})


@dataclass
class _Publishing:
    """The second half of a run: from documents to a generation. `encoded_texts` counts the new ones."""

    run: Run
    writer: Writer
    previous: Previous | None
    gate: Gate | None
    encoded_texts: int = 0

    def publish(
        self, documents: Sequence[Stored], files: Sequence[Listed], changes: ChangeCounts
    ) -> Manifest:
        """Encode what is new, write and publish."""
        encoder, seconds = self.run.encoder, self.run.seconds
        texts = Texts.of(documents)
        vectors = self._vectors(texts, known_vectors(self.previous))
        with self.run.stage("write"):
            words = vocabulary_after(self.previous, texts.passages)
            write_generation(self.writer.stage(), documents, files, vectors, words)
            manifest = self.writer.publish(
                encoder=EncoderRecord(encoder.name, encoder.fingerprint, encoder.dimension),
                text_fingerprint=TEXT_FINGERPRINT,
                sources=self.run.source_records(),
                counts=Counts(len(documents), *map(len, vectors)),
                changes=changes,
                accepts=self._accepts,
            )
        seconds["write"] -= seconds.get("gate", 0.0)
        return manifest

    def _vectors(self, texts: Texts, known: Sequence[Known]) -> Vectors:
        """Give the vectors of `texts`: those `known`, those in the cache, and the rest encoded."""
        missing = list(map(Known.missing, known, texts))
        with self.run.stage("encode", sum(map(len, missing))), self._cache() as cache:
            new = [self._encoded(cache, part) for part in missing]
            if self.encoded_texts:
                cache.trim(frozenset().union(*texts))
            return Vectors(*map(Known.filled, known, texts, new))

    def _encoded(self, cache: VectorCache, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors, new = cache.encode(self.run.encoder, texts, self.run.progress.advance)
        self.encoded_texts += new
        return vectors

    def _accepts(self, manifest: Manifest, folder: Path) -> bool:
        if self.gate is None:
            return True
        started = time.perf_counter()
        index = Index.of(manifest, folder, self.run.encoder)
        with closing(index.store):
            accepted = self.gate(index, self.run.progress)
        self.run.seconds["gate"] = elapsed(started)
        return accepted

    def _cache(self) -> VectorCache:
        encoder = self.run.encoder
        return VectorCache(self.run.root / "cache", encoder.fingerprint, encoder.dimension)

    def report(self, manifest: Manifest, counts: ChangeCounts, unchanged: int) -> BuildReport:
        """Sum up the run that ended with a generation, which is that of before where nothing changed."""
        return BuildReport(
            generation=manifest.number,
            added=counts.added,
            changed=counts.changed,
            moved=counts.moved,
            removed=counts.removed,
            unchanged=unchanged,
            passages=manifest.counts.passages,
            encoded=self.encoded_texts,
            skipped=tuple(SkippedFile(file.state.path, file.state.reason or "") for file in self.run.skipped),
            seconds=self.run.seconds,
        )
