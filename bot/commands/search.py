"""`refdesk search`: the passages themselves, without an answer."""

import csv
import io
import os
import sys
from collections.abc import Mapping, Sequence

import click

from bot.commands.ask import asked
from bot.commands.invocation import Invocation, Wanted, examples, filtered, opened, page, sources
from bot.render.safe import heading_path, safe_cell, safe_line
from index.types import Hit
from ingest.types import Source

NOTHING_FOUND = 1
_COLUMNS = ("rank", "score", "source", "path", "location", "start", "end", "headings", "text")
_EXAMPLES = examples(
    "refdesk search canary release",
    "refdesk search --format files rollback",
    "refdesk search --format csv -k 50 --tag k8s probes",
)


@click.command("search", epilog=_EXAMPLES)
@click.argument("words", metavar="QUERY", nargs=-1)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv", "files"]),
    default="text",
    show_default=True,
    help="For people; exact; for a spreadsheet; or each file's path once.",
)
@filtered
@click.pass_obj
def search_command(invocation: Invocation, *, words: tuple[str, ...], form: str, wanted: Wanted) -> None:
    """Find the passages that fit QUERY, best first.

    The exit status is 0 when there are any, 1 when there are none, and 2 after an error.
    """
    query = asked(" ".join(words))
    settings = invocation.settings()
    index = opened(settings)
    hits = index.search(query, wanted.k or settings.k, wanted.where(index))
    if form == "json":
        from bot.contract import SearchObject, ranked, written

        click.echo(written(SearchObject(query, index.generation, ranked(hits, sources(index)))))
    elif form == "csv":
        click.echo(_table(hits), nl=False)
    elif form == "files":
        _show_files(hits, sources(index))
    else:
        from bot.render.terminal import show_hits

        show_hits(page(invocation, index), hits)
    if not hits:
        raise click.exceptions.Exit(NOTHING_FOUND)


def _table(hits: Sequence[Hit]) -> str:
    rows = io.StringIO()
    writer = csv.writer(rows, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for rank, hit in enumerate(hits, 1):
        passage, document = hit.passage, hit.passage.document
        words = (document.source, document.path, passage.location)
        texts = (heading_path(passage.headings), passage.text)
        offsets = (passage.start, passage.end)
        writer.writerow((rank, f"{hit.score:.4f}", *map(safe_cell, words), *offsets, *map(safe_cell, texts)))
    return rows.getvalue()


def _show_files(hits: Sequence[Hit], places: Mapping[str, Source]) -> None:
    from bot.links import file_of

    files = [file_of(hit.passage.document, places) or hit.passage.document.path for hit in hits]
    for name in dict.fromkeys(map(str, files)):
        # Other commands get the name as the file system has it, byte for byte.
        click.echo(safe_line(name) if sys.stdout.isatty() else os.fsencode(name))
