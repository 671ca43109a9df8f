"""What holds for every command: errors, configuration, help, completion."""

import shlex
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from pretend_desk import UNSET, build_index, pretend_modules, run

from bot.cli import cli


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run each command in an empty folder that has a folder of notes, with the small desk."""
    for name, module in pretend_modules().items():
        monkeypatch.setitem(sys.modules, name, module)
    (tmp_path / "notes").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("question", "status", "said"),
    [
        ("damage", 2, "error: the index is damaged: ␛[2J\n"),
        ("full", 2, "error: /index: No space left on device\n"),
        ("odd", 2, "error: something odd\n"),
        (
            "stop",
            130,
            "\nStopped. The index is as it was; what was encoded so far is kept for the next run.\n",
        ),
    ],
)
def test_errors_are_one_line_without_a_traceback(folder: Path, question: str, status: int, said: str) -> None:
    """What stops a command is said on stderr, and the status tells the kind."""
    build_index(folder)
    result = run("ask", question)
    assert (result.exit_code, result.stdout, result.stderr) == (status, "", said)


def test_a_wrong_configuration_stops_commands_but_not_their_help(folder: Path) -> None:
    """The file may be named by option or variable."""
    (folder / "refdesk.toml").write_text("sorces = []\n")
    assert (
        run("status").stderr
        == f"error: {folder}/refdesk.toml:1: sorces is not a setting; did you mean sources?\n"
    )
    assert run("status", "--help").exit_code == 0
    (folder / "good.toml").write_text('index = "here"\n')
    assert f"no index in {folder}/here yet" in run("--config", "good.toml", "status").stderr
    named = CliRunner(env={**UNSET, "REFDESK_CONFIG": "good.toml"}).invoke(cli, ["status"])
    assert f"no index in {folder}/here yet" in named.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_a_script_for_each_shell(shell: str) -> None:
    """It asks refdesk itself what may come next."""
    result = run("completion", shell)
    assert result.exit_code == 0
    assert f"_REFDESK_COMPLETE={shell}_complete" in result.stdout


def test_the_version_is_the_distribution_s(monkeypatch: pytest.MonkeyPatch) -> None:
    """`--version` prints it beside the name."""
    monkeypatch.setattr("importlib.metadata.version", {"refdesk": "1.2.3"}.__getitem__)
    assert CliRunner().invoke(cli, ["--version"], prog_name="refdesk").stdout == "refdesk 1.2.3\n"


def test_no_command_shows_the_help() -> None:
    """A newcomer who types `refdesk` learns what there is."""
    shown = run().output
    assert all(f"  {name} " in shown for name in cli.commands)
    assert run("-h").output == run("--help").output == shown


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_the_examples_of_a_command_can_be_typed(folder: Path, name: str) -> None:
    """Each line under `Examples:` is a command that refdesk understands."""
    (folder / "questions.jsonl").touch()
    shown = run(name, "--help").stdout
    examples = [line.strip() for line in shown.partition("Examples:\n")[2].splitlines()]
    assert examples
    for example in examples:
        program, command, *words = shlex.split(example)
        typed = words[: next((n for n, word in enumerate(words) if word.startswith(">")), len(words))]
        assert (program, command) == ("refdesk", name)
        with click.Context(cli) as parent:
            assert cli.commands[name].make_context(name, typed, parent=parent).params
