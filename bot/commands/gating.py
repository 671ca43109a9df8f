"""Building behind a gate: labelled questions say whether what was built may be published."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.invocation import Invocation, built, reader_of
from ingest.errors import RefusedError

if TYPE_CHECKING:
    from bot.evaluation.gate import Gate
    from index.types import BuildReport
    from ingest.origin import Named

REFUSED = 1


def built_behind_gate(
    invocation: Invocation,
    sources: "tuple[Named, ...]",
    sets: tuple[Path, ...],
    tolerance: float,
    *,
    as_json: bool,
    allow_shrink: bool = False,
) -> "BuildReport":
    """Build or update the index if that answers `sets` no worse; tell on stderr what the gate compared.

    Ends the command with status 1 where the gate refuses, after one JSON object on stdout if `as_json`.
    Raises `UsageError` for what is no labelled set, before anything is built.
    """
    from bot.evaluation.gate import Gate
    from bot.evaluation.labels import read_sets
    from bot.render.evaluation import show_judgement
    from bot.render.tables import Sheet

    settings = invocation.settings()
    gate = Gate(settings.index, settings.models, read_sets(sets), tolerance, reader_of(settings))
    sheet = Sheet(sys.stderr, plain=invocation.plain)
    try:
        report = built(settings, sources, gate, allow_shrink=allow_shrink)
    except RefusedError as error:
        show_judgement(sheet, gate.judgement)
        sheet.write(f"refused: {error}")
        if as_json:
            click.echo(_refusal(gate, error.folder))
        raise click.exceptions.Exit(REFUSED) from error
    show_judgement(sheet, gate.judgement)
    return report


def _refusal(gate: "Gate", folder: Path) -> str:
    from msgspec import to_builtins

    from bot.render.safe import safe_json

    shape = {"refused": str(folder), **to_builtins(gate.judgement)}
    return safe_json(json.dumps(shape, ensure_ascii=False))
