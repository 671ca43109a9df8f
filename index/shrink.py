"""Holding back a build in which a source lost most of its documents: its share may not be mounted."""

from collections import Counter
from collections.abc import Iterable, Sequence

from index.layout import PASSAGES
from index.manifest import read_manifest
from index.passages import PassageStore
from index.store import Store
from ingest.errors import DamagedIndexError, IncompatibleIndexError, ShrunkError
from ingest.types import Document, Source

# A source of fewer documents is small enough to be cleared out on purpose.
FEWEST = 4


def check_sizes(store: Store, sources: Sequence[Source], documents: Iterable[Document]) -> None:
    """Compare the sources that the live generation has too with what is to be published.

    Raises `ShrunkError` if one of `FEWEST` documents or more has less than half of them left. A source that
    is no longer named was taken out on purpose.
    """
    before = _documents_before(store)
    now = Counter(document.source for document in documents)
    for source in sources:
        known = before.get((source.name, str(source.root)), 0)
        if known >= FEWEST and now[source.name] * 2 < known:
            raise ShrunkError(
                f"source {source.root}: {now[source.name]:,} documents, where the index holds {known:,}. "
                "Nothing was changed. Is it mounted, and whole? If these notes are meant to be gone, run the "
                "same with --allow-shrink"
            )


def _documents_before(store: Store) -> dict[tuple[str, str], int]:
    """Count the documents of the live generation, by the name and the root of their source.

    Where its list of documents can not be read, that of the newest generation that can be counts.
    """
    for number in _from_the_live_one_back(store):
        try:
            manifest = read_manifest(store.folder(number))
            with PassageStore(store.folder(number) / PASSAGES) as passages:
                counts = Counter(label.source for label in passages.labels)
        except (DamagedIndexError, IncompatibleIndexError):
            continue
        return {(source.name, source.root): counts[source.name] for source in manifest.sources}
    return {}


def _from_the_live_one_back(store: Store) -> list[int]:
    numbers = store.published()
    try:
        live = store.current()
    except DamagedIndexError:
        live = None
    return sorted(numbers, key=lambda number: (number == live, number), reverse=True)
