"""`refdesk generations` and `refdesk rollback`: what there is to go back to, and going back."""

import sys

import click

from bot.commands.invocation import Invocation, examples

UNKNOWN = 1


@click.command("generations", epilog=examples("refdesk generations", "refdesk generations --json"))
@click.option("--json", "as_json", is_flag=True, help='Print {"live": …, "problem": …, "generations": […]}.')
@click.pass_obj
def generations_command(invocation: Invocation, *, as_json: bool) -> None:
    """List the generations of the index, newest first: their age, what they hold, and what changed in each.

    Each run of refdesk index that finds something changed makes one; `live` marks the one that answers. The
    exit status is 0, or 1 when it can not be told which one is live, and 2 after an error.
    """
    from index.history import history

    found = history(invocation.settings().index)
    if as_json:
        from bot.contract import history_object, written

        click.echo(written(history_object(found)))
    else:
        from bot.render.generations import show_history
        from bot.render.tables import Sheet

        show_history(Sheet(sys.stdout, plain=invocation.plain), found)
    if found.problem:
        raise click.exceptions.Exit(UNKNOWN)


@click.command("rollback", epilog=examples("refdesk rollback", "refdesk rollback 11"))
@click.argument("number", metavar="[N]", required=False, type=click.IntRange(1))
@click.option("--json", "as_json", is_flag=True, help='Print {"generation": …, "before": …}.')
@click.pass_obj
def rollback_command(invocation: Invocation, number: int | None, *, as_json: bool) -> None:
    """Let an older generation answer: the one before the live one, or generation N.

    It is proved first, byte by byte, and nothing changes unless it is whole. The newer ones stay, so that
    refdesk rollback N leads forward again. The exit status is 0, and 2 after an error.
    """
    from index.rollback import roll_back

    settings = invocation.settings()
    done = roll_back(settings.index, number, settings.encoder, models=settings.models)
    if as_json:
        from bot.contract import written

        click.echo(written(done))
        return
    if done.before == done.generation:
        click.echo(f"Generation {done.generation} is live already.")
        return
    before = f", no longer {done.before}" if done.before else ""
    click.echo(f"Generation {done.generation} answers now{before}.")
    click.echo(
        "The notes are as they were: the next `refdesk index`, and one that runs with --watch, bring their "
        "present state back as a new generation."
    )
