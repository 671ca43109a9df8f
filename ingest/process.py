"""One worker process: started with as little as it needs, spoken to with messages, and always ended."""

import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, cast

from ingest.errors import RefdeskError
from ingest.wire import HEADER_BYTES, framed, length_of

# `-P`: a file called `json.py` in the folder that refdesk is started in is no part of it.
COMMAND = (sys.executable, "-P", "-m", "ingest.worker")

START_SECONDS = 60.0
STOP_SECONDS = 5.0

_PACKAGES = Path(__file__).resolve().parents[1]
_PASSED_ON = frozenset({"HOME", "LANG", "LANGUAGE", "LD_LIBRARY_PATH", "PATH", "TMPDIR", "TZ", "VIRTUAL_ENV"})
_PASSED_ON_PREFIXES = ("COVERAGE_", "LC_", "PYTHON")
_READ_BYTES = 2**20


def environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Give what a worker needs of our environment: where programs and packages are, and the language."""
    kept = {
        name: value
        for name, value in ours.items()
        if name in _PASSED_ON or name.startswith(_PASSED_ON_PREFIXES)
    }
    # What is relative means the folder that refdesk is started in, which may be one of notes.
    paths = filter(os.path.isabs, ours.get("PYTHONPATH", "").split(os.pathsep))
    return kept | {"PYTHONPATH": os.pathsep.join([str(_PACKAGES), *paths])}


class Worker:
    """A process that runs `ingest.worker`, in a session of its own: it gets no Ctrl-C of the terminal."""

    def __init__(self, command: tuple[str, ...] = COMMAND) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(os.environ),
            start_new_session=True,
            bufsize=0,
        )
        self._requests = cast("IO[bytes]", self._process.stdin)
        self._replies = cast("IO[bytes]", self._process.stdout)
        self._ready = False

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def is_alive(self) -> bool:
        """Say whether the process still runs."""
        return self._process.poll() is None

    def await_ready(self, seconds: float = START_SECONDS) -> None:
        """Wait until the process can take a request. Raises `RefdeskError` if it never can."""
        if self._ready:
            return
        try:
            self.receive(seconds, 0)
        except (TimeoutError, EOFError, OverflowError) as error:
            raise RefdeskError(
                "files can not be read: the reading process does not start. "
                f"To see why, run: {sys.executable} -m ingest.worker"
            ) from error
        self._ready = True

    def send(self, message: bytes) -> None:
        """Send a message. Raises `BrokenPipeError` if the process has ended."""
        self._requests.write(framed(message))

    def receive(self, seconds: float, limit: int) -> bytes:
        """Wait for a message of at most `limit` bytes.

        Raises `TimeoutError` if it is not complete in time, `EOFError` if the process ends before, and
        `OverflowError` if it is longer, or something comes after it.
        """
        deadline = time.monotonic() + seconds
        poll = select.poll()
        poll.register(self._replies, select.POLLIN)
        buffer = bytearray()
        expected = HEADER_BYTES
        while len(buffer) < expected:
            if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
                raise TimeoutError
            some = os.read(self._replies.fileno(), _READ_BYTES)
            if not some:
                raise EOFError
            buffer += some
            if len(buffer) >= HEADER_BYTES:
                expected = HEADER_BYTES + length_of(buffer)
                if expected > HEADER_BYTES + limit or len(buffer) > expected:
                    raise OverflowError
        return bytes(buffer[HEADER_BYTES:])

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()

    def end(self) -> int:
        """End the process, waiting a little in case it is doing so; give its exit status."""
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        status = self._process.wait()
        self._requests.close()
        self._replies.close()
        return status

    def dismiss(self) -> int:
        """Let the process end by itself, as it does when there are no more requests; give its exit status."""
        self._requests.close()
        return self.end()
