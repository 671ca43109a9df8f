"""Generations that are not what they seem: other content, with checksums that fit it."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import msgspec
import numpy as np
from encoders import HashEncoder
from indexes import HASH
from numpy.typing import NDArray

from index.checksums import files_under, record_files
from index.encoder import Encoder
from index.generation import VECTORS, Texts, last_heading, write_terms, write_vectors
from index.layout import LEXICAL, PASSAGES
from index.manifest import MANIFEST, EncoderRecord, read_manifest, write_manifest
from index.passage_file import write_passages
from index.passages import PassageStore, Stored
from index.store import Store
from ingest.errors import EncoderError

CACHE = f"cache/{HASH.fingerprint}.sqlite"


@dataclass(frozen=True, slots=True)
class OtherEncoder(HashEncoder):
    """Gives other vectors than the encoder whose name, length and fingerprint it has."""

    def _vector(self, text: str) -> NDArray[np.float32]:
        seed = int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")
        vector = np.random.default_rng(seed).standard_normal(self.dimension)
        return (vector / np.linalg.norm(vector)).astype(np.float32)


def opener(encoder: Encoder | None = HASH) -> Callable[[EncoderRecord], Encoder | None]:
    """Give what opens an encoder, whatever it is asked for."""
    return lambda _: encoder


def no_exporter(record: EncoderRecord | None) -> Encoder:
    """Have no encoder."""
    raise EncoderError(f"the model {record.name if record else 'configured'} is not installed")


def live_folder(root: Path) -> Path:
    """Give the folder of the live generation."""
    return Store(root).open_current()[1]


def documents(root: Path) -> list[Stored]:
    """Give the documents of the live generation."""
    with PassageStore(live_folder(root) / PASSAGES) as store:
        return list(store.stored())


def vectors_of(root: Path, name: str, encoder: Encoder = HASH) -> NDArray[np.float32]:
    """Give the vectors that one of the files of vectors should hold, or would with another encoder."""
    return encoder.encode(Texts.of(documents(root))[VECTORS.index(name)])


def with_vectors(root: Path, name: str, vectors: NDArray[np.float32]) -> Path:
    """Give one of the live generation's files of vectors other content, with checksums that fit it."""
    folder = live_folder(root)
    write_vectors(folder, name, vectors)
    return resealed(folder) / name


def with_terms(root: Path, found: Sequence[Stored]) -> Path:
    """Let the live generation find its passages under the terms of others."""
    folder = live_folder(root)
    shutil.rmtree(folder / LEXICAL)
    write_terms(folder, found)
    return resealed(folder) / LEXICAL


def with_documents(root: Path, found: Sequence[Stored]) -> Path:
    """Let the live generation hold other documents, as long as they have the same headings."""
    folder = live_folder(root)
    with PassageStore(folder / PASSAGES) as store:
        files = store.listed()
    (folder / PASSAGES).unlink()
    rows = {heading: row for row, heading in enumerate(Texts.of(found).headings)}
    write_passages(folder / PASSAGES, found, files, lambda passage: rows[last_heading(passage)])
    return resealed(folder) / PASSAGES


def resealed(folder: Path) -> Path:
    """Write checksums of what a generation's files hold now into its manifest."""
    manifest = read_manifest(folder)
    files = [path for path in files_under(folder) if path.name != MANIFEST]
    write_manifest(msgspec.structs.replace(manifest, files=record_files(folder, files)), folder)
    return folder


def damaged(path: Path, at: int | None = None) -> Path:
    """Change one bit in the middle of a file, or at `at`."""
    body = bytearray(path.read_bytes())
    body[len(body) // 2 if at is None else at] ^= 1
    path.write_bytes(body)
    return path
