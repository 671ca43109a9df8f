"""Repairing: just what is broken is rebuilt, and the index then answers as one that is built from scratch."""

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from forgery import (
    damaged,
    documents,
    live_folder,
    with_documents,
    with_terms,
)
from generations import folders
from indexes import built, reading_in_process
from repairs import NOTES, assert_as_built_afresh, contents, helpless, means
from trees import tree

from index.generation import VECTORS
from index.layout import DENSE, LEXICAL, PASSAGES
from index.passages import Found
from index.repair import repair
from index.store import Store
from index.verify import verify
from ingest.errors import NoIndexError


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


def test_a_sound_index_is_not_touched(root: Path) -> None:
    """Nothing is done, nor is the lock taken."""
    before = sorted((path, path.stat().st_mtime_ns) for path in root.rglob("*"))
    found = repair(root, means())
    assert (found.done, found.failed, found.proof.problems) == ((), (), ())
    assert sorted((path, path.stat().st_mtime_ns) for path in root.rglob("*")) == before


def test_no_index_is_an_error(tmp_path: Path) -> None:
    """Where there is nothing to repair, nothing is made."""
    with pytest.raises(NoIndexError, match=r"no index in .* yet"):
        repair(tmp_path / "index", means())
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("name", [*VECTORS, LEXICAL])
def test_one_broken_part_is_rebuilt_without_sources_and_encoder(root: Path, notes: Path, name: str) -> None:
    """The other files are reused byte for byte, vectors come from the cache, terms from the passages."""
    before = contents(live_folder(root))
    damaged(live_folder(root) / (f"{LEXICAL}/checksums.json" if name == LEXICAL else name))
    away = notes.rename(notes.with_name("away"))
    found = repair(root, helpless())
    assert found.done == (
        (
            f"rebuilt {name} of generation 1, which is generation 2 now; 0 texts had to be encoded, "
            "and the other files are as they were"
        ),
    )
    after = contents(live_folder(root))
    if name == LEXICAL:
        before, after = ({n: b for n, b in one.items() if LEXICAL not in n} for one in (before, after))
    assert after == before
    assert folders(root) == ["000002"]
    away.rename(notes)
    assert_as_built_afresh(root, notes)


def test_any_changed_byte_of_a_generation_is_repaired(root: Path, notes: Path) -> None:
    """Each file of it in turn, damaged at random, cut short or removed."""
    chance = random.Random(3)  # noqa: S311 - any places will do
    for name in ["manifest.json", *sorted(contents(live_folder(root)))]:
        # The names of Tantivy's own files are new each time.
        place = live_folder(root) / name if (live_folder(root) / name).exists() else None
        path = place or next((live_folder(root) / LEXICAL).glob(f"*{Path(name).suffix}"))
        body = path.read_bytes()
        match chance.randrange(3):
            case 0 if body:
                damaged(path, chance.randrange(len(body)))
            case 1 if body:
                path.write_bytes(body[: chance.randrange(len(body))])
            case _:
                path.unlink()
        number = Store(root).current()
        found = repair(root, means(sources=[notes]))
        assert (len(found.done), found.failed, found.proof.problems) == (1, (), ())
        assert found.proof.generation == (number or 0) + 1
        assert_as_built_afresh(root, notes)


def test_broken_passages_are_read_from_the_sources(root: Path, notes: Path) -> None:
    """All else is made from them, so that everything is, and it says so; vectors come from the cache."""
    damaged(live_folder(root) / PASSAGES)
    found = repair(root, means())
    assert found.done == (
        (
            f"all else is made from {PASSAGES} of generation 1, so everything was read from the sources "
            "again: 4 documents are generation 2 now; 0 texts had to be encoded"
        ),
    )
    assert folders(root) == ["000002"]
    assert_as_built_afresh(root, notes)


def test_a_text_that_is_not_the_files_own_is_read_again(root: Path, notes: Path) -> None:
    """Though every checksum fits, so that a plain update would keep it."""
    first, *rest = documents(root)
    document = replace(first.document, text=first.document.text.replace("holds", "loses"))
    passages = tuple(replace(passage, document=document) for passage in first.passages)
    with_documents(root, [replace(first, document=document, passages=passages), *rest])
    (problem,) = verify(root)
    assert "holds another text of it" in problem
    assert repair(root, means()).proof.problems == ()
    assert_as_built_afresh(root, notes)


def test_a_damaged_older_generation_is_removed(root: Path, notes: Path) -> None:
    """The live one answers on, and sound older ones stay."""
    for edition in ("one", "two"):
        tree(notes, {"pods.md": f"# Pods\n\nEdition {edition}.\n"})
        built(root, notes)
    damaged(root / "generations" / "000001" / DENSE)
    found = repair(root, means())
    assert found.done == ("removed generation 1, which was damaged and no longer answered",)
    assert (folders(root), found.proof.problems) == (["000002", "000003"], ())


@pytest.mark.parametrize("body", [b"", b"junk", b"9\n"])
def test_current_is_set_to_the_newest_sound_generation(root: Path, notes: Path, body: bytes) -> None:
    """Whether it can not be read or names what is not there; what is newer and damaged is removed then."""
    for edition in ("one", "two"):
        tree(notes, {"pods.md": f"# Pods\n\nEdition {edition}.\n"})
        built(root, notes)
    damaged(live_folder(root) / DENSE)
    tree(notes, {"pods.md": "# Pods\n\nEdition one.\n"})
    (root / "CURRENT").write_bytes(body)
    found = repair(root, means())
    assert found.done == (
        f"{root}/CURRENT names generation 2 again, the newest that is left",
        "removed generation 3, which was damaged and no longer answered",
    )
    assert (found.proof.generation, found.proof.problems) == (2, ())


def test_where_no_generation_is_sound_the_newest_is_mended(root: Path, notes: Path) -> None:
    """`CURRENT` first, then what it names."""
    damaged(live_folder(root) / DENSE)
    (root / "CURRENT").write_bytes(b"junk")
    found = repair(root, helpless())
    assert [line.split()[0] for line in found.done] == [f"{root}/CURRENT", "rebuilt"]
    assert_as_built_afresh(root, notes)


def test_terms_of_other_texts_are_rebuilt(root: Path, notes: Path) -> None:
    """Though their checksums fit."""
    found = [replace(one, found=tuple(Found("zebra", "yak") for _ in one.found)) for one in documents(root)]
    with_terms(root, found)
    assert repair(root, helpless()).done[0].startswith(f"rebuilt {LEXICAL} of generation 1, ")
    assert_as_built_afresh(root, notes)
