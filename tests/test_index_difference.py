"""What differs between the documents of two generations."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from indexes import built, reading_in_process
from trees import tree

from index.difference import Difference, Entry, Pair, difference
from index.store import Store
from ingest.errors import DamagedIndexError, IncompatibleIndexError, UsageError

LONG = "".join(f"## Part {n}\n\nPart {n} holds words of its own.\n\n" for n in range(3))


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    """Read files in the test's own process."""
    with reading_in_process():
        yield


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Give a folder of notes, two of which have the same text."""
    return tree(
        tmp_path / "notes",
        {
            "edited.md": "# Edited\n\nOnce.\n",
            "kept.md": "# Kept\n\nAs it is.\n",
            "old/moved.md": "# Moved\n\nThe same words.\n",
            "gone.md": "# Gone\n\nSoon.\n",
            "twin-a.md": "# Twin\n\nBoth of us.\n",
            "twin-b.md": "# Twin\n\nBoth of us.\n",
        },
    )


@pytest.fixture
def root(tmp_path: Path, notes: Path) -> Path:
    """Give an index of two generations, between which all kinds of things happened."""
    built(tmp_path / "index", notes)
    tree(notes, {"edited.md": f"# Edited\n\nTwice.\n\n{LONG}", "new.md": "# New\n\nFresh.\n", "new/": ""})
    (notes / "gone.md").unlink()
    (notes / "old" / "moved.md").rename(notes / "new" / "place.md")
    (notes / "twin-a.md").rename(notes / "twin-c.md")
    (notes / "twin-b.md").rename(notes / "twin-d.md")
    built(tmp_path / "index", notes)
    return tmp_path / "index"


def entry(path: str, passages: int = 1) -> Entry:
    """Give what is said of a document."""
    return Entry("notes", path, passages)


def test_each_document_is_in_one_of_five(root: Path) -> None:
    """Added, changed, moved, removed, or as it was; each with how many passages it has in either."""
    assert difference(root, 1, 2) == Difference(
        before=1,
        after=2,
        added=(entry("new.md"),),
        changed=(Pair(entry("edited.md"), entry("edited.md", 4)),),
        moved=(
            Pair(entry("old/moved.md"), entry("new/place.md")),
            Pair(entry("twin-a.md"), entry("twin-c.md")),
            Pair(entry("twin-b.md"), entry("twin-d.md")),
        ),
        removed=(entry("gone.md"),),
        unchanged=1,
    )


def test_the_counts_are_those_of_the_build(root: Path) -> None:
    """What the generation itself records of its changes is what a comparison finds."""
    found, changes = difference(root, 1, 2), Store(root).open(2)[0].changes
    assert changes.since == 1
    assert (changes.added, changes.changed, changes.moved, changes.removed) == tuple(
        map(len, (found.added, found.changed, found.moved, found.removed))
    )


def test_backwards_is_the_other_way_round(root: Path) -> None:
    """What was added is removed, and moved back; a generation does not differ from itself."""
    there, back = difference(root, 1, 2), difference(root, 2, 1)
    assert (back.added, back.removed, back.unchanged) == (there.removed, there.added, there.unchanged)
    assert {(pair.before, pair.after) for pair in back.moved} == {
        (pair.after, pair.before) for pair in there.moved
    }
    same = difference(root, 2, 2)
    assert (same.added, same.changed, same.moved, same.removed, same.unchanged) == ((), (), (), (), 6)


def test_a_new_date_or_tag_is_a_change(notes: Path, root: Path) -> None:
    """Both are shown, or filtered by, where the text around them stays the same."""
    tree(notes, {"kept.md": "---\ntags: [ops]\n---\n# Kept\n\nAs it is.\n"})
    built(root, notes)
    assert [pair.after.path for pair in difference(root, 2, 3).changed] == ["kept.md"]


def test_a_document_in_another_source_has_moved(tmp_path: Path, notes: Path, root: Path) -> None:
    """Its source is a part of where it is."""
    (tmp_path / "wiki").mkdir()
    (notes / "new.md").rename(tmp_path / "wiki" / "new.md")
    built(root, notes, tmp_path / "wiki")
    assert difference(root, 2, 3).moved == (Pair(entry("new.md"), Entry("wiki", "new.md", 1)),)


@pytest.mark.parametrize("numbers", [(1, 3), (3, 1), (0, 1)])
def test_a_generation_that_there_is_not_is_named(root: Path, numbers: tuple[int, int]) -> None:
    """With those that there are."""
    with pytest.raises(UsageError, match=rf"there is no generation [03] in {root}; there are: 1, 2$"):
        difference(root, *numbers)


def test_without_any_there_is_none(tmp_path: Path) -> None:
    """Where no index was ever built."""
    with pytest.raises(UsageError, match=r"there is no generation 1 in .*; there is none"):
        difference(tmp_path, 1, 2)


def test_what_can_not_be_read_can_not_be_compared(root: Path) -> None:
    """Damage, or another format, is an error that names the folder."""
    manifest = Store(root).folder(1) / "manifest.json"
    manifest.write_bytes(b"{")
    with pytest.raises(DamagedIndexError, match=f"{manifest} is not a manifest"):
        difference(root, 1, 2)
    manifest.write_bytes(b'{"format_version": 1}')
    with pytest.raises(IncompatibleIndexError, match="has index format 1"):
        difference(root, 1, 2)
