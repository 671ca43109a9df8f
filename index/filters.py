"""Which documents a filter allows."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from index.types import Where


def allows(where: Where, source: str, path: str, tags: Sequence[str]) -> bool:
    """Tell whether `where` allows the document at `path` in `source`, with these tags."""
    return (
        (not where.sources or source in where.sources)
        and (not where.paths or any(_under(path, wanted) for wanted in where.paths))
        and (not where.tags or any(_tagged(tag, wanted) for tag in tags for wanted in where.tags))
    )


def _under(path: str, wanted: str) -> bool:
    folder = wanted.removeprefix("./").rstrip("/")
    return folder in {"", "."} or path == folder or path.startswith(f"{folder}/") or fnmatchcase(path, folder)


def _tagged(tag: str, wanted: str) -> bool:
    tag, wanted = tag.casefold(), wanted.removeprefix("#").casefold()
    return tag == wanted or tag.startswith(f"{wanted}/")
