"""Small PDFs, written byte by byte so that each holds what its test is about, and how they are read."""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import pytest

from ingest.errors import UnreadableError
from ingest.pdf import read_pdf
from ingest.types import Document, RawFile

WIDTH, HEIGHT = 600, 800
_PICTURE = (
    b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"
    b"/Length 1>>stream\n\x7f\nendstream"
)


@dataclass(frozen=True, slots=True)
class Words:
    """A line of a page: its text, where it begins in points from the lower left, and how it is set."""

    text: str
    y: float
    x: float = 72
    size: float = 10
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: its lines in the order they are drawn, and whether it holds a picture."""

    words: Sequence[Words] = ()
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline that leads to a page, counted from 0, with the entries below it."""

    title: str
    page: int
    below: Sequence["Bookmark"] = ()


@dataclass(slots=True)
class _Objects:
    """The numbered objects of a PDF, which are filled in as they become known."""

    bodies: list[bytes] = field(default_factory=list)

    def add(self, body: bytes = b"") -> int:
        self.bodies.append(body)
        return len(self.bodies)

    def put(self, number: int, body: bytes) -> None:
        self.bodies[number - 1] = body


def pdf(
    sheets: Sequence[Sheet], bookmarks: Sequence[Bookmark] = (), stated: Mapping[str, str] | None = None
) -> bytes:
    """Write a PDF with these pages, outline and entries of its information dictionary."""
    objects = _Objects()
    catalog, tree, picture = objects.add(), objects.add(), objects.add(_PICTURE)
    fonts = [
        objects.add(b"<</Type/Font/Subtype/Type1/BaseFont/%s/Encoding/WinAnsiEncoding>>" % name)
        for name in (b"Helvetica", b"Helvetica-Bold")
    ]
    pages = [objects.add() for _ in sheets]
    for page, sheet in zip(pages, sheets, strict=True):
        contents = objects.add(stream(_drawn(sheet)))
        resources = b"<</Font<</F1 %d 0 R/F2 %d 0 R>>" % tuple(fonts)
        resources += b"/XObject<</P %d 0 R>>>>" % picture if sheet.picture else b">>"
        box = b"/MediaBox[0 0 %d %d]" % (WIDTH, HEIGHT)
        parts = b"/Parent %d 0 R/Resources %s/Contents %d 0 R" % (tree, resources, contents)
        objects.put(page, b"<</Type/Page%s%s>>" % (box, parts))
    kids = b" ".join(b"%d 0 R" % page for page in pages)
    objects.put(tree, b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(pages)))
    outline = objects.add()
    first = _outlined(objects, bookmarks, pages, outline)
    objects.put(outline, b"<</Type/Outlines%s>>" % first)
    objects.put(catalog, b"<</Type/Catalog/Pages %d 0 R/Outlines %d 0 R>>" % (tree, outline))
    entries = b"".join(b"/%s%s" % (name.encode(), _string(text)) for name, text in (stated or {}).items())
    return written(objects.bodies, b"/Info %d 0 R" % objects.add(b"<<%s>>" % entries))


def written(bodies: Sequence[bytes], more: bytes = b"") -> bytes:
    """Write objects, of which the first is the catalog, as a file with a table of where each begins."""
    out = bytearray(b"%PDF-1.7\n")
    table = [b"0000000000 65535 f \n"]
    for number, body in enumerate(bodies, 1):
        table.append(b"%010d 00000 n \n" % len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n%s" % (len(table), b"".join(table))
    out += b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(table), more, start)
    return bytes(out)


def stream(body: bytes) -> bytes:
    """Write a compressed stream object."""
    packed = zlib.compress(body, 9)
    return b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed)


def _drawn(sheet: Sheet) -> bytes:
    drawn = [
        b"BT /F%d %.1f Tf %.1f %.1f Td %s Tj ET"
        % (1 + line.bold, line.size, line.x, line.y, _shown(line.text))
        for line in sheet.words
    ]
    return b"\n".join([*drawn, *([b"q 100 0 0 100 0 0 cm /P Do Q"] if sheet.picture else [])])


def _shown(text: str) -> bytes:
    """Write text for a font with Windows' Latin encoding."""
    return b"<" + text.encode("cp1252").hex().encode() + b">"


def _string(text: str) -> bytes:
    """Write text of the file's own, which a dictionary holds."""
    return b"<" + ("\ufeff" + text).encode("utf-16-be").hex().encode() + b">"


def _outlined(objects: _Objects, bookmarks: Sequence[Bookmark], pages: Sequence[int], parent: int) -> bytes:
    """Write the entries below `parent`, and give what it has to say of them."""
    if not bookmarks:
        return b""
    numbers = [objects.add() for _ in bookmarks]
    for at, (number, bookmark) in enumerate(zip(numbers, bookmarks, strict=True)):
        following = b"/Next %d 0 R" % numbers[at + 1] if at + 1 < len(numbers) else b""
        below = _outlined(objects, bookmark.below, pages, number)
        place = b"/Dest[%d 0 R/Fit]" % pages[bookmark.page]
        entry = b"/Title%s/Parent %d 0 R" % (_string(bookmark.title), parent)
        objects.put(number, b"<<" + entry + place + following + below + b">>")
    return b"/First %d 0 R/Last %d 0 R/Count %d" % (numbers[0], numbers[-1], len(numbers))


RESOURCES = (
    b"<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    b"/B<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold>>>>>>"
)
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources%s/Contents 4 0 R>>" % RESOURCES
ONE_PAGE = (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", PAGE)
FULL = "A line of running text that goes all the way from the left margin to the right"


def read(body: bytes, path: str = "guide.pdf") -> Document:
    """Read a PDF as the file `path`."""
    return read_pdf(RawFile(path, "notes", body))


def reason(body: bytes) -> str:
    """Give the reason why a PDF can not be read."""
    with pytest.raises(UnreadableError) as caught:
        read(body)
    return str(caught.value)


def prose(document: Document) -> list[str]:
    """Give the text of each block."""
    return [document.text[block.start : block.end] for block in document.blocks]


def titles(document: Document) -> list[tuple[int, str]]:
    """Give the level and title of each heading."""
    return [(heading.level, heading.title) for heading in document.headings]


def sheet(*texts: str, top: float = 700, pitch: float = 12) -> Sheet:
    """Set lines one below the other."""
    return Sheet([Words(text, top - pitch * at) for at, text in enumerate(texts)])


def cells(*row: tuple[bytes, bytes, int, int]) -> bytes:
    """Draw each text by itself, with font, x and y, in a way that pypdf puts on lines of their own."""
    drawn = [
        b"BT 1 0 0 1 %d %d Tm /%s 10 Tf 0 -13 Td (%s) Tj ET" % (x, y, font, text) for text, font, x, y in row
    ]
    return written([*ONE_PAGE, stream(b"\n".join(drawn))])


@cache
def bomb(size: int) -> bytes:
    """Give a page whose contents grow to `size` bytes."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(2**20)) for _ in range(size >> 20)) + packer.flush()
    return written(
        [*ONE_PAGE, b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed)]
    )


HOSTILE: Mapping[str, Callable[[], bytes]] = {
    "empty": bytes,
    "junk": lambda: bytes(range(256)) * 40,
    "bomb": lambda: bomb(2**30 + 2**20),
    "tree that loops": lambda: written([ONE_PAGE[0], b"<</Type/Pages/Kids[2 0 R]/Count 1>>"]),
    "contents that are themselves": lambda: written(
        [*ONE_PAGE[:2], PAGE.replace(RESOURCES, b"<<>>"), b"4 0 R"]
    ),
}
