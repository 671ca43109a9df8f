"""What changed between two runs over the same questions, and how sure that is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.evaluation.figures import FIGURES, Figure, Rows, rows_of
from bot.evaluation.outcomes import Outcome
from ingest.errors import UsageError

RESAMPLES = 2_000
SEED = 2_026
# The ends of the interval, in percent.
INTERVAL = (2.5, 97.5)


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure before and now, and the 95% interval of now minus before; `None` where it can't be measured.

    `clear` is `better` or `worse` where the interval leaves out zero.
    """

    figure: str
    before: float | None
    now: float | None
    low: float | None
    high: float | None
    clear: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """A question that fares `better` or `worse` than before."""

    direction: str
    before: Outcome
    now: Outcome


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs over the questions that both have; `left_out` are those that only one has."""

    questions: int
    left_out: int
    differences: tuple[Difference, ...]
    changes: tuple[Change, ...]


def compared(before: Sequence[Outcome], now: Sequence[Outcome]) -> Comparison:
    """Compare two runs question by question. Raises `UsageError` if they share none."""
    earlier = {_asked(outcome): outcome for outcome in before}
    pairs = [(earlier[_asked(outcome)], outcome) for outcome in now if _asked(outcome) in earlier]
    if not pairs:
        raise UsageError("the two runs share no question; compare runs of the same sets")
    old, new = zip(*pairs, strict=True)
    left_out = len(before) + len(now) - 2 * len(pairs)
    return Comparison(len(pairs), left_out, _differences(rows_of(old), rows_of(new)), changes(old, new))


def changes(before: Sequence[Outcome], now: Sequence[Outcome]) -> tuple[Change, ...]:
    """Give the questions that fare otherwise in a second run over the same questions, the worse first."""
    found = [_change(*pair) for pair in zip(before, now, strict=True)]
    return tuple(sorted(filter(None, found), key=lambda change: change.direction == "better"))


def _asked(outcome: Outcome) -> tuple[str, str, str, bool]:
    # A question that was rewritten under its id is another question.
    return outcome.set, outcome.id, outcome.question, outcome.answerable


def _change(before: Outcome, now: Outcome) -> Change | None:
    old, new = _standing(before), _standing(now)
    if old == new:
        return None
    return Change("better" if new > old else "worse", before, now)


def _standing(outcome: Outcome) -> tuple[int, float]:
    """Give how well a question fares: by what was said first, and then by where the passage was found.

    A wrong answer is worse than none, and the right quote shown as unsure is better than none.
    """
    answered, not_answered = (3, 2) if outcome.correct else (0, 1)
    return answered if outcome.answered else not_answered, 1 / outcome.rank if outcome.rank else 0.0


def _differences(before: Rows, now: Rows) -> tuple[Difference, ...]:
    """Measure both on the same resamples of the questions: a paired bootstrap with percentile intervals.

    After Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
    """
    draw = np.random.default_rng(SEED)
    resamples = (draw.integers(len(now), size=len(now)) for _ in range(RESAMPLES))
    drawn = np.array([_measured(now[rows]) - _measured(before[rows]) for rows in resamples])
    measured = zip(FIGURES, _measured(before), _measured(now), drawn.T, strict=True)
    return tuple(_difference(figure, float(old), float(new), values) for figure, old, new, values in measured)


def _measured(rows: Rows) -> NDArray[np.float64]:
    return np.array([figure.of(rows) for figure in FIGURES])


def _difference(figure: Figure, before: float, now: float, drawn: NDArray[np.float64]) -> Difference:
    # A resample may hold nothing to measure the figure on.
    drawn = drawn[~np.isnan(drawn)]
    low, high = map(float, np.percentile(drawn, INTERVAL)) if drawn.size else (math.nan, math.nan)
    clear = None
    if low > 0 or high < 0:
        clear = "better" if (low > 0) == figure.more_is_better else "worse"
    return Difference(figure.key, _known(before), _known(now), _known(low), _known(high), clear)


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value
