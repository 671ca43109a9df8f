"""Progress bars on a terminal. Imported only once there is one to draw on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text


class Rate(ProgressColumn):
    """Steps a second."""

    def render(self, task: Task) -> Text:
        """Give `12/s`, or `0.4/s` for what is slow; nothing before the second step."""
        speed = task.finished_speed or task.speed
        if speed is None:
            return Text("")
        return Text(f"{speed:,.0f}/s" if speed >= 1 else f"{speed:.1f}/s")


class Bars:
    """Draws one bar a stage."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._task: TaskID | None = None

    def stage(self, name: str, total: int | None) -> None:
        """Fill the bar of the stage before and begin the next one."""
        self.finish()
        self._task = self._bars.add_task(name, total=total)

    def advance(self, n: int = 1) -> None:
        """Lengthen the bar of the current stage by `n` steps."""
        if self._task is not None:
            self._bars.advance(self._task, n)

    def finish(self) -> None:
        """Fill the current bar, also where nobody knew how long it would be."""
        if self._task is None:
            return
        task = self._bars.tasks[self._task]
        done = task.completed if task.total is None else task.total
        self._bars.update(self._task, total=done, completed=done)


@contextmanager
def drawn(stream: TextIO, *, brief: bool = False) -> Iterator[Bars]:
    """Draw bars on the terminal behind `stream` until the block ends; if `brief`, take them away then."""
    columns = (
        TextColumn("{task.description:<12}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    # Left alone, stdout: it may be a pipe that must hold nothing but JSON.
    with Progress(*columns, console=Console(file=stream), redirect_stdout=False, transient=brief) as progress:
        bars = Bars(progress)
        yield bars
        bars.finish()
