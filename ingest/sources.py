"""From what a person names to the sources of an index: each with a place on the disk and a name."""

import os
import stat
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from urllib.parse import urlsplit

from ingest.checkout import fetched
from ingest.errors import SourceError, UsageError
from ingest.origin import Named, Origin, Repository, shown_name
from ingest.scan import shown
from ingest.types import Source


@dataclass(frozen=True, slots=True)
class _Placed:
    """A source on the disk; `parts` are what names may be made of, the last alone or with those before."""

    source: Source
    parts: tuple[str, ...]
    chosen: str | None


def resolve_sources(
    origins: Iterable[Named], checkouts: Path | None = None, told: Callable[[str], None] | None = None
) -> list[Source]:
    """Make the sources that are named, in that order; what is named twice is one source.

    Git repositories are fetched into the folder `checkouts`, and `told` is called with the name of each
    before that. A source without a chosen name is called by the last part of its path or address, and by as
    many parts as it takes where several end alike. Raises `SourceError` for a path that does not exist, can
    not be reached, or is no folder or file, and for a repository that can not be fetched; `UsageError` for
    one name given to two.
    """
    distinct = dict.fromkeys(one if isinstance(one, Origin) else Origin(one) for one in origins)
    placed: dict[Path, _Placed] = {}
    for origin in distinct:
        one = _placed(origin, checkouts, told)
        placed.setdefault(one.source.root, one)
    names = _names(list(placed.values()))
    return [replace(one.source, name=names[root]) for root, one in placed.items()]


def check_places(origins: Iterable[Named]) -> None:
    """Raise `SourceError` for a path that `resolve_sources` would, before anything is fetched or written."""
    for origin in origins:
        place = origin.place if isinstance(origin, Origin) else origin
        if isinstance(place, Path):
            _real(place)


def origins_of(sources: Iterable[Source]) -> list[Named]:
    """Give what to name for the same sources once more, under the same names: those of a generation."""
    return [_origin(source) for source in sources]


def same_source(origin: Named, source: Source) -> bool:
    """Say whether what is named is the source of a generation."""
    place = origin.place if isinstance(origin, Origin) else origin
    if isinstance(place, Path):
        return source.git is None and place.resolve() == source.root.resolve()
    return source.git is not None and shown_name(origin) == shown_name(origins_of([source])[0])


def _origin(source: Source) -> Named:
    if source.git:
        place = Repository(source.git.url, source.git.asked, source.git.folder)
        return Origin(place, source.name, source.link)
    if source.link is None and source.name == shown(source.root.name):
        return source.root
    return Origin(source.root, source.name, source.link)


def _placed(origin: Origin, checkouts: Path | None, told: Callable[[str], None] | None) -> _Placed:
    place = origin.place
    if isinstance(place, Path):
        root = _real(place)
        return _Placed(Source("", root, origin.link), root.parts, origin.name)
    if checkouts is None:
        raise SourceError(f"{shown_name(origin)}: a git repository can be indexed, and not walked in place")
    if told:
        told(shown_name(origin))
    found = fetched(place, checkouts)
    return _Placed(Source("", found.root, origin.link, found.checkout), _parts(place), origin.name)


def _parts(repository: Repository) -> tuple[str, ...]:
    """Give the parts of a repository's address; the folder in it goes with the last."""
    address = urlsplit(repository.url)
    path = [part for part in address.path.removesuffix("/").removesuffix(".git").split("/") if part]
    last = "/".join([*path[-1:], *([repository.folder] if repository.folder else [])])
    return (address.hostname or "", *path[:-1], last)


def _names(placed: Sequence[_Placed]) -> dict[Path, str]:
    chosen = {one.source.root: one.chosen for one in placed if one.chosen}
    for name in chosen.values():
        if list(chosen.values()).count(name) > 1:
            raise UsageError(f"two sources are called {name!r}; give each a name of its own")
    names: dict[Path, str] = {}
    unnamed = sorted((one for one in placed if not one.chosen), key=lambda one: one.parts[-1])
    for _, alike in groupby(unnamed, key=lambda one: one.parts[-1]):
        names |= _distinct_names(list(alike), set(chosen.values()))
    return {root: shown(name) for root, name in (names | chosen).items()}


def _distinct_names(alike: Sequence[_Placed], taken: set[str]) -> dict[Path, str]:
    """Give each source, all ending alike, the shortest tail of its parts that sets them all apart.

    Where all the parts of two are the same, as of two branches, each has its branch at the end.
    """
    longest = max(len(one.parts) for one in alike)
    for count in range(1, longest + 1):
        names = ["/".join(one.parts[-count:]) for one in alike]
        if len(set(names)) == len(names) and not taken & set(names):
            break
    else:
        names = ["/".join(one.parts) + f"@{one.source.git.branch if one.source.git else ''}" for one in alike]
    return {one.source.root: name for one, name in zip(alike, names, strict=True)}


def _real(path: Path) -> Path:
    try:
        root = Path(os.path.realpath(path, strict=True))
        mode = root.stat().st_mode
    except (OSError, ValueError) as error:
        cause = error.strerror if isinstance(error, OSError) else error
        raise SourceError(
            f"source {shown(str(path))}: {cause}. Check the path and that you may read it."
        ) from error
    if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
        raise SourceError(f"source {shown(str(path))}: neither a folder nor a file. Name a folder of notes.")
    return root
