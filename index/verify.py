"""Proving an index again: its files against their checksums, its passages against their sources."""

from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import numpy as np

from index.dense import DenseIndex
from index.layout import DENSE, HEADINGS, LEXICAL, PASSAGES, SPANS
from index.lexical import LexicalIndex
from index.manifest import Manifest, problem_of
from index.passages import PassageStore, Row
from index.store import Store, verify_files
from ingest.decode import redecode
from ingest.errors import DamagedIndexError, IncompatibleIndexError
from ingest.types import Document

_REBUILD = "run `refdesk index` to rebuild it"
_UPDATE = "run `refdesk index` to bring the index up to date"


def verify(root: Path) -> list[str]:
    """Read all of the index in `root`, and the files it was built from; say in words what is not as it was.

    Raises `NoIndexError` if there is none.
    """
    store = Store(root)
    before = _pointer(store)
    problems = [*_live(store), *_kept(store)]
    # While this was reading, a writer may have published, and pruned what was being read.
    return problems if not problems or _pointer(store) == before else verify(root)


def _pointer(store: Store) -> bytes:
    try:
        return store.pointer.read_bytes()
    except OSError:
        return b""


def _live(store: Store) -> Iterator[str]:
    try:
        manifest, folder = store.open_current()
        problems = verify_files(manifest, folder)
        yield from (f"{problem}; {_REBUILD}" for problem in problems)
        if not problems:
            yield from _contents(manifest, folder)
    except DamagedIndexError as error:
        yield f"{problem_of(error)}; {_REBUILD}"
    except IncompatibleIndexError as error:
        yield str(error)


def _kept(store: Store) -> Iterator[str]:
    """Look through the generations before the live one; through all where nobody knows which it is."""
    try:
        live = store.current()
    except DamagedIndexError:
        live = None
    for number in store.numbers():
        if live is None or number < live:
            yield from _kept_one(store, number)


def _kept_one(store: Store, number: int) -> Iterator[str]:
    try:
        problems = store.problems(number)
    except IncompatibleIndexError:
        # An older refdesk wrote it, and could still read it.
        return
    for problem in problems:
        yield f"generation {number}, which no longer answers: {problem}; delete {store.folder(number)}"


def _contents(manifest: Manifest, folder: Path) -> Iterator[str]:
    """Say what contradicts what within a generation whose every byte is as it was written."""
    afresh = f"delete {folder}, then run `refdesk index` to build it afresh"
    headings = DenseIndex.open(folder / HEADINGS).rows
    with PassageStore(folder / PASSAGES) as store:
        passages = sum(label.count for label in store.labels)
        counts = manifest.counts
        for what, expected, found in (
            (f"documents in {PASSAGES}", counts.documents, len(store.labels)),
            (f"passages in {PASSAGES}", counts.passages, passages),
            (f"spans in {PASSAGES}", counts.spans, len(store.span_rows(np.arange(passages)))),
            (f"passages in {LEXICAL}", counts.passages, LexicalIndex.open(folder / LEXICAL).passages),
            (f"vectors in {DENSE}", counts.passages, DenseIndex.open(folder / DENSE).rows),
            (f"vectors in {SPANS}", counts.spans, DenseIndex.open(folder / SPANS).rows),
            (f"vectors in {HEADINGS}", counts.headings, headings),
        ):
            if found != expected:
                yield f"{folder} should hold {expected} {what} and holds {found}; {afresh}"
        roots = {source.name: Path(source.root) for source in manifest.sources}
        for number, (document, label) in enumerate(zip(store.documents(), store.labels, strict=True)):
            rows = store.rows(range(label.first, label.first + label.count))
            if not _fit(number, document, rows, headings):
                yield f"passages of {document.path} in {folder} are out of place; {afresh}"
            if not all(
                row.start <= span.start < span.end <= row.end for row in rows for span in store.spans(row.id)
            ):
                yield f"spans of {document.path} in {folder} are out of place; {afresh}"
            yield from _source(manifest.number, document, roots[document.source], afresh)


def _fit(number: int, document: Document, rows: list[Row], headings: int) -> bool:
    """Tell whether the passages lie in their document, in order, and have the vectors of their headings."""
    return all(before.end <= after.start for before, after in pairwise(rows)) and all(
        row.document == number
        and 0 <= row.start < row.end <= len(document.text)
        and 0 <= row.heading_row < headings
        for row in rows
    )


def _source(generation: int, document: Document, root: Path, afresh: str) -> Iterator[str]:
    """Compare a document with the file it was read from."""
    path = root / document.path if root.is_dir() else root
    try:
        body = path.read_bytes()
    except OSError as error:
        yield f"{path}, which generation {generation} quotes, can not be read: {error.strerror}; {_UPDATE}"
        return
    if sha256(body).hexdigest() != document.sha256:
        yield f"{path} has changed since generation {generation} was built; {_UPDATE}"
    elif document.encoding is not None and redecode(body, document.encoding) != document.text:
        yield f"{path} has not changed, and generation {generation} holds another text of it; {afresh}"
