"""Word files for tests: written by python-docx, or of parts by hand."""

from collections.abc import Callable, Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import docx
from docx.document import Document as WordDocument

_NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def word(write: Callable[[WordDocument], object]) -> bytes:
    """Give a Word file as python-docx writes it, with what `write` puts into it."""
    document = docx.Document()
    write(document)
    body = BytesIO()
    document.save(body)
    return body.getvalue()


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """Give a zip archive of parts by their names."""
    body = BytesIO()
    with ZipFile(body, "w", ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return body.getvalue()


def part(name: str, inside: str) -> str:
    """Give a part of a Word file: an element of its main namespace around `inside`."""
    return f'<?xml version="1.0"?><w:{name} {_NAMES}>{inside}</w:{name}>'


def bare(inside: str, relations: str = "", **parts: str) -> bytes:
    """Give a Word file with `inside` as its body; `parts` are further ones in its folder."""
    links = "".join(
        f'<Relationship Id="p-{name}" Type="{_TYPES}/{name}" Target="{name}.xml"/>' for name in parts
    )
    files = {
        "word/document.xml": part("document", f"<w:body>{inside}</w:body>"),
        "word/_rels/document.xml.rels": f"<Relationships>{links}{relations}</Relationships>",
    }
    return zipped(files | {f"word/{name}.xml": text for name, text in parts.items()})


def paragraph(inside: str, properties: str = "") -> str:
    """Give a paragraph of one run for plain words, or of `inside` where that is XML."""
    runs = inside if inside.startswith("<") else f"<w:r><w:t>{inside}</w:t></w:r>"
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>"
