"""Showing how far a long run is: bars on a terminal, one plain line a stage elsewhere."""

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.progress import Progress


class Lines:
    """Writes one line as each stage begins: for logs and pipes."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def stage(self, name: str, total: int | None) -> None:
        """Write the stage's name and, where it is known, how much there is to do."""
        self._stream.write(f"{name}\n" if total is None else f"{name}: {total:,}\n")
        self._stream.flush()

    def advance(self, n: int = 1) -> None:
        """Write nothing: a log wants no line a step."""


@contextmanager
def shown(stream: TextIO) -> "Iterator[Progress]":
    """Show a run's progress on `stream`, which is stderr, until the block ends."""
    if not stream.isatty() or os.environ.get("TERM", "dumb") in {"dumb", "unknown"}:
        yield Lines(stream)
        return
    from bot.render.bars import drawn

    with drawn(stream) as bars:
        yield bars
