"""Onboarding paths as they are written: in a note's frontmatter under `onboarding`, or in a `paths.toml`.

onboarding:
  for: engineers who are new to Kubernetes
  stops:
    - read: "[[control-plane#What is the control plane?]]"
      why: All that follows happens there.
      check: Where does a cluster keep its state?
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import PurePosixPath

from bot.targets import Target, target_of, without_suffix
from ingest.frontmatter import ONBOARDING, frontmatter_values
from ingest.types import Document, Source

FILE_NAME = "paths.toml"
_PATH_KEYS = ("title", "for", "stops")
_STOP_KEYS = ("read", "why", "check")
_FORM = "`stops` should be a list of stops, each with a `read`, as in read: control-plane#Which parts"


@dataclass(frozen=True, slots=True)
class Stop:
    """A place to read: `target` as the path names it, in line `line` of where the path is written.

    `why` says why it matters; `check` is a question to check oneself, empty where there is none.
    """

    target: Target
    why: str
    check: str
    line: int


@dataclass(frozen=True, slots=True)
class OnboardingPath:
    """Stops in their order. `name` is what a command calls it, `file` where it is written in its `source`."""

    name: str
    title: str
    audience: str
    stops: tuple[Stop, ...]
    source: str
    file: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in the writing of a path, in which line, and what to do."""

    line: int
    what: str
    fix: str


@dataclass(frozen=True, slots=True)
class Written:
    """The paths that stand in one file, as far as they could be read, and the mistakes in them."""

    paths: tuple[OnboardingPath, ...] = ()
    mistakes: tuple[Mistake, ...] = ()


@dataclass(frozen=True, slots=True)
class PathFile:
    """The text of a `paths.toml`, which lies at `path` in its source."""

    source: str
    path: str
    text: str


def path_file(source: Source) -> PathFile | None:
    """Give the `paths.toml` at the top of a source; `None` where there is none that can be read."""
    try:
        return PathFile(source.name, FILE_NAME, (source.root / FILE_NAME).read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        return None


def paths_of_note(document: Document) -> Written:
    """Read the path in a note's frontmatter; nothing of a note without one."""
    values = frontmatter_values(document.text)
    if ONBOARDING not in values:
        return Written()
    name = without_suffix(PurePosixPath(document.path).name)
    reader = _Reader(document.text, document.source, document.path)
    return reader.written({name: values[ONBOARDING]}, document.title)


def paths_of_file(text: str, source: str, file: str) -> Written:
    """Read a `paths.toml`: a table for each path, called by its name."""
    try:
        tables = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else 1
        return Written((), (Mistake(line, f"it is no TOML: {error}", "mend that line"),))
    return _Reader(text, source, file).written(tables, "")


class _Reader:
    """Reads the paths of one file, and keeps the line where each thing stands."""

    def __init__(self, text: str, source: str, file: str) -> None:
        self._text, self._source, self._file = text, source, file
        self._at = 0
        self._mistakes: list[Mistake] = []

    def written(self, tables: Mapping[str, object], title: str) -> Written:
        paths = [path for name, table in tables.items() if (path := self._path(name, table, title))]
        return Written(tuple(paths), tuple(self._mistakes))

    def _path(self, name: str, table: object, title: str) -> OnboardingPath | None:
        self._find(rf"^\[*{re.escape(ONBOARDING if title else name)}\b")
        if not isinstance(table, Mapping):
            self._wrong(f"the path {name} is no table of values", _FORM)
            return None
        self._check_keys(table, _PATH_KEYS)
        listed = table.get("stops")
        if not isinstance(listed, list) or not listed:
            self._wrong(f"the path {name} has no stops", _FORM)
            return None
        stops = tuple(self._stops(listed))
        if not stops:
            return None
        said = _text(table, "title") or title or name.replace("-", " ").capitalize()
        return OnboardingPath(name, said, _text(table, "for"), stops, self._source, self._file)

    def _stops(self, listed: Sequence[object]) -> Iterator[Stop]:
        for number, one in enumerate(listed, 1):
            values = one if isinstance(one, Mapping) else {"read": one}
            read = _text(values, "read")
            first = read or next((str(value) for value in values.values()), "stops")
            # A long text may go on in the next line; its first words do not.
            self._find(rf"(?:[:=]\s*|-\s+)[\"']?{re.escape(first[:16])}")
            self._check_keys(values, _STOP_KEYS)
            target = target_of(read)
            if not target.note:
                self._wrong(f"stop {number} names no note", _FORM)
                continue
            yield Stop(target, _text(values, "why"), _text(values, "check"), self._line)

    def _check_keys(self, values: Mapping[str, object], known: Sequence[str]) -> None:
        for key in values:
            if key not in known:
                nearest = get_close_matches(str(key), known, n=1, cutoff=0.5)
                fix = f"did you mean `{nearest[0]}`?" if nearest else f"there are: {', '.join(known)}"
                at = self._at
                self._find(rf"^[\s-]*[\"']?{re.escape(str(key))}\b")
                self._wrong(f"`{key}` is no part of a path", fix)
                self._at = at

    def _find(self, pattern: str) -> None:
        """Go on to the end of what matches next, if anything does."""
        if match := re.compile(pattern, re.MULTILINE).search(self._text, self._at):
            self._at = match.end()

    @property
    def _line(self) -> int:
        return self._text.count("\n", 0, self._at) + 1

    def _wrong(self, what: str, fix: str) -> None:
        self._mistakes.append(Mistake(self._line, what, fix))


def _text(values: Mapping[str, object], key: str) -> str:
    """Give a text as one line; what is no text is none."""
    value = values.get(key)
    return " ".join(value.split()) if isinstance(value, str) else ""
