"""Proving an index again: its files against their checksums, its parts against each other and the sources."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index.cached import cache_files, cache_problem
from index.checksums import content_problems
from index.contents import ContentCheck
from index.encoder import Encoder
from index.encoders import Opener
from index.faults import REPAIR, WITHIN, Fault, Part
from index.layout import PASSAGES
from index.manifest import EncoderRecord, Manifest, problem_of, read_manifest
from index.passages import PassageStore, Stored
from index.progress import Progress, Quiet
from index.quoted import source_faults
from index.store import Store, no_index
from index.vectors import Comparison, Sample, VectorCheck
from ingest.errors import DamagedIndexError, EncoderError, IncompatibleIndexError

DEFAULT_SAMPLE = Sample()


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of proving an index: `generation` is the live one, `None` where that can not be known.

    Of its `vectors`, `cached` were compared with cached ones and `encoded` with texts encoded anew;
    `not_encoded` says why that could not be.
    """

    generation: int | None
    faults: tuple[Fault, ...]
    vectors: int = 0
    cached: int = 0
    encoded: int = 0
    not_encoded: str | None = None

    @property
    def problems(self) -> tuple[str, ...]:
        """The faults in words, each with where it is and what to do."""
        return tuple(fault.text for fault in self.faults)


def verify(root: Path) -> list[str]:
    """Read all of the index in `root`, and the files it was built from; say in words what is not as it was.

    No text is encoded. Raises `NoIndexError` if there is no index.
    """
    return list(prove(root).problems)


def prove(
    root: Path,
    open_encoder: Opener | None = None,
    sample: Sample = DEFAULT_SAMPLE,
    progress: Progress | None = None,
) -> Proof:
    """Prove the index in `root` as `verify` does, and a sample of its vectors with the encoder.

    Raises `NoIndexError` if there is no index.
    """
    store = Store(root)
    before = pointed_to(store)
    proof = _Run(store, open_encoder, sample, progress or Quiet()).proof()
    if not proof.faults or pointed_to(store) == before:
        return proof
    # While this was reading, a writer published, and may have pruned what was being read.
    return prove(root, open_encoder, sample, progress)


def pointed_to(store: Store) -> bytes:
    """Give what tells whether a writer published since: the content of `CURRENT`, if there is any."""
    try:
        return store.pointer.read_bytes()
    except OSError:
        return b""


@dataclass(slots=True)
class _Run:
    """One look at all of an index."""

    store: Store
    open_encoder: Opener | None
    sample: Sample
    progress: Progress
    found: Comparison = field(default_factory=Comparison)
    not_encoded: str | None = None

    def proof(self) -> Proof:
        self.progress.stage("read the index", None)
        live = self._current()
        faults = [*self._live(live), *self._older(live), *self._cache()]
        return Proof(
            live if isinstance(live, int) else None,
            tuple(faults),
            self.found.vectors,
            self.found.cached,
            self.found.encoded,
            self.not_encoded,
        )

    def _current(self) -> int | Fault:
        try:
            number = self.store.current()
        except DamagedIndexError as error:
            return Fault(Part.POINTER, f"{problem_of(error)}; {REPAIR}")
        if number is None:
            raise no_index(self.store.root)
        if not self.store.folder(number).is_dir():
            told = f"{self.store.pointer} names generation {number}, which is not there"
            return Fault(Part.POINTER, f"{told}; {REPAIR}")
        return number

    def _live(self, live: int | Fault) -> Iterator[Fault]:
        if isinstance(live, Fault):
            yield live
            return
        folder = self.store.folder(live)
        try:
            manifest = read_manifest(folder)
        except DamagedIndexError as error:
            yield Fault(Part.MANIFEST, f"{problem_of(error)}; {REPAIR}", live)
            return
        except IncompatibleIndexError as error:
            yield Fault(Part.FORMAT, str(error), live)
            return
        if manifest.number != live:
            yield Fault(Part.MANIFEST, f"{folder} holds generation {manifest.number}; {REPAIR}", live)
            return
        damaged = list(_files(manifest, folder))
        yield from damaged
        if not damaged:
            yield from self._contents(manifest, folder)

    def _contents(self, manifest: Manifest, folder: Path) -> Iterator[Fault]:
        try:
            with PassageStore(folder / PASSAGES) as store:
                check = ContentCheck(manifest, folder, store)
                faults = [*check.counts(), *check.places()]
                documents = list(store.stored())
            faults += source_faults(manifest, [stored.document for stored in documents])
            if not WITHIN & {fault.part for fault in faults}:
                faults += check.texts(documents, self.sample)
                faults += self._vectors(manifest, folder, documents)
            yield from faults
        except DamagedIndexError as error:
            yield Fault(Part.PASSAGES, f"{problem_of(error)}; {REPAIR}", manifest.number)

    def _vectors(self, manifest: Manifest, folder: Path, documents: Sequence[Stored]) -> Iterator[Fault]:
        encoder = None
        try:
            encoder = self._encoder(manifest.encoder)
        except EncoderError as error:
            self.not_encoded = str(error)
            yield Fault(Part.ENCODER, str(error))
        cache = self.store.root / "cache" / f"{manifest.encoder.fingerprint}.sqlite"
        dimension = manifest.encoder.dimension
        self.found = VectorCheck(
            manifest.number, folder, cache, dimension, documents, encoder, self.sample, self.progress
        ).run()
        yield from self.found.faults

    def _encoder(self, record: EncoderRecord) -> Encoder | None:
        """Open the encoder; say why no text can be encoded anew where that is `None`."""
        encoder = self.open_encoder(record) if self.open_encoder else None
        if encoder is None:
            self.not_encoded = f"the encoder {record.name} is not there; run `refdesk index` to export it"
        elif encoder.fingerprint != record.fingerprint:
            self.not_encoded = (
                f"the index was built with another encoder than {encoder.name} as it is now; "
                "run `refdesk index` to rebuild it"
            )
            return None
        return encoder

    def _older(self, live: int | Fault) -> Iterator[Fault]:
        """Look through the generations before the live one; through all where nobody knows which it is."""
        for number in self.store.published():
            if number != live:
                yield from self._older_one(number)

    def _older_one(self, number: int) -> Iterator[Fault]:
        try:
            problems = self.store.problems(number)
        except IncompatibleIndexError:
            # An older refdesk wrote it, and could still read it.
            return
        for problem in problems:
            told = f"generation {number}, which no longer answers: {problem}"
            yield Fault(Part.OLDER, f"{told}; {REPAIR}", number)

    def _cache(self) -> Iterator[Fault]:
        for path in cache_files(self.store.root / "cache"):
            if problem := cache_problem(path):
                yield Fault(Part.CACHE, f"{problem}; {REPAIR}", file=str(path))


def _files(manifest: Manifest, folder: Path) -> Iterator[Fault]:
    """Compare every file of a generation with its checksum."""
    for name, record in manifest.files.items():
        for problem in content_problems(folder, {name: record}):
            yield Fault(Part.holding(name), f"{problem}; {REPAIR}", manifest.number)
