"""A small file that says when Slack was last heard of, for whoever watches over the bot."""

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

FILE_NAME = "pulse.json"
_EVERY_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Beat:
    """What the file says: which process, and how many seconds ago it had a connection to Slack."""

    process: int
    seconds: float


class Pulse:
    """Notes that the connection is alive, at most once a second."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE_NAME
        self._next = 0.0

    def beat(self) -> None:
        """Write that the connection is alive; that it can not be written stops nothing."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _EVERY_SECONDS
        beside = self._file.with_suffix(f".{os.getpid()}")
        try:
            beside.write_text(json.dumps({"process": os.getpid(), "at": time.time()}))
            beside.replace(self._file)
        except OSError:
            beside.unlink(missing_ok=True)


def last_beat(folder: Path) -> Beat | None:
    """Give what the file says; `None` if there is none that can be read."""
    try:
        told = json.loads((folder / FILE_NAME).read_text())
        return Beat(int(told["process"]), time.time() - float(told["at"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
