"""Small HTML pages, and how they are read."""

from ingest.html import read_html
from ingest.types import Block, Document, Heading, Kind, RawFile


def read(page: str | bytes, path: str = "guide/page.html") -> Document:
    """Read a page as the file `path`."""
    return read_html(RawFile(path, "notes", page.encode() if isinstance(page, str) else page))


def spans(document: Document) -> list[Heading | Block]:
    """Give the headings and blocks in their order."""
    return sorted([*document.headings, *document.blocks], key=lambda span: span.start)


def blocks(page: str) -> list[tuple[Kind, str]]:
    """Give the kind and text of each block of a page."""
    document = read(page)
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


def prose(page: str) -> list[str]:
    """Give the text of each block of a page."""
    return [text for _, text in blocks(page)]


def parts(page: str) -> list[list[str]]:
    """Give the parts of each block of a page."""
    document = read(page)
    return [
        [
            document.text[start:end].strip()
            for start, end in zip(block.parts, [*block.parts[1:], block.end], strict=True)
        ]
        for block in document.blocks
        if block.parts
    ]
