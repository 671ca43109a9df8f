"""`refdesk lint`: what keeps notes from being found, understood or believed."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.invocation import Invocation, examples
from bot.commands.watching import Duration
from ingest.errors import UsageError
from ingest.origin import Named, named

if TYPE_CHECKING:
    from bot.config import Settings

FOUND = 1
# The rules by name; they are imported when the command runs.
RULE_NAMES = (
    "acronym",
    "duplicate",
    "empty-heading",
    "frontmatter",
    "link",
    "long",
    "orphan",
    "path",
    "stale",
    "unread",
)
_DAY = 86_400
_EXAMPLES = examples(
    "refdesk lint",
    "refdesk lint notes --ignore acronym",
    "refdesk lint notes --rule link --rule path",
    "refdesk lint --stale 180d --json",
)
_RULE = click.Choice(RULE_NAMES)


@click.command("lint", epilog=_EXAMPLES)
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--rule", "wanted", type=_RULE, multiple=True, help="Only this rule; may be repeated.")
@click.option("--ignore", "ignored", type=_RULE, multiple=True, help="Not this rule; may be repeated.")
@click.option("--stale", type=Duration(), help="How old a note's own date may be, if not 365d.")
@click.pass_obj
def lint_command(
    invocation: Invocation,
    *,
    sources: tuple[str, ...],
    as_json: bool,
    wanted: tuple[str, ...],
    ignored: tuple[str, ...],
    stale: float | None,
) -> None:
    """Check the notes of each SOURCE, or of the configured ones; changes nothing and needs no index.

    Rules: acronym (never spelled out), duplicate (said in two places), empty-heading (no text below),
    frontmatter (can't be read), link (leads nowhere), long (more than is read at once), orphan (no note links
    to it), path (an onboarding stop that is not there), stale (not looked at for long), unread (a file that
    can't be read).

    The exit status is 0 when all is well, 1 when something was found, and 2 after an error.
    """
    from bot.lint.reading import read_notes
    from bot.lint.rules import findings
    from bot.render.lint import show_findings

    settings = invocation.settings()
    days = settings.stale_days if stale is None else int(stale // _DAY)
    rules = frozenset(wanted or RULE_NAMES) - frozenset(ignored)
    with read_notes(_named(sources, settings), settings, datetime.now(UTC).date(), days) as notes:
        found = findings(notes, rules)
    if as_json:
        from bot.contract import LintObject, written

        click.echo(written(LintObject(len(notes.documents), found)))
    else:
        show_findings(sys.stdout, found, len(notes.documents), len(notes.sources), plain=invocation.plain)
    if found:
        raise click.exceptions.Exit(FOUND)


def _named(words: tuple[str, ...], settings: "Settings") -> tuple[Named, ...]:
    given = tuple(named(word, Path.cwd()) for word in words) or settings.sources
    if not given:
        raise UsageError(
            'no source is named; run: refdesk lint FOLDER, or set in refdesk.toml: sources = ["FOLDER"]'
        )
    return given
