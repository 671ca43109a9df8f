"""What `.gitignore` and `.refdeskignore` leave out."""

import os
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

NAMES = (".gitignore", ".refdeskignore")
"""Files that hold patterns, the later outranking the earlier in the same folder."""

# An ignore file is a page of patterns; one of this size is something else under its name.
_MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class IgnoreFile:
    """The patterns of the ignore file at `path` in a source, and the lines of it that are no pattern."""

    path: str
    patterns: tuple[GitIgnoreSpecPattern, ...]
    bad_lines: tuple[int, ...] = ()

    def ignores(self, path: str) -> bool | None:
        """Say whether the last pattern that fits `path` ignores it; `None` where none fits.

        `path` is relative to the source and lies in the ignore file's folder; a folder's ends with a slash.
        """
        within = path[self.path.rfind("/") + 1 :]
        return next((p.include for p in reversed(self.patterns) if _fits(p, within)), None)


def read_ignore_file(location: Path, path: str) -> IgnoreFile:
    """Read the patterns in the file at `location`; `path` is its place in the source.

    A line that is no pattern is left out and told in `bad_lines`. Raises `OSError` where the file can not be
    read, and `ValueError` where it is far too large to be a list of patterns.
    """
    with location.open("rb") as file:
        body = file.read(_MAX_BYTES + 1)
    if len(body) > _MAX_BYTES:
        raise ValueError(f"over {_MAX_BYTES:,} bytes")
    patterns, bad_lines = _compiled(os.fsdecode(body).removeprefix("\ufeff").split("\n"))
    return IgnoreFile(path, patterns, bad_lines)


def ignored_by(path: str, ignore_files: Sequence[IgnoreFile]) -> str | None:
    """Give the path of the ignore file that leaves `path` out, or `None` where it stays in.

    `ignore_files` are those of the folders above `path`, outermost first; the innermost that says anything
    decides, as in git.
    """
    for ignore_file in reversed(ignore_files):
        verdict = ignore_file.ignores(path)
        if verdict is not None:
            return ignore_file.path if verdict else None
    return None


def _compiled(lines: Sequence[str]) -> tuple[tuple[GitIgnoreSpecPattern, ...], tuple[int, ...]]:
    """Give the patterns among `lines`, and the numbers, from 1, of those that make no sense."""
    patterns, bad_lines = [], []
    with warnings.catch_warnings():
        # Python's own doubts about `[[]`, which to git is a plain bracket, concern nobody who reads notes.
        warnings.simplefilter("ignore", FutureWarning)
        for number, line in enumerate(lines, start=1):
            try:
                patterns.append(GitIgnoreSpecPattern(line.removesuffix("\r")))
            except (ValueError, re.error):
                bad_lines.append(number)
    return tuple(pattern for pattern in patterns if pattern.include is not None), tuple(bad_lines)


def _fits(pattern: GitIgnoreSpecPattern, path: str) -> bool:
    """Say whether the pattern means `path` itself.

    Its expression fits what lies below a folder too, which is not git's rule: `!docs/` brings back the folder
    but not each file in it. The group `ps_d` is the slash after the folder that the pattern means.
    """
    match = pattern.match_file(path)
    if match is None:
        return False
    slash = match.match.groupdict().get("ps_d")
    return slash is None or match.match.end("ps_d") == len(path)
