"""`refdesk status`: what the index holds."""

import click

from bot.commands.invocation import Invocation, examples
from bot.render.ages import age_of_seconds
from bot.render.safe import safe_line
from index.types import FileState, SourceState, Status

_COMMIT_DIGITS = 10


@click.command("status", epilog=examples("refdesk status", "refdesk status --json"))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, with every file.")
@click.pass_obj
def status_command(invocation: Invocation, *, as_json: bool) -> None:
    """Show what the index holds, how old it is, and every file that is not in it, with the reason."""
    from index.search import Index

    settings = invocation.settings()
    status = Index.open(settings.index, models=settings.models).status()
    if as_json:
        from bot.contract import status_object, written

        click.echo(written(status_object(status)))
        return
    for line in _described(status):
        click.echo(line)


def _described(status: Status) -> list[str]:
    skipped = [file for file in status.files if file.state == "skipped"]
    return [
        f"Generation {status.generation}, built {age_of_seconds(status.age_seconds)} ({status.built_at}).",
        f"{status.documents:,} documents, {status.passages:,} passages, encoder {safe_line(status.encoder)}.",
        *(_in_git(source) for source in status.sources if source.commit),
        f"Not indexed: {len(skipped):,}." if skipped else "Every file of the sources is indexed.",
        *map(_skipped, skipped),
    ]


def _in_git(source: SourceState) -> str:
    folder = f", folder {source.folder}" if source.folder else ""
    place = f"{source.url}, {source.branch} at {(source.commit or '')[:_COMMIT_DIGITS]}{folder}"
    return safe_line(f"Source {source.name}: {place}.")


def _skipped(file: FileState) -> str:
    return (
        f"  {safe_line(file.source)}: {safe_line(file.path)}: {safe_line(file.reason or 'no reason given')}"
    )
