"""How a long run says where it stands, without knowing who listens."""

from typing import Protocol


class Progress(Protocol):
    """Something that shows the stages of a run, one at a time, in order."""

    def stage(self, name: str, total: int | None) -> None:
        """Begin a stage of `total` steps; `None` where nobody knows how many. It ends the stage before."""
        ...

    def advance(self, n: int = 1) -> None:
        """Count `n` more steps of the current stage as done."""
        ...


class Quiet:
    """Shows nothing."""

    def stage(self, name: str, total: int | None) -> None:
        """Take note of nothing."""

    def advance(self, n: int = 1) -> None:
        """Count nothing."""
