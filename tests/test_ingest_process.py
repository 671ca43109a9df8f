"""Worker processes: what they are given, and that they end."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest
from readers import note, outcomes, soon_gone

from ingest import process
from ingest.isolate import ReaderPool
from ingest.process import COMMAND, Worker, environment
from ingest.wire import Limits, Request

PACKAGES = Path(process.__file__).resolve().parents[1]


@pytest.fixture
def stuck(tmp_path: Path) -> Path:
    """Give a file whose reader waits for ever: a pipe that nobody writes to."""
    os.mkfifo(tmp_path / "stuck.txt")
    return tmp_path / "stuck.txt"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """Give a note that can be read."""
    return note(tmp_path, "good.txt")


@pytest.fixture
def spawn() -> Iterator[Callable[[str], Worker]]:
    """Give a function that starts a program as a worker, which is ended whatever the test finds."""
    with ExitStack() as stack:

        def started(program: str) -> Worker:
            worker = Worker((*COMMAND[:2], "-c", program))
            stack.callback(worker.end)
            stack.callback(worker.kill)
            return worker

        yield started


def test_a_worker_that_will_not_end_is_ended(
    spawn: Callable[[str], Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is given a little time first."""
    monkeypatch.setattr(process, "STOP_SECONDS", 0.1)
    assert spawn("import time; time.sleep(60)").dismiss() == -signal.SIGKILL


def test_a_worker_gets_no_secrets() -> None:
    """Only where programs and packages are, and the language."""
    ours = {
        "PATH": "/bin",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "1",
        "COVERAGE_PROCESS_START": "x",
        "SLACK_TOKEN": "s",
        "AWS_SECRET_ACCESS_KEY": "s",
    }
    assert environment(ours) == {
        "PATH": "/bin",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "1",
        "COVERAGE_PROCESS_START": "x",
        "PYTHONPATH": str(PACKAGES),
    }
    assert environment({"PYTHONPATH": "/lib::notes:."})["PYTHONPATH"] == f"{PACKAGES}:/lib"


def test_a_module_in_the_current_folder_is_not_the_workers(
    tmp_path: Path, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder of notes may hold a `msgspec.py`."""
    note(tmp_path, "msgspec.py", "raise SystemExit(9)")
    monkeypatch.chdir(tmp_path)
    with ReaderPool(workers=1) as pool:
        assert outcomes(pool, [good]) == ["Words."]


def parent(program: str, *arguments: Path) -> subprocess.Popen[str]:
    """Start a program that reads files in a pool."""
    text = (
        "import sys; from pathlib import Path; from ingest.isolate import ReaderPool\n"
        "from ingest.scan import FoundFile; from ingest.wire import Limits\n"
        "files = [FoundFile('notes', name, Path(name), 0, 0, (0, 0)) for name in sys.argv[1:]]\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", text + program, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=PACKAGES,
        start_new_session=True,
    )


READING = """
with ReaderPool(Limits(seconds={seconds}), workers=1) as pool:
    results = pool.read_all(files)
    next(results)
    print(pool._seats[0]._worker.pid, flush=True)
    {then}
"""


def worker_of(running: subprocess.Popen[str]) -> int:
    """Give the number of the worker that a program has started, once it says it."""
    assert running.stdout is not None
    return int(running.stdout.readline())


def test_workers_end_when_their_parent_is_killed(good: Path, stuck: Path) -> None:
    """Even in the midst of a file that hangs, after twice its time."""
    with parent(READING.format(seconds=0.5, then="next(results)"), good, stuck) as running:
        pid = worker_of(running)
        running.kill()
        running.communicate()
    assert soon_gone(pid)


def test_an_idle_worker_ends_when_its_parent_is_killed(good: Path) -> None:
    """Its requests end."""
    with parent(READING.format(seconds=60, then="sys.stdin.read()"), good) as running:
        pid = worker_of(running)
        running.kill()
        running.communicate()
    assert soon_gone(pid)


def test_control_c_ends_workers_without_a_word(good: Path, stuck: Path) -> None:
    """The parent is interrupted, and the workers are ended quietly."""
    with parent(READING.format(seconds=60, then="next(results)"), good, stuck) as running:
        pid = worker_of(running)
        os.killpg(running.pid, signal.SIGINT)
        _, errors = running.communicate()
    assert errors.count("Traceback") == 1
    assert errors.rstrip().endswith("KeyboardInterrupt")
    assert soon_gone(pid)


def test_what_a_worker_prints_goes_nowhere(good: Path, spawn: Callable[[str], Worker]) -> None:
    """Neither its errors nor what a library prints reach the terminal or its replies."""
    chatty = spawn(
        "import ingest.worker as worker\n"
        "worker.contents = lambda raw: print('x' * 99) or 1 / 0\n"
        "worker.main()"
    )
    chatty.await_ready()
    chatty.send(msgspec.json.encode(Request("notes", "a.txt", os.fsencode(good), Limits())))
    with pytest.raises(EOFError):
        chatty.receive(20, 1000)
    assert chatty.end() == 1
