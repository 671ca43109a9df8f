"""When the content of a file was committed, by git's history of it.

A date belongs to content, not to a name: git knows each content by a digest, and the day is that of the last
commit that brought it in. So a file that was only renamed keeps its date, and one that was edited and not
committed has none, whatever its time on the disk.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import new, sha256
from pathlib import Path
from typing import IO

import msgspec

from ingest.errors import SourceError
from ingest.git import Git

# Raise it whenever a cache of before would tell other dates.
_VERSION = 1
_EPOCH = date(1970, 1, 1)
_DAY_SECONDS = 86_400
_READ_BYTES = 1 << 20
_NOTHING = b"0"
_SHA256_DIGITS = 64
_LOG = (
    "log",
    "-z",
    "--raw",
    "--no-abbrev",
    "--root",
    # Each commit that touched the folder, even where the other side of a merge would tell as much.
    "--full-history",
    # Of a merge, only what is in none of its parents; a rename alone is no change of content.
    "-c",
    "--find-renames=100%",
    "--no-show-signature",
    "--no-ext-diff",
    "--no-textconv",
    "--no-notes",
    "--format=%H %at",
)


class _Cached(msgspec.Struct):
    """What a walk of the history found: `days` since 1970 by the digest of content, all that ever was.

    `tree` holds the contents of the commit `head`, `blobs` git's digests by the hexadecimal SHA-256.
    """

    version: int
    head: str
    boundary: list[str]
    days: dict[str, int] = {}
    tree: set[str] = set()
    blobs: dict[str, str] = {}


@dataclass
class History:
    """The dates of one repository's content, as of its last commit."""

    _cached: _Cached
    _file: Path
    _changed: bool = field(default=False)

    @classmethod
    def open(cls, git: Git, cache: Path, folder: str = "") -> "History":
        """Walk the history of a folder of the repository, only as far as `cache`, a file, does not know it.

        In a work tree `folder` is in addition to the one that git works in.
        Raises `SourceError` where git fails: there is no repository, no commit, or no git.
        """
        asked = git.line("rev-parse", "--git-common-dir", "--show-prefix", "HEAD^{commit}")
        common, prefix, head = asked.rsplit("\n", 2)
        within = f":(top,literal){prefix}{folder}"
        boundary = _boundary(git.folder / common)
        before = _read(cache)
        if before and before.head == head and before.boundary == boundary:
            return cls(before, cache)
        blobs = before.blobs if before else {}
        tree = set(_tree(git, head, prefix + folder))
        days: dict[str, int] = {}
        if before and before.boundary == boundary and _descends(git, before.head, head):
            days = _merged(before.days, _walked(git, f"{before.head}..{head}", within, boundary))
        # Also where a commit beside the known ones renamed what these no longer have.
        if not days or not (tree <= days.keys() or boundary):
            days = _merged({}, _walked(git, head, within, boundary))
        return cls(_Cached(_VERSION, head, boundary, days, tree, blobs), cache, _changed=True)

    def updated(self, digest: str, location: Path) -> str | None:
        """Give the ISO 8601 date of the content with the hexadecimal SHA-256 `digest`, read from `location`.

        `None` where the last commit has no such content, or its history does not say when it came in.
        """
        blob = self._cached.blobs.get(digest)
        if blob is None:
            blob = self._blob(digest, location)
        day = self._cached.days.get(blob) if blob in self._cached.tree else None
        return None if day is None else (_EPOCH + timedelta(day)).isoformat()

    def save(self) -> None:
        """Write what was found out, for the next time. Raises `OSError`."""
        if self._changed:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            beside = self._file.with_suffix(".new")
            beside.write_bytes(msgspec.msgpack.encode(self._cached))
            beside.replace(self._file)

    def _blob(self, digest: str, location: Path) -> str:
        """Give git's own digest of a file; none at all where it has changed, or gone, since it was read."""
        algorithm = "sha256" if len(self._cached.head) == _SHA256_DIGITS else "sha1"
        try:
            with location.open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                ours, theirs = sha256(), new(algorithm, f"blob {size}\0".encode(), usedforsecurity=False)
                while some := file.read(_READ_BYTES):
                    ours.update(some)
                    theirs.update(some)
        except OSError:
            return ""
        if ours.hexdigest() != digest:
            return ""
        self._cached.blobs[digest] = theirs.hexdigest()
        self._changed = True
        return theirs.hexdigest()


def _boundary(common: Path) -> list[str]:
    """Give the commits at which a shallow history was cut off."""
    try:
        return sorted((common / "shallow").read_text("ascii").split())
    except (OSError, UnicodeDecodeError):
        return []


def _read(cache: Path) -> _Cached | None:
    try:
        found = msgspec.msgpack.decode(cache.read_bytes(), type=_Cached)
    except (OSError, msgspec.DecodeError):
        return None
    return found if found.version == _VERSION else None


def _descends(git: Git, before: str, head: str) -> bool:
    try:
        git.run("merge-base", "--is-ancestor", before, head)
    except SourceError:
        return False
    return True


def _tree(git: Git, head: str, folder: str) -> Iterator[str]:
    """Give the digests of the contents in a commit's folder."""
    with git.reading(
        "ls-tree", "-r", "-z", "--full-tree", head, "--", *([folder] if folder else [])
    ) as output:
        for entry in _parts(output):
            # Mode, type and digest stand before the tab, and the name, which may hold anything, behind it.
            _, kind, digest = entry.partition(b"\t")[0].split()
            if kind == b"blob":
                yield digest.decode()


def _merged(days: dict[str, int], found: Iterator[tuple[str, int]]) -> dict[str, int]:
    merged = dict(days)
    for blob, day in found:
        merged[blob] = max(day, merged.get(blob, day))
    return merged


def _walked(git: Git, commits: str, within: str, boundary: list[str]) -> Iterator[tuple[str, int]]:
    """Give what each commit brought in, and the day on which that was written, in UTC."""
    cut_off = set(boundary)
    with git.reading(*_LOG, commits, "--", within) as output:
        parts = _parts(output)
        day: int | None = None
        for part in parts:
            line = part.lstrip(b"\n")
            if line.startswith(b":"):
                blob = _brought_in(line)
                # The names: two of a rename, but in a merge.
                for _ in range(2 if line.split()[-1][:1] in b"RC" and not line.startswith(b"::") else 1):
                    next(parts)
                if blob and day is not None:
                    yield blob, day
            elif line:
                commit, _, seconds = line.decode("ascii").partition(" ")
                # All that is older than a cut-off history seems to come in at its end.
                day = None if commit in cut_off else _day(seconds)


def _brought_in(line: bytes) -> str | None:
    """Give the digest of the content that a line of `--raw` says is new; `None` where it says nothing so."""
    parents = len(line) - len(line.lstrip(b":"))
    fields = line[parents:].split()
    digests = fields[parents + 1 : -1]
    now = digests[-1]
    return None if now in digests[:-1] or not now.strip(_NOTHING) else now.decode()


def _day(seconds: str) -> int | None:
    try:
        return (datetime.fromtimestamp(int(seconds), UTC).date() - _EPOCH).days
    except (ValueError, OverflowError, OSError):
        return None


def _parts(output: IO[bytes]) -> Iterator[bytes]:
    """Give what stands before each zero byte of a file."""
    rest = b""
    while some := output.read(_READ_BYTES):
        *whole, rest = (rest + some).split(b"\0")
        yield from whole
