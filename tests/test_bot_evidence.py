"""What speaks for an answer."""

import math
from pathlib import Path

import numpy as np
import pytest
from asking import ENCODER, hit, index_of, linear, note, passages

from bot.asks import Ask
from bot.evidence import (
    ANSWER_FEATURES,
    READ_PASSAGES,
    Evidence,
    Rated,
    Scored,
    answer_features,
    evidence_for,
    rated,
)
from bot.features import SPAN_FEATURES, Question, Surroundings, span_features
from bot.spans import Candidate
from index.query import Query
from index.search import Index
from index.types import Hit, Where

NOTES = {
    "pods.md": "# Pods\n\nA pod holds containers. It has one address.\n",
    "nodes.md": "# Nodes\n\nA node runs pods. It has a kubelet.\n",
    "k8s/etcd.md": "# etcd\n\n- It stores state.\n- It elects a leader.\n",
    **{f"more/{number}.md": f"# More {number}\n\nA zebra numbered {number} rests.\n" for number in range(9)},
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Give an index of a few short notes."""
    return index_of(tmp_path_factory.mktemp("evidence"), NOTES)


def ask(index: Index, text: str, k: int = 10) -> Evidence:
    """Gather the evidence for a question, without a filter."""
    return evidence_for(index, text, k, Where())


def test_the_hits_are_those_of_a_search(index: Index) -> None:
    """Of the same words, as many as are wanted."""
    evidence = ask(index, "which node runs pods", k=9)
    assert list(evidence.hits) == index.search("which node runs pods", 9)
    assert (evidence.question.query.text, evidence.question.ask) == ("which node runs pods", Ask.OTHER)


def test_spans_come_from_the_best_passages_only(index: Index) -> None:
    """So many passages are read however many are found, and are found however few are wanted."""
    evidence = ask(index, "zebra numbered")
    assert len(evidence.hits) > READ_PASSAGES
    assert {span.candidate.rank for span in evidence.spans} == set(range(READ_PASSAGES))
    assert len(ask(index, "zebra numbered", k=1).hits) == READ_PASSAGES


def test_all_spans_of_a_long_passage_are_there(tmp_path: Path) -> None:
    """Wherever the answer stands in it, in the order of the text."""
    said = [f"Sentence {number} says nothing." for number in range(30)] + ["The zebra rests."]
    evidence = ask(index_of(tmp_path, {"long.md": " ".join(said)}), "where is the zebra")
    assert [span.candidate.text for span in evidence.spans] == said


def test_each_span_has_its_features_among_the_passages_read(index: Index) -> None:
    """The cosine is of the question's and the span's own vectors, which are kept in 16 bits."""
    question = "what stores state"
    evidence = ask(index, question)
    span = evidence.spans[0]
    assert (span.candidate.rank, span.candidate.text) == (0, "- It stores state.")
    read = evidence.hits[:READ_PASSAGES]
    assert [span.features for span in evidence.spans] == [
        span_features(evidence.question, span.candidate, Surroundings.of(read, span.candidate.rank))
        for span in evidence.spans
    ]
    expected = float(np.dot(*ENCODER.encode([question, "It stores state."])))
    assert span.features[SPAN_FEATURES.index("cosine")] == pytest.approx(expected, abs=1e-3)


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


POD = passages(note("# Pods\n\nA pod rests.\n"))[0]


def scored(coverage: float) -> Scored:
    """Give a span with this coverage."""
    known = {"coverage": coverage, "heading": 0.25}
    return Scored(Candidate(hit(POD), 0, 0), tuple(known.get(name, 0.0) for name in SPAN_FEATURES))


def test_spans_are_rated_against_each_other() -> None:
    """By their value, then as they were; the shares are those of a softmax."""
    low, one, two = scored(0.0), scored(0.5), scored(0.5)
    found = rated([low, one, two], linear(SPAN_FEATURES, coverage=2 * math.log(3)))
    assert [id(span.scored) for span in found] == [id(one), id(two), id(low)]
    assert [span.value for span in found] == pytest.approx([math.log(3), math.log(3), 0])
    assert [span.share for span in found] == pytest.approx([3 / 7, 3 / 7, 1 / 7])
    assert found[0].candidate is one.candidate
    assert rated([], linear(SPAN_FEATURES)) == []


def features(hits: list[Hit], *shares: float) -> dict[str, float]:
    """Give the features of an answer by name, where the spans have these shares."""
    spans = [Rated(scored(0.5), 0.0, share) for share in shares]
    question = Question.of(Query("pods", ENCODER.encode(["pods"])[0], {}, {}))
    values = answer_features(Evidence(question, tuple(hits), tuple(span.scored for span in spans)), spans)
    return dict(zip(ANSWER_FEATURES, values, strict=True))


def test_an_answer_is_doubtful_where_its_spans_rival() -> None:
    """The entropy of their shares: none where there is one, or where all others are nothing beside it."""
    best = [hit(POD, 0.75)]
    assert features(best, 1.0)["doubt"] == 0.0
    assert features(best, 1.0, 0.0)["doubt"] == 0.0
    assert features(best, 0.5, 0.5)["doubt"] == pytest.approx(math.log(2))
    assert features(best, 0.5, 0.25, 0.25)["doubt"] == pytest.approx(1.5 * math.log(2))


def test_an_answer_is_as_good_as_its_best_passage() -> None:
    """The score is that of the first, whatever follows."""
    assert features([hit(POD, 0.75), hit(POD, 0.5)], 1.0)["score"] == 0.75


@pytest.mark.parametrize(
    ("lexical", "others", "agreement"),
    [
        (5.0, [], 1.0),
        (5.0, [(0.4, 4.0)], 1.0),
        (5.0, [(0.5, 5.0)], 1.0),
        (5.0, [(0.6, 4.0)], 0.5),
        (5.0, [(0.4, 6.0)], 0.5),
        (5.0, [(0.4, 4.0), (0.6, 6.0)], 0.0),
        (5.0, [(0.4, None)], 1.0),
        (None, [(0.4, None)], 0.5),
        (None, [(0.4, 4.0)], 0.5),
    ],
)
def test_retrievers_agree_when_each_alone_would_rank_alike(
    lexical: float | None, others: list[tuple[float, float | None]], agreement: float
) -> None:
    """A share of the two; what is not listed by its words is behind for them."""
    hits = [Hit(POD, 0.9, 0.5, lexical), *(Hit(POD, 0.5, dense, words) for dense, words in others)]
    assert features(hits, 1.0)["agreement"] == agreement
