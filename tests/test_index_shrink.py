"""A source that suddenly lost most of its documents is held back."""

from pathlib import Path

import pytest
from indexes import built, opened, reading_in_process
from trees import tree

from index.store import Store
from ingest.errors import ShrunkError

FIVE = {
    f"{name}.md": f"# {name}\n\nThe {name} of a ship.\n" for name in ("keel", "mast", "helm", "hull", "deck")
}


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Give a folder of five notes."""
    return tree(tmp_path / "notes", FIVE)


@pytest.fixture
def root(tmp_path: Path, notes: Path) -> Path:
    """Give an index of them."""
    built(tmp_path / "index", notes)
    return tmp_path / "index"


def remove(notes: Path, count: int) -> None:
    """Delete the first notes."""
    for path in sorted(notes.iterdir())[:count]:
        path.unlink()


def test_less_than_half_is_held_back(root: Path, notes: Path) -> None:
    """The message names the source, both counts and the way out; the live generation still answers."""
    remove(notes, 3)
    with pytest.raises(ShrunkError, match=r"notes: 2 documents, where the index holds 5\..*--allow-shrink"):
        built(root, notes, allow_shrink=False)
    assert Store(root).current() == 1
    assert opened(root).search("the helm of a ship", 1)[0].passage.document.path == "helm.md"


def test_allowed_it_is_published(root: Path, notes: Path) -> None:
    """With `allow_shrink` the notes are gone, as they were meant to be."""
    remove(notes, 3)
    assert built(root, notes, allow_shrink=True).removed == 3


def test_an_empty_share_beside_another_source_is_held_back(root: Path, notes: Path) -> None:
    """A mount point without its share is an empty folder: what was under it is not forgotten."""
    wiki = tree(notes.parent / "wiki", {"rope.md": "# Rope\n\nA rope is long.\n"})
    built(root, notes, wiki, allow_shrink=False)
    remove(notes, 5)
    with pytest.raises(ShrunkError, match="0 documents"):
        built(root, notes, wiki, allow_shrink=False)


def test_what_is_renamed_is_not_lost(root: Path, notes: Path) -> None:
    """Every note under another name is as many notes as before."""
    for path in sorted(notes.iterdir()):
        path.rename(notes / f"the-{path.name}")
    assert built(root, notes, allow_shrink=False).moved == 5


def test_losing_fewer_passes(root: Path, notes: Path) -> None:
    """Three of five notes are more than half of them."""
    remove(notes, 2)
    assert built(root, notes, allow_shrink=False).removed == 2


def test_a_small_source_may_shrink(tmp_path: Path) -> None:
    """Of three notes two are deleted by hand often enough."""
    notes = tree(tmp_path / "few", dict(list(FIVE.items())[:3]))
    built(tmp_path / "index", notes)
    remove(notes, 2)
    assert built(tmp_path / "index", notes, allow_shrink=False).removed == 2


def test_a_source_no_longer_named_leaves(root: Path, notes: Path) -> None:
    """Whoever names other sources means it."""
    wiki = tree(notes.parent / "wiki", {"rope.md": "# Rope\n\nA rope is long.\n"})
    assert built(root, wiki, allow_shrink=False).removed == 5


def test_nothing_is_lost_with_an_index_that_can_not_be_read(root: Path, notes: Path) -> None:
    """A damaged generation tells no counts; the build replaces it."""
    remove(notes, 4)
    (root / "generations" / "000001" / "manifest.json").write_text("{")
    assert built(root, notes, allow_shrink=False).passages == 1


@pytest.mark.parametrize("name", ["CURRENT", "manifest.json", "dense.faiss"])
def test_a_damaged_index_still_tells_what_a_source_held(tmp_path: Path, name: str) -> None:
    """A source that is not mounted is held back though all is built afresh: some list of before is whole."""
    notes = tree(tmp_path / "notes", {f"n{n}.md": f"# N{n}\n\nWords {n}.\n" for n in range(6)})
    with reading_in_process():
        built(tmp_path / "index", notes)
        (notes / "n0.md").write_text("# N0\n\nOther words.\n")
        built(tmp_path / "index", notes)
        for number in range(1, 6):
            (notes / f"n{number}.md").unlink()
        folder = tmp_path / "index" / ("" if name == "CURRENT" else "generations/000002")
        (folder / name).write_bytes(b"junk")
        with pytest.raises(ShrunkError, match="1 documents, where the index holds 6"):
            built(tmp_path / "index", notes, allow_shrink=False)
        for path in (tmp_path / "index").glob("generations/*/passages.sqlite"):
            path.write_bytes(b"junk")
        assert built(tmp_path / "index", notes, allow_shrink=False).generation == 3
