"""A Word file as the zip archive of XML that it is: its parts, read within limits and nothing fetched."""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from posixpath import join, normpath, split
from zipfile import BadZipFile, ZipFile, ZipInfo

from lxml import etree

from ingest.errors import UnreadableError
from ingest.faults import said

# In bytes, of all parts that are read, inflated: thirty times the text of a long book.
MOST_INFLATED = 200_000_000
MOST_ENTRIES = 20_000

_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = 0x1
# Types of relations end alike in the format's two flavours, transitional and strict.
_DOCUMENT = "/officeDocument"
_CORE = "/metadata/core-properties"
_SAVE = "open and save it in Word or LibreOffice"


def local(element: etree._Element) -> str:
    """Give an element's name without its namespace; `""` for a comment or an entity."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element | None, name: str) -> str:
    """Give an attribute by its name without its namespace; `""` where it or the element is missing."""
    if element is None:
        return ""
    return next(
        (str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), ""
    )


def child(element: etree._Element | None, *names: str) -> etree._Element | None:
    """Give the element reached by going down `names`, taking the first of each name; `None` without one."""
    for name in names:
        if element is None:
            return None
        element = next((one for one in element if local(one) == name), None)
    return element


@dataclass(frozen=True, slots=True)
class Relation:
    """Where a part refers to: a part's name, or an address where `external`."""

    type: str
    target: str
    external: bool


class Package:
    """The parts of a Word file. Raises `UnreadableError` for what is none, is locked, or is too much."""

    def __init__(self, body: bytes) -> None:
        if body.startswith(_OLD_OFFICE):
            raise UnreadableError("locked by a password, or an old Word file; save it as .docx without one")
        try:
            self._archive = ZipFile(BytesIO(body))
        except (BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise UnreadableError(f"no whole Word file: {said(error)}; {_SAVE}") from error
        entries = self._archive.infolist()
        if len(entries) > MOST_ENTRIES:
            raise UnreadableError(
                f"holds {len(entries):,} parts, over the limit of {MOST_ENTRIES:,}; {_SAVE}"
            )
        self._entries: dict[str, ZipInfo] = {entry.filename.lower(): entry for entry in entries}
        self._left = MOST_INFLATED
        main = self._named("", _DOCUMENT) or "word/document.xml"
        root = self.part(main)
        if root is None:
            raise UnreadableError(f"no Word file: it has no document in it; {_SAVE}")
        self.main = root
        self.relations = self._relations(main)
        self._folder = split(main)[0]

    def part(self, name: str) -> etree._Element | None:
        """Give the root of a part; `None` where the archive has none of that name."""
        entry = self._entries.get(name.lower().lstrip("/"))
        if entry is None:
            return None
        return self._parsed(self._inflated(entry), entry.filename)

    def related(self, type_end: str) -> etree._Element | None:
        """Give the root of the part that the document calls by a type, if there is one."""
        found = (
            one.target for one in self.relations.values() if one.type.endswith(type_end) and not one.external
        )
        name = next(found, None)
        return None if name is None else self.part(name)

    def core(self) -> Mapping[str, str]:
        """Give the file's properties by their names."""
        name = self._named("", _CORE) or "docProps/core.xml"
        root = self.part(name)
        return {} if root is None else {local(one): " ".join((one.text or "").split()) for one in root}

    def _named(self, part: str, type_end: str) -> str | None:
        found = self._relations(part).values()
        return next((one.target for one in found if one.type.endswith(type_end) and not one.external), None)

    def _relations(self, part: str) -> dict[str, Relation]:
        folder, name = split(part)
        root = self.part(join(folder, "_rels", f"{name}.rels"))
        return {} if root is None else dict(_related(root, folder))

    def _inflated(self, entry: ZipInfo) -> bytes:
        """Inflate an entry, within what is left of the limit; more than it states is never inflated."""
        if entry.flag_bits & _ENCRYPTED:
            raise UnreadableError("locked by a password; save it without one")
        if entry.file_size > self._left:
            raise UnreadableError(f"inflates to more than {MOST_INFLATED:,} bytes; it may be an attack")
        self._left -= entry.file_size
        try:
            return self._archive.read(entry)
        except (BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
            raise UnreadableError(f"damaged in {said(entry.filename)}: {said(error)}; {_SAVE}") from error

    def _parsed(self, body: bytes, name: str) -> etree._Element:
        # Entities stay as they are written, and no address is asked for anything.
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
        )
        try:
            return etree.fromstring(body, parser)
        except etree.XMLSyntaxError as error:
            raise UnreadableError(f"damaged in {said(name)}: {said(error)}; {_SAVE}") from error


def _related(root: etree._Element, folder: str) -> Iterator[tuple[str, Relation]]:
    for one in root:
        target = attribute(one, "Target")
        external = attribute(one, "TargetMode") == "External"
        # An absolute name begins at the archive's top; no name leads out of it, since it is only looked up.
        name = target if external else normpath(join("/", folder, target)).lstrip("/")
        yield attribute(one, "Id"), Relation(attribute(one, "Type"), name, external)
