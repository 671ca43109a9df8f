"""Proving an index again: each file whose bytes are not as they were is a line that names it."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from forgery import resealed
from generations import folders
from indexes import built, reading_in_process
from trees import tree

from index.faults import REPAIR
from index.layout import DENSE, HEADINGS, LEXICAL, PASSAGES, SPANS
from index.store import Store
from index.verify import verify

LAYOUT = {PASSAGES, DENSE, SPANS, HEADINGS, LEXICAL}


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    """Read files in the test's own process."""
    with reading_in_process():
        yield


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Give a folder of two notes."""
    return tree(
        tmp_path / "notes", {"a.md": "# Pods\n\nA pod holds containers.\n", "b.txt": "A node runs pods.\n"}
    )


@pytest.fixture
def root(tmp_path: Path, notes: Path) -> Path:
    """Give the index of the notes."""
    assert built(tmp_path / "index", notes).skipped == ()
    return tmp_path / "index"


def test_each_damaged_file_is_named(root: Path) -> None:
    """Bytes at random of every file of the live generation, one at a time: a line that names the file."""
    chance = random.Random(11)  # noqa: S311 - any places will do
    folder = root / "generations" / "000001"
    files = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size]
    assert {"manifest.json", "checksums.json", *LAYOUT} <= {path.name for path in [*files, folder / LEXICAL]}
    for path in files:
        body = path.read_bytes()
        for at in (0, len(body) - 1, *chance.choices(range(len(body)), k=4)):
            path.write_bytes(body[:at] + bytes([body[at] ^ 1 << chance.randrange(8)]) + body[at + 1 :])
            (problem,) = verify(root)
            assert problem.startswith(f"{path} ")
            assert problem.endswith(f"; {REPAIR}")
        path.write_bytes(body)
    assert verify(root) == []


@pytest.mark.parametrize("name", ["passages.sqlite", "spans.faiss", "lexical/meta.json", "manifest.json"])
def test_a_missing_and_a_cut_file_are_named(root: Path, name: str) -> None:
    """A file that is cut short or gone is a line that names it."""
    path = root / "generations" / "000001" / name
    path.write_bytes(path.read_bytes()[:-2])
    (problem,) = verify(root)
    assert problem.startswith(f"{path} ")
    path.unlink()
    (problem,) = verify(root)
    assert re.match(f"{re.escape(str(path))} (is missing|can not be read: No such file)", problem)


def test_a_damaged_pointer_is_named(root: Path) -> None:
    """A `CURRENT` of garbage is a line; the generations, which nobody can choose from, are looked at too."""
    (root / "CURRENT").write_bytes(b"x")
    assert verify(root) == [f"{root}/CURRENT does not hold the number of a generation; {REPAIR}"]
    dense = root / "generations" / "000001" / "dense.faiss"
    dense.unlink()
    assert verify(root)[1:] == [f"generation 1, which no longer answers: {dense} is missing; {REPAIR}"]
    (root / "CURRENT").write_bytes(b"7\n")
    assert verify(root)[:1] == [f"{root}/CURRENT names generation 7, which is not there; {REPAIR}"]


def test_every_changed_bit_of_the_pointer_is_named(root: Path, notes: Path) -> None:
    """It never names another of the generations that are kept, nor do these count as unpublished then."""
    for edition in ("one", "two"):
        tree(notes, {"new.md": f"# New\n\nEdition {edition}.\n"})
        built(root, notes)
    path = root / "CURRENT"
    body = path.read_bytes()
    for at in range(len(body)):
        path.write_bytes(body[:at] + bytes([body[at] ^ 1 << at % 8]) + body[at + 1 :])
        assert verify(root) == [f"{path} does not hold the number of a generation; {REPAIR}"]
        with Store(root).writing():
            pass
        assert folders(root) == ["000001", "000002", "000003"]
    path.write_bytes(body)
    assert verify(root) == []


def test_a_damaged_older_generation_is_named(root: Path, notes: Path) -> None:
    """Damage in a generation that is kept is a line that says that nothing answers from it."""
    tree(notes, {"new.md": "# New\n\nJust written.\n"})
    built(root, notes)
    older = root / "generations" / "000001"
    body = (older / "dense.faiss").read_bytes()
    (older / "dense.faiss").write_bytes(body[:-1] + bytes([body[-1] ^ 1]))
    assert verify(root) == [
        (
            f"generation 1, which no longer answers: {older}/dense.faiss has changed since it was written; "
            f"{REPAIR}"
        )
    ]
    (older / "manifest.json").write_text('{"format_version": 99}')
    assert verify(root) == []


def test_what_was_never_published_is_no_problem(root: Path) -> None:
    """A folder above the live generation, which a killed run left, is the next run's to clean up."""
    (root / "generations" / "000002").mkdir()
    assert verify(root) == []


def test_an_index_of_another_format_is_told(root: Path) -> None:
    """What to do is `refdesk index`: there is nothing to repair in it."""
    folder = root / "generations" / "000001"
    (folder / "manifest.json").write_text('{"format_version": 99}')
    (problem,) = verify(root)
    assert problem.startswith(f"{folder} has index format 99 ")


def test_a_folder_that_holds_another_generation_is_told(root: Path) -> None:
    """A generation's folder that was renamed is not taken for another."""
    folder = root / "generations" / "000001"
    folder.rename(folder.with_name("000004"))
    (root / "CURRENT").write_bytes(b"4\n")
    assert verify(root) == [f"{folder.with_name('000004')} holds generation 1; {REPAIR}"]


def test_what_fits_its_checksums_and_can_not_be_read_is_told(root: Path) -> None:
    """Garbage with the right checksum is damage too."""
    folder = root / "generations" / "000001"
    (folder / PASSAGES).write_bytes(b"no database at all" * 99)
    resealed(folder)
    assert verify(root) == [f"{folder / PASSAGES} can not be read: file is not a database; {REPAIR}"]
