"""Which documents differ between two generations."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import msgspec

from index.changes import Key
from index.layout import PASSAGES
from index.passages import Label, PassageStore
from index.store import Store
from ingest.types import Document


@dataclass(frozen=True, slots=True)
class Entry:
    """A document of a generation: its source and path, and how many passages it has."""

    source: str
    path: str
    passages: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A document in both generations: under the same path, or with the same text under another."""

    before: Entry
    after: Entry


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of the documents from generation `before` to `after`, each in the order of their paths."""

    before: int
    after: int
    added: tuple[Entry, ...]
    changed: tuple[Pair, ...]
    moved: tuple[Pair, ...]
    removed: tuple[Entry, ...]
    unchanged: int


@dataclass(frozen=True, slots=True)
class _Known:
    """A document by what is compared of it: its text, and all of it that an answer may show."""

    entry: Entry
    text: bytes
    shown: bytes


def difference(root: Path, before: int, after: int) -> Difference:
    """Compare the documents of two generations of the index in `root`.

    A document is changed if its text, title or metadata are others, and moved if its text stands under a path
    that is new. Raises `UsageError` for a number that there is not, `DamagedIndexError` and
    `IncompatibleIndexError`.
    """
    store = Store(root)
    old, new = _documents(store, before), _documents(store, after)
    moved = _moved(old, new)
    both = [key for key in new if key in old]
    gone = old.keys() - new.keys() - set(moved.values())
    return Difference(
        before,
        after,
        added=tuple(new[key].entry for key in new if key not in old and key not in moved),
        changed=tuple(
            Pair(old[key].entry, new[key].entry) for key in both if old[key].shown != new[key].shown
        ),
        moved=tuple(Pair(old[origin].entry, new[key].entry) for key, origin in moved.items()),
        removed=tuple(old[key].entry for key in old if key in gone),
        unchanged=sum(old[key].shown == new[key].shown for key in both),
    )


def _documents(store: Store, number: int) -> dict[Key, _Known]:
    store.expect(number)
    _, folder = store.open(number)
    with PassageStore(folder / PASSAGES) as passages:
        return {
            (label.source, label.path): _known(label, document)
            for label, document in zip(passages.labels, passages.documents(), strict=True)
        }


def _known(label: Label, document: Document) -> _Known:
    shown = msgspec.json.encode((document.title, document.text, document.metadata))
    text = msgspec.json.encode(document.text)
    return _Known(
        Entry(label.source, label.path, label.count), blake2b(text).digest(), blake2b(shown).digest()
    )


def _moved(old: Mapping[Key, _Known], new: Mapping[Key, _Known]) -> dict[Key, Key]:
    """Give the old place of each document with a new one: two may have had the same text, so in order."""
    gone: dict[bytes, list[Key]] = {}
    for key, known in old.items():
        if key not in new:
            gone.setdefault(known.text, []).append(key)
    return {
        key: origins.pop(0)
        for key, known in new.items()
        if key not in old and (origins := gone.get(known.text))
    }
