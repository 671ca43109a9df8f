"""Rebuilding just what is broken, as a new generation: the damaged one stays until that is live."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index.build import CHECKOUTS, build_with
from index.cache import VectorCache
from index.cached import drop_cache, mend_cache
from index.checksums import content_problems
from index.disk import writing_to
from index.encoder import Encoder
from index.encoders import Exporter, LateEncoder, Opener
from index.faults import WITHIN, Fault, Part
from index.generation import VECTORS, Texts, write_terms, write_vectors
from index.layout import LEXICAL, PASSAGES
from index.manifest import Counts, EncoderRecord, Manifest, damaged, read_manifest
from index.passages import PassageStore
from index.progress import Progress, Quiet
from index.store import Store
from index.vectors import Sample
from index.verify import DEFAULT_SAMPLE, Proof, pointed_to, prove
from index.writer import Keep, Writer
from ingest.errors import DamagedIndexError, EncoderError, IncompatibleIndexError, ShrunkError, SourceError
from ingest.origin import Named
from ingest.sources import resolve_sources
from ingest.types import Source
from ingest.walk import MAX_BYTES

# What one round mends may bring to light what could not be looked at before.
_ROUNDS = 4
# A repair removes what is damaged, and nothing for its age.
_ALL = Keep(generations=1_000_000)


@dataclass(frozen=True, slots=True)
class Means:
    """What a repair may use: encoders, and what the configuration names as sources.

    These count only where the index can not tell any more what it was built from.
    """

    open: Opener
    export: Exporter
    sources: Sequence[Named] = ()
    sample: Sample = DEFAULT_SAMPLE
    progress: Progress = field(default_factory=Quiet)
    max_bytes: int = MAX_BYTES


@dataclass(frozen=True, slots=True)
class Repair:
    """What was `done` and what `failed`, in words, and what the index proves to be afterwards."""

    done: tuple[str, ...]
    failed: tuple[str, ...]
    proof: Proof


def repair(root: Path, means: Means) -> Repair:
    """Rebuild what `prove` finds broken in the index in `root`, and prove it again.

    A sound index is not touched. Raises `NoIndexError`, `IndexLockedError`, and `IndexWriteError`; then the
    live generation stays as it is.
    """
    store = Store(root)
    run = _Run(store, means)
    before = pointed_to(store)
    proof = run.prove()
    if not proof.faults:
        return Repair(tuple(run.done), (), proof)
    with store.writing() as writer:
        if pointed_to(store) != before:
            proof = run.prove()
        for _ in range(_ROUNDS):
            if not run.mend(proof, writer):
                break
            proof = run.prove()
    return Repair(tuple(run.done), tuple(dict.fromkeys(run.failed)), proof)


@dataclass(slots=True)
class _Run:
    """One repair."""

    store: Store
    means: Means
    done: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    hopeless: set[int] = field(default_factory=set)

    def prove(self) -> Proof:
        """Prove the index, with its encoder where there is one or one can be made."""
        return prove(self.store.root, self._opened, self.means.sample, self.means.progress)

    def _opened(self, record: EncoderRecord) -> Encoder | None:
        """Open the encoder as `prove` wants it; export it again where it is damaged."""
        try:
            return self.means.open(record)
        except EncoderError as damage:
            try:
                encoder = self.means.export(record)
            except EncoderError as error:
                self.failed.append(str(error))
                raise damage from error
            self.done.append(f"exported the encoder {record.name} again, which was damaged")
            return encoder

    def mend(self, proof: Proof, writer: Writer) -> bool:
        """Mend what can be mended of what was found; tell whether anything was."""
        before = len(self.done)
        self._cache(proof.faults)
        parts = {fault.part for fault in proof.faults}
        if proof.generation is None:
            self._point(writer)
        else:
            if broken := parts & WITHIN:
                self._live(proof.generation, broken, writer)
            self._older(proof.faults, writer)
        return len(self.done) > before

    def _cache(self, faults: Sequence[Fault]) -> None:
        for file in {fault.file: None for fault in faults if fault.part is Part.CACHED}:
            self.done.append(drop_cache(Path(file)))
        for file in {fault.file: None for fault in faults if fault.part is Part.CACHE}:
            self.done.append(mend_cache(Path(file)))

    def _older(self, faults: Sequence[Fault], writer: Writer) -> None:
        """Remove the damaged generations that no longer answer."""
        numbers = {fault.number for fault in faults if fault.part is Part.OLDER}
        for number in sorted(number for number in numbers if number is not None):
            if number not in self.hopeless:
                writer.remove([number])
                self.done.append(f"removed generation {number}, which was damaged and no longer answered")

    def _point(self, writer: Writer) -> None:
        """Let `CURRENT` name the newest sound generation, or where none is the newest, to be mended next."""
        numbers = self.store.numbers()
        if not numbers:
            self.failed.append(f"{self.store.generations} holds no generation; run `refdesk index`")
            return
        number = self._newest_sound(numbers) or numbers[-1]
        writer.revive(number)
        self.done.append(f"{self.store.pointer} names generation {number} again, the newest that is left")

    def _newest_sound(self, numbers: Sequence[int]) -> int | None:
        return next((number for number in reversed(numbers) if self._is_sound(number)), None)

    def _is_sound(self, number: int) -> bool:
        try:
            return not self.store.problems(number)
        except IncompatibleIndexError:
            return False

    def _live(self, number: int, broken: set[Part], writer: Writer) -> None:
        if number in self.hopeless:
            return
        try:
            if broken & {Part.MANIFEST, Part.PASSAGES}:
                self._afresh(number, broken, writer)
            else:
                self._partly(number, broken, writer)
        except (DamagedIndexError, EncoderError, ShrunkError, SourceError) as error:
            self.failed.append(f"generation {number} can not be rebuilt: {error}")
            self.hopeless.add(number)
            writer.clear()
            self._fall_back(number, writer)

    def _fall_back(self, number: int, writer: Writer) -> None:
        """Let an older generation answer where the live one can not; it stays, for its notes' sake."""
        others = [other for other in self.store.published() if other != number]
        older = None if self._is_sound(number) else self._newest_sound(others)
        if older is not None:
            writer.revive(older)
            self.done.append(
                f"generation {older} answers again in place of {number}, without what changed since"
            )

    def _partly(self, number: int, broken: set[Part], writer: Writer) -> None:
        """Publish the generation again, with its sound files as they are and the broken ones made anew."""
        folder = self.store.folder(number)
        manifest = read_manifest(folder)
        with PassageStore(folder / PASSAGES) as store:
            documents = list(store.stored())
        texts = Texts.of(documents)
        staging = writer.stage()
        with writing_to(self.store.root):
            _copy(manifest, folder, staging, broken)
            encoded = self._vectors(manifest, texts, staging, broken)
            if Part.LEXICAL in broken:
                write_terms(staging, documents)
        published = writer.publish(
            encoder=manifest.encoder,
            text_fingerprint=manifest.text_fingerprint,
            sources=manifest.sources,
            counts=Counts(len(documents), *map(len, texts)),
            changes=manifest.changes,
        )
        writer.remove([number])
        what = ", ".join(name for name in (*VECTORS, LEXICAL) if name in broken)
        self.done.append(
            f"rebuilt {what} of generation {number}, which is generation {published.number} now; "
            f"{encoded:,} texts had to be encoded, and the other files are as they were"
        )

    def _vectors(self, manifest: Manifest, texts: Texts, staging: Path, broken: set[Part]) -> int:
        """Write the broken files of vectors; give how many texts were not in the cache."""
        encoder = LateEncoder(manifest.encoder, self.means.export)
        wanted = [(name, part) for name, part in zip(VECTORS, texts, strict=True) if name in broken]
        self.means.progress.stage("encode", sum(len(part) for _, part in wanted))
        encoded = 0
        with VectorCache(self.store.root / "cache", encoder.fingerprint, encoder.dimension) as cache:
            for name, part in wanted:
                vectors, new = cache.encode(encoder, part, self.means.progress.advance)
                write_vectors(staging, name, vectors)
                encoded += new
        return encoded

    def _afresh(self, number: int, broken: set[Part], writer: Writer) -> None:
        """Build all from the sources, with the vectors that are in the cache."""
        manifest = self._manifest(number, broken)
        encoder: Encoder
        if manifest:
            sources = tuple(record.source for record in manifest.sources)
            encoder = LateEncoder(manifest.encoder, self.means.export)
        else:
            sources, encoder = self._sources(), self.means.export(None)
        report = build_with(
            encoder,
            sources,
            writer,
            self.store.root,
            max_bytes=self.means.max_bytes,
            progress=self.means.progress,
            afresh=True,
            keep=_ALL,
        )
        if self.store.folder(number).exists():
            writer.remove([number])
        what = ", ".join(sorted(broken & {Part.MANIFEST, Part.PASSAGES}))
        self.done.append(
            f"all else is made from {what} of generation {number}, so everything was read from the sources "
            f"again: {report.added:,} documents are generation {report.generation} now; "
            f"{report.encoded:,} texts had to be encoded"
        )

    def _manifest(self, number: int, broken: set[Part]) -> Manifest | None:
        return None if Part.MANIFEST in broken else read_manifest(self.store.folder(number))

    def _sources(self) -> tuple[Source, ...]:
        """Give the configured sources, or those of the newest generation that can tell; `SourceError`."""
        if self.means.sources:
            return tuple(resolve_sources(self.means.sources, self.store.root / CHECKOUTS))
        for number in reversed(self.store.published()):
            try:
                return tuple(record.source for record in read_manifest(self.store.folder(number)).sources)
            except (DamagedIndexError, IncompatibleIndexError):
                continue
        raise SourceError("nothing tells any more what was indexed; run `refdesk index FOLDER`")


def _copy(manifest: Manifest, folder: Path, staging: Path, broken: set[Part]) -> None:
    """Copy the files that are not broken, and read them again where they were written."""
    sound = {name: record for name, record in manifest.files.items() if Part.holding(name) not in broken}
    for name in sound:
        (staging / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(folder / name, staging / name)
        shutil.copymode(folder / name, staging / name)
    if problems := content_problems(staging, sound):
        raise damaged("; ".join(problems))
