"""The process that reads files, seen from inside."""

import os
import resource
import signal
from pathlib import Path

import pytest
from readers import MIB, note

from ingest import worker
from ingest.errors import UnreadableError
from ingest.types import Document, RawFile
from ingest.wire import OUT_OF_MEMORY, Limits, Request


def test_memory_that_runs_out_in_a_reader_ends_the_worker(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it would need to say so may be what it lacks: its status says it."""

    def read_too_much(_: RawFile) -> Document:
        raise UnreadableError("needs more memory than there is") from MemoryError()

    kept = resource.getrlimit(resource.RLIMIT_AS)
    monkeypatch.setattr(worker, "contents", read_too_much)
    with pytest.raises(SystemExit) as ended:
        worker._result(Request("notes", "a.txt", os.fsencode(note(tmp_path, "a.txt")), Limits()))
    signal.setitimer(signal.ITIMER_REAL, 0)
    assert ended.value.code == OUT_OF_MEMORY
    assert resource.getrlimit(resource.RLIMIT_AS) == kept


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
