"""`refdesk onboard report`: what newcomers asked that the notes did not answer."""

import sys

import click

from bot.commands.invocation import Invocation, examples

_EXAMPLES = examples(
    "refdesk onboard report", "refdesk onboard report --days 30 --json", "refdesk onboard report --by-person"
)


@click.command("report", epilog=_EXAMPLES)
@click.option("--days", type=click.IntRange(1, 3650), default=90, show_default=True, help="How far back.")
@click.option("--by-person", is_flag=True, help="Also say who asked, by their ids.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def report_command(invocation: Invocation, *, days: int, by_person: bool, as_json: bool) -> None:
    """List what newcomers asked that the notes did not answer: gaps that all others have stopped seeing.

    A newcomer is who began a path in the last 60 days. Nobody is named unless you ask for it. The exit status
    is 0, and 2 after an error.
    """
    from bot.state.database import State, kept_in
    from bot.state.newcomers import Asked, asked

    settings = invocation.settings()
    found = Asked(days, 0, 0, ())
    if kept_in(settings.state):
        with State.open(settings.state) as state:
            found = asked(state, days, by_person=by_person)
    if as_json:
        from bot.contract import written
        from bot.onboarding.listing import report_object

        click.echo(written(report_object(found, by_person=by_person)))
        return
    from bot.render.onboarding_report import show_report

    show_report(sys.stdout, found, by_person=by_person, plain=invocation.plain)
