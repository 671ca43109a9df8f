"""The lock: one writer, and who it is."""

import json
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from generations import build, generating

from index.lock import Holder, writer_lock
from index.store import Store
from ingest.errors import IndexLockedError

SINCE = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00"


@contextmanager
def held(root: Path) -> Iterator[int]:
    """Let another process hold the lock within the block; give its number."""
    with generating("hold", root) as run:
        try:
            assert run.stdout
            assert run.stdout.readline() == b"holding\n"
            yield run.pid
        finally:
            run.kill()


def refusal(root: Path) -> str:
    """Give what a writer is told that may not write."""
    with pytest.raises(IndexLockedError) as caught:
        build(root)
    return str(caught.value)


def test_a_second_writer_is_told_who_writes(tmp_path: Path) -> None:
    """While one process writes, another gets an error with its number and since when; then it may write."""
    with held(tmp_path) as pid:
        with pytest.raises(
            IndexLockedError,
            match=rf"^process {pid} on {socket.gethostname()}, since {SINCE}, is writing the index in "
            rf"{tmp_path}; wait until it is done, then run the same again$",
        ):
            build(tmp_path)
        (tmp_path / ".lock-holder.json").write_bytes(b"{")
        assert refusal(tmp_path).startswith("another process is writing the index in ")
    assert build(tmp_path).number == 1


def test_a_lock_dies_with_its_process(tmp_path: Path) -> None:
    """Killed without a chance to clean up, a writer leaves its name and no lock: the next one just writes."""
    with held(tmp_path) as pid:
        os.kill(pid, signal.SIGKILL)
    assert json.loads((tmp_path / ".lock-holder.json").read_bytes())["pid"] == pid
    assert build(tmp_path).number == 1
    assert not (tmp_path / ".lock-holder.json").exists()


@pytest.mark.parametrize("number", [0, -1, 2**22 + 1, 2**40, None])
def test_a_dead_writer_is_never_named(tmp_path: Path, number: int | None) -> None:
    """What a killed writer left, or nobody wrote, is not taken for the one that holds the lock now."""
    left = {"pid": number, "host": socket.gethostname(), "since": "2026-01-01T00:00:00+00:00"}
    with held(tmp_path):
        (tmp_path / ".lock-holder.json").write_text(json.dumps(left))
        assert refusal(tmp_path).startswith("another process is writing")


def test_a_writer_on_another_machine_is_named(tmp_path: Path) -> None:
    """Whether its process lives can't be told from here."""
    left = {"pid": 2**22 + 1, "host": "else.where", "since": "2026-01-01T00:00:00+00:00"}
    with held(tmp_path):
        (tmp_path / ".lock-holder.json").write_text(json.dumps(left))
        assert refusal(tmp_path).startswith(f"process {2**22 + 1} on else.where, since 2026-01-01T00:00:00")


def test_somebody_elses_process_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that may not be sent a signal lives."""

    def forbidden(pid: int, sent: int) -> None:
        raise PermissionError(1, f"{sent} to {pid}")

    monkeypatch.setattr(os, "kill", forbidden)
    assert Holder(1, socket.gethostname(), "").may_live


def test_a_writer_that_has_just_begun_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between taking the lock and saying who took it lies a moment, in which another may come."""
    writes, said = Path.write_bytes, threading.Event()
    tried: list[float] = []

    def late(path: Path, body: bytes) -> int:
        holding.set()
        said.wait(10)
        return writes(path, body)

    def asleep(seconds: float) -> None:
        tried.append(seconds)
        said.set()
        begun.wait(10)

    def first() -> None:
        with writer_lock(tmp_path):
            begun.set()
            done.wait(10)

    holding, begun, done = threading.Event(), threading.Event(), threading.Event()
    monkeypatch.setattr(Path, "write_bytes", late)
    monkeypatch.setattr("index.lock.time.sleep", asleep)
    thread = threading.Thread(target=first)
    thread.start()
    assert holding.wait(10)
    told = refusal(tmp_path)
    done.set()
    thread.join()
    assert told.startswith(f"process {os.getpid()} on ")
    assert tried == [0.02]


def test_two_threads_are_two_writers(tmp_path: Path) -> None:
    """The lock holds between threads of one process too."""
    caught: list[type[Exception]] = []

    def second() -> None:
        try:
            build(tmp_path)
        except IndexLockedError as error:
            caught.append(type(error))

    with Store(tmp_path).writing():
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert caught == [IndexLockedError]


def test_of_many_writers_at_once_one_writes_and_the_others_name_it(tmp_path: Path) -> None:
    """Started together, each either publishes a generation of its own number or says who writes."""
    told: list[str] = []
    numbers: list[int] = []
    together = threading.Barrier(8)

    def write() -> None:
        together.wait()
        try:
            numbers.append(build(tmp_path).number)
        except IndexLockedError as error:
            told.append(str(error))

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) + len(told) == 8
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert Store(tmp_path).current() == len(numbers) > 0
    assert all("is writing the index in" in words for words in told)
