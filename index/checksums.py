"""What a folder of files must hold: the size and SHA-256 of each, recorded once and checked later."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec


class FileRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file as it was written: its size in bytes and the hexadecimal SHA-256 of its content."""

    bytes: int
    sha256: str


def sha256_of(path: Path) -> str:
    """Give the hexadecimal SHA-256 of a file's content. Raises `OSError`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_under(folder: Path) -> list[Path]:
    """Give all files under `folder`, in the order of their paths. Raises `OSError`."""
    return sorted(path for path in folder.rglob("*") if path.is_file())


def record_files(folder: Path, paths: Iterable[Path]) -> dict[str, FileRecord]:
    """Record `paths`, named relative to `folder` with forward slashes. Raises `OSError`."""
    return {
        path.relative_to(folder).as_posix(): FileRecord(path.stat().st_size, sha256_of(path))
        for path in paths
    }


def size_problems(folder: Path, files: Mapping[str, FileRecord]) -> list[str]:
    """Say in words which recorded files are missing or have another size; reads no content."""
    return [problem for name, record in files.items() if (problem := _size_problem(folder / name, record))]


def content_problems(folder: Path, files: Mapping[str, FileRecord]) -> list[str]:
    """Say in words which recorded files are missing, have another size, or hold other bytes."""
    return [problem for name, record in files.items() if (problem := _content_problem(folder / name, record))]


def _size_problem(path: Path, record: FileRecord) -> str | None:
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return f"{path} is missing"
    except OSError as error:
        return f"{path} can not be read: {error.strerror}"
    if size == record.bytes:
        return None
    return f"{path} is {'truncated' if size < record.bytes else 'too long'}: {size} of {record.bytes} bytes"


def _content_problem(path: Path, record: FileRecord) -> str | None:
    if problem := _size_problem(path, record):
        return problem
    try:
        same = sha256_of(path) == record.sha256
    except OSError as error:
        return f"{path} can not be read: {error.strerror}"
    return None if same else f"{path} has changed since it was written"
