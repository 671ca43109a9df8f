"""The vector cache: nothing is encoded twice, and a damaged cache never gives a wrong vector."""

import logging
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from encoders import HashEncoder
from hypothesis import given, settings
from hypothesis import strategies as st
from limits import Limited
from numpy.typing import NDArray

from index import cache
from index.cache import VectorCache
from index.encoder import Encoder
from ingest.errors import IndexWriteError

BESIDE = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
TEXTS = [f"note number {n}" for n in range(20)]


class Counting:
    """A `HashEncoder` that remembers what it was asked to encode, and may give up after some texts."""

    def __init__(self, gives_up_after: int = 10**9) -> None:
        self._encoder = HashEncoder(dimension=32)
        self._gives_up_after = gives_up_after
        self.encoded: list[str] = []
        self.name = self._encoder.name
        self.dimension = self._encoder.dimension
        self.fingerprint = self._encoder.fingerprint
        self.max_tokens = self._encoder.max_tokens

    def count_tokens(self, text: str) -> int:
        """Count as `HashEncoder` does."""
        return self._encoder.count_tokens(text)

    def encode(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Encode as `HashEncoder` does."""
        if len(self.encoded) + len(texts) > self._gives_up_after:
            raise KeyboardInterrupt
        self.encoded += texts
        return self._encoder.encode(texts, on_progress)


def opened(folder: Path) -> VectorCache:
    """Open the cache of a `Counting` encoder."""
    return VectorCache(folder, "hash", 32)


def file_of(folder: Path) -> Path:
    """Give the one file of the cache in `folder`."""
    return folder / "hash.sqlite"


def check(folder: Path, encoder: Encoder | None = None) -> int:
    """Assert that the cache gives the right vectors for `TEXTS`; give how many it had to encode."""
    with opened(folder) as vectors:
        found, encoded = vectors.encode(encoder or Counting(), TEXTS)
    assert np.array_equal(found, HashEncoder(dimension=32).encode(TEXTS))
    return encoded


def test_nothing_is_encoded_twice(tmp_path: Path) -> None:
    """Texts that were encoded before, in this process or another, come from the file."""
    encoder = Counting()
    with opened(tmp_path) as vectors:
        first, encoded = vectors.encode(encoder, TEXTS[:5])
        assert (encoded, encoder.encoded) == (5, TEXTS[:5])
        again, encoded = vectors.encode(encoder, TEXTS[:5])
        assert encoded == 0
    assert np.array_equal(first, again)
    assert check(tmp_path, encoder) == 15
    assert encoder.encoded == TEXTS
    assert check(tmp_path, encoder) == 0


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["a", "b", "c c", "", "\ud800"]), max_size=12), st.integers(1, 4))
def test_each_row_is_its_texts_vector(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], batch: int
) -> None:
    """Whatever the order and the repeats, row i is the vector of text i, and equal texts are encoded once."""
    encoder = Counting()
    told: list[int] = []
    with pytest.MonkeyPatch.context() as patch, opened(tmp_path_factory.mktemp("cache")) as vectors:
        patch.setattr(cache, "_COMMIT_EVERY", batch)
        patch.setattr(cache, "_READ_AT_ONCE", batch)
        found, encoded = vectors.encode(encoder, texts, told.append)
    assert np.array_equal(found, HashEncoder(dimension=32).encode(texts))
    assert sorted(encoder.encoded) == sorted(set(texts))
    assert encoded == len(set(texts))
    assert sum(told) == len(texts)


def test_an_interrupted_run_resumes_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was committed before an interrupt is not encoded again."""
    monkeypatch.setattr(cache, "_COMMIT_EVERY", 4)
    with opened(tmp_path) as vectors, pytest.raises(KeyboardInterrupt):
        vectors.encode(Counting(gives_up_after=10), TEXTS)
    assert check(tmp_path) == 12


def test_a_killed_run_loses_at_most_a_batch(tmp_path: Path) -> None:
    """SIGKILL at random moments: each next run finds a cache that works, and gets on."""
    program = (
        "import sys; from pathlib import Path\n"
        "from index import cache; from encoders import HashEncoder\n"
        "cache._COMMIT_EVERY = 2\n"
        "with cache.VectorCache(Path(sys.argv[1]), 'hash', 32) as vectors:\n"
        "    texts = [f'note number {n}' for n in range(20_000)]\n"
        "    vectors.encode(HashEncoder(dimension=32), texts, lambda more: print(more, flush=True))\n"
    )
    chance = random.Random(7)  # noqa: S311 - any moments will do
    kept = 0
    for _ in range(5):
        command = [sys.executable, "-c", program, str(tmp_path)]
        with subprocess.Popen(command, env=BESIDE, stdout=subprocess.PIPE) as run:
            assert run.stdout
            assert run.stdout.readline() == b"%d\n" % kept
            assert [run.stdout.readline() for _ in range(5)] == [b"1\n"] * 5
            time.sleep(chance.uniform(0, 0.02))
            run.send_signal(signal.SIGKILL)
        check(tmp_path)
        connection = sqlite3.connect(file_of(tmp_path))
        before, kept = kept, connection.execute("SELECT count(*) FROM vectors").fetchone()[0]
        connection.close()
        assert kept > before


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"not a database at all, but long enough to be looked at" * 100,
        lambda body: body[: len(body) // 2],
        lambda body: body[:100] + bytes(len(body) - 100),
        lambda body: body.replace(
            b"(key BLOB PRIMARY KEY, vector BLOB", b"(kex BLOB PRIMARY KEY, vexxor BLOB"
        ),
    ],
    ids=["garbage", "half", "zeros", "other columns"],
)
def test_a_damaged_file_is_thrown_away(
    tmp_path: Path, damage: Callable[[bytes], bytes], caplog: pytest.LogCaptureFixture
) -> None:
    """A file that SQLite can not read is replaced, with a logged line; its vectors are computed again."""
    check(tmp_path)
    file_of(tmp_path).write_bytes(damage(file_of(tmp_path).read_bytes()))
    with caplog.at_level(logging.WARNING):
        assert check(tmp_path) == 20
    assert [record.message.split(" (")[0] for record in caplog.records] == [
        f"{file_of(tmp_path)} was damaged"
    ]
    assert check(tmp_path) == 0


def test_an_empty_file_is_a_new_cache(tmp_path: Path) -> None:
    """A cache file of 0 bytes, as a power cut may leave, is a cache without vectors."""
    tmp_path.joinpath("hash.sqlite").touch()
    assert check(tmp_path) == 20


def test_any_changed_byte_gives_the_right_vectors(tmp_path: Path) -> None:
    """Whichever bytes of the file change, the vectors are right, and the run ends well."""
    check(tmp_path)
    whole = file_of(tmp_path).read_bytes()
    chance = random.Random(7)  # noqa: S311 - any places will do
    places = [*range(100), *(chance.randrange(len(whole)) for _ in range(150))]
    for place in places:
        changed = bytearray(whole)
        changed[place] ^= 1 << chance.randrange(8)
        file_of(tmp_path).write_bytes(changed)
        check(tmp_path)
        assert check(tmp_path) == 0, place


def test_a_row_of_another_length_is_encoded_again(tmp_path: Path) -> None:
    """A row that holds something else than a vector of this length is not one."""
    check(tmp_path)
    connection = sqlite3.connect(file_of(tmp_path))
    with connection:
        connection.execute("UPDATE vectors SET vector = x'00' WHERE rowid = 1")
        connection.execute(
            "UPDATE vectors SET vector = (SELECT vector FROM vectors WHERE rowid = 3) WHERE rowid = 2"
        )
    connection.close()
    assert check(tmp_path) == 2
    assert check(tmp_path) == 0


def test_damage_that_shows_only_when_writing_is_mended(tmp_path: Path) -> None:
    """Where the keys can be read and the vectors' pages are damaged, new vectors go to a new file."""
    check(tmp_path)
    connection = sqlite3.connect(file_of(tmp_path))
    (keys_page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE type = 'index'").fetchone()
    connection.close()
    pages = file_of(tmp_path).read_bytes()
    kept = {0, keys_page - 1}
    damaged = [
        pages[start : start + 4096] if start // 4096 in kept else b"\xff" * 4096
        for start in range(0, len(pages), 4096)
    ]
    file_of(tmp_path).write_bytes(b"".join(damaged))
    with opened(tmp_path) as vectors:
        assert vectors.encode(Counting(), ["something new"])[1] == 1
    with opened(tmp_path) as vectors:
        assert vectors.encode(Counting(), ["something new"])[1] == 0
    assert check(tmp_path) == 20


def test_a_full_disk_names_the_folder(tmp_path: Path, limited: Limited) -> None:
    """When the disk is full the error names the folder, and what was in the cache stays there."""
    check(tmp_path)
    room = file_of(tmp_path).stat().st_size + 4096
    more = [f"another {n}" for n in range(500)]
    full = pytest.raises(IndexWriteError, match=f"can not write to {tmp_path}: ")
    with limited(room), opened(tmp_path) as vectors, full:
        vectors.encode(Counting(), more)
    assert check(tmp_path) == 0


def test_a_cache_in_use_is_not_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that another process holds locked is an error, not damage."""
    check(tmp_path)
    monkeypatch.setattr(cache, "_PATIENCE_SECONDS", 0.0)
    connection = sqlite3.connect(file_of(tmp_path))
    connection.execute("BEGIN EXCLUSIVE")
    with pytest.raises(IndexWriteError, match="database is locked"):
        opened(tmp_path)
    connection.close()
    assert check(tmp_path) == 0


def test_a_cache_that_can_not_be_made_names_the_folder(tmp_path: Path) -> None:
    """A file where the folder should be, or a folder where the file should be, is an `IndexWriteError`."""
    (tmp_path / "file").touch()
    with pytest.raises(IndexWriteError, match=f"can not write to {tmp_path / 'file'}: File exists"):
        opened(tmp_path / "file")
    file_of(tmp_path).mkdir()
    with pytest.raises(IndexWriteError, match=f"can not write to {tmp_path}: Is a directory"):
        opened(tmp_path)


def keys_of(folder: Path) -> int:
    """Count the vectors in the cache."""
    with closing(sqlite3.connect(file_of(folder))) as connection:
        return int(connection.execute("SELECT count(*) FROM vectors").fetchone()[0])


def test_vectors_of_texts_that_left_the_notes_are_forgotten_once_most_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some stay, for notes that come back. Past that only those asked for are kept, and right."""
    monkeypatch.setattr(cache, "ROOM_AT_LEAST", 10)
    check(tmp_path)
    with opened(tmp_path) as vectors:
        assert vectors.trim(TEXTS[:3]) == 0
        before = file_of(tmp_path).stat().st_size
        vectors.encode(Counting(), [f"another note {number}" for number in range(1_000)])
        assert vectors.trim([*TEXTS, "a note that was never encoded"]) == 1_000
    assert keys_of(tmp_path) == len(TEXTS)
    assert file_of(tmp_path).stat().st_size == before
    assert check(tmp_path) == 0


def test_a_cache_that_can_not_be_trimmed_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Damage that shows when rows are counted costs the vectors, and no more."""
    monkeypatch.setattr(cache, "ROOM_AT_LEAST", -1)
    check(tmp_path)
    with opened(tmp_path) as vectors:
        with closing(sqlite3.connect(file_of(tmp_path))) as other:
            other.execute("ALTER TABLE vectors RENAME TO lost")
        assert vectors.trim([]) == 0
    assert check(tmp_path) == len(TEXTS)
