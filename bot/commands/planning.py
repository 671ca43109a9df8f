"""`refdesk index --dry-run`: what a build would do, and how long it would take."""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from bot.progress import shown, spoken
from bot.render.safe import safe_json, safe_line, safe_text

if TYPE_CHECKING:
    from bot.config import Settings
    from index.plan import Plan
    from ingest.origin import Named

_SKIPPED_SHOWN = 20
# In seconds.
_WORTH_TELLING = 0.5


def show_plan(
    settings: "Settings", sources: "tuple[Named, ...]", *, allow_shrink: bool, as_json: bool
) -> None:
    """Find out what a build would do, and print it: as one JSON object, or in words."""
    from index.plan import plan

    with shown(sys.stderr) as progress:
        made = plan(
            sources,
            settings.index,
            settings.encoder,
            models=settings.models,
            max_bytes=settings.max_bytes,
            threads=settings.encoding_threads,
            progress=progress,
            allow_shrink=allow_shrink,
        )
    if as_json:
        click.echo(_as_json(made))
        return
    for line in _lines(made):
        click.echo(line)


def _as_json(made: "Plan") -> str:
    from msgspec import to_builtins

    seconds = {name: None if took is None else round(took, 3) for name, took in made.seconds.items()}
    rate = None if made.rate is None else round(made.rate, 1)
    shape = to_builtins(replace(made, seconds=seconds, rate=rate))
    return safe_json(json.dumps({"dry_run": True, **shape}, ensure_ascii=False))


def _lines(made: "Plan") -> Iterator[str]:
    counts = ", ".join(
        f"{getattr(made, name):,} {name}" for name in ("added", "changed", "moved", "removed", "unchanged")
    )
    yield "Nothing is changed by this. A build now would find:"
    yield f"Documents: {counts}."
    if made.to_encode is not None:
        yield f"To encode: {made.to_encode:,} of the {made.texts:,} texts of {made.passages:,} passages."
    yield from _left_out(made)
    for note in made.notes:
        yield f"Note: {safe_text(note)}."
    yield _outcome(made)
    if made.seconds["total"] is not None:
        yield _times(made)


def _left_out(made: "Plan") -> Iterator[str]:
    if made.skipped:
        more = "; --json lists them all" if len(made.skipped) > _SKIPPED_SHOWN else ""
        yield f"Not indexed: {len(made.skipped):,}{more}."
    for file in made.skipped[:_SKIPPED_SHOWN]:
        yield f"  {safe_line(file.path)}: {safe_line(file.reason)}"


def _outcome(made: "Plan") -> str:
    if made.held_back is not None:
        return f"It would be held back: {safe_text(made.held_back)}."
    if made.publishes:
        return "It would publish a new generation."
    return f"There is nothing to do: generation {made.generation} is up to date."


def _times(made: "Plan") -> str:
    stages = ", ".join(
        f"{name} {spoken(took)}"
        for name, took in made.seconds.items()
        if took and took >= _WORTH_TELLING and name != "total"
    )
    rate = f"{made.rate:,.0f} texts a second, measured on {made.sampled:,}" if made.rate else ""
    parts = "; ".join(part for part in (stages, rate) if part)
    about = f"Estimated time: {spoken(made.seconds['total'] or 0)}"
    return f"{about} ({parts})." if parts else f"{about}."
