"""`refdesk onboard`: walk a path through the notes, stop by stop."""

import getpass
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.guiding import Guide
from bot.commands.invocation import Invocation, examples, opened, page
from bot.commands.onboard_report import report_command
from ingest.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.config import Settings
    from bot.onboarding.stops import PlacedPath
    from bot.onboarding.walking import Along, Walker
    from bot.render.terminal import Page

_NONE = (
    "the notes hold no onboarding path; a note becomes one by `onboarding:` in its frontmatter: "
    "docs/onboarding.md shows how"
)
_EXAMPLES = examples(
    "refdesk onboard",
    "refdesk onboard --path kubernetes-for-newcomers",
    "refdesk onboard --list --json",
    "refdesk onboard --path week-one --export week-one.md",
    "refdesk onboard report --days 30",
)


@click.group("onboard", invoke_without_command=True, epilog=_EXAMPLES)
@click.option("--path", "name", metavar="NAME", help="The path to walk; without it you choose one.")
@click.option("--list", "listing", is_flag=True, help="List the paths, and how far you are on each.")
@click.option("--json", "as_json", is_flag=True, help="With --list: print one JSON object.")
@click.option(
    "--export",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    is_flag=False,
    flag_value="-",
    help="Write a Markdown check list of the path, or of all, to this file or to stdout.",
)
@click.pass_context
def onboard_command(
    context: click.Context, *, name: str | None, listing: bool, as_json: bool, export: Path | None
) -> None:
    """Walk a path through the notes: read a stop, check yourself, ask, and go on another day.

    How far you are is kept in the state, for your login on this machine alone. Words may come from a pipe
    too, one a line. The exit status is 0, and 2 after an error.
    """
    if context.invoked_subcommand:
        return
    if as_json and not listing:
        raise UsageError("--json goes with --list")
    invocation: Invocation = context.obj
    settings = invocation.settings()
    index = opened(settings)
    from bot.onboarding.stops import paths_in
    from bot.onboarding.walking import Along
    from bot.state.database import kept_in

    paths = _wanted(paths_in(index), name)
    with ExitStack() as open_here:
        if listing or export:
            walker = _walker(settings, open_here) if kept_in(settings.state) else None
            along = [walker.along(path) if walker else Along(path) for path in paths]
            if export:
                _export(along, export)
            else:
                _list(page(invocation, index), along, as_json=as_json)
            return
        guide = Guide(index, page(invocation, index), _walker(settings, open_here), settings.k)
        guide.run(paths)


def _wanted(paths: "Sequence[PlacedPath]", name: str | None) -> "Sequence[PlacedPath]":
    if not paths:
        raise UsageError(_NONE)
    if name is None:
        return paths
    found = [path for path in paths if path.name.casefold() == name.casefold()]
    if not found:
        raise UsageError(f"there is no path {name}; there are: {', '.join(path.name for path in paths)}")
    return found


def _walker(settings: "Settings", open_here: ExitStack) -> "Walker":
    from bot.onboarding.walking import Walker
    from bot.state.database import State
    from bot.state.walks import Person

    return Walker(open_here.enter_context(State.open(settings.state)), Person("", f"local:{_login()}"))


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container may run as a number that has no name.
        return "somebody"


def _list(shown: "Page", along: "Sequence[Along]", *, as_json: bool) -> None:
    if as_json:
        from bot.contract import written
        from bot.onboarding.listing import listed

        click.echo(written(listed(along)))
        return
    from bot.render.onboarding import show_paths

    show_paths(shown, along)


def _export(along: "Sequence[Along]", target: Path) -> None:
    from bot.onboarding.listing import check_list

    with click.open_file(str(target), "w", encoding="utf-8") as file:
        file.write("\n".join(map(check_list, along)))


onboard_command.add_command(report_command)
