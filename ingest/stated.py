"""What a file says of itself in fields of its own format, as a note's metadata."""

import re
from collections.abc import Mapping
from datetime import date

from ingest.types import Metadata

_TAGS = ("tags", "keywords", "filetags", "page-tags")
_UPDATED = ("updated", "last_updated", "last-updated", "modified", "revdate", "date")
_OWNERS = ("owner", "maintainer", "author", "authors", "email")
_ALIASES = ("aliases", "alias")
_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")


def metadata(fields: Mapping[str, str]) -> Metadata:
    """Give the metadata that `fields`, by their names in lower case, state. Never raises."""
    return Metadata(
        tags=_listed(fields, _TAGS),
        aliases=_listed(fields, _ALIASES),
        status=_first(fields, ("status",)),
        owner=_first(fields, _OWNERS),
        updated=next((day for name in _UPDATED if (day := day_in(fields.get(name, "")))), None),
    )


def _first(fields: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((said for name in names if (said := " ".join(fields.get(name, "").split()))), None)


def _listed(fields: Mapping[str, str], names: tuple[str, ...]) -> tuple[str, ...]:
    """Give what stands between commas or semicolons, else between colons, else between blanks."""
    said = next((fields[name] for name in names if fields.get(name)), "")
    separators = r"[,;]" if re.search(r"[,;]", said) else r"[:\s]+"
    items = (" ".join(item.split()).lstrip("#") for item in re.split(separators, said))
    return tuple(dict.fromkeys(filter(None, items)))


def day_in(text: str) -> str | None:
    """Give the first date in `text` that is written year first, as ISO 8601; `None` without one."""
    for found in _DAY.finditer(text):
        try:
            return date(*map(int, found.groups())).isoformat()
        except ValueError:
            continue
    return None
