"""From features to calibrated probabilities: linear models whose numbers stand in `confidence.json`.

The numbers are fitted by scripts/fit_confidence.py, which says on what and how well.
"""

import math
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import msgspec

# In log-odds; past it a float would round the probability to 1.
MOST_CERTAIN = 30.0


class Linear(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A weighted sum of named features."""

    features: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float = 0.0

    def value(self, values: Sequence[float]) -> float:
        """Give the sum for feature values in the order of `features`."""
        pairs = zip(self.weights, values, strict=True)
        return self.bias + sum(weight * value for weight, value in pairs)

    def probability(self, values: Sequence[float]) -> float:
        """Read the sum as log-odds, and give the probability, in (0, 1)."""
        return 1 / (1 + math.exp(-max(-MOST_CERTAIN, min(MOST_CERTAIN, self.value(values)))))


class Confidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How spans are compared with each other, and how probable an answer is.

    From `answered` on, an answer is given as such; from `unsure` on, as the closest that the notes have.
    """

    span: Linear
    answer: Linear
    answered: float
    unsure: float


def shares(values: Sequence[float]) -> list[float]:
    """Give the softmax of `values`: how likely each is to be the one that is right, if one of them is."""
    most = max(values, default=0.0)
    powers = [math.exp(value - most) for value in values]
    return [power / sum(powers) for power in powers]


class _Fitted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    read: Confidence
    unread: Confidence


@cache
def fitted(*, read: bool) -> Confidence:
    """Give the fitted numbers that ship with refdesk: for spans that a reader has `read`, or for others."""
    found = msgspec.json.decode((files("bot") / "confidence.json").read_bytes(), type=_Fitted)
    return found.read if read else found.unread
