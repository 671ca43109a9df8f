"""What goes between refdesk and its reading processes: JSON with its length in front, over pipes.

JSON and not pickle, since what comes back has been made by a process that read a hostile file.
"""

import struct
from dataclasses import dataclass
from typing import BinaryIO

from ingest.types import Document, LeftOut

_LENGTH = struct.Struct(">I")
HEADER_BYTES = _LENGTH.size

# How a worker that ran out of memory ends: what it would need to say so may be what it lacks.
OUT_OF_MEMORY = 86


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost: `seconds`, `memory` in bytes beyond the worker's own, `characters` of text."""

    seconds: float = 30.0
    memory: int = 2 * 1024**3
    characters: int = 20_000_000


@dataclass(frozen=True, slots=True)
class Request:
    """A file to read: where it lies as bytes, which file names are, and what it is called in the index."""

    source: str
    path: str
    location: bytes
    limits: Limits


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What came of a file: its documents, or the reason why there is none, and what in it was left out."""

    source: str
    path: str
    outcome: tuple[Document, ...] | str
    left_out: tuple[LeftOut, ...] = ()


def framed(message: bytes) -> bytes:
    """Put the length of a message in front of it."""
    return _LENGTH.pack(len(message)) + message


def length_of(header: bytes | bytearray) -> int:
    """Give the length that the first `HEADER_BYTES` bytes of a framed message state."""
    return int(_LENGTH.unpack_from(header)[0])


def next_message(stream: BinaryIO) -> bytes | None:
    """Read a framed message; `None` at the end of the stream."""
    header = stream.read(HEADER_BYTES)
    return stream.read(length_of(header)) if len(header) == HEADER_BYTES else None
