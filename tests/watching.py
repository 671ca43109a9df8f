"""`refdesk index --watch` as a process of its own, with the instant encoder, on a folder of notes."""

import json
import os
import queue
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeAlias

from indexes import python

if TYPE_CHECKING:
    import subprocess

Lines: TypeAlias = "queue.Queue[str | None]"

# The whole command, but for the encoder.
PROGRAM = """
import sys
import index.build
from indexes import HASH
index.build.open_encoder = lambda *_: HASH
if sys.argv.pop(1) == "slow":
    from watching import dawdling
    index.build.write_generation = dawdling(index.build.write_generation)
from bot.cli import main
main()
"""
# In seconds: more than any run here takes on the busiest machine; only a failing test waits for it.
PATIENCE = 60.0
WRITING = "writing"


def dawdling(write: Any) -> Any:  # noqa: ANN401 - any function
    """Give `write` as it is from the second call on with a wait before it, told of on stderr."""
    calls = iter(range(10**6))

    def slow(*arguments: object) -> object:
        if next(calls):
            os.write(2, f"{WRITING}\n".encode())
            threading.Event().wait(PATIENCE)
        return write(*arguments)

    return slow


class Watcher:
    """A running watch: what it prints, line by line."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self.process = process
        assert process.stdout
        assert process.stderr
        self._out = _lines(process.stdout)
        self._err = _lines(process.stderr)

    def out(self) -> str:
        """Give the next line on stdout, waiting for it."""
        return _next(self._out)

    def err(self, part: str) -> str:
        """Give the next line on stderr with `part` in it, waiting for it."""
        while part not in (line := _next(self._err)):
            pass
        return line

    def made(self) -> dict[str, Any]:
        """Give the next JSON object on stdout of a run that published something."""
        while not (shape := json.loads(self.out())).get("published"):
            pass
        return dict(shape)

    def silent(self, seconds: float = 1.0) -> bool:
        """Tell whether nothing more comes on stdout for a while."""
        try:
            self._out.get(timeout=seconds)
        except queue.Empty:
            return True
        return False

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal; give the exit status."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


def _next(lines: Lines) -> str:
    line = lines.get(timeout=PATIENCE)
    assert line is not None, "the process ended"
    return line


@contextmanager
def watched(folder: Path, *options: str, kind: str = "quick") -> Iterator[Watcher]:
    """Watch the folder `notes` in `folder`, with its index beside it, until the block ends."""
    words = ("--index", folder / "ix", "index", folder / "notes", *options)
    with python(PROGRAM, kind, *words, PYTHONUNBUFFERED="1", REFDESK_INDEX="") as process:
        try:
            yield Watcher(process)
        finally:
            process.kill()


def _lines(stream: IO[bytes]) -> Lines:
    """Gather the lines of a stream as they come, and `None` for its end."""
    lines: Lines = queue.Queue()

    def read() -> None:
        for line in stream:
            lines.put(line.decode().rstrip("\n"))
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    return lines
