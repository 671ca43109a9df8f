"""The figures of a run, what changed since another, and what a gate says, for a person."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence

from bot.evaluation.comparison import Change, Comparison
from bot.evaluation.curves import RiskPoint
from bot.evaluation.figures import FIGURES
from bot.evaluation.gate import JUDGED, Judgement
from bot.evaluation.outcomes import Outcome
from bot.evaluation.report import Figures, Report
from bot.render.tables import Sheet

_NONE = "–"
_BY_KIND = {
    "questions": "n",
    "recall@1": "recall@1",
    "recall@5": "recall@5",
    "mrr@10": "MRR@10",
    "answered_right": "answered rightly",
    "precision_answered": "precision",
    "abstained_unanswerable": "abstained",
    "calibration_error": "calibration error",
}
_FIGURES = {figure.key: figure for figure in FIGURES}
# How much of the questions would be answered, for the lines of the risk-coverage table.
_COVERAGES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def show_report(sheet: Sheet, report: Report) -> None:
    """Show the figures in total, by kind and by set, and the two curves; then the comparison, if any."""
    total = report.total
    counts = f"{total['questions']:,} questions, {total['answerable']:,} answerable"
    title = f"Generation {report.generation}: {counts}"
    sheet.table(title, ("figure", "value"), [(one.title, shown(one.key, total[one.key])) for one in FIGURES])
    for name, groups in (("kind", report.kinds), ("set", report.sets)):
        if len(groups) > 1:
            _show_groups(sheet, name, groups)
    _show_risk(sheet, report.risk_coverage)
    bins = [
        (f"{b.low:.1f} to {b.high:.1f}", f"{b.questions:,}", f"{b.confidence:.3f}", f"{b.right:.3f}")
        for b in report.calibration
    ]
    sheet.table("Calibration", ("confidence", "questions", "mean", "right"), bins)
    if isinstance(report.comparison, Comparison):
        show_comparison(sheet, report.comparison, "the saved run")


def show_judgement(sheet: Sheet, judgement: Judgement) -> None:
    """Show what a gate compared, and which questions fare worse."""
    if judgement.note:
        sheet.write(f"note: {judgement.note}")
    if judgement.live is None:
        sheet.write(f"The gate compared nothing: {judgement.reason}.")
        return
    rows = [
        (
            _FIGURES[key].title,
            shown(key, judgement.before[key]),
            shown(key, judgement.now[key]),
            _fell(judgement, key),
        )
        for key in JUDGED
    ]
    sheet.table(f"Against generation {judgement.live}", ("figure", "live", "new", ""), rows)
    _show_changes(sheet, [change for change in judgement.changes if change.direction == "worse"])


def shown(key: str, value: float | None) -> str:
    """Give a figure with the digits that are worth showing."""
    if value is None:
        return _NONE
    digits = _FIGURES[key].digits if key in _FIGURES else 0
    # Adding zero turns -0.0 into 0.0.
    return f"{round(value, digits) + 0.0:,.{digits}f}"


def _fell(judgement: Judgement, key: str) -> str:
    return "fell too far" if key in judgement.fallen else ""


def _show_groups(sheet: Sheet, name: str, groups: Mapping[str, Figures]) -> None:
    rows = [(group, *(shown(key, figures[key]) for key in _BY_KIND)) for group, figures in groups.items()]
    sheet.table(f"By {name}", (name, *_BY_KIND.values()), rows)


def _show_risk(sheet: Sheet, points: Sequence[RiskPoint]) -> None:
    coverages = [point.coverage for point in points]
    chosen = dict.fromkeys(points[bisect_left(coverages, coverage)] for coverage in _COVERAGES)
    rows = [(f"{p.coverage:.3f}", f"{p.risk:.3f}", f"{p.confidence:.3f}") for p in chosen]
    sheet.table("Risk and coverage", ("answered", "of these wrong", "confidence from"), rows)


def show_comparison(sheet: Sheet, comparison: Comparison, against: str) -> None:
    """Show each figure before and now, and the questions that fare worse or better."""
    rows = []
    for difference in comparison.differences:
        key, before, now = difference.figure, difference.before, difference.now
        low, high = shown(key, difference.low), shown(key, difference.high)
        cells = (shown(key, before), shown(key, now), f"{low} to {high}", difference.clear or "")
        rows.append((_FIGURES[key].title, *cells))
    title = f"Against {against}, {comparison.questions:,} questions that both have"
    if comparison.left_out:
        title += f" ({comparison.left_out:,} that only one has are left out)"
    sheet.table(title, ("figure", "before", "now", "95% interval of the difference", ""), rows)
    _show_changes(sheet, comparison.changes)


def _show_changes(sheet: Sheet, changes: Sequence[Change]) -> None:
    for direction in ("worse", "better"):
        named = [change for change in changes if change.direction == direction]
        if named:
            sheet.write()
            sheet.write(f"{direction.capitalize()}: {len(named):,}")
        for change in named:
            now = change.now
            sheet.write(f"  {now.set} {now.id}: {now.question}")
            sheet.write(f"    {standing(change.before)} -> {standing(now)}")


def standing(outcome: Outcome) -> str:
    """Say in words what became of a question."""
    found = "" if not outcome.answerable else f", found at {outcome.rank}" if outcome.rank else ", not found"
    right = "right" if outcome.correct else "wrong"
    said = outcome.verdict.replace("_", " ") + (f" ({right})" if outcome.cited else "")
    return said + found
