"""A run as it is printed in JSON, saved, and read again to be compared with."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
from msgspec import UNSET, UnsetType, to_builtins

from bot.evaluation.comparison import Comparison
from bot.evaluation.curves import ConfidenceBin, RiskPoint, calibration, risk_coverage
from bot.evaluation.figures import measured
from bot.evaluation.outcomes import Outcome
from bot.render.safe import safe_json
from ingest.errors import UsageError

# Raise it whenever an older run could not be compared with.
FORMAT_VERSION = 1

Figures = dict[str, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What `eval --json` prints and `eval --save` writes; `comparison` is there after `--against`."""

    format_version: int = FORMAT_VERSION
    generation: int
    total: Figures
    kinds: dict[str, Figures]
    sets: dict[str, Figures]
    risk_coverage: tuple[RiskPoint, ...]
    calibration: tuple[ConfidenceBin, ...]
    outcomes: tuple[Outcome, ...]
    comparison: Comparison | UnsetType = UNSET


def report_of(generation: int, outcomes: tuple[Outcome, ...]) -> Report:
    """Measure the outcomes of a run: in total, by kind of question, and by set."""
    return Report(
        generation=generation,
        total=measured(outcomes),
        kinds=_measured_by("kind", outcomes),
        sets=_measured_by("set", outcomes),
        risk_coverage=risk_coverage(outcomes),
        calibration=calibration(outcomes),
        outcomes=outcomes,
    )


def _measured_by(field: str, outcomes: Sequence[Outcome]) -> dict[str, Figures]:
    names = sorted({getattr(outcome, field) for outcome in outcomes})
    return {name: measured([one for one in outcomes if getattr(one, field) == name]) for name in names}


def written(report: Report) -> str:
    """Write a run as one line of JSON. What could act on a terminal is escaped."""
    return safe_json(json.dumps(to_builtins(report), ensure_ascii=False))


def save_to(file: Path, report: Report) -> None:
    """Write a run to a file, to be compared with later. Raises `OSError`."""
    file.write_text(written(replace(report, comparison=UNSET)) + "\n", "utf-8")


def saved(file: Path) -> Report:
    """Read a run that was saved. Raises `UsageError` for what is not one, or one of another format."""
    try:
        report = msgspec.json.decode(file.read_bytes(), type=Report)
    except FileNotFoundError as error:
        raise UsageError(f"{file} does not exist; write it with: refdesk eval SET --save {file}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} is not a saved run: {error}; save it anew with --save") from error
    if report.format_version != FORMAT_VERSION:
        raise UsageError(
            f"{file} has format {report.format_version} and this refdesk reads {FORMAT_VERSION}; "
            "save it anew with --save"
        )
    return report
