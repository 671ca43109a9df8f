"""Folders of notes to walk, and what a walk says of them."""

from collections.abc import Mapping
from pathlib import Path

from ingest.sources import resolve_sources
from ingest.walk import MAX_BYTES, Walk, walk


def tree(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write `files`, by path, under `root`; a path that ends with a slash makes an empty folder."""
    for path, body in files.items():
        location = root / path
        (location if path.endswith("/") else location.parent).mkdir(parents=True, exist_ok=True)
        if not path.endswith("/"):
            location.write_bytes(body if isinstance(body, bytes) else body.encode())
    return root


def walked(*roots: Path, max_bytes: int = MAX_BYTES) -> Walk:
    """Walk the folders or files `roots`."""
    return walk(resolve_sources(roots), max_bytes=max_bytes)


def found(result: Walk) -> list[str]:
    """Give the paths that a walk found."""
    return [file.path for file in result.files]


def reasons(result: Walk) -> dict[str, str]:
    """Give the reasons for what a walk skipped, by path."""
    return {skipped.path: skipped.reason for skipped in result.skipped}
