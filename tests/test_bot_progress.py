"""Progress is a bar a stage on a terminal and a line a stage elsewhere."""

import io
import re

import pytest
from rich.progress import Task, TaskID

from bot.progress import shown
from bot.render.bars import Rate
from index.progress import Quiet


class _Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> _Terminal:
    """Give a terminal of 60 columns that knows colours."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("LINES", "20")
    return _Terminal()


def test_progress_in_a_log_is_one_line_a_stage() -> None:
    """A stage whose length is known says it."""
    stream = io.StringIO()
    with shown(stream) as progress:
        progress.stage("scan", None)
        progress.advance()
        progress.stage("encode", 2_200)
        progress.advance(32)
    assert stream.getvalue() == "scan\nencode: 2,200\n"


def test_progress_on_a_terminal_is_a_bar_a_stage(terminal: _Terminal) -> None:
    """Each bar is full once its stage is over, whatever it was told, and shows how far it went."""
    with shown(terminal) as progress:
        progress.advance()
        progress.stage("scan", None)
        progress.advance(3)
        progress.stage("encode", 4)
        progress.advance(2)
        progress.advance(2)
    assert "\x1b[" in terminal.getvalue()
    drawn = re.sub(r"\x1b\[[?\d;]*[A-Za-z]", "", terminal.getvalue())
    assert re.search(r"scan +━+ 3/3 ", drawn)
    assert re.search(r"encode +━+ 4/4 ", drawn)


def test_the_rate_is_steps_a_second() -> None:
    """It is empty until there is one to show."""
    task = Task(TaskID(0), "encode", 10, 0, _get_time=lambda: 0.0)
    assert Rate().render(task).plain == ""
    task.finished_speed = 1234.4
    assert Rate().render(task).plain == "1,234/s"


def test_progress_without_any_stage_draws_nothing(terminal: _Terminal) -> None:
    """A run that ends at once leaves no bar."""
    with shown(terminal):
        pass
    assert "/" not in terminal.getvalue()


def test_a_dumb_terminal_gets_lines(terminal: _Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bars need a terminal that can move its cursor."""
    monkeypatch.setenv("TERM", "dumb")
    with shown(terminal) as progress:
        progress.stage("write", None)
    assert terminal.getvalue() == "write\n"


def test_quiet_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """A run that nobody watches may report all the same."""
    quiet = Quiet()
    quiet.stage("scan", None)
    quiet.advance(3)
    assert capsys.readouterr() == ("", "")
