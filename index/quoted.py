"""Comparing what a generation quotes with the files it was read from."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from index.faults import REPAIR, Fault, Part
from index.manifest import Manifest
from ingest.decode import redecode
from ingest.isolate import ReaderPool
from ingest.scan import FoundFile
from ingest.types import Document

_UPDATE = "run `refdesk index` to bring the index up to date"


def source_faults(manifest: Manifest, documents: Sequence[Document]) -> Iterator[Fault]:
    """Say of each file that `documents` were read from if it is gone or changed, or was never read so."""
    roots = {record.name: record.source.root for record in manifest.sources}
    for (source, _), held in _by_file(documents).items():
        yield from _file(manifest.number, held, roots[source])


def _by_file(documents: Sequence[Document]) -> Mapping[tuple[str, str], list[Document]]:
    files: dict[tuple[str, str], list[Document]] = {}
    for document in documents:
        files.setdefault((document.source, document.origin), []).append(document)
    return files


def _file(generation: int, documents: Sequence[Document], root: Path) -> Iterator[Fault]:
    first = documents[0]
    path = root / first.origin if root.is_dir() else root
    try:
        body = path.read_bytes()
    except OSError as error:
        told = f"{path}, which generation {generation} quotes, can not be read: {error.strerror}"
        yield Fault(Part.SOURCE, f"{told}; {_UPDATE}")
        return
    if sha256(body).hexdigest() != first.sha256:
        told = f"{path} has changed since generation {generation} was built, which quotes it as it was"
        yield Fault(Part.SOURCE, f"{told}; {_UPDATE}")
        return
    again = _texts(first, path) if first.file else {}
    for document in documents:
        if document.file:
            differs = again.get(document.path) != document.text
        else:
            differs = document.encoding is not None and redecode(body, document.encoding) != document.text
        if differs:
            told = f"{path} has not changed, and generation {generation} holds another text of "
            told += document.path if document.file else "it"
            yield Fault(Part.PASSAGES, f"{told}; {REPAIR}", generation)


def _texts(one: Document, path: Path) -> Mapping[str, str]:
    """Read the file that holds `one` and others again; give their texts by their paths."""
    file = FoundFile(one.source, one.origin, path, 0, 0, (0, 0))
    with ReaderPool(workers=1) as pool:
        (result,) = pool.read_all([file])
    return {} if isinstance(result.outcome, str) else {each.path: each.text for each in result.outcome}
