"""The lock: one writer, and who it is."""

import threading
from pathlib import Path

import pytest
from generations import build, generating

from index.store import Store
from ingest.errors import IndexLockedError


def test_a_second_writer_is_told_who_writes(tmp_path: Path) -> None:
    """While one process writes, another gets an error with its number and since when; then it may write."""
    with generating("hold", tmp_path) as run:
        assert run.stdout
        assert run.stdout.readline() == b"holding\n"
        since = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00"
        told = f"process {run.pid}, since {since}, is writing the index in {tmp_path}"
        with pytest.raises(IndexLockedError, match=told):
            build(tmp_path)
        (tmp_path / ".lock-holder.json").write_bytes(b"{")
        with pytest.raises(IndexLockedError, match="another process is writing the index"):
            build(tmp_path)
        run.kill()
    assert build(tmp_path).number == 1


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
