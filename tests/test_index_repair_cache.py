"""Repairing vectors and their cache: what is right is known by the encoder alone."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from encoders import HashEncoder
from forgery import (
    CACHE,
    OtherEncoder,
    damaged,
    documents,
    live_folder,
    no_exporter,
    opener,
    vectors_of,
    with_vectors,
)
from generations import folders
from indexes import HASH, built, reading_in_process
from numpy.typing import NDArray
from repairs import NOTES, assert_as_built_afresh, helpless, means
from trees import tree

from index import cached
from index.cache import VectorCache
from index.encoder import Encoder
from index.generation import VECTORS, Texts
from index.layout import DENSE, HEADINGS
from index.manifest import EncoderRecord
from index.repair import Means, repair
from index.vectors import Sample
from ingest.errors import EncoderError, IndexWriteError


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    """Read files in the test's own process."""
    with reading_in_process():
        yield


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Give a folder of notes."""
    return tree(tmp_path / "notes", NOTES)


@pytest.fixture
def root(tmp_path: Path, notes: Path) -> Path:
    """Give the index of the notes."""
    built(tmp_path / "index", notes)
    return tmp_path / "index"


def test_a_lost_cache_is_encoded_anew(root: Path, notes: Path) -> None:
    """Only the texts of the broken part are."""
    (root / CACHE).unlink()
    damaged(live_folder(root) / HEADINGS)
    found = repair(root, means())
    headings = len(vectors_of(root, HEADINGS))
    assert f"; {headings} texts had to be encoded" in found.done[0]
    assert_as_built_afresh(root, notes)


@pytest.mark.parametrize("name", VECTORS)
def test_vectors_that_do_not_match_their_texts_are_rebuilt(root: Path, notes: Path, name: str) -> None:
    """Swapped or made by another encoder: the cached ones are taken, once the encoder says they are right."""
    vectors = vectors_of(root, name)
    vectors[[0, 1]] = vectors[[1, 0]]
    with_vectors(root, name, vectors)
    found = repair(root, means())
    assert found.done[0].startswith(f"rebuilt {name} of generation 1, which is generation 2 now; 0 texts ")
    with_vectors(root, name, vectors_of(root, name, OtherEncoder()))
    assert repair(root, means()).proof.generation == 3
    assert_as_built_afresh(root, notes)


def test_in_doubt_nothing_is_taken_from_the_cache(root: Path) -> None:
    """Where vectors and cache differ, and there is no encoder to tell which are right, both stay."""
    vectors = vectors_of(root, DENSE)
    vectors[[0, 1]] = vectors[[1, 0]]
    with_vectors(root, DENSE, vectors)
    found = repair(root, helpless())
    assert (found.done, len(found.proof.faults), found.proof.generation) == ((), 1, 1)


def test_a_cache_of_another_encoder_is_dropped(root: Path, notes: Path) -> None:
    """And what was built from it is encoded anew."""
    (root / CACHE).unlink()
    texts = Texts.of(documents(root))
    with VectorCache(root / "cache", HASH.fingerprint, HASH.dimension) as cache:
        for part in texts:
            cache.encode(OtherEncoder(), part)
    with_vectors(root, DENSE, vectors_of(root, DENSE, OtherEncoder()))
    found = repair(root, means())
    assert found.done == (
        f"removed {root / CACHE}: its vectors are computed again as they are needed",
        (
            f"rebuilt {DENSE} of generation 1, which is generation 2 now; {len(texts.passages)} texts had to "
            "be encoded, and the other files are as they were"
        ),
    )
    assert_as_built_afresh(root, notes)


def test_damaged_rows_of_the_cache_are_dropped(root: Path) -> None:
    """The others stay, and the generation is not touched."""
    path = root / CACHE
    with closing(sqlite3.connect(path)) as connection, connection:
        (before,) = connection.execute("SELECT count(*) FROM vectors").fetchone()
        connection.execute("UPDATE vectors SET vector = zeroblob(520) WHERE rowid IN (1, 3)")
    found = repair(root, means())
    assert (found.done, found.proof.problems) == ((f"dropped 2 damaged vectors from {path}",), ())
    assert (found.proof.generation, found.proof.cached) == (1, before - 2)


@pytest.mark.parametrize("body", [b"no database at all", b""])
def test_a_cache_of_garbage_is_removed(root: Path, body: bytes) -> None:
    """It can all be computed again."""
    (root / CACHE).write_bytes(body * 99)
    found = repair(root, means())
    assert found.done == (f"removed {root / CACHE}: its vectors are computed again as they are needed",)
    assert found.proof.problems == ()


def test_a_cache_that_is_busy_is_left_alone(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says what to do, and nothing is removed."""
    monkeypatch.setattr(cached, "_PATIENCE_SECONDS", 0.1)
    path = root / CACHE
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE vectors SET vector = zeroblob(520) WHERE rowid = 1")
        connection.execute("BEGIN IMMEDIATE")
        with pytest.raises(IndexWriteError, match=r"can not write to .*/cache: database is locked"):
            repair(root, means())
    assert path.exists()


def test_without_encoder_and_cache_what_answers_goes_on(root: Path, notes: Path) -> None:
    """The failure names the encoder, nothing is lost, and another attempt with it succeeds."""
    (root / CACHE).unlink()
    damaged(live_folder(root) / DENSE)
    found = repair(root, helpless())
    assert found.done == ()
    assert found.failed == ("generation 1 can not be rebuilt: the model hash is not installed",)
    assert [fault.part for fault in found.proof.faults] == [DENSE]
    assert folders(root) == ["000001"]
    assert repair(root, means()).proof.problems == ()
    assert_as_built_afresh(root, notes)


def test_another_encoder_is_not_taken_for_the_one_of_the_index(root: Path) -> None:
    """A generation holds vectors of one encoder."""
    (root / CACHE).unlink()
    damaged(live_folder(root) / DENSE)
    found = repair(root, Means(opener(None), lambda _: HashEncoder(dimension=64)))
    assert found.failed == (
        (
            "generation 1 can not be rebuilt: the index was built with another encoder than hash as it is "
            "now; run `refdesk index` to rebuild it"
        ),
    )


@pytest.mark.parametrize("possible", [True, False])
def test_a_damaged_encoder_is_exported_again(root: Path, *, possible: bool) -> None:
    """Where that can be; the index is sound then, and else that remains."""
    broken = [True]

    def opened_encoder(_: EncoderRecord) -> Encoder:
        if broken:
            raise EncoderError("weights.bin has changed")
        return HASH

    def export(record: EncoderRecord | None) -> Encoder:
        if not possible:
            return no_exporter(record)
        broken.clear()
        return HASH

    found = repair(root, Means(opened_encoder, export, sample=Sample(None)))
    if possible:
        assert found.done == ("exported the encoder hash again, which was damaged",)
        assert found.proof.problems == ()
    else:
        assert (found.done, found.failed) == ((), ("the model hash is not installed",))
        assert found.proof.problems == ("weights.bin has changed",)


MOODS: list[None] = []


class Moody(OtherEncoder):
    """An encoder that gives other vectors each time."""

    def encode(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Give vectors of anything."""
        MOODS.append(None)
        return super().encode([f"{len(MOODS)} {text}" for text in texts], on_progress)


def test_a_repair_that_gets_nowhere_ends(root: Path) -> None:
    """Where no vector is the same twice, it stops after some rounds and says what remains."""
    found = repair(root, Means(opener(Moody()), lambda _: Moody(), sample=Sample(None)))
    assert found.proof.problems != ()
    assert found.proof.generation == 5
    assert len(found.done) == 4 * 2
