"""`refdesk index --watch` as whole processes, with real files and the system's own news of them."""

import signal
from pathlib import Path

import pytest
from trees import tree
from watching import WRITING, watched

from index.store import Store
from index.verify import verify

FIVE = {
    f"{name}.md": f"# {name}\n\nThe {name} of a ship.\n" for name in ("keel", "mast", "helm", "hull", "deck")
}


def test_a_save_is_live_and_a_rest_is_silent(tmp_path: Path) -> None:
    """One run for a save; none for writing the index, which lies among the notes here."""
    tree(tmp_path / "notes", FIVE)
    (tmp_path / "ix").symlink_to(tmp_path / "notes" / ".ix")
    (tmp_path / "notes" / ".ix").mkdir()
    with watched(tmp_path, "--watch") as watcher:
        assert "generation 1: 5 added; " in watcher.out()
        beside = tmp_path / "notes" / "keel.md.tmp"
        beside.write_text("# Keel\n\nThe keel is of oak.\n")
        beside.replace(tmp_path / "notes" / "keel.md")
        assert "generation 2: 1 changed, 4 unchanged; " in watcher.out()
        assert watcher.silent()
        assert watcher.stop() == 0
    assert verify(tmp_path / "ix") == []


def test_thousands_of_files_at_once_are_one_run(tmp_path: Path) -> None:
    """As when a branch is switched."""
    tree(tmp_path / "notes", FIVE)
    with watched(tmp_path, "--watch", "--json") as watcher:
        assert watcher.made()["added"] == 5
        many = tmp_path / "many"
        tree(many, {f"d{n % 50}/n{n}.md": f"# Note {n}\n" for n in range(3_000)})
        many.rename(tmp_path / "notes" / "many")
        made = watcher.made()
        assert (made["generation"], made["added"] + made["unchanged"]) == (2, 3_005 - len(made["skipped"]))
        assert watcher.stop() == 0


def test_a_source_that_vanishes_is_held_back_until_it_returns(tmp_path: Path) -> None:
    """The index stays as it was; what changed meanwhile is read once the source is back."""
    notes = tree(tmp_path / "notes", FIVE)
    with watched(tmp_path, "--watch", "--json") as watcher:
        watcher.made()
        notes.rename(tmp_path / "away")
        assert "No such file or directory" in watcher.err("held back: source")
        notes.mkdir()
        assert "0 documents, where the index holds 5" in watcher.err("held back: source")
        assert Store(tmp_path / "ix").current() == 1
        notes.rmdir()
        (tmp_path / "away" / "keel.md").write_text("# Keel\n\nOf oak.\n")
        (tmp_path / "away").rename(notes)
        made = watcher.made()
        assert (made["generation"], made["changed"], made["unchanged"]) == (2, 1, 4)
        assert watcher.stop(signal.SIGINT) == 130


def test_a_failed_run_is_tried_again(tmp_path: Path) -> None:
    """Where the index could not be written, it is once it can be."""
    notes = tree(tmp_path / "notes", FIVE)
    with watched(tmp_path, "--watch", "--json") as watcher:
        watcher.made()
        (tmp_path / "ix" / "cache").rename(tmp_path / "cache")
        (tmp_path / "ix" / "cache").write_text("in the way")
        (notes / "keel.md").write_text("# Keel\n\nOf oak.\n")
        assert "can not write to" in watcher.err("failed: ")
        (tmp_path / "ix" / "cache").unlink()
        assert watcher.made()["changed"] == 1
        assert watcher.stop() == 0


def test_a_writer_by_hand_goes_first(tmp_path: Path) -> None:
    """The lock is free between the runs; a run that finds it taken says by whom, and waits."""
    notes = tree(tmp_path / "notes", FIVE)
    with watched(tmp_path, "--watch", "--json") as watcher:
        watcher.made()
        with Store(tmp_path / "ix").writing():
            (notes / "keel.md").write_text("# Keel\n\nOf oak.\n")
            assert "is writing the index in" in watcher.err("waiting: process ")
        assert watcher.made()["changed"] == 1
        assert watcher.stop() == 0


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_in_the_middle_of_a_run_leaves_the_live_generation(
    tmp_path: Path, number: signal.Signals, status: int
) -> None:
    """It ends at once, and nothing is left to clean up."""
    notes = tree(tmp_path / "notes", FIVE)
    with watched(tmp_path, "--watch", "--json", kind="slow") as watcher:
        watcher.made()
        (notes / "keel.md").write_text("# Keel\n\nOf oak.\n")
        watcher.err(WRITING)
        assert watcher.stop(number) == status
    assert Store(tmp_path / "ix").current() == 1
    assert [path.name for path in (tmp_path / "ix" / "generations").iterdir()] == ["000001"]
    tree(notes, FIVE)
    assert verify(tmp_path / "ix") == []


def test_an_interval_alone_finds_a_change(tmp_path: Path) -> None:
    """Without any news from the system."""
    notes = tree(tmp_path / "notes", FIVE)
    with watched(tmp_path, "--every", "1s", "--json") as watcher:
        watcher.made()
        (notes / "keel.md").write_text("# Keel\n\nOf oak.\n")
        assert watcher.made()["changed"] == 1
        assert watcher.stop() == 0
