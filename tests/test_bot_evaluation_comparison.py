"""Two runs over the same questions: the difference of each figure, how sure it is, and what changed."""

from dataclasses import replace

import pytest
from labelled import LABELS, reply

from bot.evaluation.comparison import Comparison, Difference, changes, compared
from bot.evaluation.figures import FIGURES
from bot.evaluation.outcomes import Outcome, asked
from index.progress import Quiet
from ingest.errors import UsageError

OUTCOMES = asked(reply, LABELS, Quiet())
FOUND, MISSED = OUTCOMES[0], OUTCOMES[3]


def difference(comparison: Comparison, figure: str) -> Difference:
    """Give one figure's difference."""
    return next(one for one in comparison.differences if one.figure == figure)


def many(outcome: Outcome, count: int, first: int = 0) -> list[Outcome]:
    """Give copies of an outcome under ids of their own."""
    return [replace(outcome, id=f"{first + number}", question="?") for number in range(count)]


def test_a_run_does_not_differ_from_itself() -> None:
    """Every interval is zero wide, and no question changed."""
    same = compared(OUTCOMES, OUTCOMES)
    assert (same.questions, same.left_out, same.changes) == (6, 0, ())
    assert [one.figure for one in same.differences] == [figure.key for figure in FIGURES]
    assert {(one.low, one.high, one.clear) for one in same.differences} == {(0.0, 0.0, None)}
    assert all(one.before == one.now for one in same.differences)


def test_the_interval_is_that_of_a_paired_bootstrap() -> None:
    """30 of 100 questions are found that were not: the difference is .3, with 1.96 deviations about it.

    One deviation of a share of .3 over 100 is .0458.
    """
    before = many(MISSED, 100)
    now = many(FOUND, 30) + many(MISSED, 70, first=30)
    comparison = compared(before, now)
    found = difference(comparison, "recall@1")
    assert (found.before, found.now, found.clear) == (0.0, 0.3, "better")
    assert found.low == pytest.approx(0.3 - 0.0898, abs=0.012)
    assert found.high == pytest.approx(0.3 + 0.0898, abs=0.012)
    assert compared(before, now) == comparison


def test_pairs_matter() -> None:
    """Ten questions better and ten worse are no clear change; all ten better are one."""
    swapped = compared(many(FOUND, 10) + many(MISSED, 10, 10), many(MISSED, 10) + many(FOUND, 10, 10))
    assert difference(swapped, "recall@1").clear is None
    assert [change.direction for change in swapped.changes] == ["worse"] * 10 + ["better"] * 10
    better = compared(many(MISSED, 10) + many(FOUND, 90, 10), many(FOUND, 100))
    assert difference(better, "recall@1").clear == "better"
    assert difference(compared(many(FOUND, 100), many(MISSED, 100)), "recall@1").clear == "worse"


def test_less_may_be_better() -> None:
    """Time and calibration error get better as they fall."""
    slow = many(replace(FOUND, ms=900.0, confidence=0.2), 20)
    fast = many(replace(FOUND, ms=9.0, confidence=0.9), 20)
    assert [difference(compared(slow, fast), f).clear for f in ("ms_median", "calibration_error")] == [
        "better"
    ] * 2
    assert difference(compared(fast, slow), "ms_median").clear == "worse"


def test_what_can_not_be_measured_has_no_interval() -> None:
    """Nothing is unanswerable here, in no resample; and where only some resamples say, they do."""
    unmeasured = difference(compared(many(FOUND, 3), many(FOUND, 3)), "abstained_unanswerable")
    assert unmeasured == Difference("abstained_unanswerable", None, None, None, None, None)
    some = many(FOUND, 3) + many(OUTCOMES[4], 1, first=3)
    assert difference(compared(some, some), "abstained_unanswerable").high == 0.0


def test_only_shared_questions_count() -> None:
    """A question that was rewritten under its id, or found to have an answer, is another one."""
    rewritten, relabelled = replace(OUTCOMES[1], question="else?"), replace(OUTCOMES[5], answerable=True)
    now = (OUTCOMES[0], rewritten, *OUTCOMES[2:5], relabelled, replace(OUTCOMES[0], set="other"))
    comparison = compared(OUTCOMES, now)
    assert (comparison.questions, comparison.left_out) == (4, 5)
    with pytest.raises(UsageError, match="the two runs share no question"):
        compared(OUTCOMES[:1], OUTCOMES[1:])


def fared(verdict: str, *, right: bool, rank: int) -> Outcome:
    """Give a question answered so, its passage found at `rank`, or not at all for 0."""
    found = dict.fromkeys(FOUND.retrieval or {}, 0.0) | {"mrr@10": 1 / rank if rank else 0.0}
    return replace(FOUND, verdict=verdict, correct=right, retrieval=found)


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        (fared("answered", right=False, rank=1), fared("not_found", right=False, rank=1)),
        (fared("unsure", right=False, rank=1), fared("unsure", right=True, rank=1)),
        (fared("unsure", right=True, rank=1), fared("answered", right=True, rank=1)),
        (fared("answered", right=True, rank=3), fared("answered", right=True, rank=2)),
        (fared("answered", right=True, rank=0), fared("answered", right=True, rank=10)),
        (fared("unsure", right=True, rank=1), fared("answered", right=True, rank=9)),
    ],
    ids=["wrong or silent", "closest", "sure", "rank", "found", "said before found"],
)
def test_a_question_fares_better_or_worse(worse: Outcome, better: Outcome) -> None:
    """What is said counts first, then where the passage was found; a wrong answer is worse than none."""
    (up,), (down,) = changes([worse], [better]), changes([better], [worse])
    assert (up.direction, up.before, up.now) == ("better", worse, better)
    assert (down.direction, down.before, down.now) == ("worse", better, worse)


def test_other_confidence_alone_is_no_change() -> None:
    """Nor are other words or another time."""
    other = replace(FOUND, confidence=0.5, quoted_words=1, ms=1.0, cited=("b.md:1",))
    assert changes([FOUND], [other]) == ()
