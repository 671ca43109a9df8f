"""A state for tests: with a clock that they set, what it holds, and processes that share its file."""

import os
import subprocess
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import connect
from typing import Any

from indexes import python

from bot.state.database import FILE_NAME, State
from bot.state.given import Given
from bot.state.work import Order

START = 1_800_000_000.0
DAY = 86_400.0


@dataclass
class Clock:
    """Tells the time, in seconds since 1970; a test moves it on."""

    seconds: float = START

    def __call__(self) -> float:
        """Give the time."""
        return self.seconds


def opened(folder: Path, clock: Clock | None = None) -> State:
    """Open the state in `folder`, by a clock that stands still."""
    return State.open(folder, now=clock or Clock())


def given(
    question: str = "how do I undo a rollout?",
    user: str = "U1",
    *,
    team: str = "T1",
    channel: str = "C1",
    thread: str | None = None,
    ts: str | None = None,
) -> Given:
    """Give an answer as if it had been given."""
    answer = b'{"question": "%b"}' % question.encode("utf-8", "replace")
    return Given(team, channel, user, "channel", thread, ts, question, f"{question} (read)", answer, 7)


def order(payload: str = "{}", user: str = "U1") -> Order:
    """Give something to do."""
    return Order("T1", user, "question", payload.encode())


def rows(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Give all that each table of the state in `folder` holds."""
    with closing(connect(folder / FILE_NAME)) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        ).fetchall()
        return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for (name,) in tables}  # noqa: S608 - the names of our own tables


def kept(folder: Path) -> bytes:
    """Give every byte on the disk of the state in `folder`, its log's too."""
    return b"\0".join(path.read_bytes() for path in sorted(folder.iterdir()))


def process(program: str, *arguments: object) -> subprocess.Popen[bytes]:
    """Start a program that imports what this process does, and what lies beside the tests."""
    beside = [str(Path(__file__).parent), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    return python(program, *arguments, PYTHONPATH=os.pathsep.join(filter(None, beside)))


def together(program: str, count: int, folder: Path) -> list[list[str]]:
    """Start a program `count` times, let all go on at once, and give the lines that each prints after that.

    The program begins with `READY`; its arguments are the folder and its number.
    """
    with ExitStack() as stack:
        runs = [stack.enter_context(process(program, folder, number)) for number in range(count)]
        for run in runs:
            stack.callback(run.kill)
            assert run.stdout
            assert run.stdout.readline() == b"ready\n"
        (folder / "go").touch()
        ends = [run.communicate(timeout=120) for run in runs]
        assert [(run.returncode, err) for run, (_, err) in zip(runs, ends, strict=True)] == [(0, b"")] * count
        return [out.decode().splitlines() for out, _ in ends]


READY = """
import sys, time
from pathlib import Path
from bot.state.database import State
folder, number = Path(sys.argv[1]), int(sys.argv[2])
print("ready", flush=True)
while not (folder / "go").exists():
    time.sleep(0.001)
"""
"""The start of a program that is to run `together` with others in `folder`; each has its `number`."""
