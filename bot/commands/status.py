"""`refdesk status` and `refdesk verify`: what the index holds, and whether it is sound."""

import click

from bot.commands.invocation import Invocation, examples
from bot.render.ages import age_of_seconds
from bot.render.safe import safe_line
from index.types import FileState, Status

UNSOUND = 1


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
        f"Not indexed: {len(skipped):,}." if skipped else "Every file of the sources is indexed.",
        *map(_skipped, skipped),
    ]


def _skipped(file: FileState) -> str:
    return (
        f"  {safe_line(file.source)}: {safe_line(file.path)}: {safe_line(file.reason or 'no reason given')}"
    )


@click.command("verify", epilog=examples("refdesk verify", "refdesk verify --json"))
@click.option("--json", "as_json", is_flag=True, help='Print {"sound": …, "problems": […]}.')
@click.pass_obj
def verify_command(invocation: Invocation, *, as_json: bool) -> None:
    """Prove the index again: against its checksums, and its passages against the files they came from.

    The exit status is 0 when all is sound, 1 when there are problems, and 2 after an error.
    """
    from index.verify import verify

    problems = tuple(verify(invocation.settings().index))
    if as_json:
        from bot.contract import Verification, written

        click.echo(written(Verification(sound=not problems, problems=problems)))
    else:
        for line in problems or ("The index is sound.",):
            click.echo(safe_line(line))
    if problems:
        raise click.exceptions.Exit(UNSOUND)
