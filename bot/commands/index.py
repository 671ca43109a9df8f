"""`refdesk index`: build the index, or bring it up to date."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.gating import built_behind_gate
from bot.commands.invocation import Invocation, built, examples
from bot.commands.naming import dropped, sources_before, sources_to_build
from bot.commands.planning import show_plan
from bot.commands.watching import Duration, Watch, watch_sources
from ingest.errors import UsageError

if TYPE_CHECKING:
    from index.types import BuildReport

_SKIPPED_SHOWN = 5
_EXAMPLES = examples(
    "refdesk index notes",
    "refdesk index notes runbooks ~/wiki",
    "refdesk index git+https://git.example.org/team/notes.git@main#runbooks",
    "refdesk index --json",
    "refdesk index --gate questions.csv",
    "refdesk index --dry-run",
    "refdesk index --watch",
    "refdesk index --watch --every 15m --json",
)


@click.command("index", epilog=_EXAMPLES)
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
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
@click.option("--dry-run", is_flag=True, help="Say what would be done and how long it would take.")
@click.option("--watch", "events", is_flag=True, help="Go on: update the index after each change.")
@click.option(
    "--every",
    type=Duration(),
    help="Go on: look for changes at this interval, as in 90s, 15m, 2h; with --watch or without.",
)
@click.pass_obj
def index_command(
    invocation: Invocation,
    sources: tuple[str, ...],
    *,
    as_json: bool,
    sets: tuple[Path, ...],
    tolerance: float,
    allow_shrink: bool,
    dry_run: bool,
    events: bool,
    every: float | None,
) -> None:
    """Build the index, or bring it up to date.

    Each SOURCE is a folder, a file, or a git repository, git+https://host/notes.git@branch#folder, of which
    the branch and the folder may be left out. Those named are all there are: the notes of a source that is no
    longer named leave the index. With none named, the configured sources are taken, or those of the index as
    it is. A source that suddenly has less than half of its documents is held back: it may not be mounted.
    A SET is what `refdesk eval` takes. The exit status is 0, or 1 when the gate refused what was built, or 2
    after an error; with --watch or --every, 0 after SIGTERM and 130 after Ctrl-C.
    """
    _check_together(dry_run=dry_run, goes_on=events or every is not None, gated=bool(sets))
    settings = invocation.settings()
    before = sources_before(settings)
    named = sources_to_build(sources, settings, before)
    if dry_run:
        show_plan(settings, named, allow_shrink=allow_shrink, as_json=as_json)
        return
    if events or every is not None:
        watch_sources(Watch(settings, named, events, every, allow_shrink, as_json))
        return
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
    _show(report, dropped(before, named))


def _check_together(*, dry_run: bool, goes_on: bool, gated: bool) -> None:
    """Raise `UsageError` for options that contradict each other."""
    if dry_run and (goes_on or gated):
        raise UsageError("--dry-run does nothing: leave out --watch, --every and --gate")
    if goes_on and gated:
        raise UsageError("--gate is for a single run: leave out --watch and --every")


def _show(report: "BuildReport", gone: list[str]) -> None:
    from bot.render.safe import safe_line

    counts = ", ".join(
        f"{getattr(report, name):,} {name}" for name in ("added", "changed", "moved", "removed", "unchanged")
    )
    click.echo(f"Generation {report.generation}. Documents: {counts}.")
    click.echo(
        f"Passages: {report.passages:,}, of which {report.encoded:,} were encoded. "
        f"It took {report.seconds['total']:.1f} s."
    )
    for name in gone:
        click.echo(f"No longer a source: {safe_line(name)}")
    if report.skipped:
        click.echo(f"Not indexed: {len(report.skipped):,}. `refdesk status` lists them all.")
    for file in report.skipped[:_SKIPPED_SHOWN]:
        click.echo(f"  {safe_line(file.path)}: {safe_line(file.reason)}")
