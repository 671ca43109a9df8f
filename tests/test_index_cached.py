"""Looking at the cache: whatever is damaged in it is told, and nothing is changed by looking."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from forgery import (
    CACHE,
    documents,
)
from indexes import HASH, built, python, reading_in_process
from repairs import NOTES
from trees import tree

from index.cached import cache_problem, cached_vectors
from index.faults import REPAIR
from index.generation import Texts
from index.verify import verify


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    """Read files in the test's own process."""
    with reading_in_process():
        yield


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give an index of three notes."""
    built(tmp_path / "index", tree(tmp_path / "notes", NOTES))
    return tmp_path / "index"


@pytest.mark.parametrize("seed", range(3))
def test_a_changed_byte_of_the_cache_is_named_or_changes_nothing(root: Path, seed: int) -> None:
    """Bytes at random: the file is named, or else every vector in it is as it was, and none is missing."""
    path = root / CACHE
    texts = [text for part in Texts.of(documents(root)) for text in part]
    right = HASH.encode(texts)
    chance = random.Random(seed)  # noqa: S311 - any places will do
    body = path.read_bytes()
    named = 0
    for _ in range(80):
        at = chance.choice([chance.randrange(len(body)), chance.randrange(100)])
        path.write_bytes(body[:at] + bytes([body[at] ^ 1 << chance.randrange(8)]) + body[at + 1 :])
        problems = verify(root)
        if problems:
            named += 1
            assert problems[0].startswith(f"{path} ")
            assert problems[0].endswith(f"; {REPAIR}")
        else:
            kept = cached_vectors(path, HASH.dimension, texts)
            assert len(kept) == len(texts)
            assert all(np.array_equal(kept[row], right[row]) for row in range(len(texts)))
    assert 0 < named < 80
    path.write_bytes(body)
    assert verify(root) == []


def test_each_damaged_vector_of_the_cache_is_counted(root: Path) -> None:
    """A changed vector, one that is cut short and one that is no vector are three damaged ones."""
    path = root / CACHE
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE vectors SET vector = zeroblob(520) WHERE rowid = 1")
        connection.execute("UPDATE vectors SET vector = x'00' WHERE rowid = 2")
        connection.execute("UPDATE vectors SET vector = 'abc' WHERE rowid = 3")
    told = f"{path} has changed since it was written: 3 of its vectors are damaged; {REPAIR}"
    assert verify(root) == [told]


def test_a_cache_of_garbage_or_in_disorder_is_named(root: Path) -> None:
    """A file that is no database is named, and one whose index does not fit its rows."""
    path = root / CACHE
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET rootpage = 2 WHERE name LIKE '%autoindex%'")
    told = cache_problem(path)
    assert told
    assert told.startswith(f"{path} ")
    path.write_bytes(b"no database at all" * 99)
    assert cache_problem(path) == f"{path} can not be read: file is not a database"


def test_what_a_killed_run_left_in_the_cache_is_no_damage(root: Path) -> None:
    """A journal that the next run rolls back says nothing against the file."""
    program = """if True:
        import os, sqlite3, sys
        connection = sqlite3.connect(sys.argv[1])
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("PRAGMA cache_spill = 1")
        connection.execute("BEGIN IMMEDIATE")
        for number in range(999):
            connection.execute("INSERT INTO vectors VALUES (?, zeroblob(520))", (b"%d" % number,))
        os._exit(0)
    """
    path = root / CACHE
    with python(program, path) as run:
        assert run.wait(30) == 0
    assert path.with_name(f"{path.name}-journal").stat().st_size
    assert verify(root) == []
