"""From features to probabilities."""

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.confidence import Confidence, Logistic, fitted
from bot.evidence import ANSWER_FEATURES
from bot.features import SPAN_FEATURES

MODEL = Logistic(("a", "b"), mean=(1.0, 0.0), scale=(2.0, 1.0), weights=(4.0, -1.0), bias=0.5)


def test_the_probability_is_that_of_a_logistic_regression() -> None:
    """Each feature less its mean, divided by its scale, times its weight; then the logistic function."""
    assert MODEL.probability([2.0, 3.0]) == 1 / (1 + math.exp(-(0.5 + 4.0 * (2.0 - 1.0) / 2.0 - 3.0)))


def test_a_missing_feature_is_an_error() -> None:
    """Nothing is made of features that are not all there."""
    with pytest.raises(ValueError, match="shorter"):
        MODEL.probability([2.0])


@given(st.lists(st.floats(-1e9, 1e9), min_size=2, max_size=2))
def test_a_probability_is_never_certain(values: list[float]) -> None:
    """Whatever the features, it lies strictly between 0 and 1."""
    assert 0 < MODEL.probability(values) < 1


def test_the_fitted_numbers_are_of_the_features_as_they_are() -> None:
    """Their names and order are those of the code, their thresholds are probabilities in order."""
    model = fitted()
    assert model is fitted()
    assert model.span.features == SPAN_FEATURES
    assert model.answer.features == ANSWER_FEATURES
    assert 0 < model.unsure < model.answered < 1
    for part in (model.span, model.answer):
        assert {len(part.features)} == {len(part.mean), len(part.scale), len(part.weights)}
        assert all(scale > 0 for scale in part.scale)


def test_an_unknown_field_is_an_error() -> None:
    """A file of other numbers is not half read."""
    body = msgspec.json.encode(Confidence(MODEL, MODEL, 0.5, 0.2)).replace(b'"bias"', b'"biased"')
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(body, type=Confidence)
