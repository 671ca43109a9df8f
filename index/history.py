"""The generations that there are: what became of each, and which one is live."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from index.checksums import size_problems
from index.manifest import ChangeCounts, problem_of, read_manifest
from index.store import Store, no_index
from ingest.errors import DamagedIndexError, IncompatibleIndexError


class State(StrEnum):
    """What a generation is good for.

    `LIVE` answers, and a rollback can make a `KEPT` one answer again. `REFUSED` did not pass its gate, and
    was never published. `DAMAGED` and `INCOMPATIBLE` can not be opened.
    """

    LIVE = "live"
    KEPT = "kept"
    REFUSED = "refused"
    DAMAGED = "damaged"
    INCOMPATIBLE = "incompatible"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One generation, as `generations --json` prints it; `problem` says why it can not be opened.

    `age_seconds` counts from `built_at`, ISO 8601 in UTC, and is 0 for a time to come. `bytes` is what its
    files take. What only its manifest tells is `None` where that can not be read.
    """

    number: int
    state: State
    built_at: str | None = None
    age_seconds: float | None = None
    encoder: str | None = None
    documents: int | None = None
    passages: int | None = None
    changes: ChangeCounts | None = None
    bytes: int | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class History:
    """All generations, the newest first, and the number of the live one.

    `problem` says why there is none, or why it can not be known.
    """

    live: int | None
    problem: str | None
    generations: tuple[Recorded, ...]


def history(root: Path) -> History:
    """List the generations of the index in `root`: their sizes are looked at, and their content is not.

    Raises `NoIndexError` if nothing was ever published.
    """
    store = Store(root)
    try:
        live = store.current()
    except DamagedIndexError as error:
        return History(None, problem_of(error), tuple(_recorded(store, None)))
    if live is None:
        raise no_index(root)
    found = tuple(_recorded(store, live))
    gone = f"generation {live}, which {store.pointer} names, is gone"
    return History(live, None if any(one.number == live for one in found) else gone, found)


def _recorded(store: Store, live: int | None) -> Iterator[Recorded]:
    for folder in store.refused():
        yield _one(folder, int(folder.name.partition("-")[2]), State.REFUSED)
    for number in reversed(store.published()):
        folder = store.folder(number)
        found = _one(folder, number, State.LIVE if number == live else State.KEPT)
        # A writer may have pruned it since it was listed.
        if found.problem is None or folder.is_dir():
            yield found


def _one(folder: Path, number: int, state: State) -> Recorded:
    try:
        manifest = read_manifest(folder)
    except DamagedIndexError as error:
        return Recorded(number, State.DAMAGED, problem=problem_of(error))
    except IncompatibleIndexError as error:
        # Without the advice, which is about the live generation.
        return Recorded(number, State.INCOMPATIBLE, problem=str(error).partition("; ")[0])
    problems = size_problems(folder, manifest.files)
    return Recorded(
        number,
        State.DAMAGED if problems else state,
        manifest.built_at,
        manifest.age_seconds,
        manifest.encoder.name,
        manifest.counts.documents,
        manifest.counts.passages,
        manifest.changes,
        sum(record.bytes for record in manifest.files.values()),
        "; ".join(problems) or None,
    )
