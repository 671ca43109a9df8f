"""The sources in the settings: a list of names, or a table for each that says more of it.

sources = ["notes", "git+https://host/team/wiki.git@main#docs"]

[sources.wiki]
url = "https://host/team/wiki.git"
branch = "main"
folder = "docs"
link = "gitlab"
visible_to = ["C0123ABCD"]
"""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from bot.links import checked_link
from bot.slack.audience import Rules
from bot.slack.settings import visible_to
from ingest.errors import UsageError
from ingest.origin import Named, Origin, Repository, named

_LISTED = re.compile(rf"git\+\w+://[^/]*/[^{os.pathsep}]*|[^{os.pathsep}]+")


class SourceTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[sources.NAME]`: either `path` or `url`; a `branch` and a `folder` are those of a repository.

    `visible_to` is who sees it in Slack.
    """

    path: str | None = None
    url: str | None = None
    branch: str | None = None
    folder: str = ""
    link: str | None = None
    visible_to: object = None


def sources_of(value: object, base: Path, place: str) -> tuple[Named, ...]:
    """Give the sources that a list or a table of tables names; paths are relative to `base`.

    Raises `UsageError`, which begins with `place`, for a mistake in one of them, and `TypeError` for what is
    neither.
    """
    if isinstance(value, Mapping):
        return tuple(_of_table(name, table, base, f"{place}.{name}") for name, table in value.items())
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise TypeError
    try:
        return tuple(named(one, base) for one in value)
    except UsageError as error:
        raise UsageError(f"{place}: {error}") from error


def rules_of(value: object, sources: Sequence[Named], place: Callable[..., str]) -> Rules:
    """Give where each of `sources` is visible in Slack, as their tables say; nothing where none says it.

    `place` says where a key below stands. Raises `UsageError`, which begins with that, for a mistake, and for
    what two tables show to different people.
    """
    key = "visible_to"
    if not isinstance(value, Mapping) or not any(key in table for table in value.values()):
        return {}
    rules = {
        name: visible_to(table[key], place(name, key)) if key in table else None
        for name, table in value.items()
    }
    first: dict[object, str] = {}
    for name, source in zip(rules, sources, strict=True):
        other = first.setdefault(_identity(source), name)
        if rules[name] != rules[other]:
            raise UsageError(
                f"{place(name)}: {other} is the same place, and visible to others; give both the same "
                "visible_to, or leave one out"
            )
    return rules


def listed(text: str) -> list[str]:
    """Split what is written in one variable, as `PATH` is; the colons of a repository's address stay."""
    return _LISTED.findall(text)


def _of_table(name: str, value: object, base: Path, place: str) -> Origin:
    if not isinstance(value, Mapping):
        raise UsageError(f'{place} should be a table, as in [sources.notes] with path = "notes"')
    for key in value:
        _check_known(key, place)
    try:
        table = msgspec.convert(value, SourceTable)
        origin = _placed(table, base)
        link = None if table.link is None else checked_link(table.link, origin)
    except (msgspec.ValidationError, UsageError) as error:
        raise UsageError(f"{place}: {error}") from error
    if not name.strip() or not name.isprintable():
        raise UsageError(f"{place}: a source needs a name that can be shown, as in [sources.notes]")
    return Origin(origin, name, link)


def _identity(source: Named) -> object:
    place = source.place if isinstance(source, Origin) else source
    return place.resolve() if isinstance(place, Path) else place


def _check_known(key: str, place: str) -> None:
    known = SourceTable.__struct_fields__
    if key not in known:
        nearest = get_close_matches(key, known, n=1, cutoff=0.5)
        hint = f"did you mean {nearest[0]}?" if nearest else f"there are: {', '.join(known)}"
        raise UsageError(f"{place}.{key} is not a setting of a source; {hint}")


def _placed(table: SourceTable, base: Path) -> Path | Repository:
    if bool(table.path) == bool(table.url):
        raise UsageError('it needs either a path, as in path = "notes", or the url of a git repository')
    if table.path:
        place = named(table.path, base)
    else:
        url = table.url or ""
        place = named(url if url.startswith("git+") or not urlsplit(url).scheme else f"git+{url}", base)
    found = place.place if isinstance(place, Origin) else place
    if isinstance(found, Repository):
        return Repository(found.url, table.branch or found.branch, table.folder.strip("/") or found.folder)
    if table.url or table.branch is not None or table.folder:
        raise UsageError("a url, branch or folder is that of a git repository, and this is none")
    return found
