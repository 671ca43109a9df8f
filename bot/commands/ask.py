"""`refdesk ask`: answer one question, or a file of them."""

import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.invocation import Invocation, Wanted, examples, filtered, opened, page, sources
from bot.types import Turn, Verdict
from ingest.errors import UsageError

if TYPE_CHECKING:
    from bot.types import Answer
    from index.progress import Progress
    from index.search import Index
    from index.types import Where

NOT_ANSWERED = 1
_EXAMPLES = examples(
    "refdesk ask how do I undo a rollout",
    'refdesk ask --path runbooks --tag k8s "who is paged at night?"',
    "refdesk ask --json -k 3 what is a canary release",
    "refdesk ask --batch questions.jsonl",
)


@click.command("ask", epilog=_EXAMPLES)
@click.argument("words", metavar="QUESTION", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as one JSON object.")
@click.option(
    "--batch",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="Answer each line of a JSONL file (- for stdin) with a line of JSON.",
)
@click.option("--explain", is_flag=True, help="Show the parts of the scores too.")
@filtered
@click.pass_obj
def ask_command(
    invocation: Invocation,
    *,
    words: tuple[str, ...],
    as_json: bool,
    batch: Path | None,
    explain: bool,
    wanted: Wanted,
) -> None:
    """Answer QUESTION in the notes' own words, each with its place.

    The exit status is 0 when it is answered; 1 when the notes don't say, or when it is unsure that they do; 2
    after an error. A batch ends with 0 once each of its lines has its line, whatever that says.
    """
    if batch and words:
        raise UsageError("give either a QUESTION or --batch FILE, not both")
    question = "" if batch else asked(" ".join(words))
    settings = invocation.settings()
    index = opened(settings)
    where = wanted.where(index)
    if batch:
        _answer_all(index, batch, wanted.k or settings.k, where)
        return
    from bot.answer import answer

    reply = answer(index, question, k=wanted.k or settings.k, where=where)
    if as_json:
        from bot.contract import answer_object, written

        click.echo(written(answer_object(reply, sources(index))))
    else:
        from bot.render.terminal import show_answer, show_scores

        shown = page(invocation, index)
        show_answer(shown, reply)
        if explain:
            shown.write()
            show_scores(shown, reply.passages)
    if reply.verdict is not Verdict.ANSWERED:
        raise click.exceptions.Exit(NOT_ANSWERED)


def asked(text: str) -> str:
    """Give a question fit to be asked, and say on stderr where only its start is."""
    from bot.question import readable

    question, note = readable(text)
    if note:
        click.echo(f"note: {note}", err=True)
    return question


def _answer_all(index: "Index", batch: Path, k: int, where: "Where") -> None:
    from bot.answer import answer
    from bot.batch import Desk, answered

    def reply(question: str, history: Sequence[Turn], where: "Where") -> "Answer":
        return answer(index, question, k=k, where=where, history=history)

    desk = Desk(reply, index.generation, sources(index), partial(click.echo, err=True), where)
    with click.open_file(str(batch), "rb") as lines, _watched() as progress:
        progress.stage("answer", None)
        for line in answered(desk, lines, str(batch)):
            click.echo(line)
            progress.advance()


def _watched() -> "AbstractContextManager[Progress]":
    from bot.progress import shown
    from index.progress import Quiet

    # On one terminal the bar and the answers would overwrite each other; a log wants no bar at all.
    return shown(sys.stderr) if sys.stderr.isatty() and not sys.stdout.isatty() else nullcontext(Quiet())
