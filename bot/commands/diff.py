"""`refdesk diff`: what differs between two generations, in their documents and in their answers."""

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.invocation import Invocation, examples, reader_of
from ingest.errors import UsageError

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.evaluation.generations import AnswerChanges
    from bot.evaluation.labels import Label

_EXAMPLES = examples(
    "refdesk diff",
    "refdesk diff 11",
    "refdesk diff 9 12 --json",
    "refdesk diff 11 12 --eval questions.csv",
)


@click.command("diff", epilog=_EXAMPLES)
@click.argument("before", metavar="[A]", required=False, type=click.IntRange(1))
@click.argument("after", metavar="[B]", required=False, type=click.IntRange(1))
@click.option(
    "--eval",
    "sets",
    metavar="SET",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Ask both these questions too, and compare the answers; may be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help='Print {"documents": …, "answers": …}.')
@click.pass_obj
def diff_command(
    invocation: Invocation, before: int | None, after: int | None, *, sets: tuple[Path, ...], as_json: bool
) -> None:
    """Compare generation A with generation B: the documents that were added, changed, moved and removed.

    Without B, with the live one; without A, from the one before that. A SET is what `refdesk eval` takes. The
    exit status is 0, also where they differ, and 2 after an error.
    """
    from index.difference import difference

    settings = invocation.settings()
    before, after = _chosen(settings.index, before, after)
    labels = _labels(sets)
    documents = difference(settings.index, before, after)
    answers = _answers(settings, before, after, labels) if labels else None
    if as_json:
        from msgspec import UNSET

        from bot.contract import DifferenceObject, written

        click.echo(written(DifferenceObject(documents, answers or UNSET)))
        return
    from bot.render.generations import show_answers, show_difference
    from bot.render.tables import Sheet

    sheet = Sheet(sys.stdout, plain=invocation.plain)
    show_difference(sheet, documents)
    if answers:
        show_answers(sheet, answers, before)


def _chosen(root: Path, before: int | None, after: int | None) -> tuple[int, int]:
    from index.store import Store, no_index

    store = Store(root)
    if after is None and (after := store.current()) is None:
        raise no_index(root)
    if before is None:
        older = [number for number in store.published() if number < after]
        if not older:
            raise UsageError(
                f"there is no generation before {after} to compare with; "
                "`refdesk generations` lists what there is"
            )
        before = older[-1]
    return before, after


def _labels(sets: tuple[Path, ...]) -> "tuple[Label, ...]":
    if not sets:
        return ()
    from bot.evaluation.labels import read_sets

    return read_sets(sets)


def _answers(settings: "Settings", before: int, after: int, labels: "tuple[Label, ...]") -> "AnswerChanges":
    from bot.evaluation.expected import missing
    from bot.evaluation.generations import answer_changes
    from bot.progress import shown
    from bot.render.safe import safe_line
    from index.search import Index

    reader = reader_of(settings)
    new = Index.open(settings.index, models=settings.models, number=after, reader=reader)
    old = Index.open(settings.index, models=settings.models, number=before, loaded=new.encoder, reader=reader)
    with closing(new.store), closing(old.store), shown(sys.stderr) as progress:
        if note := missing(labels, new):
            click.echo(f"note: {safe_line(note)}", err=True)
        return answer_changes(old, new, labels, progress)
