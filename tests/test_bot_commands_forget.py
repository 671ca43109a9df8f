"""`refdesk forget`: it says what it removed, and touches nothing where there is nothing."""

import json
from pathlib import Path

import pytest
from pretend_desk import run
from states import given, kept, opened, order

from bot.state.given import save
from bot.state.walks import Person, begin
from bot.state.work import accept


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run each command in an empty folder; the state is where the bot looks for it by itself."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / ".refdesk-state"


@pytest.mark.parametrize("written", ["U0123ABCD", "<@U0123ABCD>", "<@U0123ABCD|ada>", " U0123ABCD\n"])
def test_a_person_is_forgotten(folder: Path, written: str) -> None:
    """By the id, also as a mention; the counts are of each table; others stay."""
    with opened(folder) as state:
        for user in ("U0123ABCD", "U0123ABCE"):
            save(state, given(user=user))
        accept(state, order("{}", "U0123ABCD"), 9)
        result = run("forget", written)
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout == (f"Removed what was kept of U0123ABCD in {folder}: 1 in given, 1 in work.\n")
    assert b"U0123ABCD" not in kept(folder)
    assert b"U0123ABCE" in kept(folder)
    assert run("forget", written).stdout == f"Nothing is kept of U0123ABCD in {folder}.\n"


def test_a_login_that_walked_a_path_is_forgotten(folder: Path) -> None:
    """In the terminal a person is a login of this machine."""
    with opened(folder) as state:
        begin(state, Person("", "local:ana"), "week")
    assert (
        run("forget", "local:ana").stdout == f"Removed what was kept of local:ana in {folder}: 1 in walks.\n"
    )


def test_what_was_removed_as_json(folder: Path) -> None:
    """One object, also where nothing was."""
    with opened(folder) as state:
        save(state, given(user="W9XYZ"))
    for removed in ({"given": 1}, {}):
        result = run("forget", "--json", "W9XYZ")
        assert (result.exit_code, json.loads(result.stdout)) == (0, {"user": "W9XYZ", "removed": removed})


def test_where_no_state_is_none_is_made(folder: Path) -> None:
    """Status 0: there is nothing to forget."""
    result = run("forget", "U0123ABCD")
    assert (result.exit_code, result.stdout) == (0, f"Nothing is kept of U0123ABCD in {folder}.\n")
    assert not folder.exists()


@pytest.mark.parametrize(
    "written", ["ada", "@ada", "u0123abcd", "U0123ABCD extra", "", "C0123ABCD", "U1; --"]
)
def test_a_name_is_not_enough(folder: Path, written: str) -> None:
    """Names are not kept and may be those of several people: status 2, and nothing is removed."""
    with opened(folder) as state:
        save(state, given(user="U0123ABCD"))
        result = run("forget", written)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{written!r} is no id of a person in Slack, such as U0123ABCD" in result.stderr
    assert b"U0123ABCD" in kept(folder)


def test_a_state_that_is_damaged_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Status 2 and one line, wherever the settings say that the state is."""
    other = folder.parent / "elsewhere"
    other.mkdir()
    (other / "state.sqlite").write_bytes(b"x" * 5_000)
    monkeypatch.setenv("REFDESK_STATE", "elsewhere")
    result = run("forget", "U0123ABCD")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"error: {other / 'state.sqlite'} is damaged: ")
    assert len(result.stderr.splitlines()) == 1
