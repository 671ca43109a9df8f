"""The command itself, as a process: on a terminal, in a pipe, stopped, and quick to start."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

ROOT = Path(__file__).resolve().parent.parent
# `refdesk`, with the small desk in place of the index.
COMMAND = (
    sys.executable,
    "-c",
    """import sys; from pretend_desk import pretend_modules
sys.modules |= pretend_modules()
from bot.cli import main; main()""",
)
STYLES = ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "PYTHONIOENCODING")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with an index."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "refdesk.toml").write_text('sources = ["notes"]\n')
    assert _piped(tmp_path, "index").returncode == 0
    return tmp_path


def _environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in STYLES}
    return {
        **kept,
        "PYTHONPATH": str(ROOT / "tests"),
        "TERM": "xterm-256color",
        "COLUMNS": "80",
        "LINES": "20",
        **more,
    }


def _piped(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *words],
        cwd=folder,
        env=_environment(**more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )


def _on_terminal(
    folder: Path, *words: str, typed: str = "", stdout: BinaryIO | None = None
) -> tuple[int, str]:
    """Give the exit status and all that a terminal showed.

    Each line of `typed` is typed at a prompt of its own; `stdout` takes the place of the terminal.
    """
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, *words],
        cwd=folder,
        env=_environment(),
        stdin=theirs,
        stdout=stdout or theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        shown, lines = b"", typed.encode().splitlines(keepends=True)
        for read in _read(ours):
            shown += read
            if lines and shown.endswith(b"? "):
                os.write(ours, lines.pop(0))
    os.close(ours)
    return process.returncode, shown.decode()


def _read(terminal: int) -> Iterator[bytes]:
    while True:
        try:
            yield os.read(terminal, 4096)
        except OSError:
            # So Linux says that the other side is closed.
            return


def test_styles_and_links_appear_on_a_terminal_and_only_there(folder: Path) -> None:
    """The same command is styled on a terminal and plain in a pipe."""
    status, shown = _on_terminal(folder, "ask", "undo a rollout")
    assert status == 0
    assert "\x1b[1mTo undo a rollout, run `kubectl rollout undo`.\x1b[0m" in shown
    assert f"{(folder / 'notes' / 'undo.md').as_uri()}\x1b\\" in shown
    assert "\x1b[31m" not in shown
    piped = _piped(folder, "ask", "undo a rollout")
    assert piped.stdout.startswith(b"[1] To undo a rollout, run `kubectl rollout undo`.\n\n[1] undo.md:3 ")
    assert b"\x1b" not in piped.stdout


@pytest.mark.parametrize(
    "words", [("--no-color", "ask", "undo a rollout"), ("search", "--format", "files", "rollout")]
)
def test_a_terminal_can_be_left_plain(folder: Path, words: tuple[str, ...]) -> None:
    """`--no-color` leaves nothing but text, and the formats for other commands have no styles."""
    status, shown = _on_terminal(folder, *words)
    assert (status, "\x1b" in shown) == (0, False)
    assert "undo.md" in shown


def test_a_conversation_on_a_terminal_has_a_prompt(folder: Path) -> None:
    """It says how it ends, and Ctrl-D is one of the ways."""
    status, shown = _on_terminal(folder, "chat", typed="undo a rollout\n\x04")
    assert status == 0
    assert "Ask away; an empty line or /quit ends it." in shown
    assert "? " in shown
    assert "kubectl rollout undo" in shown


def test_a_conversation_does_without_line_editing(folder: Path) -> None:
    """Some builds of Python lack readline; the conversation goes on without."""
    # The folder of the command comes first in the path of `python -c`.
    (folder / "readline.py").write_text("raise ImportError\n")
    status, shown = _on_terminal(folder, "chat", typed="undo a rollout\n\x04")
    assert (status, "kubectl rollout undo" in shown) == (0, True)


def test_a_batch_shows_a_bar_on_the_terminal_while_stdout_is_elsewhere(folder: Path) -> None:
    """What is written stays pure JSON."""
    (folder / "q.jsonl").write_text('{"question": "rollout"}\n' * 3)
    with (folder / "out.jsonl").open("wb") as output:
        status, shown = _on_terminal(folder, "ask", "--batch", "q.jsonl", stdout=output)
    assert status == 0
    assert "3/3" in shown
    lines = (folder / "out.jsonl").read_text().splitlines()
    assert [json.loads(line)["verdict"] for line in lines] == ["answered"] * 3


def test_a_reader_that_leaves_early_is_no_error(folder: Path) -> None:
    """`refdesk search … | head` ends quietly, as every command of a shell does."""
    with subprocess.Popen(
        [*COMMAND, "search", "--format", "json", "rollout"],
        cwd=folder,
        env=_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert (process.stderr.read(), process.wait()) == (b"", 141)


def test_ctrl_c_ends_with_one_friendly_line(folder: Path) -> None:
    """The status is the one that shells know, and there is no traceback."""
    with subprocess.Popen(
        [*COMMAND, "chat"],
        cwd=folder,
        env=_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(b"who is paged?\nstop\n")
        said = process.stderr.read()
        assert process.wait() == 130
    assert said == b"\nStopped. The index is as it was; what was encoded so far is kept for the next run.\n"


def test_a_stream_that_lacks_a_character_gets_a_question_mark(folder: Path) -> None:
    """An old locale costs a character, not the answer."""
    piped = _piped(folder, "ask", "undo a rollout", PYTHONIOENCODING="ascii")
    assert piped.returncode == 0
    assert b"[1] undo.md:3 ? Undo\n" in piped.stdout


def test_help_imports_nothing_slow() -> None:
    """Looking up an option takes a blink: neither numpy nor rich nor FAISS is imported for it."""
    code = """import sys; from bot.cli import cli
cli(['ask', '--help'], standalone_mode=False)
print(*sys.modules)"""
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=_environment(), capture_output=True, text=True, check=True
    ).stdout
    modules = set(shown.splitlines()[-1].split())
    assert "bot.commands.ask" in modules
    assert not modules & {
        "numpy",
        "rich",
        "faiss",
        "msgspec",
        "tantivy",
        "onnxruntime",
        "torch",
        "transformers",
    }
