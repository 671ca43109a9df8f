"""Values with a checksum beside them: a changed byte is found when the value is read, and costs no more."""

from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

import msgspec

from index.manifest import damaged

_Value = TypeVar("_Value")
_SEAL_BYTES = 8


def sealed(name: str, value: object) -> tuple[bytes, bytes]:
    """Give a value as JSON, and its seal: a checksum of it and of the name it is kept under."""
    body = msgspec.json.encode(value)
    return body, _seal(name, body)


def unsealed(name: str, path: Path, rows: list[tuple[object, object]], kind: type[_Value]) -> _Value:
    """Give the value that was sealed under `name`: `rows` hold its JSON and seal, found in the file `path`.

    Raises `DamagedIndexError` if nothing was found, or if it is not what was sealed under that name.
    """
    for body, checksum in rows:
        # A damaged row may claim to hold a number, or text.
        if isinstance(body, bytes) and _seal(name, body) == checksum:
            return msgspec.json.decode(body, type=kind)
    raise damaged(f"{name} in {path} has changed since it was written")


def _seal(name: str, body: bytes) -> bytes:
    return blake2b(name.encode() + b"\0" + body, digest_size=_SEAL_BYTES).digest()
