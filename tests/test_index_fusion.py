"""One score from all that speaks for a passage, and one ranking from the scores."""

from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import REPEATED, SHORT, WEIGHTS, Signs, named, of_documents, ranked, scaled

NOTHING = Signs(dense=0.0, lexical=0.0, span=0.0, heading=0.0, length=0, document=0.0)
SHARES = st.floats(0, 1)
COSINES = st.floats(-1, 1)
SIGNS = st.builds(
    Signs,
    COSINES,
    SHARES,
    SHARES,
    COSINES,
    st.integers(1, 5_000),
    COSINES,
    st.none(),
    coverage=SHARES,
    closeness=SHARES,
    named=SHARES,
)


def with_sign(signs: Signs, sign: str, value: float) -> Signs:
    """Give the signs with another value for one of them."""
    return Signs(**(asdict(signs) | {sign: value}))


@pytest.mark.parametrize("sign", sorted(WEIGHTS.keys() - {"length"}))
def test_each_sign_counts_by_its_weight(sign: str) -> None:
    """Alone and at its greatest, a sign gives its share of the sum of all weights."""
    assert with_sign(NOTHING, sign, 1.0).score == pytest.approx(WEIGHTS[sign] / sum(WEIGHTS.values()))


def test_a_short_passage_has_half_of_what_length_gives() -> None:
    """The share for length is length / (length + 60)."""
    most = WEIGHTS["length"] / sum(WEIGHTS.values())
    assert replace(NOTHING, length=SHORT).score == pytest.approx(most / 2)
    assert replace(NOTHING, length=3 * SHORT).score == pytest.approx(most * 3 / 4)


def test_a_heading_counts_only_where_it_asks_the_same() -> None:
    """Half as near is a sixteenth of the weight."""
    whole, half = (replace(NOTHING, heading=cosine).score for cosine in (1.0, 0.5))
    assert half == pytest.approx(whole / 16)


def test_a_heading_names_a_passage_only_if_it_is_exact_and_a_title_less_so() -> None:
    """Half as exact is a sixteenth for a heading and a quarter for a title; the greater of the two counts."""
    assert (named(1.0, 0.0), named(0.0, 1.0), named(0.0, 0.0)) == (1.0, 1.0, 0.0)
    assert (named(0.5, 0.0), named(0.5, 0.5)) == (1 / 16, 1 / 4)


@given(SIGNS)
def test_scores_are_shares(signs: Signs) -> None:
    """A score lies in [0, 1]; a cosine below zero counts as none, and the BM25 score itself not at all."""
    assert 0.0 <= signs.score <= 1.0
    above = replace(
        signs, dense=max(signs.dense, 0), heading=max(signs.heading, 0), document=max(signs.document, 0)
    )
    assert above.score == signs.score == replace(signs, bm25=7.5).score


@given(SIGNS, st.sampled_from(sorted(WEIGHTS)))
def test_no_sign_ever_speaks_against(signs: Signs, sign: str) -> None:
    """With any sign at its greatest the score is as high or higher."""
    assert with_sign(signs, sign, 5_000 if sign == "length" else 1.0).score >= signs.score - 1e-12


def test_scores_are_scaled_from_the_lowest_to_the_highest() -> None:
    """Min-max: the lowest is 0, the highest 1; where all are equal each is the highest."""
    assert scaled({4: 3.0, 1: 1.0, 2: 2.5}) == {4: 1.0, 1: 0.0, 2: 0.75}
    assert scaled({3: 0.5, 4: 0.5}) == {3: 1.0, 4: 1.0}
    assert scaled({}) == {}


def test_a_document_is_as_near_as_its_best_three_passages() -> None:
    """The mean of up to three cosines, the greatest, of those that were found."""
    cosines = {0: 0.1, 1: 0.9, 2: 0.5, 3: 0.7, 4: 0.2, 5: -0.3}
    documents = {0: 0, 1: 0, 2: 0, 3: 0, 4: 1, 5: 2}
    assert of_documents(cosines, documents) == {0: pytest.approx(0.7), 1: 0.2, 2: -0.3}
    assert of_documents({}, {}) == {}


def test_equal_scores_come_by_number() -> None:
    """Whatever the order in which they were found."""
    assert ranked({5: 0.5, 2: 0.5, 9: 0.7}, {5: 0, 2: 1, 9: 2}) == [(9, 0.7), (2, 0.5), (5, 0.5)]


def test_repeated_passages_of_a_document_are_marked_down() -> None:
    """The second of a document loses a step, each after it two steps, so that others come before them."""
    scores = {0: 0.9, 1: 0.9 - 0.1 * REPEATED, 2: 0.9 - 0.2 * REPEATED, 3: 0.9 - 0.3 * REPEATED}
    other = {4: 0.9 - 0.5 * REPEATED, 5: 0.9 - 1.5 * REPEATED}
    ranking = ranked(scores | other, {0: 0, 1: 0, 2: 0, 3: 0, 4: 1, 5: 2})
    assert [number for number, _ in ranking] == [0, 4, 1, 5, 2, 3]
    assert dict(ranking) == other | {
        0: 0.9,
        1: pytest.approx(0.9 - 1.1 * REPEATED),
        2: pytest.approx(0.9 - 2.2 * REPEATED),
        3: pytest.approx(0.9 - 2.3 * REPEATED),
    }


def test_no_score_falls_below_zero() -> None:
    """What is marked down has 0 at the least."""
    assert ranked({0: 0.001, 1: 0.0}, {0: 0, 1: 0}) == [(0, 0.001), (1, 0.0)]


@given(
    st.dictionaries(st.integers(0, 30), st.sampled_from([0.0, 0.01, 0.3, 0.31, 0.32, 0.9]), max_size=20),
    st.integers(1, 5),
    st.randoms(use_true_random=False),
)
def test_the_ranking_is_total(scores: dict[int, float], documents: int, chance: object) -> None:
    """Each passage comes once, best first, then by number, in whatever order the scores were given."""
    of = {number: number % documents for number in scores}
    ranking = ranked(scores, of)
    assert sorted(number for number, _ in ranking) == sorted(scores)
    assert ranking == sorted(ranking, key=lambda pair: (-pair[1], pair[0]))
    shuffled = list(scores.items())
    chance.shuffle(shuffled)  # type: ignore[attr-defined] # Hypothesis gives a `random.Random`
    assert ranked(dict(shuffled), of) == ranking
    best = {document: max((scores[n], -n) for n in scores if of[n] == document) for document in of.values()}
    for number, score in ranking:
        assert (
            score == scores[number]
            if best[of[number]] == (scores[number], -number)
            else score <= scores[number]
        )
