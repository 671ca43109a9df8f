"""Tables: ruled on a terminal, aligned columns elsewhere."""

from collections.abc import Sequence
from typing import TextIO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.render.safe import safe_line

# Columns elsewhere are as wide as what is in them: nothing is cut off or broken for a file.
_ENDLESS = 10_000


class Sheet:
    """Writes tables and lines on `stream`; what stands in them never acts on the terminal.

    Styles appear only on a terminal, and never where `plain` or `NO_COLOR` says so.
    """

    def __init__(self, stream: TextIO, *, plain: bool = False) -> None:
        self._stream = stream
        console = Console(file=stream, highlight=False)
        if plain or console.no_color:
            console = Console(file=stream, highlight=False, color_system=None)
        self._console = console

    def write(self, text: str = "") -> None:
        """Write one line."""
        if self._console.is_terminal:
            self._console.print(Text(safe_line(text)), soft_wrap=True)
        else:
            self._stream.write(f"{safe_line(text)}\n")

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Write a table; the first column holds names and the others figures."""
        terminal = self._console.is_terminal
        table = Table(box=box.SIMPLE_HEAD if terminal else None, pad_edge=terminal, header_style="bold")
        for number, column in enumerate(columns):
            table.add_column(Text(column), justify="right" if number else "left")
        for row in rows:
            table.add_row(*(Text(safe_line(cell)) for cell in row))
        self.write()
        if terminal:
            self._console.print(Text(title, "bold"))
            self._console.print(table)
            return
        self.write(title)
        aligned = Console(width=_ENDLESS, color_system=None)
        with aligned.capture() as captured:
            aligned.print(table)
        self._stream.writelines(f"  {line.rstrip()}\n" for line in captured.get().splitlines())
