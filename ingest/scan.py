"""Looking through one source: every file and folder in it is found, or skipped with a reason."""

import os
import re
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import SourceError
from ingest.formats import suffix_of
from ingest.ignore import NAMES, IgnoreFile, ignored_by, read_ignore_file
from ingest.types import Source

# Lone surrogates stand for bytes that are not UTF-8; the rest would move the cursor or turn the line around.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_UNSAFE_NAME = "its name holds bytes or characters that can not be shown"
_PACKAGE_FOLDERS = frozenset({"__pycache__", "node_modules"})
_TYPES = {
    stat.S_IFSOCK: "a socket",
    stat.S_IFIFO: "a pipe",
    stat.S_IFBLK: "a device",
    stat.S_IFCHR: "a device",
}


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read: `path` is relative to the source called `source`, POSIX; `size` is in bytes.

    `identity` is its device and inode: two names with one identity are one file.
    """

    source: str
    path: str
    location: Path
    size: int
    mtime_ns: int
    identity: tuple[int, int]


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file or folder that is not read, and why. A folder's `path` ends with a slash. Safe to print."""

    source: str
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Rules:
    """What one scan goes by; `top` is the source's real folder."""

    source: str
    top: str
    max_bytes: int
    suffixes: Collection[str]

    def skip(self, path: str, reason: str) -> SkippedFile:
        return SkippedFile(self.source, shown(path), shown(reason))


def shown(name: str) -> str:
    r"""Give `name` with what is unsafe to print written out: `\x1b` for escape, `\udcff` for a stray byte."""
    return _UNSAFE.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), name)


def scan(source: Source, max_bytes: int, suffixes: Collection[str]) -> Iterator[FoundFile | SkippedFile]:
    """Give each file of `source`, and each folder that is not entered, in no particular order.

    Raises `SourceError` for a source that is gone or can not be opened.
    """
    rules = _Rules(source.name, os.path.realpath(source.root), max_bytes, suffixes)
    try:
        if stat.S_ISDIR(Path(rules.top).stat().st_mode):
            yield from _scan_folders(rules)
        else:
            yield _judged_source_file(source.root.name, rules)
    except OSError as error:
        raise SourceError(
            f"source {shown(str(source.root))}: {error.strerror}. "
            "Bring it back, or take it out of the list of sources."
        ) from error


def _scan_folders(rules: _Rules) -> Iterator[FoundFile | SkippedFile]:
    # A list of the folders still to enter, not recursion: folders nest deeper than Python's stack.
    waiting: list[tuple[str, tuple[IgnoreFile, ...]]] = [("", ())]
    while waiting:
        folder, above = waiting.pop()
        try:
            listing = _listing(f"{rules.top}/{folder}")
        except OSError as error:
            if not folder:
                raise
            yield rules.skip(folder, _unreadable(error))
            continue
        here, own = _ignore_files(folder, listing, rules)
        ignore_files = (*above, *here)
        yield from own.values()
        for entry in listing:
            if entry.name in own:
                continue
            judged = _judged(entry, folder + entry.name, ignore_files, rules)
            if judged is None:
                waiting.append((f"{folder}{entry.name}/", ignore_files))
            else:
                yield judged


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that `scan` enters, and what decides which names in it count.

    `location` is its real path; `path` is relative to the source and ends with a slash, or is empty.
    """

    location: str
    path: str
    ignore_files: tuple[IgnoreFile, ...]

    def counts(self, name: str, *, is_folder: bool) -> bool:
        """Say whether a file or folder of this name, here, is part of what `scan` goes through.

        So is an ignore file, which decides about the others.
        """
        place = self.path + name + ("/" if is_folder else "")
        return name in NAMES or not _unwanted(name, place, self.ignore_files)


def folders(source: Source) -> Iterator[Folder]:
    """Give each folder of `source` that `scan` enters, the source's own first.

    None for a source that is a file or is gone. What can not be listed is left out.
    """
    rules = _Rules(source.name, os.path.realpath(source.root), 0, ())
    waiting: list[tuple[str, tuple[IgnoreFile, ...]]] = [("", ())]
    while waiting:
        path, above = waiting.pop()
        try:
            listing = _listing(f"{rules.top}/{path}")
            inner = [entry.name for entry in listing if entry.is_dir(follow_symlinks=False)]
        except OSError:
            continue
        ignore_files = (*above, *_ignore_files(path, listing, rules)[0])
        yield Folder(f"{rules.top}/{path}".rstrip("/"), path, ignore_files)
        waiting += [
            (place, ignore_files)
            for name in inner
            if not _unwanted(name, place := f"{path}{name}/", ignore_files)
        ]


def _listing(location: str) -> list[os.DirEntry[str]]:
    with os.scandir(location) as entries:
        return list(entries)


def _ignore_files(
    folder: str, listing: list[os.DirEntry[str]], rules: _Rules
) -> tuple[list[IgnoreFile], dict[str, SkippedFile]]:
    """Read the ignore files of one folder; give them, and how each is listed itself, by name."""
    found: list[IgnoreFile] = []
    own: dict[str, SkippedFile] = {}
    for entry in sorted((e for e in listing if e.name in NAMES), key=lambda e: NAMES.index(e.name)):
        path = folder + entry.name
        try:
            if not entry.is_file(follow_symlinks=False):
                continue
            ignore_file = read_ignore_file(Path(entry.path), path)
        except OSError as error:
            own[entry.name] = rules.skip(path, f"hidden; its patterns {_unreadable(error)}")
            continue
        except ValueError as error:
            own[entry.name] = rules.skip(path, f"hidden; its patterns are not read: {error}")
            continue
        found.append(ignore_file)
        lines = ", ".join(map(str, ignore_file.bad_lines))
        own[entry.name] = rules.skip(path, f"hidden; no valid pattern in line {lines}" if lines else "hidden")
    return found, own


def _judged(
    entry: os.DirEntry[str], path: str, ignore_files: tuple[IgnoreFile, ...], rules: _Rules
) -> FoundFile | SkippedFile | None:
    """Judge one entry of a folder; `None` means a folder to enter."""
    try:
        is_folder = entry.is_dir(follow_symlinks=False)
        place = f"{path}/" if is_folder else path
        if reason := _unwanted(entry.name, place, ignore_files):
            return rules.skip(place, reason)
        if entry.is_symlink():
            return rules.skip(path, _link_reason(entry.path, rules.top))
        return None if is_folder else _judged_file(path, entry.path, rules)
    except OSError as error:
        return rules.skip(path, _unreadable(error))


def _unwanted(name: str, place: str, ignore_files: tuple[IgnoreFile, ...]) -> str | None:
    if _UNSAFE.search(name):
        return _UNSAFE_NAME
    if name.startswith("."):
        return "hidden"
    if name in _PACKAGE_FOLDERS and place.endswith("/"):
        return "holds installed packages, not notes"
    ignore_path = ignored_by(place, ignore_files)
    return ignore_path and f"ignored by {ignore_path}"


def _link_reason(location: str, top: str) -> str:
    try:
        target = os.path.realpath(location, strict=True)
    except FileNotFoundError:
        return f"link to {Path(location).readlink()}, which does not exist"
    inside = os.path.relpath(target, top)
    if inside == ".." or inside.startswith("../"):
        return f"link out of the source to {Path(location).readlink()}, not followed"
    return f"link to {inside}"


def _judged_source_file(name: str, rules: _Rules) -> FoundFile | SkippedFile:
    """Judge a file that is itself the source: being named, it may be hidden or ignored."""
    return rules.skip(name, _UNSAFE_NAME) if _UNSAFE.search(name) else _judged_file(name, rules.top, rules)


def _judged_file(path: str, location: str, rules: _Rules) -> FoundFile | SkippedFile:
    """Judge what is no folder and no link. Raises `OSError` where it can not be looked at."""
    suffix = suffix_of(path)
    status = Path(location).stat(follow_symlinks=False)
    if not stat.S_ISREG(status.st_mode):
        return rules.skip(path, f"{_TYPES.get(stat.S_IFMT(status.st_mode), 'a special file')}, not a file")
    if suffix not in rules.suffixes:
        return rules.skip(
            path, f"no reader for {suffix} files" if suffix else "no reader for files without a suffix"
        )
    if not status.st_size:
        return rules.skip(path, "empty")
    if status.st_size > rules.max_bytes:
        return rules.skip(path, f"{status.st_size:,} bytes, over the limit of {rules.max_bytes:,}")
    if not os.access(location, os.R_OK):
        return rules.skip(path, "can not be read: Permission denied")
    identity = (status.st_dev, status.st_ino)
    return FoundFile(rules.source, path, Path(location), status.st_size, status.st_mtime_ns, identity)


def _unreadable(error: OSError) -> str:
    return f"can not be read: {error.strerror}"
