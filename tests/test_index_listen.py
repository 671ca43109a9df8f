"""Hearing of changes: real files, and the system's own news of them."""

import os
import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest
import watchfiles._rust_notify
from trees import tree

from index.listen import FolderChanges
from ingest.errors import UsageError

# In seconds: long enough for news on a busy machine, and only waited for in full where there is none.
SOON = 10.0
# Nothing is heard for so long.
SILENCE = 0.4


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Give a folder of notes, with an index inside, a repository, and what is ignored."""
    return tree(
        tmp_path / "notes",
        {
            "keel.md": "# Keel\n",
            "deep/mast.md": "# Mast\n",
            "index/generations/000001/dense": "0",
            ".git/HEAD": "ref: refs/heads/main\n",
            ".gitignore": "build/\n*.log\n",
            "build/page.md": "# Built\n",
            "node_modules/left/readme.md": "# Left\n",
        },
    )


@contextmanager
def listening(*paths: Path, index: Path | None = None) -> Iterator[FolderChanges]:
    """Listen to `paths`."""
    changes = FolderChanges(paths, index or paths[0] / "index")
    changes.arm()
    try:
        yield changes
    finally:
        changes.close()


def silent(changes: FolderChanges) -> bool:
    """Tell whether nothing is heard for a while."""
    return not changes.wait(SILENCE)


def rename_over(path: Path) -> None:
    """Save as most editors do: beside it, and then in its place."""
    beside = path.with_name("4913")
    beside.write_text("new")
    beside.rename(path)


def truncate_and_write(path: Path) -> None:
    """Save as a shell does: empty it, then write a part, then the rest."""
    with path.open("w") as file:
        for part in ("half of it", "and the other half"):
            file.write(part)
            file.flush()


def back_up_and_write(path: Path) -> None:
    """Save as vim does: the old one aside, a new one, and the old one gone."""
    aside = path.with_name(f"{path.name}~")
    path.rename(aside)
    path.write_text("new")
    aside.unlink()


def move_away(path: Path) -> None:
    """Take a note out of the notes."""
    path.rename(path.parents[1].parent / "elsewhere.md")


@pytest.mark.parametrize("save", [rename_over, truncate_and_write, back_up_and_write, Path.unlink, move_away])
def test_every_way_to_save_or_remove_is_heard(notes: Path, save: object) -> None:
    """Also in a folder of the folder; then all is silent again."""
    with listening(notes) as changes:
        assert callable(save)
        save(notes / "deep" / "mast.md")
        assert changes.wait(SOON)
        assert silent(changes)


def test_a_new_folder_is_heard_and_from_the_next_arming_on_what_is_in_it(notes: Path) -> None:
    """A run that reads what is in it begins with that."""
    with listening(notes) as changes:
        tree(notes, {"new/": ""})
        assert changes.wait(SOON)
        changes.arm()
        tree(notes, {"new/helm.md": "# Helm\n"})
        assert changes.wait(SOON)


@pytest.mark.parametrize(
    "path",
    [
        ".git/HEAD",
        ".git/new",
        ".keel.md.swp",
        "index/CURRENT",
        "index/generations/000002",
        "build/page.md",
        "deep/noise.log",
        "node_modules/left/readme.md",
        "deep/__pycache__/",
        "build/new/",
    ],
)
def test_what_a_scan_leaves_out_is_not_heard(notes: Path, path: str) -> None:
    """Neither git's own files, nor an editor's swap file, nor what is ignored, nor the index itself."""
    with listening(notes) as changes:
        tree(notes, {path: "changed"})
        assert silent(changes)


def test_reading_is_no_change(notes: Path) -> None:
    """A run must not wake the next."""
    with listening(notes) as changes:
        assert [path.read_bytes() for path in notes.rglob("*.md")]
        assert silent(changes)


def test_a_file_without_a_reader_is_heard_of_when_it_comes_or_goes(notes: Path) -> None:
    """It is listed by its name; what is in it is nobody's business."""
    picture = notes / "ship.png"
    with listening(notes) as changes:
        picture.touch()
        assert changes.wait(SOON)
        picture.write_bytes(b"pixels")
        assert silent(changes)
        picture.unlink()
        assert changes.wait(SOON)


def test_an_ignore_file_is_heard(notes: Path) -> None:
    """Hidden as it is, it decides which notes count."""
    with listening(notes) as changes:
        (notes / ".gitignore").write_text("")
        assert changes.wait(SOON)
        changes.arm()
        (notes / "build" / "page.md").write_text("# Built anew\n")
        assert changes.wait(SOON)


def test_a_source_that_vanishes_and_one_that_returns_are_heard(notes: Path) -> None:
    """No event tells of a folder that comes back, or of a share that is mounted over it."""
    with listening(notes) as changes:
        notes.rename(notes.with_name("away"))
        assert changes.wait(SOON)
        # It is told once: what follows is the quiet that a run waits for.
        assert silent(changes)
        changes.arm()
        assert silent(changes)
        notes.with_name("away").rename(notes)
        assert changes.wait(SOON)
        changes.arm()
        (notes / "keel.md").write_text("# Keel, again\n")
        assert changes.wait(SOON)


def test_another_folder_in_its_place_is_heard(notes: Path, tmp_path: Path) -> None:
    """A link that is turned to the next release of the notes is a change of all of them."""
    tree(tmp_path / "next", {"keel.md": "# Keel\n"})
    link = tmp_path / "live"
    link.symlink_to(notes)
    with listening(link) as changes:
        beside = tmp_path / "turned"
        beside.symlink_to(tmp_path / "next")
        beside.rename(link)
        assert changes.wait(SOON)


def test_a_name_that_is_no_text_does_no_harm(notes: Path) -> None:
    """Such a file is listed by its escaped name; a source of such a name can not be listened to."""
    with listening(notes) as changes:
        Path(os.fsdecode(os.fsencode(notes) + b"/n\xff.md")).write_text("# Odd\n")
        assert changes.wait(SOON)
        assert silent(changes)
        (notes / "keel.md").write_text("# Keel, again\n")
        assert changes.wait(SOON)
    odd = Path(os.fsdecode(os.fsencode(notes) + b"\xff"))
    odd.mkdir()
    with pytest.raises(UsageError, match="--every 5m"), listening(odd):
        pass


def test_a_source_may_be_one_file(notes: Path) -> None:
    """It is looked at, whoever replaces it and however."""
    with listening(notes / "keel.md") as changes:
        assert silent(changes)
        rename_over(notes / "keel.md")
        assert changes.wait(SOON)


def test_with_nothing_there_time_passes(tmp_path: Path) -> None:
    """A source that is gone is waited for."""
    with listening(tmp_path / "gone") as changes:
        assert silent(changes)
        (tmp_path / "gone").mkdir()
        assert changes.wait(SOON)


def test_a_folder_that_goes_while_listening_begins_is_left_out(notes: Path) -> None:
    """The others are listened to."""
    real = watchfiles._rust_notify.RustNotify

    def slow(locations: list[str], **options: bool) -> object:
        shutil.rmtree(notes / "deep", ignore_errors=True)
        return real(locations, **options)

    with patch.object(watchfiles._rust_notify, "RustNotify", slow), listening(notes) as changes:
        (notes / "keel.md").write_text("# Keel, again\n")
        assert changes.wait(SOON)


@pytest.mark.parametrize("cause", [OSError("OS file watch limit reached."), FileNotFoundError("odd")])
def test_a_refusal_of_the_system_names_the_way_out(notes: Path, cause: OSError) -> None:
    """How many folders there are, the limit to raise, and the option that needs none."""
    with patch.object(watchfiles._rust_notify, "RustNotify", side_effect=cause):
        told = r"listen to 2 folders \((OS|odd).*\). .*sysctl fs.inotify.max_user_watches=524288.*--every 5m"
        with pytest.raises(UsageError, match=told), listening(notes):
            pass


def test_an_interrupt_ends_the_wait(notes: Path) -> None:
    """Ctrl-C need not wait for the next change."""
    with listening(notes) as changes:
        ring = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
        ring.start()
        with pytest.raises(KeyboardInterrupt):
            changes.wait(60)
        ring.join()
