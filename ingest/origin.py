"""What a person names as a source: a folder, a file, or a git repository with a branch and a folder in it."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from ingest.errors import UsageError

__all__ = ["Named", "Origin", "Repository", "named", "redacted", "shown_name"]

_GIT_SCHEME = re.compile(r"git\+([a-z]+)://", re.IGNORECASE)
_SCHEMES = frozenset({"file", "http", "https", "ssh"})
_PLAIN_ADDRESS = re.compile(r"(?:https?|ssh|git)://|[\w.-]+@[\w.-]+:", re.IGNORECASE)
# What git allows in the name of a branch or tag, and nothing that a program could take for an option.
_BRANCH = re.compile(r"(?![-/.])(?!.*(?:\.\.|@\{|//))[^\x00-\x20~^:?*\[\\\x7f]+(?<![/.])")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f]")
_EXAMPLE = "git+https://host/team/notes.git@main#folder"


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository: `url` as git takes it, and what of it is wanted.

    `branch` is a branch or a tag, `None` for the one that the repository shows first. `folder` is a path in
    it, POSIX, empty for all of it. The address may hold a password: show `redacted(url)` alone.
    """

    url: str
    branch: str | None = None
    folder: str = ""

    def __post_init__(self) -> None:
        """Raise `UsageError` where one of the three makes no sense, or would mean another thing to git."""
        parts = _split(self.url)
        if parts.scheme not in _SCHEMES or (parts.hostname or "").startswith("-") or not parts.path:
            raise UsageError(f"{redacted(self.url)} is no address of a git repository, as in {_EXAMPLE}")
        if _UNSAFE.search(self.url + self.folder):
            raise UsageError(f"{redacted(self.url)}: its address or folder holds control characters")
        if self.branch is not None and not _BRANCH.fullmatch(self.branch):
            raise UsageError(f"{redacted(self.url)}: {self.branch!r} can not be the name of a branch")
        if {"..", "."} & set(self.folder.split("/")) or self.folder != self.folder.strip("/"):
            raise UsageError(f"{redacted(self.url)}: {self.folder!r} is no folder in it, as in docs/team")


@dataclass(frozen=True, slots=True)
class Origin:
    """A source with what was said of it: its `name`, and the template or kind of its links."""

    place: Path | Repository
    name: str | None = None
    link: str | None = None


Named = Path | Origin
"""A source as a person names it; a path alone is a folder, a file, or a bare repository."""


def named(text: str, base: Path) -> Named:
    """Read one source as it is written on the command line or in a list; paths are relative to `base`.

    Raises `UsageError` for an address that is none of a git repository.
    """
    if _GIT_SCHEME.match(text):
        return Origin(_of_url(text.partition("+")[2]))
    if _PLAIN_ADDRESS.match(text) and not (base / text).exists():
        raise UsageError(f"{redacted(text)}: write a git repository as {_EXAMPLE}")
    path = base / Path(text).expanduser()
    bare = _bare(path, text)
    return path if bare is None else Origin(bare)


def redacted(url: str) -> str:
    """Give an address without its password, and for HTTP without the user, who may be a token."""
    parts = _split(url)
    user, at, host = parts.netloc.rpartition("@")
    kept = user.partition(":")[0] + at if at and parts.scheme.removeprefix("git+") == "ssh" else ""
    return parts._replace(netloc=kept + host, query="", fragment="").geturl() if parts.netloc else url


def shown_name(named: Named) -> str:
    """Give a source as a message may show it."""
    place = named.place if isinstance(named, Origin) else named
    if isinstance(place, Path):
        return str(place)
    branch = "" if place.branch is None else f"@{place.branch}"
    return redacted(place.url) + branch + (f"#{place.folder}" if place.folder else "")


def _of_url(url: str) -> Repository:
    parts = _split(url)
    path, branch = _branch_off(parts.path)
    # What follows a question mark means nothing to git's servers, and may well be a secret.
    bare = parts._replace(path=path, query="", fragment="").geturl()
    return Repository(bare, branch, unquote(parts.fragment).strip("/"))


def _branch_off(path: str) -> tuple[str, str | None]:
    before, at, branch = path.rpartition("@")
    return (before, branch) if at else (path, None)


def _bare(path: Path, text: str) -> Repository | None:
    """Give the bare repository that a path names, perhaps with a branch and a folder behind it."""
    if path.exists():
        return Repository(path.resolve().as_uri()) if _is_bare(path) else None
    before, _, folder = os.fspath(path).partition("#")
    location, branch = _branch_off(before)
    for place, wanted in ((before, None), (location, branch)):
        if place != os.fspath(path) and _is_bare(Path(place)):
            return Repository(Path(place).resolve().as_uri(), wanted, folder.strip("/"))
    if text.startswith("-"):
        raise UsageError(f"{text!r} is no source; a folder of that name is ./{text}")
    return None


def _is_bare(path: Path) -> bool:
    return (path / "HEAD").is_file() and (path / "objects").is_dir() and (path / "refs").is_dir()


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise UsageError(
            f"an address of a git repository can not be read: {error}; as in {_EXAMPLE}"
        ) from error
    return parts
