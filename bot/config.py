"""Settings: built-in values, then `refdesk.toml`, then the environment, then flags; the later one wins."""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import msgspec

from bot.slack.audience import Rules
from bot.slack.settings import SlackSettings, refuse_secret
from bot.source_tables import listed, rules_of, sources_of
from ingest.errors import UsageError
from ingest.origin import Named

FILE_NAME = "refdesk.toml"
FOLDER_NAME = ".refdesk"
STATE_NAME = ".refdesk-state"
_PREFIX = "REFDESK_"
# Read elsewhere: the file to read is not itself a setting, and completion belongs to the shell.
_NOT_SETTINGS = ("REFDESK_CONFIG", "REFDESK_COMPLETE")
_UNITS = {"": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}
_SECRET = re.compile(r"://[^/\s'\"]*@")
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]*)", re.IGNORECASE)


class Size(int):
    """A number of bytes, written as such or as `50MB`."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set; each field is a key of `refdesk.toml` and a `REFDESK_…` variable.

    But for two: `slack` is a table there and no variable, and `visible_to`, where each source is visible in
    Slack, stands in the tables of the sources.

    `sources`: folders, files or git repositories to index. `index`: the folder that holds the index.
    `encoder`: the name of the encoder, or the folder of a sentence-transformers model. `models`: the
    folder that keeps exported encoders, where that is not the index. `reader`: whether what is found is read
    together with the question, to judge it. `k`: how many passages a question
    ranks. `max_bytes`: the largest file that is read. `threads`: how many threads encode; 0 stands for
    every core this process may use. `keep_generations`: how many generations stay, the live one among
    them. `keep_days`: those that are no more days old stay too. `stale_days`: how old a note's own date may
    be before `refdesk lint` reports it. `state`: the folder that holds what the bot remembers.
    """

    sources: tuple[Named, ...] = field(
        default=(), metadata={"expects": 'a list of paths, as in ["notes", "runbooks"]'}
    )
    index: Path = field(default=Path(FOLDER_NAME), metadata={"expects": "the path of a folder"})
    encoder: Annotated[str, msgspec.Meta(min_length=1)] = field(
        default="all-MiniLM-L6-v2",
        metadata={"expects": "the name of an encoder, or the path of its folder"},
    )
    models: Path | None = field(default=None, metadata={"expects": "the path of a folder"})
    reader: bool = field(default=True, metadata={"expects": "true or false"})
    k: Annotated[int, msgspec.Meta(ge=1, le=1000)] = field(
        default=10, metadata={"expects": "a whole number from 1 to 1000"}
    )
    max_bytes: Size = field(default=Size(50_000_000), metadata={"expects": 'a size, as in 2000000 or "50MB"'})
    threads: Annotated[int, msgspec.Meta(ge=0, le=1024)] = field(
        default=0, metadata={"expects": "a whole number from 0 to 1024"}
    )
    keep_generations: Annotated[int, msgspec.Meta(ge=1, le=1000)] = field(
        default=3, metadata={"expects": "a whole number from 1 to 1000"}
    )
    keep_days: Annotated[int, msgspec.Meta(ge=0, le=36_500)] = field(
        default=0, metadata={"expects": "a whole number from 0 to 36500"}
    )
    stale_days: Annotated[int, msgspec.Meta(ge=0, le=36_500)] = field(
        default=365, metadata={"expects": "a whole number from 0 to 36500"}
    )
    state: Path = field(default=Path(STATE_NAME), metadata={"expects": "the path of a folder"})
    slack: SlackSettings = field(default=SlackSettings(), metadata={"expects": "a table, as in [slack]"})
    visible_to: Rules = field(default_factory=dict, metadata={"expects": "a key of a source's table"})

    @property
    def encoding_threads(self) -> int:
        """The number of threads meant: `threads`, or as many as the cores this process may use."""
        # Not every system says which cores a process may use.
        affinity = getattr(os, "sched_getaffinity", None)
        return self.threads or (len(affinity(0)) if affinity else os.cpu_count() or 1)


_TYPES = get_type_hints(Settings, include_extras=True)
_EXPECTED: Mapping[str, str] = {one.name: one.metadata["expects"] for one in fields(Settings)}
_KEYS = tuple(name for name in _EXPECTED if name != "visible_to")
_VARIABLES = tuple(name for name in _KEYS if name != "slack")


def load(
    file: Path | None,
    flags: Mapping[str, object],
    environ: Mapping[str, str],
    folder: Path,
) -> Settings:
    """Put the settings together for a command that runs in `folder`.

    `file` is the configuration file to read; `None` looks for `refdesk.toml` in `folder` and its parents.
    `flags` hold what was given on the command line, with `None` for what was not.
    Raises `UsageError` for a file that cannot be read, and for a wrong key or value, saying where it stands.
    """
    found = file or _nearest(folder)
    base = found.absolute().parent if found else folder
    values: dict[str, Any] = {"index": base / FOLDER_NAME, "state": base / STATE_NAME}
    if found:
        values |= _from_file(found, base)
    values |= _from_environment(environ, folder)
    for name, value in flags.items():
        if value is not None:
            values[name] = _converted(name, value, folder, f"--{name}", strict=True)
    return replace(Settings(), **values)


def _nearest(folder: Path) -> Path | None:
    return next((file for one in (folder, *folder.parents) if (file := one / FILE_NAME).is_file()), None)


def _from_file(file: Path, base: Path) -> dict[str, object]:
    import tomllib

    try:
        text = file.read_text("utf-8-sig")
        table = tomllib.loads(text)
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror}; name another file with --config") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: not UTF-8 text at byte {error.start}; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file}: {error}") from error
    values: dict[str, Any] = {}
    for key, value in table.items():
        place = _placed(file, text, key)
        if key == "slack":
            values[key] = SlackSettings.of(value, partial(_placed, file, text, key))
            continue
        refuse_secret(value, place)
        _check_known(key, place, str, _KEYS)
        values[key] = _converted(key, value, base, place, strict=True)
        if key == "sources":
            values["visible_to"] = rules_of(value, values[key], partial(_placed, file, text, key))
    return values


def _placed(file: Path, text: str, *keys: str) -> str:
    """Give where a key stands in the file, and its name: `refdesk.toml:3: slack.workers`."""
    return f"{file}:{_line(text, keys)}: {'.'.join(keys)}"


def _line(text: str, keys: Sequence[str]) -> int:
    """Give the line, from 1, on which a key is set, or else one that it is within.

    It is 1 where even that is written in a way too odd to find.
    """
    place = 0
    before = r"^[ \t]*\[*"
    for key in keys:
        found = re.compile(rf"""{before}[ \t]*["']?{re.escape(key)}\b""", re.MULTILINE).search(text, place)
        if not found:
            break
        place, before = found.end(), r"(?:^|[.{,])"
    return text.count("\n", 0, place) + 1


def _from_environment(environ: Mapping[str, str], folder: Path) -> dict[str, object]:
    values: dict[str, object] = {}
    for name in sorted(environ):
        if not name.startswith(_PREFIX) or name.startswith("REFDESK_TEST_") or name in _NOT_SETTINGS:
            continue
        key = name.removeprefix(_PREFIX).lower()
        _check_known(key, f"environment: {name}", lambda nearest: f"{_PREFIX}{nearest.upper()}", _VARIABLES)
        text = environ[name]
        # An empty variable is how a compose file or a shell says "not set".
        if text:
            raw = listed(text) if key == "sources" else text
            values[key] = _converted(key, raw, folder, f"environment: {name}", strict=False)
    return values


def _check_known(key: str, place: str, spelled: Callable[[str], str], known: Sequence[str]) -> None:
    if key in known:
        return
    nearest = get_close_matches(key, known, n=1, cutoff=0.5)
    hint = (
        f"did you mean {spelled(nearest[0])}?" if nearest else f"there are: {', '.join(map(spelled, known))}"
    )
    raise UsageError(f"{place} is not a setting; {hint}")


def _converted(key: str, value: object, base: Path, place: str, *, strict: bool) -> object:
    """Turn a raw value into the setting's type, its paths absolute; `strict` refuses numbers as text."""

    def decoded(kind: type, raw: object) -> object:
        if isinstance(raw, str | os.PathLike) and kind is Path and (path := os.fspath(raw)):
            return base / Path(path).expanduser()
        if isinstance(raw, str | int) and not isinstance(raw, bool) and kind is Size:
            return _size(str(raw))
        raise TypeError

    try:
        if key == "sources":
            return sources_of(value, base, place)
        # An encoder has a name or lies in a folder: what has a slash in it is a path.
        if key == "encoder" and isinstance(value, str) and "/" in value:
            return str(base / Path(value).expanduser())
        return msgspec.convert(value, _TYPES[key], strict=strict, dec_hook=decoded)
    except (msgspec.ValidationError, TypeError, RuntimeError) as error:
        raise UsageError(f"{place} should be {_EXPECTED[key]}, not {_shown(value)}") from error


def _shown(value: object) -> str:
    """Give a value as it is written, but for the password in an address."""
    return _SECRET.sub("://***@", repr(value))


def _size(text: str) -> Size:
    """Read `2000000`, `50MB`, `1.5 GiB`; raises `ValueError` for anything else."""
    match = _SIZE.fullmatch(text.strip())
    if not match or match[2].lower() not in _UNITS:
        raise ValueError(text)
    return Size(float(match[1]) * _UNITS[match[2].lower()])
