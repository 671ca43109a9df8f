"""What a plain text is while it is read: lines, of which more and more become blocks and headings."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.text_lines import Line
from ingest.types import Block, Heading

Piece = Line | Block | Heading
Found = tuple[Heading, int]
"""A heading, and the index of the piece after it."""

_DECORATION = re.compile(r"\*\*|__|`")


@dataclass(frozen=True, slots=True)
class Page:
    """What the judgement of a line may look at: all pieces, and the habits of the whole file.

    `width` is where its lines are wrapped, if they are; `has_marks` says that some headings carry a mark.
    """

    pieces: Sequence[Piece]
    width: int | None
    several_permalinks: bool
    has_marks: bool

    def line(self, index: int) -> Line | None:
        """Give the line at `index`; `None` where there is none, or something else."""
        piece = self.pieces[index] if 0 <= index < len(self.pieces) else None
        return piece if isinstance(piece, Line) else None

    def lines_after(self, index: int, most: int) -> Iterator[Line]:
        """Give the lines that follow the one at `index`, up to the first other piece, `most` at most."""
        for following in range(index + 1, index + 1 + most):
            line = self.line(following)
            if line is None:
                return
            yield line

    def begins(self, index: int) -> bool:
        """Say whether the line at `index` has nothing right above it."""
        line = self.line(index)
        return line is not None and (line.apart or self.line(index - 1) is None)

    def stands_alone(self, index: int) -> bool:
        """Say whether the line at `index` has nothing right above or below it."""
        after = self.line(index + 1)
        return self.begins(index) and (after is None or after.apart)


def heading(level: int, title: str, first: Line, last: Line | None = None) -> Heading:
    """Make a heading of the lines from `first` to `last`, its title freed from emphasis."""
    return Heading(level, _DECORATION.sub("", title).strip() or title, first.start, (last or first).end)
