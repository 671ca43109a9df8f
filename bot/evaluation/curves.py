"""How risk grows with coverage, and how far confidence can be taken at its word."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.evaluation.figures import BINS, confidence_bins, rows_of
from bot.evaluation.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """What if all questions at `confidence` or more were answered.

    `coverage` is their share of all questions, `risk` the share of them that is answered wrongly.
    """

    confidence: float
    coverage: float
    risk: float


@dataclass(frozen=True, slots=True)
class ConfidenceBin:
    """The questions with a confidence in [`low`, `high`).

    `confidence` is the mean of theirs, `right` the share of them that is right.
    """

    low: float
    high: float
    questions: int
    confidence: float
    right: float


def risk_coverage(outcomes: Sequence[Outcome]) -> tuple[RiskPoint, ...]:
    """Give a point for each confidence that occurs, the highest first.

    An answer is wrong if no quote hits the label; to any unanswerable question it is.
    """
    rows = rows_of(outcomes)
    rows = rows[np.argsort(-rows["confidence"], kind="stable")]
    confidence, wrong = rows["confidence"], (~rows["correct"]).cumsum()
    # Those of equal confidence are answered together: only the last of them is a point.
    lasts = np.flatnonzero(np.append(confidence[1:] != confidence[:-1], [True] * min(1, len(rows))))
    return tuple(
        RiskPoint(float(confidence[n]), float((n + 1) / len(rows)), float(wrong[n] / (n + 1))) for n in lasts
    )


def calibration(outcomes: Sequence[Outcome]) -> tuple[ConfidenceBin, ...]:
    """Give the tenths of [0, 1] that hold a confidence, the lowest first; 1.0 is in the last."""
    rows = rows_of(outcomes)
    bins = confidence_bins(rows)
    return tuple(
        ConfidenceBin(
            number / BINS,
            (number + 1) / BINS,
            len(inside := rows[bins == number]),
            float(inside["confidence"].mean()),
            float(inside["correct"].mean()),
        )
        for number in sorted(set(bins.tolist()))
    )
