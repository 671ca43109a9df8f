"""The figures of a run, each a function of what became of its questions.

A figure is NaN where there is nothing to measure it on: precision where nothing was answered.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.evaluation.outcomes import Outcome
from bot.evaluation.retrieval import RETRIEVAL

# One row a question.
Rows = NDArray[np.void]
BINS = 10
PRECISION = 0.9
_FLAGS = ("answerable", "answered", "correct")
_NUMBERS = ("confidence", "quoted_words", "ms", "paged", "right_pages")
_ROW = np.dtype([*((name, bool) for name in _FLAGS), *((name, float) for name in (*_NUMBERS, *RETRIEVAL))])


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: its name in JSON, its name for people, how it comes about, and which way is better.

    `digits` are those worth showing.
    """

    key: str
    title: str
    of: Callable[[Rows], float]
    more_is_better: bool = True
    digits: int = 3


def rows_of(outcomes: Sequence[Outcome]) -> Rows:
    """Give an array with a row for each outcome, to be measured or drawn from."""
    rows = np.zeros(len(outcomes), _ROW)
    for name in (*_FLAGS, *_NUMBERS):
        rows[name] = [getattr(outcome, name) for outcome in outcomes]
    for name in RETRIEVAL:
        rows[name] = [outcome.retrieval[name] if outcome.retrieval else 0.0 for outcome in outcomes]
    return rows


def measured(outcomes: Sequence[Outcome]) -> dict[str, float | None]:
    """Give the number of questions and every figure, by name; `None` where there is nothing to measure."""
    rows = rows_of(outcomes)
    counts: dict[str, float | None] = {"questions": len(rows), "answerable": int(rows["answerable"].sum())}
    figures = {figure.key: figure.of(rows) for figure in FIGURES}
    return counts | {key: None if math.isnan(value) else value for key, value in figures.items()}


def confidence_bins(rows: Rows) -> NDArray[np.int64]:
    """Give the tenth of [0, 1] that each confidence lies in, from 0; 1.0 lies in the last."""
    edges = np.array([edge / BINS for edge in range(1, BINS)])
    return np.searchsorted(edges, rows["confidence"].astype(float), "right")


def _mean(values: NDArray[np.generic]) -> float:
    return float(values.mean()) if values.size else math.nan


def _of_answerable(name: str) -> Callable[[Rows], float]:
    return lambda rows: _mean(rows[name][rows["answerable"]])


def _answered_right(rows: Rows) -> float:
    return _mean((rows["correct"] & rows["answered"])[rows["answerable"]])


def _precision(rows: Rows) -> float:
    return _mean(rows["correct"][rows["answered"]])


def _abstained(rows: Rows) -> float:
    return _mean(~rows["answered"][~rows["answerable"]])


def _auroc(by: str) -> Callable[[Rows], float]:
    """Give the chance that a question with the flag `by` is more confident than one without."""

    def area(rows: Rows) -> float:
        above, below = (rows["confidence"][rows[by] == flag] for flag in (True, False))
        if not above.size or not below.size:
            return math.nan
        ordered = np.sort(below)
        won = np.searchsorted(ordered, above, "left").sum()
        not_lost = np.searchsorted(ordered, above, "right").sum()
        return float((won + not_lost) / 2 / (above.size * below.size))

    return area


def _coverage(rows: Rows) -> float:
    """Give the share of the answerable questions that is answered rightly at the best threshold.

    Such is one where at least `PRECISION` of all that is answered is right.
    """
    if not rows["answerable"].any():
        return math.nan
    right = rows["correct"][np.argsort(-rows["confidence"], kind="stable")].cumsum()
    precise = right / np.arange(1, len(rows) + 1) >= PRECISION
    return float(right[precise].max(initial=0) / rows["answerable"].sum())


def _calibration_error(rows: Rows) -> float:
    """Give the expected calibration error over ten bins of equal width (Naeini and others, 2015)."""
    if not rows.size:
        return math.nan
    excess = np.bincount(confidence_bins(rows), rows["confidence"] - rows["correct"])
    return float(np.abs(excess).sum() / rows.size)


def _median(values: NDArray[np.generic]) -> float:
    """Give the middle value, the upper one of two: a value that occurred."""
    return float(np.sort(values)[values.size // 2]) if values.size else math.nan


def _page_right(rows: Rows) -> float:
    return float(rows["right_pages"].sum() / rows["paged"].sum()) if rows["paged"].any() else math.nan


FIGURES = (
    Figure("recall@1", "recall@1", _of_answerable("recall@1")),
    Figure("recall@5", "recall@5", _of_answerable("recall@5")),
    Figure("recall@10", "recall@10", _of_answerable("recall@10")),
    Figure("mrr@10", "MRR@10", _of_answerable("mrr@10")),
    Figure("ndcg@10", "nDCG@10", _of_answerable("ndcg@10")),
    Figure("citation_hit", "a quote is right, answered or not", _of_answerable("correct")),
    Figure("answered_right", "answered rightly", _answered_right),
    Figure("precision_answered", "right, of what is answered", _precision),
    Figure("abstained_unanswerable", "unanswerable and not answered", _abstained),
    Figure("auroc_answerable", "AUROC, answerable or not", _auroc("answerable")),
    Figure("auroc_correct", "AUROC, right or not", _auroc("correct")),
    Figure("coverage@90", "coverage at 90% precision", _coverage),
    Figure("calibration_error", "calibration error", _calibration_error, more_is_better=False),
    Figure(
        "quoted_words_median",
        "quoted words, median",
        lambda rows: _median(rows["quoted_words"][rows["answered"]]),
        more_is_better=False,
        digits=0,
    ),
    Figure(
        "ms_median", "milliseconds, median", lambda rows: _median(rows["ms"]), more_is_better=False, digits=1
    ),
    Figure("page_right", "right page, of right quotes", _page_right),
)
