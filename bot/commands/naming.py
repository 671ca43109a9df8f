"""Which sources a build is of: those named, those configured, or those of the index as it is."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import DamagedIndexError, IncompatibleIndexError, UsageError
from ingest.origin import Named, named, shown_name
from ingest.types import Source

if TYPE_CHECKING:
    from bot.config import Settings


def sources_to_build(
    words: Sequence[str], settings: "Settings", before: Sequence[Source]
) -> tuple[Named, ...]:
    """Give the sources named by `words`, else those of the settings, else those of the index as it is.

    Raises `UsageError` where there are none, and for a word that can be no source.
    """
    from ingest.sources import origins_of

    given = tuple(named(word, Path.cwd()) for word in words)
    found = given or settings.sources or tuple(origins_of(before))
    if not found:
        raise UsageError(
            'no source is named; run: refdesk index FOLDER, or set in refdesk.toml: sources = ["FOLDER"]'
        )
    return found


def sources_before(settings: "Settings") -> tuple[Source, ...]:
    """Give the sources of the index as it is; none where there is no index, or one too damaged to tell."""
    from index.manifest import read_manifest
    from index.store import Store

    store = Store(settings.index)
    try:
        number = store.current()
        return (
            () if number is None else tuple(one.source for one in read_manifest(store.folder(number)).sources)
        )
    except (DamagedIndexError, IncompatibleIndexError):
        # The build replaces such an index: it needs only to be told its sources anew.
        return ()


def dropped(before: Sequence[Source], kept: Sequence[Named]) -> list[str]:
    """Give the sources of the index before that are not among those `kept`, as a message shows them."""
    from ingest.sources import origins_of, same_source

    gone = [source for source in before if not any(same_source(one, source) for one in kept)]
    return [shown_name(one) for one in origins_of(gone)]
