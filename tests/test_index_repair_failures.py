"""Repairs that can not do all: nothing is lost, and what remains is said with the reason."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from forgery import (
    CACHE,
    damaged,
    live_folder,
)
from generations import folders
from indexes import built, opened, reading_in_process
from repairs import NOTES, assert_as_built_afresh, means
from trees import tree

from index.layout import DENSE, PASSAGES, SPANS
from index.repair import repair
from index.store import Store


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


def test_without_any_generation_nothing_can_be_done(root: Path) -> None:
    """The next command is named."""
    shutil.rmtree(root / "generations")
    found = repair(root, means())
    assert (found.done, found.failed) == (
        (),
        (f"{root}/generations holds no generation; run `refdesk index`",),
    )
    assert len(found.proof.faults) == 1


@pytest.mark.parametrize("kept", [True, False])
def test_a_damaged_manifest_is_made_anew_from_the_sources(root: Path, notes: Path, *, kept: bool) -> None:
    """Those that are configured, or those of an older generation; without either that is said."""
    if kept:
        tree(notes, {"pods.md": "# Pods\n\nA pod holds one container.\n"})
        built(root, notes)
    path = damaged(live_folder(root) / "manifest.json")
    number = Store(root).current()
    found = repair(root, means())
    if not kept:
        told = "nothing tells any more what was indexed; run `refdesk index FOLDER`"
        assert found.failed == (f"generation 1 can not be rebuilt: {told}",)
        assert path.exists()
        found = repair(root, means(sources=[notes]))
    assert found.failed == ()
    assert found.done[0].startswith(f"all else is made from manifest.json of generation {number}, so ")
    assert_as_built_afresh(root, notes)


def test_without_sources_an_older_generation_answers_again(root: Path, notes: Path) -> None:
    """It says so, and keeps the damaged one, which may hold what is nowhere else."""
    tree(notes, {"new.md": "# New\n\nWritten since.\n"})
    built(root, notes)
    damaged(live_folder(root) / PASSAGES)
    away = notes.rename(notes.with_name("away"))
    found = repair(root, means())
    assert found.done == ("generation 1 answers again in place of 2, without what changed since",)
    assert len(found.failed) == 1
    assert found.failed[0].startswith(f"generation 2 can not be rebuilt: source {notes}: ")
    assert found.proof.generation == 1
    assert folders(root) == ["000001", "000002"]
    assert len(opened(root).search("pods", 9)) > 0
    away.rename(notes)
    built(root, notes)
    assert repair(root, means()).proof.problems == ()
    assert_as_built_afresh(root, notes)


def test_what_can_be_mended_is_though_other_things_can_not(root: Path, notes: Path) -> None:
    """A cache is, whatever became of the sources; each failure is told once."""
    damaged(live_folder(root) / PASSAGES)
    (root / CACHE).write_bytes(b"junk" * 99)
    notes.rename(notes.with_name("away"))
    found = repair(root, means())
    assert found.done == (f"removed {root / CACHE}: its vectors are computed again as they are needed",)
    assert (len(found.failed), [fault.part for fault in found.proof.faults]) == (1, [PASSAGES])


def test_a_source_that_shrank_is_held_back_in_a_repair_too(root: Path, notes: Path) -> None:
    """An unmounted share does not empty the index, damaged as it is."""
    manifest = live_folder(root) / "manifest.json"
    for path in list(notes.rglob("*.*")):
        path.unlink()
    tree(notes, {"left.md": "# Left\n\nAll that is left.\n"})
    damaged(manifest.with_name(PASSAGES), 40)
    found = repair(root, means())
    assert found.failed
    assert folders(root) == ["000001"]


def test_a_file_that_changes_while_it_is_copied_is_not_carried_on(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is copied is read again, and compared with the checksums of before."""
    damaged(live_folder(root) / DENSE)
    copy = shutil.copyfile

    def spoiled(source: Path, target: Path) -> None:
        copy(source, target)
        if target.name == SPANS:
            damaged(target)

    monkeypatch.setattr(shutil, "copyfile", spoiled)
    found = repair(root, means())
    assert len(found.failed) == 1
    assert found.failed[0].endswith(
        f"{SPANS} has changed since it was written. Run `refdesk index` to rebuild it"
    )
    assert folders(root) == ["000001"]


def test_another_format_is_not_repaired(root: Path) -> None:
    """An index of another refdesk is rebuilt by `refdesk index`, and says so."""
    path = live_folder(root) / "manifest.json"
    path.write_text('{"format_version": 99}')
    older = root / "generations" / "000002"
    shutil.copytree(path.parent, older)
    (root / "CURRENT").write_bytes(b"junk")
    found = repair(root, means())
    assert found.proof.problems[0].endswith("; run `refdesk index` to rebuild it")
    assert found.proof.generation == 2


def test_an_edited_note_is_no_damage_and_remains(root: Path, notes: Path) -> None:
    """A repair does not bring the index up to date; what to do is said."""
    tree(notes, {"pods.md": "# Pods\n\nEdited.\n"})
    found = repair(root, means())
    assert (found.done, found.failed) == ((), ())
    assert found.proof.problems[0].endswith("; run `refdesk index` to bring the index up to date")


def test_what_is_published_meanwhile_is_not_undone(
    root: Path, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build that comes between the proof and the repair leaves nothing to repair."""
    damaged(live_folder(root) / DENSE)
    writing = Store.writing
    overtaken = iter([True])

    def overtake(store: Store) -> object:
        if next(overtaken, False):
            tree(notes, {"new.md": "# New\n\nJust written.\n"})
            built(root, notes)
        return writing(store)

    monkeypatch.setattr(Store, "writing", overtake)
    found = repair(root, means())
    assert (found.done, found.proof.problems, found.proof.generation) == ((), (), 2)
    assert_as_built_afresh(root, notes)
