"""From features to calibrated probabilities: logistic regressions whose numbers stand in `confidence.json`.

The numbers are fitted by scripts/fit_confidence.py, which says on what and how well.
"""

import math
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import msgspec

# In log-odds; past it a float would round the probability to 1.
MOST_CERTAIN = 30.0


class Logistic(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A logistic regression over named features, each less its `mean` and divided by its `scale`."""

    features: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float

    def probability(self, values: Sequence[float]) -> float:
        """Give the probability, in (0, 1), for feature values in the order of `features`."""
        terms = zip(self.weights, values, self.mean, self.scale, strict=True)
        logit = self.bias + sum(weight * (value - mean) / scale for weight, value, mean, scale in terms)
        return 1 / (1 + math.exp(-max(-MOST_CERTAIN, min(MOST_CERTAIN, logit))))


class Confidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a span is scored and how an answer is.

    From `answered` on, an answer is given as such; from `unsure` on, as the closest that the notes have.
    """

    span: Logistic
    answer: Logistic
    answered: float
    unsure: float


@cache
def fitted() -> Confidence:
    """Give the fitted numbers that ship with refdesk."""
    return msgspec.json.decode((files("bot") / "confidence.json").read_bytes(), type=Confidence)
