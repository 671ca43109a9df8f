"""A process that stays answers from what is live, through every change of it."""

import logging
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen

import pytest
from encoders import HashEncoder
from indexes import HASH, answers, built, opened, python, reading_in_process
from trees import tree

from index.encoder import Encoder
from index.live import RETRY_SECONDS, LiveIndex
from index.search import Index
from index.store import Store
from index.writer import Keep
from ingest.errors import EncoderError

QUERIES = ["which edition of the notes", "edition", "note 3"]
ONE = Keep(1)


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    """Read files in the test's own process."""
    with reading_in_process():
        yield


def edition(notes: Path, number: int) -> Path:
    """Write all notes anew: each tells its edition."""
    return tree(notes, {f"n{n}.md": f"# Note {n}\n\nEdition {number} of the notes.\n" for n in range(6)})


def published(folder: Path, number: int, encoder: Encoder = HASH) -> Path:
    """Index an edition of the notes, and leave no generation but that; give the index."""
    built(folder / "index", edition(folder / "notes", number), encoder=encoder, keep=ONE)
    return folder / "index"


def told(index: Index) -> set[int]:
    """Give the editions that an index answers from: but one, unless something is very wrong."""
    hits = index.search("which edition of the notes", 99)
    assert hits
    return {int(hit.passage.text.split()[1]) for hit in hits}


def asked(live: LiveIndex) -> tuple[int, set[int]]:
    """Ask the live index a question: give its generation, and the editions that it answers from."""
    with live.index() as index:
        return index.generation, told(index)


class Opened:
    """Opens the live generation of an index, and counts how often."""

    def __init__(self, root: Path) -> None:
        self.root, self.times, self.fault = root, 0, None

    fault: Exception | None

    def __call__(self, encoder: Encoder) -> Index:
        """Open it with the encoder that is open, unless there is a fault."""
        self.times += 1
        if self.fault:
            raise self.fault
        return Index.open(self.root, loaded=encoder)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give an index of the first edition."""
    return published(tmp_path, 1)


@pytest.fixture
def reopen(root: Path) -> Opened:
    """Give what opens the index again."""
    return Opened(root)


@pytest.fixture
def live(root: Path, reopen: Opened) -> Iterator[LiveIndex]:
    """Give the index as a process that stays has it."""
    live = LiveIndex(root, opened(root), reopen)
    yield live
    live.close()


def test_each_question_is_answered_from_what_is_live(tmp_path: Path, live: LiveIndex, reopen: Opened) -> None:
    """After a publication, after a rollback, and opened once for each."""
    assert asked(live) == asked(live) == (1, {1})
    assert reopen.times == 0
    built(live._store.root, edition(tmp_path / "notes", 2))
    assert asked(live) == asked(live) == (2, {2})
    with live._store.writing() as writer:
        writer.revive(1)
    assert asked(live) == asked(live) == (1, {1})
    assert reopen.times == 2


def test_while_nothing_changes_nothing_is_read(live: LiveIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the first look, a question costs one look at the date of one file."""
    asked(live)
    monkeypatch.setattr(Store, "open_current", None)
    monkeypatch.setattr(Store, "pointed", None)
    assert asked(live) == (1, {1})


def test_a_question_under_way_stays_where_it_began(tmp_path: Path, live: LiveIndex) -> None:
    """Its generation is replaced and removed, and it goes on; it is closed once the last question is done."""
    with live.index() as first, live.index() as same:
        assert first is same
        published(tmp_path, 2)
        assert not Store(tmp_path / "index").folder(1).exists()
        assert asked(live) == (2, {2})
        assert told(first) == {1}
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        first.store._connection.execute("SELECT 1")
    with live.index() as index:
        live.close()
        assert told(index) == {2}
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        index.store._connection.execute("SELECT 1")


def test_the_encoder_is_taken_along_unless_it_is_another(tmp_path: Path, live: LiveIndex) -> None:
    """Loading one takes longer than all the rest; the wrong one would answer nonsense."""
    published(tmp_path, 2)
    with live.index() as index:
        assert index.encoder is HASH
    published(tmp_path, 3, HashEncoder(dimension=64))
    assert asked(live) == (2, {2})


def test_what_can_not_be_opened_changes_nothing(
    tmp_path: Path,
    live: LiveIndex,
    reopen: Opened,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The one of before answers on, the reason is logged once, and after a while it is tried again."""
    now = [0.0]
    monkeypatch.setattr("index.live.time.monotonic", lambda: now[0])
    published(tmp_path, 2)
    reopen.fault = EncoderError("the encoder is gone")
    for _ in range(3):
        assert asked(live) == (1, {1})
    assert reopen.times == 1
    now[0] += RETRY_SECONDS
    assert asked(live) == (1, {1})
    assert reopen.times == 2
    assert [record.getMessage() for record in caplog.records] == [
        "the live generation can not be opened, so generation 1 goes on answering: the encoder is gone"
    ]
    published(tmp_path, 3)
    reopen.fault = OSError(24, "Too many open files")
    assert asked(live) == (1, {1})
    assert reopen.times == 3
    reopen.fault = None
    now[0] += RETRY_SECONDS
    assert asked(live) == (3, {3})
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * 2


@pytest.mark.parametrize("harm", ["pointer", "manifest", "format", "content", "folder"])
def test_a_damaged_generation_is_never_answered_from(tmp_path: Path, live: LiveIndex, harm: str) -> None:
    """Whatever of it is damaged; and once it is whole, it answers."""
    root = published(tmp_path, 2)
    folder = Store(root).folder(2)
    path, body = {
        "pointer": (root / "CURRENT", b"\x00"),
        "manifest": (folder / "manifest.json", b"{"),
        "format": (folder / "manifest.json", b'{"format_version": 1}'),
        "content": (folder / "dense.faiss", b"\x00" * (folder / "dense.faiss").stat().st_size),
        "folder": (folder / "passages.sqlite", b""),
    }[harm]
    whole = path.read_bytes()
    path.write_bytes(body)
    for _ in range(3):
        assert asked(live) == (1, {1})
    path.write_bytes(whole)
    published(tmp_path, 3)
    assert asked(live)[1] == {3}


def test_an_index_that_was_deleted_and_built_again_is_another(
    tmp_path: Path, live: LiveIndex, reopen: Opened
) -> None:
    """It counts from 1 again: the number alone would not tell. In between, what there was answers."""
    asked(live)
    shutil.rmtree(tmp_path / "index")
    assert asked(live) == (1, {1})
    published(tmp_path, 7)
    assert asked(live) == asked(live) == (1, {7})
    os.utime(tmp_path / "index" / "CURRENT")
    assert asked(live) == (1, {7})
    assert reopen.times == 1


def test_many_threads_ask_while_much_is_published(tmp_path: Path, live: LiveIndex) -> None:
    """Each answer is of one edition, none older than one that the thread has seen, and none fails."""
    done = threading.Event()
    failures: list[BaseException] = []
    counts: list[int] = []

    def ask() -> None:
        seen: list[int] = []
        try:
            while not done.is_set() or seen[-1] != 9:
                generation, editions = asked(live)
                assert editions == {generation}
                seen.append(generation)
            assert seen == sorted(seen)
        except BaseException as error:  # noqa: BLE001 - told to the test
            failures.append(error)
        counts.append(len(seen))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(2, 10):
        published(tmp_path, number)
    done.set()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert min(counts) > 0


READER = """
import sys, time
from pathlib import Path
from indexes import answers, opened
from index.types import Where

index = opened(Path(sys.argv[1]))
print("open", flush=True)
while not Path(sys.argv[2]).exists():
    time.sleep(0.01)
queries = sys.argv[3:]
sys.stdout.buffer.write(answers(index, queries))
sys.stdout.buffer.write(answers(index, queries, 3, Where(paths=("n2.md", "n3.md"))))
print(index.respelled("editoin of teh notes"), len(index.status().files), len(list(index.store.stored())))
"""


def reader(root: Path, go: Path) -> Popen[bytes]:
    """Start a process that opens the index, says so, and asks only once there is a file `go`."""
    return python(READER, root, go, *QUERIES)


def test_a_generation_removed_under_a_reader_goes_on_answering(tmp_path: Path, root: Path) -> None:
    """A process that opened it, and has read nothing yet, finds all of it: to the byte what it would have."""
    go = tmp_path / "go"
    with reader(root, root) as undisturbed:
        expected, _ = undisturbed.communicate(timeout=60)
    with reader(root, go) as run:
        assert run.stdout
        assert run.stdout.readline() == b"open\n"
        published(tmp_path, 2)
        published(tmp_path, 3)
        assert [path.name for path in (root / "generations").iterdir()] == ["000003"]
        go.touch()
        found, err = run.communicate(timeout=60)
    assert (run.returncode, err) == (0, b"")
    assert b"open\n" + found == expected
    assert len(found) > 1_000
    assert answers(opened(root), QUERIES) not in found


def test_a_generation_removed_while_it_is_opened_gives_way_to_the_next(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading its manifest and opening its files lies a moment: then the new one is opened."""
    real = Index.of.__func__  # type: ignore[attr-defined] # a class method's own function

    def overtaken(cls: type[Index], *arguments: object) -> Index:
        monkeypatch.undo()
        with reading_in_process():
            published(tmp_path, 2)
        return real(cls, *arguments)  # type: ignore[no-any-return]

    monkeypatch.setattr(Index, "of", classmethod(overtaken))
    assert told(Index.open(root, loaded=HASH)) == {2}
