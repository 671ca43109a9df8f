"""`refdesk index`: build the index, or bring it up to date."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.gating import built_behind_gate
from bot.commands.invocation import Invocation, built, examples
from ingest.errors import DamagedIndexError, IncompatibleIndexError, UsageError

if TYPE_CHECKING:
    from bot.config import Settings
    from index.types import BuildReport

_SKIPPED_SHOWN = 5
_EXAMPLES = examples(
    "refdesk index notes",
    "refdesk index notes runbooks ~/wiki",
    "refdesk index --json",
    "refdesk index --gate questions.csv",
)


@click.command("index", epilog=_EXAMPLES)
@click.argument("sources", metavar="[SOURCE]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@click.option(
    "--gate",
    "sets",
    metavar="SET",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Publish only what answers these questions no worse than before; may be repeated.",
)
@click.option(
    "--gate-tolerance",
    "tolerance",
    type=click.FloatRange(0, 1),
    default=0.01,
    show_default=True,
    help="How far a share of right answers may fall at the gate.",
)
@click.option("--allow-shrink", is_flag=True, help="Publish even if a source lost most of its documents.")
@click.pass_obj
def index_command(
    invocation: Invocation,
    sources: tuple[Path, ...],
    *,
    as_json: bool,
    sets: tuple[Path, ...],
    tolerance: float,
    allow_shrink: bool,
) -> None:
    """Build the index, or bring it up to date.

    Each SOURCE is a folder or a file. Those named are all there are: the notes of a source that is no longer
    named leave the index. With none named, the configured sources are taken, or those of the index as it is.
    A source that suddenly has less than half of its documents is held back: it may not be mounted.
    A SET is what `refdesk eval` takes. The exit status is 0, or 1 when the gate refused what was built, or 2
    after an error.
    """
    settings = invocation.settings()
    before = _sources_before(settings)
    named = tuple(source.absolute() for source in sources) or settings.sources
    named = named or before
    if not named:
        raise UsageError(
            'no source is named; run: refdesk index FOLDER, or set in refdesk.toml: sources = ["FOLDER"]'
        )
    if sets:
        report = built_behind_gate(
            invocation, named, sets, tolerance, as_json=as_json, allow_shrink=allow_shrink
        )
    else:
        report = built(settings, named, allow_shrink=allow_shrink)
    if as_json:
        from bot.contract import build_object, written

        click.echo(written(build_object(report)))
        return
    kept = {root.resolve() for root in named}
    _show(report, [root for root in before if root.resolve() not in kept])


def _sources_before(settings: "Settings") -> tuple[Path, ...]:
    """Give the sources of the index as it is; none where there is no index, or one too damaged to tell."""
    from index.manifest import read_manifest
    from index.store import Store

    store = Store(settings.index)
    try:
        number = store.current()
        return (
            () if number is None else tuple(Path(s.root) for s in read_manifest(store.folder(number)).sources)
        )
    except (DamagedIndexError, IncompatibleIndexError):
        # The build replaces such an index: it needs only to be told its sources anew.
        return ()


def _show(report: "BuildReport", dropped: list[Path]) -> None:
    from bot.render.safe import safe_line

    counts = ", ".join(
        f"{getattr(report, name):,} {name}" for name in ("added", "changed", "moved", "removed", "unchanged")
    )
    click.echo(f"Generation {report.generation}. Documents: {counts}.")
    click.echo(
        f"Passages: {report.passages:,}, of which {report.encoded:,} were encoded. "
        f"It took {report.seconds['total']:.1f} s."
    )
    for root in dropped:
        click.echo(f"No longer a source: {safe_line(str(root))}")
    if report.skipped:
        click.echo(f"Not indexed: {len(report.skipped):,}. `refdesk status` lists them all.")
    for file in report.skipped[:_SKIPPED_SHOWN]:
        click.echo(f"  {safe_line(file.path)}: {safe_line(file.reason)}")
