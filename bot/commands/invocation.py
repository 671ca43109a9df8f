"""What the commands share: the settings, an open index, the options that filter, a page to write on."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.render.safe import safe_line
from index.types import Where
from ingest.errors import NoIndexError, RefdeskError, UsageError

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.render.terminal import Page
    from index.encoder import Encoder
    from index.live import LiveIndex
    from index.progress import Progress
    from index.reader import Reader
    from index.search import Index
    from index.types import BuildReport
    from ingest.origin import Named
    from ingest.types import Source


@dataclass(frozen=True, slots=True)
class Invocation:
    """The options that stand before the command: `--config`, `--index`, `--no-color`."""

    config: Path | None = None
    index: Path | None = None
    plain: bool = False

    def settings(self) -> "Settings":
        """Give the settings; raises `UsageError` for a wrong key or value."""
        from bot.config import load

        return load(self.config, {"index": self.index}, os.environ, Path.cwd())


def built(
    settings: "Settings",
    named: "tuple[Named, ...]",
    gate: "Callable[[Index, Progress], bool] | None" = None,
    *,
    allow_shrink: bool = False,
    encoder: "Encoder | None" = None,
    brief: bool = False,
) -> "BuildReport":
    """Build or update the index of what is `named`, showing progress on stderr.

    If `brief`, only stages that take long are shown. `encoder` is one that is open already. Raises
    `RefusedError` where `gate` says no to what was built, and `ShrunkError` where a source lost most of its
    documents unless `allow_shrink`.
    """
    from bot.progress import shown
    from index.build import build
    from index.writer import Keep

    with shown(sys.stderr, brief=brief) as progress:
        return build(
            named,
            settings.index,
            settings.encoder,
            models=settings.models,
            max_bytes=settings.max_bytes,
            threads=settings.encoding_threads,
            encoder=encoder,
            progress=progress,
            gate=gate,
            allow_shrink=allow_shrink,
            keep=Keep(settings.keep_generations, settings.keep_days),
        )


def opened(settings: "Settings") -> "Index":
    """Open the index, building it first where there is none and the settings name sources.

    Raises `NoIndexError` where they name none.
    """
    from index.search import Index

    try:
        return Index.open(
            settings.index, settings.encoder, models=settings.models, reader=reader_of(settings)
        )
    except NoIndexError:
        if not settings.sources:
            raise
    click.echo("There is no index yet: building it once.", err=True)
    built(settings, settings.sources)
    return Index.open(settings.index, settings.encoder, models=settings.models, reader=reader_of(settings))


def reader_of(settings: "Settings") -> "Reader | None":
    """Give the reader that ships with refdesk, if one is wanted."""
    from index.reader import shipped

    return shipped() if settings.reader else None


def following(settings: "Settings", index: "Index") -> "LiveIndex":
    """Give what answers each question from the generation that is live then; `index` is the first."""
    from index.live import LiveIndex
    from index.search import Index

    return LiveIndex(
        settings.index,
        index,
        lambda encoder: Index.open(
            settings.index, settings.encoder, models=settings.models, loaded=encoder, reader=index.reader
        ),
    )


def sources(index: "Index") -> "Mapping[str, Source]":
    """Give the index's sources by name."""
    return {source.name: source for source in index.sources}


def page(invocation: Invocation, index: "Index") -> "Page":
    """Give a page on stdout that links to the sources of an index, and shows ages as of today."""
    from datetime import UTC, datetime

    from bot.render.terminal import Page

    return Page(sys.stdout, sources(index), datetime.now(UTC).astimezone().date(), plain=invocation.plain)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The options that say which passages are asked for. `k` is `None` where the settings decide."""

    k: int | None
    sources: tuple[str, ...]
    paths: tuple[str, ...]
    tags: tuple[str, ...]

    def where(self, index: "Index") -> Where:
        """Give the filter; raises `UsageError` for a source that the index does not have."""
        names = sources(index)
        for name in self.sources:
            if name not in names:
                known = ", ".join(map(safe_line, names))
                raise UsageError(f"--source {name}: the index has no such source; it has: {known}")
        return Where(self.sources, self.paths, self.tags)


def filtered(command: Callable[..., None]) -> Callable[..., None]:
    """Add `-k`, `--source`, `--path` and `--tag` to a command, which gets them as one argument, `wanted`."""

    @wraps(command)
    def with_wanted(
        *args: object,
        k: int | None,
        sources: tuple[str, ...],
        paths: tuple[str, ...],
        tags: tuple[str, ...],
        **options: object,
    ) -> None:
        command(*args, wanted=Wanted(k, sources, paths, tags), **options)

    decorated: Callable[..., None] = with_wanted
    for option in (
        click.option("--tag", "tags", multiple=True, help="Only notes with this tag; may be repeated."),
        click.option(
            "--path", "paths", multiple=True, help="Only this folder, file or glob; may be repeated."
        ),
        click.option(
            "--source", "sources", multiple=True, help="Only the source of this name; may be repeated."
        ),
        click.option("-k", "k", type=click.IntRange(1, 1000), help="How many passages to rank, if not 10."),
    ):
        decorated = option(decorated)
    return decorated


def described(error: RefdeskError | OSError) -> str:
    """Give what to say of an error: of the system's, the file and the cause."""
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return str(error)


def examples(*lines: str) -> str:
    """Give the end of a help text: examples that click leaves as they stand."""
    return "\n".join(("\b", "Examples:", *(f"  {line}" for line in lines)))
