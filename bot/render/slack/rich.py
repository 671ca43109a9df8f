"""Quotes in Slack: prose beside a bar, lists as lists, code as code and tables as tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

from rich.cells import cell_len

from bot.render.slack.elements import line, quote, rich, words
from bot.render.slack.limits import TABLE_ROWS, weight
from bot.render.slack.pieces import Code, Item, Items, Paragraph, Piece, Table
from bot.render.slack.text import cut, cut_lines, width
from bot.render.slack.types import Block

# In characters: longer cells are cut, no cell to less than the shortest, and no wider table is aligned.
LONGEST_CELL = 400
SHORTEST_CELL = 8
WIDEST_ALIGNED = 100
# What stands around the words of a part and of an item, roughly.
_PART = 100
_ITEM = 80


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quote as blocks; `left_out` says that not all of it is shown."""

    blocks: list[Block]
    left_out: bool

    @property
    def has_table(self) -> bool:
        """Whether a block is a table, of which a message may have one."""
        return any(block["type"] == "table" for block in self.blocks)


def quoted(pieces: Sequence[Piece], label: str, room: int, *, table: bool = True) -> Quoted:
    """Show pieces of a note after `label`, in about `room` characters; `table` allows one as a table."""
    blocks: list[Block] = []
    parts: list[Block] = []
    if not isinstance(pieces[0], Paragraph):
        parts.append(line(words(label, bold=True)))
    for number, piece in enumerate(pieces):
        fit = _fitting(piece, room)
        if isinstance(fit, Table) and table:
            blocks += [*_block(parts), _table(fit)]
            parts, table = [], False
        else:
            parts += _elements(fit, label if number == 0 else "")
        room -= _size(piece) + _PART
        if fit != piece or (room <= 0 and number < len(pieces) - 1):
            return Quoted([*blocks, *_block(parts)], left_out=True)
    return Quoted([*blocks, *_block(parts)], left_out=False)


def _block(parts: Sequence[Block]) -> list[Block]:
    return [rich(*parts)] if parts else []


def _size(piece: Piece) -> int:
    match piece:
        case Items():
            return sum(map(_item_size, piece.items))
        case Table():
            return sum(map(_row_size, piece.rows))
        case _:
            return width(piece.text)


def _item_size(item: Item) -> int:
    return width(item.text) + _ITEM


def _row_size(row: Sequence[str]) -> int:
    return weight(_row(row))


def _fitting(piece: Piece, room: int) -> Piece:
    """Give the piece, or as much of its beginning as there is room for: whole rows, items, lines, words."""
    match piece:
        case Items():
            items = piece.items[: _count([_item_size(item) for item in piece.items], room)]
            return Items(tuple(Item(cut(item.text, room), item.depth) for item in items), piece.numbered)
        case Table():
            longest = max(SHORTEST_CELL, min(LONGEST_CELL, room // len(piece.rows[0])))
            rows = [tuple(cut(cell, longest) for cell in row) for row in piece.rows[:TABLE_ROWS]]
            # A row says little without the names of the columns, and these say nothing without a row.
            fitting = max(2, _count([_row_size(row) for row in rows], room))
            return Table(tuple(rows[:fitting]), piece.headed)
        case Code():
            return Code(cut_lines(piece.text, room))
        case _:
            return Paragraph(cut(piece.text, room))


def _count(sizes: Sequence[int], room: int) -> int:
    """Count the first things that fit together, at least one."""
    return max(1, sum(total <= room for total in accumulate(sizes)))


def _elements(piece: Piece, label: str) -> list[Block]:
    """Give the parts of a rich text; `label` opens a paragraph."""
    match piece:
        case Items():
            return _lists(piece)
        case Table():
            return [_preformatted(aligned(piece))]
        case Code():
            return [_preformatted(piece.text)]
        case _:
            before = [words(f"{label} ", bold=True)] if label else []
            return [quote(*before, words(piece.text))]


def _lists(piece: Items) -> list[Block]:
    return [
        {
            "type": "rich_text_list",
            "style": "ordered" if piece.numbered else "bullet",
            "indent": depth,
            "border": 1,
            "elements": [line(words(item.text)) for item in items],
        }
        for depth, items in groupby(piece.items, lambda item: item.depth)
    ]


def _preformatted(text: str) -> Block:
    return {"type": "rich_text_preformatted", "elements": [words(text)]}


def _table(table: Table) -> Block:
    return {
        "type": "table",
        "column_settings": [{"is_wrapped": True}] * len(table.rows[0]),
        "rows": [_row(row, bold=table.headed and not number) for number, row in enumerate(table.rows)],
    }


def _row(row: Sequence[str], *, bold: bool = False) -> list[Block]:
    # Slack takes no empty cell.
    if bold:
        return [rich(line(words(cell, bold=True))) for cell in row]
    return [{"type": "raw_text", "text": cell or " "} for cell in row]


def aligned(table: Table) -> str:
    """Give a table as lines for a fixed pitch, in columns if they are not too wide for that."""
    widths = [max(map(cell_len, column)) for column in zip(*table.rows, strict=True)]
    if sum(widths) > WIDEST_ALIGNED:
        return "\n".join(" | ".join(row) for row in table.rows)
    lines = [_aligned(row, widths) for row in table.rows]
    rule = ["  ".join("-" * one for one in widths)] if table.headed else []
    return "\n".join([lines[0], *rule, *lines[1:]])


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (to - cell_len(cell)) for cell, to in zip(row, widths, strict=True))
    return "  ".join(padded).rstrip()
