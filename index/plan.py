"""What a build would do, and how long it would take: found out without changing anything on the disk."""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from index.cached import cached_vectors
from index.carried import known_vectors
from index.changes import Changes, Hashed, Key, compared
from index.checksums import sha256_of
from index.encoder import Encoder, OnnxEncoder
from index.estimate import encoding_rate, writing_time
from index.export import exported_encoder
from index.generation import Texts
from index.model import find_model
from index.passages import Stored
from index.previous import Previous, counted, previous_generation
from index.progress import Progress, Quiet
from index.run import Run, nothing_to_read
from index.shrink import check_sizes
from index.store import Store
from index.types import SkippedFile
from ingest.errors import DamagedIndexError, IncompatibleIndexError, NoIndexError, ShrunkError
from ingest.origin import Named, Origin, Repository, shown_name
from ingest.sources import resolve_sources, same_source
from ingest.types import Source
from ingest.walk import MAX_BYTES, walk

NOT_EXPORTED = (
    "the encoder has not been exported yet: the first build does that, once. It loads PyTorch and takes from "
    "some seconds to a minute; what there is to encode can be counted after that"
)
NEVER_WRITTEN = "how long writing takes is not known before the first build, and not counted"
_AT_ONCE = 4_096


@dataclass(frozen=True, slots=True)
class Plan:
    """What a build would do now: the object that `index --dry-run --json` prints.

    `generation` is the live one, `None` before the first; `publishes` is whether another would follow, and
    `held_back` why it would not after all. `passages`, `texts` (all that gets a vector) and `to_encode`
    (those that have none, neither in the index nor in the cache) are `None` where only an encoder could count
    them. `rate` is texts a second, measured on `sampled`. `seconds` are by stage, measured or estimated;
    `None` where nothing is known. `notes` say what could not be found out.
    """

    generation: int | None
    publishes: bool
    added: int
    changed: int
    moved: int
    removed: int
    unchanged: int
    skipped: tuple[SkippedFile, ...]
    held_back: str | None
    seconds: dict[str, float | None]
    passages: int | None = None
    texts: int | None = None
    to_encode: int | None = None
    rate: float | None = None
    sampled: int = 0
    notes: tuple[str, ...] = ()


def plan(
    sources: Sequence[Named],
    store_root: Path,
    encoder_name: str,
    *,
    models: Path | None = None,
    max_bytes: int = MAX_BYTES,
    threads: int = 2,
    progress: Progress | None = None,
    allow_shrink: bool = False,
) -> Plan:
    """Find out what `build` would do with these arguments. Nothing is locked, written, fetched or exported.

    Raises `SourceError` for a source that is missing, and `EncoderError` for a model that is.
    """
    started = time.perf_counter()
    folder = exported_encoder(encoder_name, models or store_root / "models")
    found, notes = _on_disk(sources, store_root)
    if folder is None:
        made = _by_files(found, store_root, find_model(encoder_name).fingerprint, max_bytes)
    else:
        encoder = OnnxEncoder.open(folder, threads)
        loading = time.perf_counter() - started
        made = plan_with(
            encoder, found, store_root, max_bytes=max_bytes, progress=progress, allow_shrink=allow_shrink
        )
        stages: dict[str, float | None] = {"load": loading, **made.seconds}
        total = sum(seconds or 0.0 for seconds in stages.values())
        made = replace(made, seconds={**stages, "total": total})
    return replace(made, notes=(*notes, *made.notes))


def plan_with(
    encoder: Encoder,
    sources: Sequence[Source],
    store_root: Path,
    *,
    max_bytes: int = MAX_BYTES,
    progress: Progress | None = None,
    allow_shrink: bool = False,
) -> Plan:
    """Plan as `plan` does, with an open encoder and sources that are on the disk."""
    store = Store(store_root)
    run = Run(encoder, tuple(sources), store_root, progress or Quiet())
    with run.stage("scan"):
        previous = previous_generation(store, encoder.fingerprint)
        changes = run.scan(previous, max_bytes)
    with run.stage("read", len(changes.to_read)):
        documents = run.read(changes)
    skipped = [SkippedFile(file.state.path, file.state.reason or "") for file in run.skipped]
    keys = {(stored.document.source, stored.document.path) for stored in documents}
    made = replace(
        _compared(store, previous, changes, keys, skipped),
        seconds=dict(run.seconds),
        publishes=run.unchanged(previous, documents, run.files(documents)) is None,
        held_back=_held_back(run, documents, allow_shrink=allow_shrink),
    )
    return _encoding(made, run, previous, Texts.of(documents))


def _compared(
    store: Store,
    previous: Previous | None,
    changes: Changes,
    here: set[Key],
    skipped: Sequence[SkippedFile],
) -> Plan:
    counts = counted(previous, changes, here)
    return Plan(
        generation=_live(store),
        publishes=True,
        added=counts.added,
        changed=counts.changed,
        moved=counts.moved,
        removed=counts.removed,
        unchanged=len(changes.kept),
        skipped=tuple(skipped),
        held_back=None,
        seconds={},
    )


def _encoding(made: Plan, run: Run, previous: Previous | None, texts: Texts) -> Plan:
    """Add what is to be encoded, and how long that and writing would take."""
    started = time.perf_counter()
    missing = _missing(run, previous, texts) if made.publishes else []
    # A build asks the cache too, and takes as long for it.
    asking = time.perf_counter() - started if made.publishes else 0.0
    run.progress.stage("measure", None)
    rate = encoding_rate(run.encoder, missing, run.progress.advance)
    writing = _writing(previous, len(texts.passages)) if made.publishes else 0.0
    made.seconds["encode"] = asking + (rate.time_for(len(missing)) if rate else 0.0)
    made.seconds["write"] = writing
    return replace(
        made,
        passages=len(texts.passages),
        texts=texts.total,
        to_encode=len(missing),
        rate=rate.per_second if rate else None,
        sampled=rate.sampled if rate else 0,
        notes=() if writing is not None else (NEVER_WRITTEN,),
    )


def _missing(run: Run, previous: Previous | None, texts: Texts) -> list[str]:
    """Give the texts, each once, that have a vector neither in the generation before nor in the cache."""
    parts = zip(known_vectors(previous), texts, strict=True)
    new = list(dict.fromkeys(text for known, part in parts for text in known.missing(part)))
    cache = run.root / "cache" / f"{run.encoder.fingerprint}.sqlite"
    missing: list[str] = []
    for first in range(0, len(new), _AT_ONCE):
        some = new[first : first + _AT_ONCE]
        cached = cached_vectors(cache, run.encoder.dimension, some)
        missing += [text for place, text in enumerate(some) if place not in cached]
    return missing


def _writing(previous: Previous | None, passages: int) -> float | None:
    return writing_time(previous.manifest, previous.folder, passages) if previous else None


def _held_back(run: Run, documents: Sequence[Stored], *, allow_shrink: bool) -> str | None:
    """Say why the build would publish nothing after all; `None` where it would."""
    try:
        if not allow_shrink:
            check_sizes(Store(run.root), run.sources, (stored.document for stored in documents))
    except ShrunkError as error:
        return str(error)
    return None if documents else nothing_to_read(run.sources, run.skipped)


def _by_files(sources: Sequence[Source], store_root: Path, fingerprint: str, max_bytes: int) -> Plan:
    """Plan without an encoder: each file that would be read counts as one document."""
    started = time.perf_counter()
    store = Store(store_root)
    previous = previous_generation(store, fingerprint)
    found = walk(sources, max_bytes=max_bytes)
    hashed = [Hashed(file, sha256_of(file.location)) for file in found.files]
    changes = compared(hashed, previous.documents if previous else {}, previous.refused if previous else {})
    here = {(stored.document.source, stored.document.path) for stored in changes.kept}
    here |= {file.key for file in changes.to_read}
    skipped = [SkippedFile(file.path, file.reason) for file in found.skipped]
    skipped += [SkippedFile(one.state.path, one.state.reason or "") for one in changes.refused]
    seconds: dict[str, float | None] = {"scan": time.perf_counter() - started, "total": None}
    made = _compared(store, previous, changes, here, skipped)
    return replace(made, seconds=seconds, notes=(NOT_EXPORTED,))


def _on_disk(sources: Sequence[Named], store_root: Path) -> tuple[list[Source], list[str]]:
    """Give the sources as they lie on the disk, repositories as last fetched, and what is to be said."""
    if not any(_is_repository(one) for one in sources):
        return resolve_sources(sources), []
    before = _sources_before(Store(store_root))
    found: list[Source] = []
    notes: list[str] = []
    for one in sources:
        known = next((source for source in before if same_source(one, source)), None)
        if not _is_repository(one):
            found += [known] if known and known.root.exists() else resolve_sources([one])
        elif known and known.git and known.root.exists():
            found.append(known)
            notes.append(f"{shown_name(one)} is counted as it was last fetched, at {known.git.commit[:12]}")
        else:
            notes.append(f"{shown_name(one)} was never fetched: what is in it is not counted")
    return found, notes


def _is_repository(one: Named) -> bool:
    return isinstance(one, Origin) and isinstance(one.place, Repository)


def _sources_before(store: Store) -> list[Source]:
    try:
        manifest, _ = store.open_current()
    except (NoIndexError, DamagedIndexError, IncompatibleIndexError):
        return []
    return [record.source for record in manifest.sources]


def _live(store: Store) -> int | None:
    with suppress(DamagedIndexError):
        return store.current()
    return None
