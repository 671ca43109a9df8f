"""Frontmatter: the YAML between `---` lines, or the TOML between `+++` lines, that opens a note."""

import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

import yaml

from ingest.types import Metadata

# The closing line must stand alone; `...` also closes YAML. At most 64 KiB: a longer run of text is no frontmatter.
_FENCED = re.compile(
    r"(?P<fence>---|\+\+\+)[ \t]*(?:\r\n|\r|\n)(?P<body>.{0,65536}?)(?<=[\r\n])(?:(?P=fence)|\.\.\.)[ \t]*(?:\r\n|\r|\n|\Z)",
    re.DOTALL,
)
_DATE_KEYS = ("updated", "last_updated", "lastmod", "last_modified", "modified", "date", "created")
_OWNER_KEYS = ("owner", "owners", "maintainer", "author", "authors")


@dataclass(frozen=True, slots=True)
class Frontmatter:
    """What a note's frontmatter says; `end` is where the note's text begins, `fault` why it could not be read."""

    end: int
    title: str | None
    metadata: Metadata
    fault: str | None


def read_frontmatter(text: str) -> Frontmatter:
    """Read the frontmatter that opens `text`, if any. Malformed frontmatter is named in `fault`, never raised."""
    match = _FENCED.match(text)
    if match is None:
        return Frontmatter(0, None, Metadata(), None)
    try:
        values = _parsed(match["fence"], match["body"])
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        return Frontmatter(match.end(), None, Metadata(), f"frontmatter not understood: {_one_line(error)}")
    if values is None:
        return Frontmatter(0, None, Metadata(), None)
    return Frontmatter(match.end(), _text(values.get("title")), _metadata(values), None)


def _parsed(fence: str, body: str) -> Mapping[object, object] | None:
    """Parse the lines between the fences; `None` when they hold no mapping: two rules with prose between them."""
    values: object = tomllib.loads(body.replace("\r\n", "\n")) if fence == "+++" else yaml.safe_load(body)
    if values is None:
        return {}
    return values if isinstance(values, Mapping) else None


def _metadata(values: Mapping[object, object]) -> Metadata:
    return Metadata(
        tags=tuple(tag.lstrip("#") for tag in _texts(values.get("tags", values.get("tag")))),
        aliases=_texts(values.get("aliases", values.get("alias"))),
        status=_text(values.get("status")),
        owner=next((", ".join(names) for key in _OWNER_KEYS if (names := _texts(values.get(key)))), None),
        updated=next((day for key in _DATE_KEYS if (day := _date(values.get(key)))), None),
        acl=_texts(values.get("acl")),
    )


def _text(value: object) -> str | None:
    """Give a scalar as one line of text; `None` for nothing, lists and mappings."""
    if value is None or isinstance(value, list | Mapping):
        return None
    return " ".join(str(value).split()) or None


def _texts(value: object) -> tuple[str, ...]:
    """Give a list, or a comma-separated line, as its non-empty texts in order."""
    items = value if isinstance(value, list) else str(value).split(",") if isinstance(value, str) else [value]
    return tuple(text for item in items if (text := _text(item)))


def _date(value: object) -> str | None:
    """Give a date or time as an ISO 8601 date; `None` for anything else."""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    try:
        return dt.datetime.fromisoformat(str(value).strip()).date().isoformat()
    except ValueError:
        return None


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
