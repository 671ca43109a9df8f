"""`refdesk lint` as a command: what it prints, what it takes, and how it ends."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import cli

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Give what runs the command in a folder of two notes, one of which has faults."""
    for name in ("REFDESK_INDEX", "REFDESK_SOURCES", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "a.md").write_text("---\nupdated: 2020-01-01\n---\n# A\n\nSee [[gone\x1b7]] and [[b]].\n")
    (notes / "b.md").write_text("# B\n\nSee [[a]].\n")
    return lambda *words: CliRunner().invoke(cli, ["lint", *words])


def test_each_finding_is_a_line_with_its_place_and_what_to_do(run: Run) -> None:
    """Grouped by file, the number at the end, and the status is 1. Nothing of a note acts."""
    found = run("notes")
    assert found.exit_code == 1
    first, second, blank, last = found.stdout.splitlines()
    assert first.startswith("a.md:2: stale: last updated 2020-01-01, ")
    assert "; check that it still holds" in first
    assert second == (
        "a.md:6: link: [[gone\u241b7]] leads to no note or file; "
        "name a note or a file that exists, or take the link out"
    )
    assert (blank, last) == ("", "2 findings in 1 of 2 notes.")


def test_rules_are_chosen_and_left_out(run: Run) -> None:
    """Those named, or all but those ignored; a rule that is not there is an error that lists them."""
    assert run("notes", "--rule", "link").stdout.count("\n") == 3
    assert run("notes", "--ignore", "link").stdout.count("\n") == 3
    well = run("notes", "--ignore", "link", "--ignore", "stale")
    assert (well.exit_code, well.stdout) == (0, "All is well in 2 notes.\n")
    assert run("notes", "--rule", "spelling").exit_code == 2


def test_it_says_of_a_single_note_what_it_says_of_many(run: Run) -> None:
    """The words fit the numbers."""
    assert run("notes/a.md", "--rule", "stale").stdout.endswith("1 finding in 1 of 1 note.\n")
    assert run("notes/b.md", "--rule", "stale").stdout == "All is well in 1 note.\n"


def test_how_old_a_note_may_be_is_an_option_and_a_setting(run: Run, tmp_path: Path) -> None:
    """The option wins."""
    assert run("notes", "--rule", "stale", "--stale", "36500d").exit_code == 0
    (tmp_path / "refdesk.toml").write_text('sources = ["notes"]\nstale_days = 36500\n')
    assert run("--rule", "stale").exit_code == 0
    assert run("--rule", "stale", "--stale", "30d").exit_code == 1


def test_json_has_all_of_it(run: Run) -> None:
    """One object, with the rule, the place, what is wrong and what to do."""
    found = run("notes", "--json", "--rule", "link")
    assert found.exit_code == 1
    assert "\x1b" not in found.stdout
    assert json.loads(found.stdout) == {
        "notes": 2,
        "findings": [
            {
                "rule": "link",
                "source": "notes",
                "path": "a.md",
                "line": 6,
                "what": "[[gone\x1b7]] leads to no note or file",
                "fix": "name a note or a file that exists, or take the link out",
            }
        ],
    }


def test_files_of_several_sources_are_told_apart(run: Run, tmp_path: Path) -> None:
    """By the name of the source before the path."""
    (tmp_path / "wiki").mkdir()
    (tmp_path / "wiki" / "a.md").write_text("# A\n\n[[gone]]\n")
    lines = run("notes", "wiki", "--rule", "link").stdout.splitlines()
    assert [line.split(": ")[0] for line in lines if ": " in line] == ["notes/a.md:6", "wiki/a.md:3"]


def test_without_a_source_it_says_how_to_name_one(run: Run) -> None:
    """An error, and not a word about notes."""
    found = run()
    assert found.exit_code == 2
    assert "error: no source is named; run: refdesk lint FOLDER" in found.stderr
    assert run("nowhere").exit_code == 2
