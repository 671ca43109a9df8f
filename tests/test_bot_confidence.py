"""From features to probabilities."""

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.confidence import Confidence, Linear, fitted, shares
from bot.evidence import ANSWER_FEATURES
from bot.features import SPAN_FEATURES

MODEL = Linear(("a", "b"), weights=(4.0, -1.0), bias=0.5)


def test_a_value_is_a_weighted_sum() -> None:
    """Each feature times its weight, and the bias, which is none if there is none."""
    assert MODEL.value([2.0, 3.0]) == 0.5 + 4.0 * 2.0 - 3.0
    assert Linear(("a",), (2.0,)).value([1.5]) == 3.0


def test_a_probability_is_that_of_a_logistic_regression() -> None:
    """The value is taken for log-odds."""
    assert MODEL.probability([0.5, 3.0]) == 1 / (1 + math.exp(0.5))


def test_a_missing_feature_is_an_error() -> None:
    """Nothing is made of features that are not all there."""
    with pytest.raises(ValueError, match="shorter"):
        MODEL.probability([2.0])


@given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=2))
def test_a_probability_is_never_certain(values: list[float]) -> None:
    """Whatever the features, it lies strictly between 0 and 1."""
    assert 0 < MODEL.probability(values) < 1


def test_shares_are_the_softmax() -> None:
    """A value that is higher by the logarithm of three has three times the share; nothing has none."""
    assert shares([1.0, 1.0 + math.log(3)]) == pytest.approx([0.25, 0.75])
    assert shares([-5.0]) == [1.0]
    assert shares([]) == []


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=20))
def test_shares_add_up_and_keep_the_order(values: list[float]) -> None:
    """However large or far apart the values are."""
    found = shares(values)
    assert sum(found) == pytest.approx(1)
    assert all(share >= 0 for share in found)
    pairs = sorted(zip(values, found, strict=True))
    assert [share for _, share in pairs] == sorted(found)


@pytest.mark.parametrize("read", [True, False])
def test_the_fitted_numbers_are_of_the_features_as_they_are(*, read: bool) -> None:
    """Their names and order are those of the code, their thresholds are probabilities in order."""
    model = fitted(read=read)
    assert model is fitted(read=read)
    assert model.span.features == SPAN_FEATURES
    assert model.answer.features == ANSWER_FEATURES
    assert 0 < model.unsure < model.answered < 1
    for part in (model.span, model.answer):
        assert len(part.features) == len(part.weights)


def test_an_unknown_field_is_an_error() -> None:
    """A file of other numbers is not half read."""
    body = msgspec.json.encode(Confidence(MODEL, MODEL, 0.5, 0.2)).replace(b'"bias"', b'"biased"')
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(body, type=Confidence)
