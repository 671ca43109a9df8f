"""Reading in other processes: hostile files cost only themselves."""

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from ingest import isolate, process, worker
from ingest.errors import RefdeskError, UnreadableError
from ingest.isolate import ReaderPool
from ingest.process import COMMAND, Worker, environment
from ingest.scan import FoundFile
from ingest.types import Document, RawFile
from ingest.wire import OUT_OF_MEMORY, Limits, ReadResult, Request, framed
from pdfs import Sheet, Words, pdf
from tests.test_ingest_pdf import HOSTILE

MIB = 2**20
ROOT = Path(__file__).resolve().parents[1]


def found(location: Path) -> FoundFile:
    """Give a file as the walk does."""
    return FoundFile("notes", location.name, location, 0, 0, (0, 0))


def outcomes(pool: ReaderPool, files: Sequence[Path]) -> list[str]:
    """Read files, and give the text or the reason of each."""
    results = list(pool.read_all(found(file) for file in files))
    assert [result.path for result in results] == [file.name for file in files]
    return [
        result.outcome.text if isinstance(result.outcome, Document) else result.outcome for result in results
    ]


def note(folder: Path, name: str, words: str = "Words.") -> Path:
    """Write a small note."""
    (folder / name).write_text(words)
    return folder / name


@pytest.fixture
def stuck(tmp_path: Path) -> Path:
    """Give a file whose reader waits for ever: a pipe that nobody writes to."""
    os.mkfifo(tmp_path / "stuck.txt")
    return tmp_path / "stuck.txt"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """Give a note that can be read."""
    return note(tmp_path, "good.txt")


def workers(pool: ReaderPool) -> list[Worker]:
    """Give the workers that a pool has started."""
    return [seat._worker for seat in pool._seats if seat._worker is not None]


def soon_gone(pid: int) -> bool:
    """Wait until no process has this number, for a while."""
    for _ in range(1500):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        # A process that ended and was left to nobody's care is gone, too.
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.02)
    return False


def test_results_come_in_order_as_read_in_one_process(tmp_path: Path) -> None:
    """More files than are read ahead, by several workers, each as `read` gives it."""
    files = [
        note(tmp_path, f"{at}.md", f"# {at}\n\nWords of {at}.\n" + "more\n" * at * 50) for at in range(20)
    ]
    with ReaderPool(workers=2) as pool:
        results = list(pool.read_all(map(found, files)))
    assert results == [
        ReadResult("notes", file.name, isolate_free(RawFile(file.name, "notes", file.read_bytes())))
        for file in files
    ]


def isolate_free(raw: RawFile) -> Document:
    """Read a file in this process."""
    from ingest.read import read  # noqa: PLC0415 - beside what it is compared with

    return read(raw)


def test_no_files_start_no_worker_and_few_files_one(good: Path) -> None:
    """Workers are started as they are needed, and used again."""
    with ReaderPool(workers=3) as pool:
        assert list(pool.read_all([])) == []
        assert workers(pool) == []
        outcomes(pool, [good])
        first = workers(pool)
        outcomes(pool, [good])
        assert workers(pool) == first
        assert len(first) == 1


def test_workers_end_with_the_pool(good: Path) -> None:
    """By themselves, with status 0, leaving no zombie."""
    with ReaderPool() as pool:
        outcomes(pool, [good])
        (started,) = workers(pool)
    assert started._process.returncode == 0
    assert soon_gone(started.pid)


def test_a_file_that_takes_too_long_costs_only_itself(stuck: Path, good: Path) -> None:
    """Its worker is replaced, and the rest is read."""
    with ReaderPool(Limits(seconds=0.3), workers=1) as pool:
        assert outcomes(pool, [good, stuck, good]) == [
            "Words.",
            "took longer than 0.3 s to read; split it",
            "Words.",
        ]


def test_a_file_that_needs_too_much_memory_costs_only_itself(tmp_path: Path, good: Path) -> None:
    """A file of 1 GiB does not fit in 128 MiB."""
    huge = tmp_path / "huge.txt"
    with huge.open("wb") as file:
        file.truncate(1024 * MIB)
    with ReaderPool(Limits(memory=128 * MIB), workers=1) as pool:
        assert outcomes(pool, [good, huge, good]) == [
            "Words.",
            "needed more than 128 MiB of memory to read; split it",
            "Words.",
        ]


def test_a_page_that_grows_in_memory_costs_only_itself(tmp_path: Path, good: Path) -> None:
    """Not only reading the bytes counts: so does what a library makes of them."""
    page = tmp_path / "page.html"
    page.write_bytes(b"<p>x" * 2 * MIB)
    with ReaderPool(Limits(memory=64 * MIB), workers=1) as pool:
        assert outcomes(pool, [page, good]) == [
            "needed more than 64 MiB of memory to read; split it",
            "Words.",
        ]


def test_memory_that_runs_out_in_a_reader_ends_the_worker(
    good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it would need to say so may be what it lacks: its status says it."""

    def read_too_much(_: RawFile) -> Document:
        raise UnreadableError("needs more memory than there is") from MemoryError()

    kept = resource.getrlimit(resource.RLIMIT_AS)
    monkeypatch.setattr(worker, "read", read_too_much)
    with pytest.raises(SystemExit) as ended:
        worker._result(Request("notes", "good.txt", os.fsencode(good), Limits()))
    signal.setitimer(signal.ITIMER_REAL, 0)
    assert ended.value.code == OUT_OF_MEMORY
    assert resource.getrlimit(resource.RLIMIT_AS) == kept


def test_a_text_that_is_too_long_costs_only_itself(tmp_path: Path, good: Path) -> None:
    """It is counted in characters."""
    long = note(tmp_path, "long.txt", "word " * 300)
    with ReaderPool(Limits(characters=1000), workers=1) as pool:
        assert outcomes(pool, [long, good]) == [
            "holds more than 1,000 characters of text; split it",
            "Words.",
        ]


def test_a_worker_that_is_killed_costs_only_its_file(stuck: Path, good: Path) -> None:
    """As the system does when memory runs out."""
    with ReaderPool(workers=1) as pool:
        outcomes(pool, [good])
        killer = threading.Timer(0.2, os.kill, (workers(pool)[0].pid, signal.SIGKILL))
        killer.start()
        reason, after = outcomes(pool, [stuck, good])
        killer.join()
    assert reason == "its reader was ended by SIGKILL; it may be damaged, or memory ran out"
    assert after == "Words."


def test_a_worker_that_died_while_idle_is_replaced(good: Path) -> None:
    """No file pays for it."""
    with ReaderPool(workers=1) as pool:
        outcomes(pool, [good])
        (idle,) = workers(pool)
        os.kill(idle.pid, signal.SIGKILL)
        idle._process.wait()
        assert outcomes(pool, [good]) == ["Words."]
        assert workers(pool) != [idle]


def test_hostile_files_cost_only_themselves(tmp_path: Path, good: Path) -> None:
    """Each has a reason; the note after them is read."""
    files = []
    for name, body in {**HOSTILE, "truncated": pdf([Sheet([Words("x", 700)])])[:-200]}.items():
        files.append(tmp_path / f"{name}.pdf")
        files[-1].write_bytes(body)
    (tmp_path / "junk.html").write_bytes(bytes(range(256)) * 40)
    with ReaderPool(Limits(seconds=20), workers=1) as pool:
        *reasons, junk, after = outcomes(pool, [*files, tmp_path / "junk.html", good])
    assert all(reason.startswith("damaged PDF: ") for reason in reasons)
    assert "binary" in junk
    assert after == "Words."


def test_a_file_that_can_not_be_opened_says_why(tmp_path: Path, good: Path) -> None:
    """It may be gone since it was found, or be a folder now."""
    with ReaderPool(workers=1) as pool:
        assert outcomes(pool, [tmp_path / "gone.txt", tmp_path, good]) == [
            "can not be opened: No such file or directory",
            "can not be opened: Is a directory",
            "Words.",
        ]


def test_a_file_with_any_name_is_read(tmp_path: Path) -> None:
    """What its bytes are is no matter: where it lies goes as bytes."""
    location = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    location.write_text("Words.")
    with ReaderPool(workers=1) as pool:
        (result,) = pool.read_all([FoundFile("notes", "cafe.txt", location, 0, 0, (0, 0))])
    assert isinstance(result.outcome, Document)


def test_the_hash_is_of_the_bytes_that_were_read(good: Path) -> None:
    """A note that changed after it was found is read as it is."""
    file = found(good)
    good.write_text("Other words.")
    with ReaderPool(workers=1) as pool:
        (result,) = pool.read_all([file])
    assert isinstance(result.outcome, Document)
    assert result.outcome.sha256 == RawFile("", "", b"Other words.").sha256


def speaking(monkeypatch: pytest.MonkeyPatch, reply: bytes, status: int = 0) -> None:
    """Put a program in the workers' place that answers the first request with `reply` and ends."""
    program = (
        "import os, sys, time\n"
        f"os.write(1, {framed(b'')!r}); os.read(0, 4096); os.write(1, {reply!r})\n"
        f"sys.exit({status}) if {status} else time.sleep(60)"
    )
    monkeypatch.setattr(Worker.__init__, "__defaults__", ((sys.executable, "-c", program),))


OTHER = framed(msgspec.json.encode(ReadResult("notes", "other.txt", "x")))


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (framed(b"no JSON"), "made its reader send no document; it may be an attack"),
        (framed(b'{"source": 1}'), "made its reader send no document; it may be an attack"),
        (b"\xff\xff\xff\xff", "made its reader send no document; it may be an attack"),
        (OTHER + b"more", "made its reader send no document; it may be an attack"),
        (OTHER, "made its reader send another document; it may be an attack"),
        (b"\x00\x00", "took longer than 1 s to read; split it"),
    ],
    ids=["no JSON", "no result", "too long", "too much", "another file", "too little"],
)
def test_what_makes_no_sense_costs_only_its_file(
    reply: bytes, reason: str, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file may have taken its reader over."""
    with ReaderPool(Limits(seconds=1), workers=1) as pool:
        with monkeypatch.context() as patched:
            speaking(patched, reply)
            assert outcomes(pool, [good]) == [reason]
        assert outcomes(pool, [good]) == ["Words."]


def test_the_status_of_a_worker_that_gives_up_is_told(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is known says more."""
    speaking(monkeypatch, b"", 3)
    with ReaderPool(workers=1) as pool:
        assert outcomes(pool, [good]) == ["its reader ended with status 3; it may be damaged"]
    speaking(monkeypatch, b"", OUT_OF_MEMORY)
    with ReaderPool(Limits(memory=3000), workers=1) as pool:
        assert outcomes(pool, [good]) == ["needed more than 2.93 KiB of memory to read; split it"]
    with ReaderPool(Limits(memory=300), workers=1) as pool:
        assert outcomes(pool, [good]) == ["needed more than 300 bytes of memory to read; split it"]
    with ReaderPool(workers=1) as pool:
        assert outcomes(pool, [good]) == ["needed more than 2 GiB of memory to read; split it"]


def test_a_worker_that_does_not_start_ends_it_all(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file is to blame, and an index without any would be worse than none."""
    monkeypatch.setattr(Worker.__init__, "__defaults__", ((sys.executable, "-c", "raise SystemExit(1)"),))
    with (
        ReaderPool(workers=1) as pool,
        pytest.raises(RefdeskError, match="the reading process does not start"),
    ):
        list(pool.read_all([found(good)]))


def test_a_worker_that_will_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given a little time first."""
    monkeypatch.setattr(process, "STOP_SECONDS", 0.1)
    deaf = Worker((sys.executable, "-c", "import time; time.sleep(60)"))
    assert deaf.dismiss() == -signal.SIGKILL


def test_leaving_early_ends_what_is_being_read(stuck: Path, good: Path) -> None:
    """Neither the file that hangs nor those behind it are waited for."""
    with ReaderPool(workers=1) as pool:
        results = pool.read_all(map(found, [good, *[stuck] * 6]))
        assert isinstance(next(results).outcome, Document)
        (busy,) = workers(pool)
    assert soon_gone(busy.pid)


def test_a_closed_pool_begins_no_file(good: Path) -> None:
    """A file that waited for its turn gets none."""
    seat = isolate._Seat(Limits())
    seat.interrupt()
    assert seat.read(found(good)) == "reading was stopped"
    seat.stop()


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
        "PYTHONPATH": str(ROOT),
    }
    assert environment({"PYTHONPATH": "/lib::notes:."})["PYTHONPATH"] == f"{ROOT}:/lib"


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
        cwd=ROOT,
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


def test_what_a_worker_prints_goes_nowhere(good: Path) -> None:
    """Neither its errors nor what a library prints reach the terminal or its replies."""
    chatty = Worker(
        (
            *COMMAND[:-2],
            "-c",
            "import ingest.worker as w; w.read = lambda raw: print('x' * 99) or 1 / 0\nw.main()",
        )
    )
    chatty.await_ready()
    chatty.send(msgspec.json.encode(Request("notes", "a.txt", os.fsencode(good), Limits())))
    with pytest.raises(EOFError):
        chatty.receive(20, 1000)
    assert chatty.end() == 1


def test_a_worker_leaves_no_core_and_keeps_the_users_own_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lower limit of the user's stays; a system that does not tell its use is taken to use nothing."""
    kept = []
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: kept.append(limits))
    for most in (resource.RLIM_INFINITY, 500):
        monkeypatch.setattr(resource, "getrlimit", lambda _, most=most: (most, most))
        worker._allow_memory(1000)
        worker._allow_memory(resource.RLIM_INFINITY)
    unlimited = resource.RLIM_INFINITY
    assert kept == [(1000, unlimited), (unlimited, unlimited), (500, 500), (500, 500)]
    assert worker._address_space() > MIB
    monkeypatch.setattr(worker, "_STATM", Path("/nowhere/statm"))
    assert worker._address_space() == 0
