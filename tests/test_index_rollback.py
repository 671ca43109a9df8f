"""Rolling back: an older generation answers again, and the next build goes on from there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from encoders import HashEncoder
from generations import folders
from indexes import HASH, answers, built, opened, reading_in_process
from trees import tree

from index.encoder import Encoder, OnnxEncoder
from index.rollback import Rollback, roll_back
from index.store import Store
from index.verify import verify
from index.writer import Keep
from ingest.errors import (
    DamagedIndexError,
    EncoderError,
    IncompatibleIndexError,
    IndexLockedError,
    NoIndexError,
    UsageError,
)

QUERIES = ("which edition is it", "edition 2", "what never changes")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Read files in the test's own process, and open the instant encoder in place of an exported one."""

    def open_instant(folder: Path, threads: int) -> Encoder:
        assert threads > 0
        if folder.name != HASH.fingerprint:
            raise EncoderError(f"{folder} holds no encoder")
        return HASH

    monkeypatch.setattr(OnnxEncoder, "open", open_instant)
    with reading_in_process():
        yield


def edition(notes: Path, number: int) -> None:
    """Write one note anew, and leave the other."""
    told = f"# Edition\n\nThis is edition {number} of it.\n"
    tree(notes, {"edition.md": told, "same.md": "# Same\n\nThis never changes.\n"})


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Give a folder for notes."""
    return tmp_path / "notes"


@pytest.fixture
def root(tmp_path: Path, notes: Path) -> Path:
    """Give an index of three generations, one of each edition of the notes."""
    for number in (1, 2, 3):
        edition(notes, number)
        built(tmp_path / "index", notes)
    return tmp_path / "index"


def says(root: Path) -> str:
    """Give the edition that answers."""
    hits = opened(root).search("which edition is it", 5)
    (text,) = [hit.passage.text for hit in hits if hit.passage.document.path == "edition.md"]
    return text.strip()


def test_the_generation_before_answers_as_it_did(root: Path, notes: Path) -> None:
    """To the byte; and going on goes further back, or forward again by number."""
    assert roll_back(root) == Rollback(2, 3)
    assert says(root) == "This is edition 2 of it."
    then = answers(opened(root), QUERIES)
    assert roll_back(root) == Rollback(1, 2)
    assert says(root) == "This is edition 1 of it."
    assert roll_back(root, 3) == Rollback(3, 1)
    assert says(root) == "This is edition 3 of it."
    assert roll_back(root, 2) == Rollback(2, 3)
    assert answers(opened(root), QUERIES) == then
    edition(notes, 2)
    assert verify(root) == []


def test_rolling_back_to_the_live_one_changes_nothing(root: Path) -> None:
    """It is no error either."""
    before = (root / "CURRENT").stat()
    assert roll_back(root, 3) == Rollback(3, 3)
    assert (root / "CURRENT").stat() == before


def test_the_next_build_brings_the_notes_back(root: Path, notes: Path) -> None:
    """It is built upon the live one, gets its own number, encodes nothing anew, and answers as before."""
    then = answers(opened(root), QUERIES)
    roll_back(root, 1)
    report = built(root, notes)
    assert (report.generation, report.changed, report.unchanged, report.encoded) == (4, 1, 1, 0)
    assert answers(opened(root), QUERIES) == then
    assert Store(root).open(4)[0].changes.since == 1
    assert folders(root) == ["000002", "000003", "000004"]
    assert verify(root) == []


def test_a_build_that_changes_nothing_leaves_what_was_rolled_back_to(root: Path, notes: Path) -> None:
    """Where the notes are as they were in the live generation, that stays live, and so does the newer one."""
    roll_back(root, 2)
    edition(notes, 2)
    report = built(root, notes)
    assert (report.generation, report.unchanged) == (2, 2)
    assert Store(root).published() == [1, 2, 3]
    edition(notes, 4)
    assert built(root, notes).generation == 4


def test_a_damaged_generation_is_not_made_live(root: Path) -> None:
    """One flipped bit in any of its files, or a file that is missing, and nothing is changed."""
    folder = Store(root).folder(2)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    assert len(files) > 5
    for path in files:
        body = path.read_bytes()
        path.write_bytes(bytes([body[0] ^ 1]) + body[1:] if body else b"!")
        with pytest.raises(
            DamagedIndexError, match=r"^generation 2 can not be made live, and nothing was"
        ) as e:
            roll_back(root)
        assert str(path) in str(e.value)
        assert "run `refdesk index`" not in str(e.value).lower()
        path.write_bytes(body)
    files[0].unlink()
    with pytest.raises(DamagedIndexError, match=r"is missing|No such file"):
        roll_back(root, 2)
    assert Store(root).current() == 3
    assert roll_back(root, 1) == Rollback(1, 3)


@pytest.mark.parametrize("number", [4, 9, 1_000_000])
def test_a_generation_that_there_is_not_is_named(root: Path, number: int) -> None:
    """With those that there are; what a killed run left is none of them, and is cleared away."""
    Store(root).folder(4).mkdir()
    with pytest.raises(UsageError, match=rf"^there is no generation {number} in {root}; there are: 1, 2, 3$"):
        roll_back(root, number)
    assert folders(root) == ["000001", "000002", "000003"]


def test_before_the_first_there_is_none(root: Path) -> None:
    """Nor before the oldest that was kept."""
    roll_back(root, 1)
    with pytest.raises(UsageError, match=r"^there is no generation before 1; `refdesk generations` lists"):
        roll_back(root)
    assert Store(root).current() == 1


def test_another_format_or_encoder_is_not_made_live(root: Path, notes: Path) -> None:
    """A generation that this refdesk, or this configuration, could not open would answer nothing."""
    built(root, notes, encoder=HashEncoder(dimension=64))
    with pytest.raises(IncompatibleIndexError, match=r"generation 3 can not .* built with the encoder hash"):
        roll_back(root, 3, "all-MiniLM-L6-v2")
    assert roll_back(root, 3, "hash") == Rollback(3, 4)
    with pytest.raises(
        EncoderError, match=r"generation 4 can not be made live, .*hash-64-256 holds no encoder"
    ):
        roll_back(root, 4, "hash")
    manifest = Store(root).folder(2) / "manifest.json"
    manifest.write_bytes(b'{"format_version": 1}')
    with pytest.raises(
        IncompatibleIndexError, match=r"generation 2 can not be made live, .* index format 1 "
    ):
        roll_back(root)
    assert Store(root).current() == 3


def test_a_pointer_of_garbage_is_mended_by_a_number(root: Path, notes: Path) -> None:
    """Which one is before the live one can't be told then, so the number has to be given."""
    (root / "CURRENT").write_bytes(b"\x00")
    with pytest.raises(UsageError, match=r"say which .* as in `refdesk rollback 3`\. There are: 1, 2, 3$"):
        roll_back(root)
    assert roll_back(root, 2) == Rollback(2, None)
    assert says(root) == "This is edition 2 of it."
    assert Store(root).published() == [1, 2, 3]
    assert built(root, notes).generation == 4


def test_a_live_generation_that_is_gone_can_be_rolled_back_from(root: Path) -> None:
    """Somebody deleted its folder: the one before it answers."""
    Store(root).folder(3).rename(root / "lost")
    assert roll_back(root) == Rollback(2, 3)
    assert says(root) == "This is edition 2 of it."


def test_without_an_index_none_is_made(tmp_path: Path) -> None:
    """The error says how to build one, and no folder is left behind."""
    with pytest.raises(NoIndexError, match=r"run `refdesk index FOLDER` to build one"):
        roll_back(tmp_path / "index")
    assert list(tmp_path.iterdir()) == []


def test_a_rollback_is_a_writer(root: Path) -> None:
    """While a build holds the lock, it is told who does, and nothing changes."""
    with Store(root).writing(), pytest.raises(IndexLockedError, match=r"is writing the index in"):
        roll_back(root)
    assert Store(root).current() == 3


def test_what_was_rolled_back_from_may_be_pruned(root: Path, notes: Path) -> None:
    """By count it is as old as its number says."""
    roll_back(root, 1)
    edition(notes, 4)
    built(root, notes, keep=Keep(2))
    assert folders(root) == ["000003", "000004"]
