"""Worker processes as the tests see them."""

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from ingest.isolate import ReaderPool
from ingest.process import Worker
from ingest.scan import FoundFile
from ingest.types import Document
from ingest.wire import ReadResult, framed

MIB = 2**20


def found(location: Path) -> FoundFile:
    """Give a file as the walk does."""
    return FoundFile("notes", location.name, location, 0, 0, (0, 0))


def outcomes(pool: ReaderPool, files: Sequence[Path]) -> list[str]:
    """Read files, and give the text or the reason of each."""
    results = list(pool.read_all(found(file) for file in files))
    assert [result.path for result in results] == [file.name for file in files]
    return [result.outcome if isinstance(result.outcome, str) else the(result).text for result in results]


def the(result: ReadResult) -> Document:
    """Give the only document of a file."""
    assert not isinstance(result.outcome, str)
    (document,) = result.outcome
    return document


def note(folder: Path, name: str, words: str = "Words.") -> Path:
    """Write a small note."""
    (folder / name).write_text(words)
    return folder / name


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


def speaking(monkeypatch: pytest.MonkeyPatch, reply: bytes, status: int = 0) -> None:
    """Put a program in the workers' place that answers the first request with `reply` and ends."""
    program = (
        "import os, sys, time\n"
        f"os.write(1, {framed(b'')!r}); os.read(0, 4096); os.write(1, {reply!r})\n"
        f"sys.exit({status}) if {status} else time.sleep(60)"
    )
    monkeypatch.setattr(Worker.__init__, "__defaults__", ((sys.executable, "-c", program),))
