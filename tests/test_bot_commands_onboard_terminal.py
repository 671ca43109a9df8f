"""`refdesk onboard` on a real terminal: laid out for reading, and nothing in a note acts."""

import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from paths import desk_with_paths

COMMAND = (sys.executable, "-c", "from bot.cli import main; main()")
pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Path:
    """Give a folder with notes, and an index of them."""
    return desk_with_paths(tmp_path_factory.mktemp("desk"), models)


def _read(terminal: int) -> Iterator[bytes]:
    while True:
        try:
            yield os.read(terminal, 4096)
        except OSError:
            # So Linux says that the other side is closed.
            return


def _on_terminal(folder: Path, state: Path, *words: str, typed: list[str]) -> tuple[int, str]:
    ours, theirs = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR"}}
    environment = kept | {
        "TERM": "xterm-256color",
        "COLUMNS": "80",
        "LINES": "40",
        "REFDESK_STATE": str(state),
    }
    with subprocess.Popen(
        [*COMMAND, "onboard", *words], cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        shown = b""
        for read in _read(ours):
            shown += read
            if typed and shown.endswith(b"? "):
                os.write(ours, typed.pop(0).encode() + b"\n")
    os.close(ours)
    return process.returncode, shown.decode()


def test_a_path_is_walked_end_to_end_on_a_terminal(built: Path, tmp_path: Path) -> None:
    """Chosen, read laid out, checked, asked about, left and gone on with, to its last stop."""
    status, shown = _on_terminal(
        built,
        tmp_path,
        typed=[
            "1",
            "check",
            "the pipeline does, within five minutes",
            "how do I roll back?",
            "next",
            "quit",
        ],
    )
    assert status == 0
    assert "Which one? Type its number or its name." in shown
    assert "Enter: next · back · skip" in shown
    # Laid out, and no link of a note is one on the terminal; only the place of the stop is.
    assert "## Who deploys?" not in shown
    assert "\x1b]8;;https://example.org" not in shown
    assert "Right: what you say is what the notes say." in shown
    assert "Stop 2 of 3" in shown
    status, shown = _on_terminal(built, tmp_path, "--path", "first-week", typed=["", "", "b"])
    assert status == 0
    assert "Stop 2 of 3" in shown
    assert "Stop 3 of 3" in shown
    assert "That was the last stop of First week." in shown


def test_a_note_can_not_act_on_the_terminal_at_a_stop(models: Path, tmp_path: Path) -> None:
    """Neither by escapes, nor by entities, nor by links, nor by what would be rich's own markup."""
    hostile = (
        "# A\n\n## B\n\nred \x1b[31m and &#x202e;turned, [red]rich[/red], "
        "[click](https://evil.example), [[a|see A]], ![[a]] and `[[kept]]`.\n"
    )
    path = "---\nonboarding:\n  stops:\n    - read: a#B\n---\n# P\n\nText.\n"
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text(hostile)
    (tmp_path / "notes" / "p.md").write_text(path)
    (tmp_path / "refdesk.toml").write_text(f'sources = ["notes"]\nmodels = "{models}"\n')
    status, shown = _on_terminal(tmp_path, tmp_path / "state", typed=["quit"])
    assert status == 0
    assert "\x1b[31m" not in shown
    assert "\u202e" not in shown
    assert "\x1b]8;;https://evil.example" not in shown
    assert "[red]rich[/red]" in shown
    assert "see A" in shown
    assert "[[kept]]" in shown
