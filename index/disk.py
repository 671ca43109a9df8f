"""Writing so that a crash or a full disk leaves the old content or the new, and says what went wrong."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.errors import IndexWriteError


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Turn an `OSError` of the block into an `IndexWriteError` that names `folder` and the cause."""
    try:
        yield
    except OSError as error:
        raise write_error(folder, error.strerror or str(error)) from error


def write_error(folder: Path, cause: str) -> IndexWriteError:
    """Give the error to raise when `folder` can not be written."""
    return IndexWriteError(
        f"can not write to {folder}: {cause}. What was built before is untouched; "
        "make room or allow writing there, then run the same again"
    )


def sync(path: Path) -> None:
    """Wait until a file's content, or a folder's list of names, is on the disk. Raises `OSError`."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """`sync` every file under `folder`, then every folder, the innermost first. Raises `OSError`."""
    for parent, _, names in os.walk(folder, topdown=False):
        for name in names:
            sync(Path(parent, name))
        sync(Path(parent))


def replace_content(path: Path, body: bytes) -> None:
    """Replace a file's content in one step: a reader, or a crash, sees all of the old or all of the new.

    Raises `OSError`. A temporary file beside `path` may be left by a crash; the next call overwrites it.
    """
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_bytes(body)
    sync(temporary)
    os.replace(temporary, path)  # noqa: PTH105 - beside the other calls that decide what a crash leaves
    sync(path.parent)
