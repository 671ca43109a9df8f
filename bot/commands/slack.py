"""`refdesk slack`: the bot that answers in Slack."""

import json
import logging
import os
import sys
from typing import TYPE_CHECKING

import click

from bot.commands.invocation import Invocation, examples, following, opened
from bot.render.safe import safe_line
from ingest.errors import UsageError

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.slack.settings import Tokens

WRONG = 1
_EXAMPLES = examples(
    "refdesk slack --check",
    "refdesk slack",
    "refdesk slack --http --port 3000",
    "refdesk slack manifest",
    "refdesk slack manifest --http https://bot.example.org --agent",
)


@click.group("slack", invoke_without_command=True, epilog=_EXAMPLES)
@click.option("--http", is_flag=True, help="Listen for Slack's requests over HTTP, instead of Socket Mode.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on for HTTP.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), default=3000, show_default=True, help="The port for HTTP."
)
@click.option("--check", is_flag=True, help="Say what is missing or wrong, and start nothing.")
@click.pass_context
def slack_command(ctx: click.Context, *, http: bool, host: str, port: int, check: bool) -> None:
    """Answer questions in Slack, from the index, until SIGTERM or Ctrl-C.

    The tokens stand in the environment: SLACK_BOT_TOKEN, and SLACK_APP_TOKEN for Socket Mode or
    SLACK_SIGNING_SECRET for HTTP. What was asked and not answered yet is answered after the next start.

    The exit status is 0 after SIGTERM or Ctrl-C, 1 where --check finds something wrong, and 2 after an error.
    """
    if ctx.invoked_subcommand:
        return
    from bot.slack.settings import Tokens

    settings, tokens = ctx.obj.settings(), Tokens.of(os.environ)
    if check:
        _check(settings, tokens, http=http)
        return
    if problems := tokens.problems(http=http):
        raise UsageError(f"{'; '.join(problems)}. `refdesk slack --check` looks at all of it")
    _run(settings, tokens, (host, port) if http else None)


@slack_command.command("manifest")
@click.option("--http", "url", default="", metavar="URL", help="For HTTP at this address, not Socket Mode.")
@click.option("--agent", is_flag=True, help="Slack's own place for agents, with suggested questions.")
@click.option("--onboarding", is_flag=True, help="A greeting for whoever joins.")
@click.pass_obj
def manifest_command(invocation: Invocation, *, url: str, agent: bool, onboarding: bool) -> None:
    """Print the manifest of the app, to paste at https://api.slack.com/apps under Create New App.

    It asks for no more than what is used: user groups only if sources are limited to some, and who joins
    only with --onboarding or if the settings have `onboarding_dm`.
    """
    from bot.slack.groups import groups_named
    from bot.slack.manifest import Wishes, manifest

    settings = invocation.settings()
    greets = onboarding or settings.slack.onboarding_dm
    wishes = Wishes(url, agent=agent, onboarding=greets, groups=bool(groups_named(settings.visible_to)))
    click.echo(json.dumps(manifest(wishes), indent=2))


def _check(settings: "Settings", tokens: "Tokens", *, http: bool) -> None:
    from bot.slack.check import check
    from bot.slack.service import client_of

    fine = True
    for finding in check(settings, tokens, client_of(tokens), http=http):
        fine = fine and finding.fine
        click.echo(safe_line(f"{'ok' if finding.fine else 'WRONG'}: {finding.words}"))
    if not fine:
        raise click.exceptions.Exit(WRONG)


def _run(settings: "Settings", tokens: "Tokens", http: tuple[str, int] | None) -> None:
    from bot.slack.service import Address, run

    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    run(settings, tokens, following(settings, opened(settings)), Address(*http) if http else None)
