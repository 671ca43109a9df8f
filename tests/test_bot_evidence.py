"""What speaks for an answer."""

import math
from pathlib import Path

import numpy as np
import pytest
from asking import ENCODER, hit, index_of, logistic, note, passages

from bot.asks import Ask
from bot.evidence import (
    ANSWER_FEATURES,
    COMPARED,
    COMPARED_WORDS,
    NO_RUNNER_UP,
    READ_PASSAGES,
    Evidence,
    Scored,
    answer_features,
    by_probability,
    evidence_for,
)
from bot.features import SPAN_FEATURES, Question
from bot.spans import candidates
from index.search import Index
from index.types import Hit, Where

NOTES = {
    "pods.md": "# Pods\n\nA pod holds containers. It has one address.\n",
    "nodes.md": "# Nodes\n\nA node runs pods. It has a kubelet.\n",
    "k8s/etcd.md": "# etcd\n\n- It stores state.\n- It elects a leader.\n",
    **{f"more/{number}.md": f"# More {number}\n\nA zebra numbered {number} rests.\n" for number in range(6)},
}
SPAN = logistic(SPAN_FEATURES, 0.0, coverage=2.0)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Give an index of a few short notes."""
    return index_of(tmp_path_factory.mktemp("evidence"), NOTES)


def ask(index: Index, text: str, k: int = 10) -> Evidence:
    """Gather the evidence for a question, without a filter."""
    return evidence_for(index, text, k, Where())


def features(evidence: Evidence) -> dict[str, float]:
    """Give the features of the best answer by name."""
    return dict(zip(ANSWER_FEATURES, answer_features(evidence, SPAN), strict=True))


def test_spans_come_from_the_best_passages_only(index: Index) -> None:
    """Five passages are read however many are found, and five are found however few are wanted."""
    evidence = ask(index, "zebra numbered")
    assert len(evidence.hits) > READ_PASSAGES
    assert {span.candidate.rank for span in evidence.spans} == set(range(READ_PASSAGES))
    assert len(ask(index, "zebra numbered", k=1).hits) == READ_PASSAGES


def test_each_span_has_its_words_and_features(index: Index) -> None:
    """The cosine is of the question's and the span's own vectors; the spans come by rank and place."""
    question = "what stores state"
    evidence = ask(index, question)
    span = evidence.spans[0]
    assert (span.candidate.rank, span.candidate.text, span.words) == (
        0,
        "- It stores state.",
        "It stores state.",
    )
    expected = float(np.dot(*ENCODER.encode([question, "It stores state."])))
    assert dict(zip(SPAN_FEATURES, span.features, strict=True))["cosine"] == expected
    places = [
        (span.candidate.rank, span.candidate.start) for span in evidence.spans if not span.candidate.whole
    ]
    assert places == sorted(places)


def test_a_long_span_is_compared_by_its_opening(tmp_path: Path) -> None:
    """Sixty words tell what it is about; all of them are its words."""
    words = [f"word{number}" for number in range(COMPARED_WORDS + 20)]
    (span,) = ask(index_of(tmp_path, {"long.md": " ".join(words)}), "word1").spans
    assert span.words == " ".join(words)
    opening = " ".join(words[:COMPARED_WORDS])
    assert span.features[0] == float(np.dot(*ENCODER.encode(["word1", opening])))


def test_the_same_question_has_the_same_evidence(index: Index) -> None:
    """Nothing depends on when or how often it is asked."""
    first, second = ask(index, "which node runs pods"), ask(index, "which node runs pods")
    assert (first.hits, first.spans) == (second.hits, second.spans)


def test_a_filter_limits_what_is_found(index: Index) -> None:
    """Where nothing is allowed there are neither passages nor spans."""
    only = evidence_for(index, "zebra", 10, Where(paths=("k8s",)))
    assert {found.passage.document.path for found in only.hits} == {"k8s/etcd.md"}
    nothing = evidence_for(index, "zebra", 10, Where(paths=("nowhere",)))
    assert (nothing.hits, nothing.spans) == ((), ())


def test_of_many_spans_the_most_promising_are_compared(tmp_path: Path) -> None:
    """Twelve, those with the question's words among them, in the order of the text."""
    sentences = [f"Sentence {number} says nothing." for number in range(30)]
    sentences[29] = "The zebra rests."
    index = index_of(tmp_path, {"long.md": "\n\n".join(sentences)})
    spans = ask(index, "where is the zebra").spans
    assert len(spans) == COMPARED
    assert sum(span.candidate.text == "The zebra rests." for span in spans) == 1
    order = [(span.candidate.rank, span.candidate.start) for span in spans]
    assert order == sorted(order)


def scored(coverage: float, words: str = "") -> Scored:
    """Give a span of a note of its own, with this coverage."""
    (span,) = candidates([hit(passages(note(words or "A pod rests."))[0])])
    known = {"coverage": coverage, "heading": 0.25}
    values = [known.get(name, 0.0) for name in SPAN_FEATURES]
    return Scored(span, words, tuple(values))


def test_spans_are_ordered_by_probability_then_as_they_were() -> None:
    """Equal ones keep their order."""
    low, one, two = scored(0.1), scored(0.5), scored(0.5)
    ordered = by_probability([low, one, two], SPAN)
    assert [id(span) for _, span in ordered] == [id(one), id(two), id(low)]
    assert ordered[0][0] == SPAN.probability(one.features)


def evidence(idf: dict[str, float], hits: list[Hit], *spans: Scored) -> Evidence:
    """Give evidence for a question of these terms."""
    return Evidence(Question("pods", ENCODER.encode(["pods"])[0], idf, Ask.OTHER), tuple(hits), spans)


POD = passages(note("# Pods\n\nA pod rests.\n"))[0]


def test_the_features_of_an_answer() -> None:
    """The best span, the next one, the best passage, the next, and the words that nothing covers."""
    best, second = scored(0.5, "A pod rests."), scored(0.25)
    hits = [Hit(POD, 0.75, 0.5, 4.0), Hit(POD, 0.5, 0.25, 5.0)]
    idf = {"pod": 1.0, "zebra": 3.0, "lion": 2.0}
    assert features(evidence(idf, hits, second, best)) == {
        "span": pytest.approx(1.0),
        "runner_up": pytest.approx(0.5),
        "cosine": 0.0,
        "coverage": 0.5,
        "coverage_nearby": 0.0,
        "kind_fits": 0.0,
        "dense": 0.5,
        "score": 0.75,
        "margin": 0.25,
        "agreement": 0.5,
        "unknown": 0.5,
        "missing": 0.5,
        "question_words": math.log(4),
        "heading": 0.25,
    }


def test_what_is_alone_has_no_rival() -> None:
    """One span, one passage, and no terms: nothing is divided by nothing."""
    found = features(evidence({}, [Hit(POD, 0.75, None, None)], scored(0.5)))
    assert found["runner_up"] == NO_RUNNER_UP
    assert found["margin"] == 0.75
    assert (found["dense"], found["agreement"]) == (0.0, 0.0)
    assert (found["unknown"], found["missing"], found["question_words"]) == (0.0, 0.0, 0.0)


def test_a_term_that_stands_nearby_is_not_missing() -> None:
    """In the span, its passage, or its headings."""
    idf = {"rest": 1.0, "pod": 2.0}
    assert features(evidence(idf, [hit(POD)], scored(0.5, "A pod rests.")))["missing"] == 0.0


@pytest.mark.parametrize(
    ("others", "agreement"),
    [([(0.4, 4.0)], 1.0), ([(0.6, 4.0)], 0.5), ([(0.6, 6.0)], 0.0), ([(None, None)], 1.0)],
)
def test_retrievers_agree_when_each_alone_would_rank_alike(
    others: list[tuple[float | None, float | None]], agreement: float
) -> None:
    """A share of the two; what a retriever did not list is behind for it."""
    hits = [Hit(POD, 0.9, 0.5, 5.0), *(Hit(POD, 0.5, dense, lexical) for dense, lexical in others)]
    assert features(evidence({}, hits, scored(0.5)))["agreement"] == agreement


def test_a_certain_span_has_bounded_odds() -> None:
    """The log-odds of a probability near 1 stay finite."""
    sure = logistic(SPAN_FEATURES, 100.0)
    values = answer_features(evidence({}, [hit(POD)], scored(0.5)), sure)
    assert values[0] == pytest.approx(math.log((1 - 1e-6) / 1e-6))
