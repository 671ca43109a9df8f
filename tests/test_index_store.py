"""Opening generations: the live one, whole, or an error that says what is wrong with it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from generations import ENCODER, build, folders, live, publish

from index.checksums import FileRecord, content_problems
from index.store import Store, verify_files
from index.writer import Keep
from ingest.errors import DamagedIndexError, NoIndexError


def test_a_published_generation_is_live(tmp_path: Path) -> None:
    """What is published opens as the live generation, with its manifest and its files."""
    written = build(tmp_path)
    read, folder = Store(tmp_path).open_current()
    assert read == written
    assert folder == tmp_path / "generations" / "000001"
    assert (read.number, read.format_version, read.encoder, read.counts.passages) == (1, 3, ENCODER, 1)
    assert read.built_at.endswith("+00:00")
    assert sorted(read.files) == ["dense", "lexical/terms", "passages"]
    assert live(tmp_path) == 1
    assert build(tmp_path).number == 2
    assert live(tmp_path) == 2


def test_no_index_says_how_to_build_one(tmp_path: Path) -> None:
    """Where nothing was ever published there is no generation, and the error is the command to type."""
    (tmp_path / "file").touch()
    for root in (tmp_path, tmp_path / "missing", tmp_path / "file"):
        assert Store(root).current() is None
        assert Store(root).numbers() == []
        with pytest.raises(NoIndexError, match=f"no index in {root} yet; run `refdesk index FOLDER`"):
            Store(root).open_current()


@pytest.mark.parametrize(
    "body", [b"", b"1", b"0\n", b"-1\n", b"one\n", b"1\n2\n", b"\xff\n", b"9" * 30 + b"\n"]
)
def test_a_pointer_of_garbage_is_damage(tmp_path: Path, body: bytes) -> None:
    """A `CURRENT` that names no generation is damage; the next run keeps what is there and mends it."""
    build(tmp_path)
    (tmp_path / "CURRENT").write_bytes(body)
    with pytest.raises(DamagedIndexError, match=r"CURRENT does not hold .* Run `refdesk index` to rebuild"):
        Store(tmp_path).open_current()
    with Store(tmp_path).writing() as writer:
        assert writer.prune(Keep(1)) == []
        assert folders(tmp_path) == ["000001"]
        assert publish(writer).number == 2
    assert live(tmp_path) == 2


def test_an_unreadable_pointer_is_damage(tmp_path: Path) -> None:
    """A `CURRENT` that is no file is damage too, with the cause."""
    (tmp_path / "CURRENT").mkdir()
    with pytest.raises(DamagedIndexError, match="CURRENT can not be read: Is a directory"):
        Store(tmp_path).current()


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (Path.unlink, "is missing"),
    "truncated": (lambda path: path.write_bytes(path.read_bytes()[:7]), "is truncated: 7 of 100 bytes"),
    "too long": (lambda path: path.write_bytes(path.read_bytes() + b"!"), "is too long: 101 of 100 bytes"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_named(tmp_path: Path, damage: str) -> None:
    """A file that is missing or of another size is found on opening, and named with what to do."""
    manifest = build(tmp_path)
    path = tmp_path / "generations" / "000001" / "passages"
    harm, words = DAMAGES[damage]
    harm(path)
    with pytest.raises(DamagedIndexError, match=f"{path} {words}. Run `refdesk index` to rebuild it"):
        Store(tmp_path).open_current()
    assert verify_files(manifest, path.parent) == [f"{path} {words}"]


def test_a_changed_byte_is_found_by_verifying(tmp_path: Path) -> None:
    """A changed byte keeps the size: opening does not look, verifying finds it."""
    build(tmp_path)
    path = tmp_path / "generations" / "000001" / "passages"
    path.write_bytes(b"x" + path.read_bytes()[1:])
    manifest, folder = Store(tmp_path).open_current()
    assert verify_files(manifest, folder) == [f"{path} has changed since it was written"]


def test_an_unreadable_file_is_a_problem(tmp_path: Path) -> None:
    """A file that can not be looked at, or not be read, is a problem with its cause and not a crash."""
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    size = (tmp_path / "folder").stat().st_size
    assert content_problems(tmp_path, {"file/below": FileRecord(1, ""), "folder": FileRecord(size, "")}) == [
        f"{tmp_path}/file/below can not be read: Not a directory",
        f"{tmp_path}/folder can not be read: Is a directory",
    ]


def test_a_generation_under_another_number_is_damage(tmp_path: Path) -> None:
    """A folder that was copied over another generation's is not that generation."""
    build(tmp_path)
    shutil.copytree(tmp_path / "generations" / "000001", tmp_path / "generations" / "000002")
    (tmp_path / "CURRENT").write_bytes(b"2\n")
    with pytest.raises(DamagedIndexError, match="000002 holds generation 1"):
        Store(tmp_path).open_current()


def test_a_missing_generation_is_damage(tmp_path: Path) -> None:
    """A `CURRENT` that names a generation which is gone is damage; the next run takes a new number."""
    build(tmp_path)
    (tmp_path / "CURRENT").write_bytes(b"5\n")
    with pytest.raises(DamagedIndexError, match=r"000005/manifest\.json can not be read: No such file"):
        Store(tmp_path).open_current()
    assert build(tmp_path).number == 6
    assert live(tmp_path) == 6


def test_a_reader_survives_pruning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A generation that is pruned after `CURRENT` was read is not damage: the reader opens the new one."""
    build(tmp_path)
    current = Store.current
    overtaken = iter([True])

    def overtake(store: Store) -> int | None:
        number = current(store)
        if next(overtaken, False):
            for _ in range(4):
                build(tmp_path)
            assert not store.folder(1).exists()
        return number

    monkeypatch.setattr(Store, "current", overtake)
    assert Store(tmp_path).open_current()[0].number == 5
