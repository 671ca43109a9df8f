"""A grade says how far words agree with the notes; what is wrong is never called right."""

import json
from collections import Counter
from pathlib import Path

import pytest
from encoders import HashEncoder

from bot.onboarding.grading import Grade, graded
from index.encoder import OnnxEncoder
from ingest.plain import plain
from ingest.types import Format

LABELLED = Path(__file__).parent / "data" / "onboarding" / "answers.jsonl"
ENCODER = HashEncoder()
CHECK = "How often are users told?"
NOTES = "At SEV1 every thirty minutes, at SEV2 every 2 hours, and never in private."


def _labelled() -> list[dict[str, str]]:
    return [json.loads(line) for line in LABELLED.read_text("utf-8").splitlines()]


@pytest.mark.model
def test_what_is_wrong_is_never_called_right(minilm: OnnxEncoder) -> None:
    """Of 134 labelled answers none that is wrong or contradicts the notes is right, and few are harsh.

    What is called right without being labelled so is an answer of which half is missing.
    """
    pairs: Counter[tuple[str, str]] = Counter()
    for one in _labelled():
        reference = plain(one["reference"], Format.MARKDOWN)
        pairs[one["grade"], graded(one["check"], one["said"], reference, minilm)] += 1
    assert pairs["look again", "right"] == 0
    assert pairs["right", "look again"] == 0
    assert pairs["close", "right"] <= 2
    assert pairs["right", "right"] >= 22
    assert pairs["look again", "look again"] >= 58


def test_the_labelled_answers_are_many_and_of_each_grade() -> None:
    """Twenty questions, each with answers that are right and wrong."""
    found = _labelled()
    assert len({one["check"] for one in found}) == 20
    assert set(Counter(one["grade"] for one in found)) == {grade.value for grade in Grade}


@pytest.mark.parametrize(
    ("said", "grade"),
    [
        (NOTES, Grade.RIGHT),
        ("every 30 minutes at SEV1, every two hours at SEV2 and never in private", Grade.RIGHT),
        ("at SEV1 every forty minutes, at SEV2 every 2 hours, and never in private", Grade.CLOSE),
        ("at SEV1 every thirty minutes, at SEV2 every 2 hours, and in private", Grade.CLOSE),
        ("private in never, hours every SEV2, minutes thirty SEV1", Grade.CLOSE),
        ("users are told often", Grade.LOOK_AGAIN),
        ("I don't know", Grade.LOOK_AGAIN),
        ("", Grade.LOOK_AGAIN),
        ("?!", Grade.LOOK_AGAIN),
    ],
    ids=["same", "figures", "number", "negation", "order", "the question", "nothing", "empty", "signs"],
)
def test_what_contradicts_the_notes_is_close_at_best(said: str, grade: Grade) -> None:
    """In a number, in a negation or in the order of its words; the question's own words are worth nothing."""
    assert graded(CHECK, said, NOTES, ENCODER) is grade


def test_one_sentence_of_several_is_enough() -> None:
    """Whoever gives the sentence that answers need not say the rest."""
    more = f"{NOTES} Dashboards show latency, throughput and errors. Deploys appear as vertical lines."
    assert graded(CHECK, NOTES, more, ENCODER) is Grade.RIGHT


def test_notes_that_say_nothing_beyond_the_question_agree_with_nothing() -> None:
    """There is nothing to compare with."""
    assert graded(CHECK, "every hour", "Users are told often.", ENCODER) is Grade.LOOK_AGAIN
