"""Zip archives, read in memory and within limits: nothing in one is written to disk, run or followed."""

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from ingest.errors import UnreadableError
from ingest.faults import said
from ingest.scan import shown
from ingest.types import LeftOut

MAX_ENTRIES = 50_000
MAX_ENTRY_BYTES = 50_000_000
MAX_BYTES = 500_000_000
"""Inflated, of all entries that are read, those of the archives inside among them."""

MAX_RATIO = 200
"""Inflated bytes for each packed one: text comes to between 3 and 30, a run of zeros to 1,000."""
SMALL_BYTES = 1_000_000
"""An entry that inflates to no more than this may do so at any ratio."""

# Before each entry of the list at an archive's end.
_LISTED = b"PK\x01\x02"
_ENCRYPTED, _UTF8 = 0x1, 0x800
# The others (bzip2, LZMA) can not be inflated a little at a time by the standard library.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DRIVE = re.compile(r"[A-Za-z]:")
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in an archive: `path` is its name in POSIX's form, cleaned, and like no other's in it."""

    path: str
    packed: zipfile.ZipInfo


@dataclass(slots=True)
class Allowance:
    """How many bytes may still be inflated, by an archive and those inside it together."""

    size: int = MAX_BYTES


class Archive:
    """A zip archive whose entries may be read: `entries` in the order of their paths.

    `left_out` are the others, each with the reason. Raises `UnreadableError` if it can not be opened, or
    holds more than `MAX_ENTRIES`.
    """

    def __init__(self, body: bytes, allowance: Allowance | None = None) -> None:
        self.allowance = allowance or Allowance()
        # Before the list is read, since it is of any length.
        if body.count(_LISTED) > MAX_ENTRIES:
            raise UnreadableError(
                f"holds more than {MAX_ENTRIES:,} files; unpack it, and index the folder in its place"
            )
        try:
            self._zip = zipfile.ZipFile(BytesIO(body))
        except _DAMAGE as error:
            raise UnreadableError(f"damaged zip archive: {said(error)}; fetch it anew") from error
        kept: dict[str, Entry] = {}
        left_out: list[LeftOut] = []
        for name, packed in _named(self._zip.infolist()):
            path = _cleaned(name)
            if reason := _fault(name, packed):
                left_out.append(LeftOut(shown(name), reason))
            elif path in kept:
                left_out.append(LeftOut(path, "another entry has the same name, and came first"))
            else:
                kept[path] = Entry(path, packed)
        self.entries = tuple(kept[path] for path in sorted(kept))
        self.left_out = tuple(left_out)

    def read(self, entry: Entry) -> bytes:
        """Inflate an entry. Raises `UnreadableError` if it is too large, packed like a bomb, or damaged."""
        packed = entry.packed
        if packed.file_size > MAX_ENTRY_BYTES:
            raise UnreadableError(f"{packed.file_size:,} bytes, over the limit of {MAX_ENTRY_BYTES:,}")
        if packed.file_size > max(SMALL_BYTES, MAX_RATIO * packed.compress_size):
            raise UnreadableError(
                f"{packed.compress_size:,} bytes that grow to {packed.file_size:,}, as no text does; "
                "it may be an attack"
            )
        if packed.file_size > self.allowance.size:
            raise UnreadableError(
                f"all that is read of the archive would be over {MAX_BYTES:,} bytes; split it"
            )
        try:
            # No more than the size that is stated: `zipfile` stops there, and then finds another checksum.
            with self._zip.open(packed) as stream:
                body = stream.read()
        except _DAMAGE as error:
            raise UnreadableError(f"damaged in the archive: {said(error)}") from error
        self.allowance.size -= len(body)
        return body


def _named(listed: list[zipfile.ZipInfo]) -> Iterator[tuple[str, zipfile.ZipInfo]]:
    """Give each entry that is no folder, with its name as it was meant: many leave out that it is UTF-8."""
    for packed in listed:
        name = packed.orig_filename
        if not packed.flag_bits & _UTF8:
            try:
                name = name.encode("cp437").decode("utf-8")
            except UnicodeError:
                name = packed.orig_filename
        name = name.replace("\\", "/")
        if not name.endswith("/"):
            yield name, packed


def _cleaned(name: str) -> str:
    return "/".join(part for part in name.split("/") if part not in {"", "."})


def _fault(name: str, packed: zipfile.ZipInfo) -> str | None:
    """Say why an entry must not be read, if so."""
    if shown(name) != name:
        return "its name holds bytes or characters that can not be shown"
    if name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/") or not _cleaned(name):
        return "its name leads out of the archive; not followed"
    return _fault_of_kind(stat.S_IFMT(packed.external_attr >> 16)) or _fault_of_packing(name, packed)


def _fault_of_kind(kind: int) -> str | None:
    if kind == stat.S_IFLNK:
        return "a link, not followed"
    return None if kind in {0, stat.S_IFREG, stat.S_IFDIR} else "a special file, not a file"


def _fault_of_packing(name: str, packed: zipfile.ZipInfo) -> str | None:
    parts = _cleaned(name).split("/")
    if parts[0] == "__MACOSX" or any(part.startswith(".") for part in parts):
        return "hidden"
    if packed.flag_bits & _ENCRYPTED:
        return "needs a password"
    if packed.compress_type not in _METHODS:
        return "packed in a way that is not read; pack it with deflate, as most programs do"
    return None
