"""The file of the state: made, brought up to date, shared, and what is said where that can't be."""

import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from filelock import FileLock
from limits import Limited
from mounts import read_only
from states import READY, given, opened, order, rows, together

import bot.state.database
from bot.state.database import APPLICATION, FILE_NAME, State, kept_in
from bot.state.given import get, save
from bot.state.migrations import MIGRATIONS
from bot.state.people import forget
from bot.state.work import accept, waiting
from ingest.errors import StateError


def refusal(folder: Path) -> str:
    """Give what is said of a state that can't be opened."""
    with pytest.raises(StateError) as caught:
        opened(folder)
    return str(caught.value)


def pragmas(folder: Path) -> tuple[int, int]:
    """Give whose the file is, and its version."""
    with closing(sqlite3.connect(folder / FILE_NAME)) as connection:
        names = ("application_id", "user_version")
        application, version = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names)
    return application, version


def test_a_state_is_made_where_there_is_none(tmp_path: Path) -> None:
    """Its folder is kept out of git, and only the owner may read its files, whatever the umask."""
    folder = tmp_path / "a" / "state"
    assert not kept_in(folder)
    before = os.umask(0)
    try:
        with opened(folder) as state:
            identity = save(state, given())
            modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}
    finally:
        os.umask(before)
    private = {name: mode for name, mode in modes.items() if name != ".gitignore"}
    assert private == dict.fromkeys([".lock", *(f"{FILE_NAME}{end}" for end in ("", "-wal", "-shm"))], 0o600)
    assert (folder / ".gitignore").read_text() == "*\n"
    assert (kept_in(folder), pragmas(folder)) == (True, (APPLICATION, len(MIGRATIONS)))
    (folder / ".gitignore").write_text("mine\n")
    with opened(folder) as state:
        assert get(state, identity) == given()
    assert (folder / ".gitignore").read_text() == "mine\n"


@pytest.mark.parametrize("version", range(len(MIGRATIONS) + 1))
def test_an_older_version_is_brought_up_to_date(tmp_path: Path, version: int) -> None:
    """From each version there was, to the same tables; what it held stays, and it is done once."""
    with State.open(tmp_path, migrations=MIGRATIONS[:version]) as old:
        assert version == 0 or accept(old, order("kept"), 9)
    further = (*MIGRATIONS, "CREATE TABLE paths (user_id TEXT, at REAL);\n\nALTER TABLE given ADD COLUMN x")
    for _ in range(2):
        with State.open(tmp_path, migrations=further) as state:
            assert waiting(state) == min(version, 1)
            save(state, given(user="U9"))
            with state.transaction() as connection:
                connection.execute("INSERT INTO paths VALUES ('U9', 0)")
            # A later table is forgotten of a person without a word about it anywhere.
            assert forget(state, "U9") == {"given": 1, "paths": 1}
    assert pragmas(tmp_path) == (APPLICATION, len(further))


def test_a_step_is_taken_whole_or_not_at_all(tmp_path: Path) -> None:
    """What fails in the middle leaves the version before, with its tables and no others."""
    broken = (*MIGRATIONS, "CREATE TABLE half (x);\nCREATE TABLE given (x);\n")
    with pytest.raises(sqlite3.OperationalError, match="given already exists"):
        State.open(tmp_path, migrations=broken)
    assert (pragmas(tmp_path)[1], "half" in rows(tmp_path)) == (len(MIGRATIONS), False)
    with opened(tmp_path) as state:
        assert waiting(state) == 0


def test_processes_that_start_at_once_make_one_state(tmp_path: Path) -> None:
    """Each finds all tables, and none of them stumbles over another's."""
    program = f"""{READY}
from bot.state.work import waiting
for n in range(20):
    with State.open(folder / str(n)) as state:
        print(waiting(state))
"""
    assert together(program, 4, tmp_path) == [["0"] * 20] * 4


def test_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    """Whoever goes back to an older refdesk is told, and nothing is changed."""
    State.open(tmp_path, migrations=(*MIGRATIONS, "CREATE TABLE later (x)")).close()
    before = (tmp_path / FILE_NAME).read_bytes()
    assert refusal(tmp_path) == (
        f"{tmp_path / FILE_NAME} was written by a newer refdesk: its version is {len(MIGRATIONS) + 1}, and "
        f"this one knows {len(MIGRATIONS)}; upgrade refdesk, or name another folder with `state`"
    )
    assert (tmp_path / FILE_NAME).read_bytes() == before


@pytest.mark.parametrize("statement", ["CREATE TABLE x (y)", "PRAGMA application_id = 7"])
def test_another_programs_file_is_left_alone(tmp_path: Path, statement: str) -> None:
    """Any SQLite file that refdesk did not make is refused, although it could be read."""
    with closing(sqlite3.connect(tmp_path / FILE_NAME)) as connection:
        connection.execute(statement)
    assert refusal(tmp_path) == (
        f"{tmp_path / FILE_NAME} is another program's file; name another folder with `state`"
    )


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    """Whether its head is gone or something within, the message says what to do and what that costs."""
    opened(tmp_path).close()
    whole = (tmp_path / FILE_NAME).read_bytes()
    said = "move it away or restore a copy of it. Without it the bot starts afresh, and buttons below older"
    (tmp_path / FILE_NAME).write_bytes(b"no database" * 1_000)
    assert refusal(tmp_path).startswith(f"{tmp_path / FILE_NAME} is damaged: file is not a database; {said}")
    (tmp_path / FILE_NAME).write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    with opened(tmp_path) as state, pytest.raises(StateError, match=f"is damaged: .*; {said}"):
        save(state, given())


def test_a_full_disk_is_named_and_loses_nothing(tmp_path: Path, limited: Limited) -> None:
    """What does not fit is not kept at all, what was there stays, and with more room it works again."""
    with opened(tmp_path) as state:
        identity = save(state, given("before"))
        with (
            limited(40_000),
            pytest.raises(StateError, match=f"^can not write to {state.path}: .*; make room"),
        ):
            save(state, given("x" * 200_000))
        kept = get(state, identity)
        assert kept is not None
        assert kept.question == "before"
        assert save(state, given("y" * 200_000))
    assert len(rows(tmp_path)["given"]) == 2
    with limited(100), pytest.raises(StateError, match=r"can not write to .*; make room"):
        opened(tmp_path / "new")


def test_a_folder_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    """A read-only disk, and a file where the folder should be."""
    opened(tmp_path / "state").close()
    with read_only(tmp_path):
        for folder in (tmp_path / "state", tmp_path / "new"):
            assert refusal(folder) == (
                f"can not write to {folder / FILE_NAME}: Read-only file system; make room or allow writing "
                "there, or name another folder with `state`"
            )
    (tmp_path / "file").touch()
    assert "can not write to" in refusal(tmp_path / "file")


def test_a_file_that_another_process_holds_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After some patience; once it is free all goes on."""
    monkeypatch.setattr(bot.state.database, "PATIENCE_SECONDS", 0.05)
    with opened(tmp_path) as state, closing(sqlite3.connect(state.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(
            StateError, match=r"is held by another process for more than 0\.05 s; look for one"
        ):
            waiting(state)
        other.execute("COMMIT")
        assert waiting(state) == 0
        with FileLock(tmp_path / ".lock"):
            assert "is held by another process" in refusal(tmp_path)


def test_an_error_leaves_no_half_transaction(tmp_path: Path) -> None:
    """What the block did before is undone, an error of ours is raised as it is, and the next block works."""
    with opened(tmp_path) as state:

        def fail(statement: str) -> None:
            with state.transaction() as connection:
                connection.execute("DELETE FROM given")
                connection.execute(statement)

        save(state, given())
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            fail("DELETE FROM gone")
        with pytest.raises(sqlite3.IntegrityError):
            fail("INSERT INTO feedback VALUES ('gone', 'U1', 'good', NULL, 0)")
        assert len(rows(tmp_path)["given"]) == 1


def test_threads_share_a_state(tmp_path: Path) -> None:
    """Each write of each thread is there in the end."""
    with opened(tmp_path) as state:

        def work(number: int) -> None:
            for one in range(20):
                accept(state, order(f"{number} {one}"), 1_000)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert waiting(state) == 160
