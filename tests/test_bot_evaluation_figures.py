"""Every figure of a small run, worked out by hand."""

import math
import sys
from collections.abc import Sequence
from dataclasses import replace
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st
from labelled import ANSWERS, LABELS, reply

from bot.evaluation.curves import ConfidenceBin, RiskPoint, calibration, risk_coverage
from bot.evaluation.figures import FIGURES, measured, rows_of
from bot.evaluation.labels import Label
from bot.evaluation.outcomes import Outcome, asked
from bot.evaluation.retrieval import Ranking, retrieval_figures
from bot.types import Answer, Turn
from index.progress import Quiet
from ingest.errors import UsageError

OUTCOMES = asked(reply, LABELS, Quiet())


def outcome(confidence: float, *, correct: bool, answerable: bool = True) -> Outcome:
    """Give an outcome with this confidence."""
    one = OUTCOMES[0] if answerable else OUTCOMES[-1]
    return replace(one, confidence=confidence, correct=correct, answerable=answerable)


def test_the_figures_are_those_worked_out_by_hand() -> None:
    """Four answerable questions found at 1, 2, 7 and 11, and two that the notes don't answer."""
    assert measured(OUTCOMES) == pytest.approx(
        {
            "questions": 6,
            "answerable": 4,
            "recall@1": 1 / 4,
            "recall@5": 2 / 4,
            "recall@10": 3 / 4,
            "mrr@10": (1 + 1 / 2 + 1 / 7) / 4,
            # Of the second question's two files, one is found at 2 and one at 4.
            "ndcg@10": (1 + (1 / log2(3) + 1 / log2(5)) / (1 + 1 / log2(3)) + 1 / log2(8)) / 4,
            "citation_hit": 2 / 4,
            "answered_right": 1 / 4,
            "precision_answered": 1 / 3,
            "abstained_unanswerable": 1 / 2,
            # .95, .8, .4, .1 against .4, .05; and .95, .4 against .8, .4, .1, .05.
            "auroc_answerable": (2 + 2 + 1.5 + 1) / 8,
            "auroc_correct": (4 + 2.5) / 8,
            "coverage@90": 1 / 4,
            # The two at .4 share a bin, in which .8 was promised and 1 was right.
            "calibration_error": (0.05 + 0.8 + 0.2 + 0.1 + 0.05) / 6,
            # 8, 3 and 1 words were quoted in answers.
            "quoted_words_median": 3,
            "ms_median": 40,
            "page_right": 1 / 2,
        },
        abs=1e-12,
    )


def test_what_can_not_be_measured_is_none() -> None:
    """Without answerable questions there is no recall, without answers no precision."""
    nothing = measured([replace(OUTCOMES[-1], confidence=0.0)])
    assert {key for key, value in nothing.items() if value is not None} == {
        "questions",
        "answerable",
        "abstained_unanswerable",
        "calibration_error",
        "ms_median",
    }
    assert {key for key, value in measured([]).items() if value is not None} == {"questions", "answerable"}


def test_each_question_has_its_rank_and_places() -> None:
    """The rank is that of the first passage that hits, among ten."""
    assert [one.rank for one in OUTCOMES] == [1, 2, 7, None, None, None]
    assert [one.correct for one in OUTCOMES] == [True, False, True, False, False, False]
    assert OUTCOMES[0].cited == ("a.pdf p. 2", "a.pdf p. 3")


def test_a_question_of_control_characters_is_not_found() -> None:
    """As in a batch, it does not stop the rest."""
    label = Label("s", "1", "\x07", (), answerable=False)
    assert [one.verdict for one in asked(reply, [label], Quiet())] == ["not_found"]


def test_the_history_reaches_the_answer() -> None:
    """A follow-up is asked with the turns before it."""
    heard: list[Sequence[Turn]] = []

    def listening(question: str, history: Sequence[Turn]) -> Answer:
        heard.append(history)
        return ANSWERS[question]

    turn = Turn("user", "what is alpha?")
    asked(listening, [replace(LABELS[0], history=(turn,))], Quiet())
    assert heard == [(turn,)]


def test_a_ranking_may_hold_any_path() -> None:
    """Neither NUL nor undecodable bytes in a path confuse what measures; nothing found is 0."""
    odd = "x\0y\udcff"
    assert retrieval_figures(
        [Ranking(("x", None, odd, odd), frozenset({odd, "never"})), Ranking((), frozenset({"a"}))]
    ) == [
        {
            "recall@1": 0.0,
            "recall@5": 1.0,
            "recall@10": 1.0,
            "mrr@10": pytest.approx(1 / 3),
            "ndcg@10": pytest.approx(1 / log2(4) / (1 + 1 / log2(3))),
        },
        dict.fromkeys(("recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10"), 0.0),
    ]


def test_without_ir_measures_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no wheel for every machine."""
    monkeypatch.setitem(sys.modules, "ir_measures", None)
    with pytest.raises(UsageError, match=r'pip install "refdesk\[eval\]"'):
        retrieval_figures([])


def test_risk_grows_with_coverage() -> None:
    """Each confidence that occurs is a point; those that share one are answered together."""
    assert risk_coverage(OUTCOMES) == (
        RiskPoint(0.95, 1 / 6, 0.0),
        RiskPoint(0.8, 2 / 6, 1 / 2),
        RiskPoint(0.4, 4 / 6, 2 / 4),
        RiskPoint(0.1, 5 / 6, 3 / 5),
        RiskPoint(0.05, 1.0, 4 / 6),
    )
    assert risk_coverage([]) == ()


def test_confidence_falls_into_tenths() -> None:
    """A bin holds its lower edge; the last one holds 1 too."""
    edges = [outcome(c, correct=c > 0.5) for c in (0.3, 0.4, 0.3, 0.9, 1.0, 0.0)]
    assert calibration(edges) == (
        ConfidenceBin(0.0, 0.1, 1, 0.0, 0.0),
        ConfidenceBin(0.3, 0.4, 2, 0.3, 0.0),
        ConfidenceBin(0.4, 0.5, 1, 0.4, 0.0),
        ConfidenceBin(0.9, 1.0, 2, 0.95, 1.0),
    )


def test_coverage_takes_the_best_threshold() -> None:
    """A wrong answer early on does not end it: further right ones may make up for it."""
    run = [outcome(0.9, correct=False), *(outcome(0.8 - n / 100, correct=True) for n in range(9))]
    coverage = next(figure for figure in FIGURES if figure.key == "coverage@90")
    assert coverage.of(rows_of(run)) == 9 / 10
    assert coverage.of(rows_of(run[:9])) == 0.0


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0]), st.booleans()), max_size=12))
def test_auroc_is_the_share_of_pairs_in_order(pairs: list[tuple[float, bool]]) -> None:
    """In how many pairs of a right and a wrong answer the right one is more confident; ties are half."""
    figure = next(figure for figure in FIGURES if figure.key == "auroc_correct")
    value = figure.of(rows_of([outcome(confidence, correct=right) for confidence, right in pairs]))
    right = [confidence for confidence, correct in pairs if correct]
    wrong = [confidence for confidence, correct in pairs if not correct]
    won = sum((r > w) + (r == w) / 2 for r in right for w in wrong)
    if right and wrong:
        assert value == won / (len(right) * len(wrong))
    else:
        assert math.isnan(value)
