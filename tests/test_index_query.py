"""What a question looks for: how much each term tells, and how much of it, and how near, a text holds."""

import math
from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.query import Query

NOWHERE = np.zeros(2, np.float32)
TERMS = st.sampled_from("abcdef")


def asking(idf: Mapping[str, float], **others: tuple[tuple[str, ...], ...]) -> Query:
    """Give a question of these terms, with other names for some."""
    return Query("", NOWHERE, idf, others)


def test_rare_terms_tell_most() -> None:
    """The weight of a term is the idf of BM25, ln(1 + (N - n + 0.5) / (n + 0.5))."""
    found = {"pod": 3, "evict": 1}
    query = Query.of("Why are Pods evicted at zulu?", NOWHERE, lambda term: found.get(term, 0), 10)
    assert query.text == "Why are Pods evicted at zulu?"
    assert query.vector is NOWHERE
    assert query.idf == {
        "pod": pytest.approx(math.log(1 + 7.5 / 3.5)),
        "evict": pytest.approx(math.log(1 + 9.5 / 1.5)),
        "zulu": pytest.approx(math.log(1 + 10.5 / 0.5)),
    }


def test_it_looks_for_its_terms_then_for_their_other_names() -> None:
    """Each term comes once, in the order of the question; the names of the same follow."""
    held = {"auth", "kubernet", "authent", "back", "up", "backup"}
    query = Query.of("k8s auth, and auth to back up kubernetes", NOWHERE, lambda term: term in held, 10)
    assert query.terms == ["k8s", "auth", "back", "up", "kubernet", "authent", "backup"]


@pytest.mark.parametrize(
    ("question", "held", "expected"),
    [
        ("is web-7d4b9c down", {"web"}, ["web", "down"]),
        ("is web-7d4b9c down", {"web-7d4b9c"}, ["web-7d4b9c", "web", "down"]),
        ("is node_12 zulu", set(), ["node", "12", "zulu"]),
        ("k8s logs", {"kubernet"}, ["k8s", "log"]),
        ("web1-7d4b9c", set(), ["web1-7d4b9c", "web1", "7d4b9c"]),
    ],
)
def test_a_name_that_the_notes_do_not_know_tells_nothing(
    question: str, held: set[str], expected: list[str]
) -> None:
    """A term of letters and digits, or of several parts, counts if notes hold it or another name of it.

    Where the question has nothing else it counts, too.
    """
    query = Query.of(question, NOWHERE, lambda term: int(term in held), 10)
    assert list(query.idf) == expected


def test_coverage_is_the_share_that_is_found_by_weight() -> None:
    """Of the terms' weights, those of the terms that the text holds; order and repetition do not count."""
    query = asking({"a": 1.0, "b": 2.0, "c": 5.0})
    assert query.coverage(["b", "x", "a", "b"]) == pytest.approx(3 / 8)
    assert query.coverage(["c", "b", "a"]) == 1.0
    assert query.coverage([]) == 0.0


def test_a_heading_names_what_is_asked_as_far_as_both_are_the_same() -> None:
    """What it says beside that and what it leaves out count alike; words that only ask do not count."""
    query = asking({"drain": 3.0, "node": 1.0})
    assert query.naming("How do I drain a node?") == 1.0
    assert query.naming("Node") == pytest.approx(1 / 4)
    assert query.naming("Drain a node by hand") == pytest.approx(2 / 3)
    assert (query.naming("What is it?"), query.naming("")) == (0.0, 0.0)


def test_a_question_of_nothing_is_not_covered() -> None:
    """Without a term there is nothing to cover, and nothing near to anything."""
    assert (asking({}).coverage(["a"]), asking({}).closeness(["a"])) == (0.0, 0.0)


def test_another_name_covers_a_term_where_it_is_whole() -> None:
    """One of the names is enough, but of a name of two terms both must be there."""
    query = asking({"lb": 3.0, "x": 1.0}, lb=(("load", "balanc"), ("elb",)))
    assert query.coverage(["load", "balanc"]) == 0.75
    assert query.coverage(["elb"]) == 0.75
    assert query.coverage(["lb"]) == 0.75
    assert query.coverage(["load", "x"]) == 0.25


def test_a_term_is_named_by_itself_or_by_another_name() -> None:
    """A term that has no other name is only named by itself."""
    query = asking({"db": 1.0, "x": 1.0}, db=(("databas",),))
    assert query.names("db", {"databas"})
    assert query.names("x", {"x", "databas"})
    assert not query.names("x", {"databas"})


@pytest.mark.parametrize(
    ("found", "closeness"),
    [
        ("a b c", 1.0),
        ("c b a", 1.0),
        ("b c x a b", 1.0),
        ("x a x b x c", 0.5),
        ("a b x x x c", (1 + 2 / 4) / 3),
        ("a b", 1 / 3),
        ("a c", 0.0),
        ("a x x b b x c c", (1 / 3 + 2 / 2) / 3),
        ("", 0.0),
    ],
)
def test_closeness_is_the_inverse_of_the_distance(found: str, closeness: float) -> None:
    """Of each two terms that follow each other in the question, by the weight of the one that tells less."""
    query = asking({"a": 1.0, "b": 2.0, "c": 9.0})
    assert query.closeness(found.split()) == pytest.approx(closeness)


def test_one_term_is_near_to_nothing() -> None:
    """There is no pair in a question of one term."""
    assert asking({"a": 1.0}).closeness(["a"]) == 0.0


def by_hand(idf: Mapping[str, float], found: list[str]) -> float:
    """Give the closeness from its definition, over all pairs of places."""
    near = total = 0.0
    for first, second in pairwise(idf):
        weight = min(idf[first], idf[second])
        total += weight
        distances = [
            abs(one - other)
            for one, term in enumerate(found)
            for other, another in enumerate(found)
            if (term, another) == (first, second)
        ]
        near += weight / min(distances) if distances else 0.0
    return near / total if total else 0.0


@given(
    idf=st.dictionaries(TERMS, st.floats(0.01, 20)),
    found=st.lists(st.one_of(TERMS, st.just("x")), max_size=40),
)
def test_coverage_and_closeness_are_shares(idf: dict[str, float], found: list[str]) -> None:
    """Both lie in [0, 1], closeness is what its definition gives, and the question's own words have all."""
    query = asking(idf)
    assert 0.0 <= query.coverage(found) <= 1.0
    assert 0.0 <= query.closeness(found) <= 1.0 + 1e-12
    assert query.closeness(found) == pytest.approx(by_hand(idf, found))
    assert query.coverage([*found, *idf]) == (pytest.approx(1.0) if idf else 0.0)
    assert query.closeness([*found, *idf]) == (pytest.approx(1.0) if len(idf) > 1 else 0.0)


@given(found=st.lists(TERMS, max_size=20), more=TERMS)
def test_more_words_never_cover_less(found: list[str], more: str) -> None:
    """A text that holds one more word covers as much or more, other names included."""
    query = asking({"a": 1.0, "b": 2.0, "c": 0.5}, a=(("d", "e"),), c=(("f",),))
    assert query.coverage(found) <= query.coverage([*found, more])
