"""`refdesk forget`: remove all that is kept of a person."""

import re

import click

from bot.commands.invocation import Invocation, examples
from ingest.errors import UsageError

# As Slack writes a mention, or the id alone; or a login that used `refdesk onboard` in the terminal.
_USER = re.compile(r"<@([UW][A-Z0-9]{2,})(?:\|[^>]*)?>|([UW][A-Z0-9]{2,}|local:\S+)")


@click.command("forget", epilog=examples("refdesk forget U0123ABCD", "refdesk forget --json U0123ABCD"))
@click.argument("user", metavar="USER")
@click.option("--json", "as_json", is_flag=True, help='Print {"user": …, "removed": {…}}.')
@click.pass_obj
def forget_command(invocation: Invocation, user: str, *, as_json: bool) -> None:
    """Remove what the bot keeps of a person: questions, the answers to them, feedback, and what waits.

    USER is the id in Slack, which stands in the menu of a profile under "Copy member ID". Messages in Slack
    itself stay: delete them there. It may run beside the bot. The exit status is 0, also where nothing was
    kept, and 2 after an error.
    """
    from bot.state.database import State, kept_in
    from bot.state.people import forget

    found = _USER.fullmatch(user.strip())
    if not found:
        raise UsageError(f"{user!r} is no id of a person in Slack, such as U0123ABCD; a name is not enough")
    identity = found[1] or found[2]
    folder = invocation.settings().state
    removed = {}
    if kept_in(folder):
        with State.open(folder) as state:
            removed = dict(forget(state, identity))
    if as_json:
        from bot.contract import written

        click.echo(written({"user": identity, "removed": removed}))
    elif removed:
        told = ", ".join(f"{count} in {table}" for table, count in removed.items())
        click.echo(f"Removed what was kept of {identity} in {folder}: {told}.")
    else:
        click.echo(f"Nothing is kept of {identity} in {folder}.")
