"""Progress is a bar a stage on a terminal and a line a stage elsewhere."""

import io
import re

import pytest
from rich.progress import Task, TaskID

from bot.progress import Lines, shown, spoken
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
    task.finished_speed = 0.25
    assert Rate().render(task).plain == "0.2/s"


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


class _Clock:
    """A clock that only the test moves."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_long_stage_tells_a_log_where_it_stands_now_and_then() -> None:
    """How much is done, how fast, and how long it takes yet: every ten seconds, by those seconds alone."""
    stream, clock = io.StringIO(), _Clock()
    lines = Lines(stream, clock=clock)
    lines.stage("encode", 76_000)
    # What was known before comes in one leap, and is no rate.
    lines.advance(60_000)
    for _ in range(240):
        clock.now += 0.125
        lines.advance(25)
    assert stream.getvalue().splitlines() == [
        "encode: 76,000",
        "encode: 62,000 of 76,000, 200/s, about 70 s left",
        "encode: 64,000 of 76,000, 200/s, about 60 s left",
        "encode: 66,000 of 76,000, 200/s, about 50 s left",
    ]


def test_a_stage_without_an_end_tells_how_far_it_is() -> None:
    """Nobody knows how long it takes; one that is done or stands still says nothing more."""
    stream, clock = io.StringIO(), _Clock()
    lines = Lines(stream, clock=clock)
    lines.stage("scan", None)
    clock.now += 20
    lines.advance(1_000)
    clock.now += 20
    lines.advance(0)
    lines.stage("read", 5)
    lines.advance()
    clock.now += 20
    lines.advance(4)
    assert stream.getvalue().splitlines() == ["scan", "scan: 1,000, 50/s", "read: 5"]


def test_in_brief_a_log_is_told_only_of_what_takes_long() -> None:
    """A watch that runs every minute would fill it with the names of stages."""
    stream, clock = io.StringIO(), _Clock()
    lines = Lines(stream, brief=True, clock=clock)
    lines.stage("scan", None)
    lines.stage("encode", 1_000)
    lines.advance(0)
    assert stream.getvalue() == ""
    clock.now += 10
    lines.advance(100)
    assert stream.getvalue() == "encode: 100 of 1,000, 10/s, about 90 s left\n"


def test_in_brief_bars_are_taken_away(terminal: _Terminal) -> None:
    """What stays on the terminal is the line about the run."""
    with shown(terminal, brief=True) as progress:
        progress.stage("encode", 2)
        progress.advance(2)
    assert "encode" in terminal.getvalue()
    # The last that is written wipes the line of the bar.
    assert terminal.getvalue().rstrip().endswith("\x1b[2K")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "1 s"),
        (1.4, "1 s"),
        (119, "119 s"),
        (121, "2 min"),
        (900, "15 min"),
        (7_170, "120 min"),
        (7_200, "2 h"),
        (7_800, "2 h 10 min"),
        (3_600_000, "1,000 h"),
    ],
)
def test_a_time_is_given_as_a_person_would_say_it(seconds: float, said: str) -> None:
    """No finer than anybody could know it."""
    assert spoken(seconds) == said
