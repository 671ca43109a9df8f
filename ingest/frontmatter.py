"""Frontmatter: the YAML between `---` lines, or the TOML between `+++` lines, that opens a note."""

import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

import yaml

from ingest.types import Metadata

# The closing line stands alone; `...` also closes YAML. What is longer than 32 KiB is no frontmatter.
_FENCED = re.compile(
    r"(?P<fence>---|\+\+\+)[ \t]*+(?:\r\n|\r|\n)"
    r"(?P<body>.{0,32768}?)"
    r"(?<=[\r\n])(?:(?P=fence)|\.\.\.)[ \t]*+(?:\r\n|\r|\n|\Z)",
    re.DOTALL,
)
ONBOARDING = "onboarding"
"""The key under which a note holds an onboarding path; such a note has this tag too."""

_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_DATE_KEYS = ("updated", "last_updated", "lastmod", "last_modified", "modified", "date", "created")
_OWNER_KEYS = ("owner", "owners", "maintainer", "author", "authors")
_NOTHING = {"", "~", "null", "Null", "NULL"}


@dataclass(frozen=True, slots=True)
class Frontmatter:
    """What a note's frontmatter says; `end` is where the note's text begins.

    `fault` says why the frontmatter could not be read, if so.
    """

    end: int
    title: str | None
    metadata: Metadata
    fault: str | None


NONE = Frontmatter(0, None, Metadata(), None)
"""That of a text which has none."""


def read_frontmatter(text: str) -> Frontmatter:
    """Read the frontmatter that opens `text`, if any. What is malformed is named in `fault`, never raised."""
    match = _FENCED.match(text)
    if match is None:
        return NONE
    try:
        values = _parsed(match["fence"], match["body"])
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        return Frontmatter(match.end(), None, Metadata(), f"frontmatter read as text: {_reason(error)}")
    if values is None:
        return NONE
    return Frontmatter(match.end(), _text(values.get("title")), _metadata(values), None)


def frontmatter_values(text: str) -> Mapping[str, object]:
    """Give all that the frontmatter of `text` says, by its keys; empty where there is none to be read.

    Of YAML every value is as it is typed: text, a list or a mapping.
    """
    match = _FENCED.match(text)
    if match is None:
        return {}
    try:
        return _parsed(match["fence"], match["body"]) or {}
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError, RecursionError):
        return {}


def _parsed(fence: str, body: str) -> Mapping[str, object] | None:
    """Parse the lines between the fences; `None` when they hold no mapping: two rules with prose between.

    An empty line stands for the opening fence, so that errors count lines as the file does.
    """
    if fence == "+++":
        return tomllib.loads("\n" + body.replace("\r\n", "\n").replace("\r", "\n"))
    # This loader leaves every value as it is typed: a version 1.10 stays that, and aliases are not expanded.
    values: object = yaml.load(f"\n{body}", yaml.BaseLoader)  # noqa: S506 - it makes texts, lists and mappings alone
    if values is None:
        return {}
    return values if isinstance(values, Mapping) else None


def _metadata(values: Mapping[str, object]) -> Metadata:
    return Metadata(
        tags=_tags(values.get("tags", values.get("tag"))) + ((ONBOARDING,) if ONBOARDING in values else ()),
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
    # YAML's escapes can make half a surrogate pair, which nothing downstream could write as UTF-8.
    shown = " ".join(str(value).encode("utf-8", "replace").decode().split())
    return None if shown in _NOTHING else shown


def _texts(value: object) -> tuple[str, ...]:
    """Give a list, or a comma-separated line, as its non-empty texts in order."""
    items = value if isinstance(value, list) else value.split(",") if isinstance(value, str) else [value]
    return tuple(text for item in items if (text := _text(item)))


def _tags(value: object) -> tuple[str, ...]:
    """Give tags without their `#`; on one line they stand between commas, or between spaces."""
    listed = value.split() if isinstance(value, str) and "," not in value else value
    return tuple(tag for text in _texts(listed) if (tag := text.lstrip("# ")))


def _date(value: object) -> str | None:
    """Give the date that a date, a time or their text begins with, as ISO 8601; `None` for anything else."""
    match = _DATE.match(str(value)) if isinstance(value, str | dt.date) else None
    try:
        return dt.date(*map(int, match.groups())).isoformat() if match else None
    except ValueError:
        return None


def _reason(error: Exception) -> str:
    """Give what is wrong, on one line, with the line of the file where that is known."""
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"{error.problem} (line {error.problem_mark.line + 1})"
    return " ".join(str(error).split())[:200]
