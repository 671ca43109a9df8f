"""`refdesk eval`: ask labelled questions and measure the answers."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.invocation import Invocation, examples, opened

if TYPE_CHECKING:
    from bot.evaluation.outcomes import Outcome
    from bot.evaluation.report import Report

_EXAMPLES = examples(
    "refdesk eval questions.csv",
    "refdesk eval handbook-set wiki-set --save before.json",
    "refdesk eval questions.csv --against before.json",
    "refdesk eval questions.csv --plot curves",
)


@click.command("eval", epilog=_EXAMPLES)
@click.argument("sets", metavar="SET...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, with every question.")
@click.option("--save", type=click.Path(dir_okay=False, path_type=Path), help="Save the run to this file.")
@click.option(
    "--against",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Compare with the run that was saved to this file.",
)
@click.option(
    "--plot",
    type=click.Path(file_okay=False, path_type=Path),
    help="Draw the risk-coverage and calibration curves into this folder.",
)
@click.pass_obj
def eval_command(
    invocation: Invocation,
    *,
    sets: tuple[Path, ...],
    as_json: bool,
    save: Path | None,
    against: Path | None,
    plot: Path | None,
) -> None:
    """Ask the questions of each SET, and measure how well they are answered.

    A SET is a folder with questions.jsonl, or a table (.csv, .tsv) or JSONL file with a question and the path
    of the file that answers it; an empty path says that the notes don't answer. The exit status is 0 however
    they are answered, and 2 after an error.
    """
    from bot.evaluation.report import save_to, saved

    before = saved(against) if against else None
    report = _compared(_run(invocation, sets), before)
    if save:
        save_to(save, report)
    if plot:
        _draw(report, before, plot)
    if as_json:
        from bot.evaluation.report import written

        click.echo(written(report))
    else:
        from bot.render.evaluation import show_report
        from bot.render.tables import Sheet

        show_report(Sheet(sys.stdout, plain=invocation.plain), report)


def _run(invocation: Invocation, sets: tuple[Path, ...]) -> "Report":
    from bot.evaluation.expected import missing
    from bot.evaluation.labels import read_sets
    from bot.evaluation.outcomes import asked, asking
    from bot.evaluation.report import report_of
    from bot.progress import shown
    from bot.render.safe import safe_line

    labels = read_sets(sets)
    index = opened(invocation.settings())
    if note := missing(labels, index):
        click.echo(f"note: {safe_line(note)}", err=True)
    with shown(sys.stderr) as progress:
        outcomes = asked(asking(index), labels, progress)
    return report_of(index.generation, outcomes)


def _compared(report: "Report", before: "Report | None") -> "Report":
    if before is None:
        return report
    from dataclasses import replace

    from bot.evaluation.comparison import compared

    return replace(report, comparison=compared(before.outcomes, report.outcomes))


def _draw(report: "Report", before: "Report | None", folder: Path) -> None:
    from bot.evaluation.plots import plot
    from bot.render.safe import safe_line

    runs: dict[str, tuple[Outcome, ...]] = {"now": report.outcomes}
    if before:
        runs["before"] = before.outcomes
    for picture in plot(runs, folder):
        click.echo(f"drawn: {safe_line(str(picture))}", err=True)
