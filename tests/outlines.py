"""Plain text to read, and its structure written down."""

from itertools import pairwise

from ingest.text import read_text
from ingest.types import Block, Document, Heading, RawFile


def read(text: str | bytes, path: str = "notes/on-call_guide.txt") -> Document:
    """Read `text` as the file at `path` would be."""
    return read_text(RawFile(path, "notes", text if isinstance(text, bytes) else text.encode()))


def pieces(document: Document) -> list[Heading | Block]:
    """Give headings and blocks together, in order."""
    return sorted([*document.headings, *document.blocks], key=lambda piece: piece.start)


def outline(document: Document) -> str:
    """Write a document's structure down, one line a piece, with ` | ` where a block may be cut."""
    lines = [f"title: {document.title}"]
    for piece in pieces(document):
        if isinstance(piece, Heading):
            lines.append(f"{'#' * piece.level} {piece.title}")
        else:
            cuts = [*(piece.parts or (piece.start,)), piece.end]
            parts = [document.text[start:end] for start, end in pairwise(cuts)]
            lines.append(f"{piece.kind}: {' | '.join(parts)}".replace("\r", "\\r").replace("\n", "\\n"))
    return "\n".join(lines) + "\n"


def titles(document: Document) -> list[str]:
    """Give the titles of the headings."""
    return [heading.title for heading in document.headings]


def texts(document: Document) -> list[str]:
    """Give the texts of the blocks."""
    return [document.text[block.start : block.end] for block in document.blocks]


def assert_well_formed(document: Document) -> None:
    """Check that the pieces lie in the text in order, apart and not empty, and that their parts do too."""
    reached = 0
    for piece in pieces(document):
        assert reached <= piece.start < piece.end <= len(document.text)
        assert document.text[piece.start : piece.end].strip()
        reached = piece.end
        if isinstance(piece, Block) and piece.parts:
            assert piece.parts[0] == piece.start
            assert all(a < b for a, b in pairwise((*piece.parts, piece.end)))
    assert all(document.text[link.start : link.end] for link in document.links)
