"""The command line: `refdesk`."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from bot.commands.ask import ask_command
from bot.commands.chat import chat_command
from bot.commands.completion import completion_command
from bot.commands.diff import diff_command
from bot.commands.eval import eval_command
from bot.commands.forget import forget_command
from bot.commands.generations import generations_command, rollback_command
from bot.commands.index import index_command
from bot.commands.invocation import Invocation, described, examples
from bot.commands.lint import lint_command
from bot.commands.onboard import onboard_command
from bot.commands.search import search_command
from bot.commands.slack import slack_command
from bot.commands.status import status_command
from bot.commands.verify import verify_command
from bot.render.safe import safe_text
from ingest.errors import RefdeskError

if TYPE_CHECKING:
    from io import TextIOWrapper

ERROR = 2
# What a shell reports of a command that was stopped by SIGINT, or by SIGPIPE.
INTERRUPTED = 130
PIPE_CLOSED = 141


class Failure(click.ClickException):
    """An error that is shown in one line, without a traceback."""

    exit_code = ERROR

    def show(self, file: object = None) -> None:  # noqa: ARG002 - click's signature; errors go to stderr alone
        """Write the error to stderr."""
        click.echo(f"error: {safe_text(self.message)}", err=True)


class Cli(click.Group):
    """A group of commands whose errors are shown in one line and end with status 2."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that `ctx` holds; whatever stops it becomes a line on stderr and an exit status."""
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except KeyboardInterrupt:
            click.echo(
                "\nStopped. The index is as it was; what was encoded so far is kept for the next run.",
                err=True,
            )
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            # Whoever read the output has enough. Python flushes once more at exit, and must have where to.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(PIPE_CLOSED)
        except (RefdeskError, OSError) as error:
            raise Failure(described(error)) from error


@click.group(
    cls=Cli,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples("refdesk index notes", "refdesk ask how do I undo a rollout", "refdesk ask --help"),
)
@click.option(
    "--index", type=click.Path(file_okay=False, path_type=Path), help="The folder that holds the index."
)
@click.option(
    "--config",
    envvar="REFDESK_CONFIG",
    type=click.Path(path_type=Path),
    help="The configuration file, if not the nearest refdesk.toml.",
)
@click.option("--no-color", "plain", is_flag=True, help="No colours, bold or links, as with NO_COLOR.")
@click.version_option(package_name="refdesk", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context, *, index: Path | None, config: Path | None, plain: bool) -> None:
    """Answer questions from your notes, in the notes' own words, each with its place."""
    ctx.obj = Invocation(config, index, plain)


for _command in (
    ask_command,
    chat_command,
    completion_command,
    diff_command,
    eval_command,
    forget_command,
    generations_command,
    index_command,
    lint_command,
    onboard_command,
    rollback_command,
    search_command,
    slack_command,
    status_command,
    verify_command,
):
    cli.add_command(_command)


def main() -> None:
    """Run the command line and exit with its status."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that can not write a character gets a question mark, not a traceback.
        cast("TextIOWrapper", stream).reconfigure(errors="replace")
    cli(prog_name="refdesk")
