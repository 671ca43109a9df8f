"""Numbers that tell how well a span answers a question."""

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
from asking import ENCODER, hit, note, passages

from bot.asks import Ask
from bot.features import SPAN_FEATURES, Question, Surroundings, fits, lacks_number, span_features
from bot.spans import Candidate, candidates
from index.query import Query
from index.types import Hit
from ingest.types import Kind


def query(text: str = "", **idf: float) -> Query:
    """Give a question with terms of these weights."""
    return Query(text, ENCODER.encode([text])[0], idf, {})


def asked(ask: Ask = Ask.OTHER, text: str = "", **idf: float) -> Question:
    """Give a question that asks for this kind of thing."""
    return Question(query(text, **idf), ask)


def found(text: str, *scores: float) -> list[Hit]:
    """Give a note's passages, found with these scores; the cosines of the spans rise by an eighth each."""
    cosines = [number / 8 for number in range(1, 9)]
    pairs = zip(passages(note(text)), scores, strict=True)
    return [hit(passage, score, *cosines) for passage, score in pairs]


def span_of(hits: Sequence[Hit], said: str) -> Candidate:
    """Give the span with these characters."""
    (span,) = [span for span in candidates(hits) if span.text == said]
    return span


def features(question: Question, hits: Sequence[Hit], said: str) -> dict[str, float]:
    """Give the features by name of the span with these characters."""
    span = span_of(hits, said)
    return dict(
        zip(SPAN_FEATURES, span_features(question, span, Surroundings.of(hits, span.rank)), strict=True)
    )


def test_a_question_asks_for_one_kind_of_thing() -> None:
    """It is told by the words that were searched for."""
    searched = query("who is paged")
    assert Question.of(searched) == Question(searched, Ask.WHO)


POD = "Pods hold one Zebra? "
NOTE = f"# Shop\n\nFar lions. Near owls. {POD}Next ants. Last bees.\n"
WEIGHTS = {"zebra": 1.0, "hold": 2.0, "shop": 4.0, "owl": 8.0, "ant": 16.0, "lion": 32.0, "bee": 64.0}


def test_the_features_of_a_span() -> None:
    """Every one of them, for a sentence with two others on each side.

    What is covered: by its own words and the headings; by its own alone; by its neighbours too, though not by
    those farther off.
    """
    hits = [*found(NOTE, 0.75), *found("# Other\n\nAny. Thing. Else. Here. Said. Now here.\n", 0.5)]
    assert features(asked(Ask.OTHER, "", **WEIGHTS), hits, POD.strip()) == {
        "cosine": 3 / 8,
        "behind": 6 / 8 - 3 / 8,
        "coverage": 7 / 127,
        "coverage_own": 3 / 127,
        "coverage_around": 31 / 127,
        "closeness": pytest.approx((1 / 2) / (1 + 2 + 4 + 8 + 16 + 32)),
        "passage_score": 0.75,
        "passage_margin": 0.25,
        "words": math.log1p(4),
        "kind_fits": 1.0,
        "defines": 0.0,
        "introduces": 0.0,
        "asks": 1.0,
        "heading": 0.375**4,
        "read": 0.0,
    }


def test_each_span_has_its_own_cosine_and_none_is_ahead_of_the_nearest() -> None:
    """The nearest may be of another passage."""
    hits = found("# A\n\nOne here. Two here.\n\n# B\n\nThree here. Four here. Five here.\n", 0.75, 0.5)
    spans = ["One here.", "Two here.", "Three here.", "Four here.", "Five here."]
    values = [features(asked(), hits, said) for said in spans]
    assert [value["cosine"] for value in values] == [1 / 8, 2 / 8, 1 / 8, 2 / 8, 3 / 8]
    assert [value["behind"] for value in values] == [2 / 8, 1 / 8, 2 / 8, 1 / 8, 0]


def test_what_is_around_ends_with_the_passage() -> None:
    """The first span has no neighbour before it, and none of the next passage behind it."""
    hits = found("# A\n\nPods rest. Owls read.\n\n# B\n\nAnts walk.\n", 0.75, 0.5)
    question = asked(owl=1.0, ant=2.0, pod=4.0, b=8.0)
    around = [
        features(question, hits, said)["coverage_around"]
        for said in ("Pods rest.", "Owls read.", "Ants walk.")
    ]
    assert around == [5 / 15, 5 / 15, 10 / 15]


def test_the_title_and_all_headings_count_as_said() -> None:
    """Not only the last of them."""
    hits = found("# Shop\n\n## Desk\n\n### Key\n\nPods rest.\n", 0.75)
    values = features(asked(shop=1.0, desk=2.0, key=4.0, pod=8.0, lion=16.0), hits, "Pods rest.")
    assert (values["coverage"], values["coverage_own"]) == (15 / 31, 8 / 31)


def test_the_margin_is_to_the_best_or_from_it_to_the_next() -> None:
    """A passage that is not the best is behind it; the best is ahead of the next, or of nothing."""
    hits = found("# A\n\nOne here.\n\n# B\n\nTwo here.\n\n# C\n\nThree here.\n", 0.75, 0.625, 0.25)
    values = [features(asked(), hits, said) for said in ("One here.", "Two here.", "Three here.")]
    assert [value["passage_score"] for value in values] == [0.75, 0.625, 0.25]
    assert [value["passage_margin"] for value in values] == [0.125, -0.125, -0.5]
    assert features(asked(), hits[:1], "One here.")["passage_margin"] == 0.75


def test_length_counts_terms_and_tells_less_the_longer_it_is() -> None:
    """Stop words are none; past a page nothing is added."""
    assert features(asked(), found("It is a small pod.", 0.5), "It is a small pod.")["words"] == math.log1p(2)
    for count, value in ((100, math.log1p(100)), (180, 5.0)):
        text = " ".join(["pod"] * count)
        assert features(asked(), found(text, 0.5), text)["words"] == value


@pytest.mark.parametrize(
    ("text", "asks"),
    [("Is it a pod?", 1.0), ("Is it **a pod?**", 1.0), ("- Why? It is a pod.", 0.0), ("It is a pod.", 0.0)],
)
def test_a_question_is_no_answer(text: str, asks: float) -> None:
    """What ends in a question mark asks, markup aside."""
    span = candidates(found(text, 0.5))[-1]
    assert span_features(asked(), span, Surroundings.of([span.hit], 0))[SPAN_FEATURES.index("asks")] == asks


@pytest.mark.parametrize(("cosine", "value"), [(-0.5, 0.0), (0.0, 0.0), (0.5, 0.0625), (1.0, 1.0)])
def test_a_heading_counts_where_it_asks_nearly_the_same(cosine: float, value: float) -> None:
    """By the fourth power of its cosine; one about something else speaks neither for nor against."""
    hits = [replace(found("One here.", 0.5)[0], heading=cosine)]
    assert features(asked(), hits, "One here.")["heading"] == value


# Definitions


@pytest.mark.parametrize(
    ("text", "defines"),
    [
        ("A pod is a group of containers.", True),
        ("Pods run containers.", True),
        ("A small pod is a group of containers.", True),
        ("A very small pod is a group of containers.", False),
        ("A Persistent Old Dock (POD) is a group of containers.", True),
        ("A persistent old dock, also a pod, is a group of containers.", False),
        ("Containers are in a pod.", False),
        ("A pod holds containers.", False),
        ("A node is no pod.", False),
        ("A Big Tall Wide Deep Old Red Pod (POD) is many things.", False),
        ("Is a pod a group?", False),
    ],
)
def test_a_definition_begins_with_what_it_defines(text: str, *, defines: bool) -> None:
    """Its subject is short, is what was asked after and hardly more, and a verb that defines follows."""
    question = asked(Ask.DEFINITION, pod=1.0)
    assert features(question, found(text, 0.5), text)["defines"] == defines


def test_a_subject_names_most_of_what_is_asked_after() -> None:
    """More than half of it, by weight."""
    text = "A pod is a group."
    for weight, defines in ((1.1, 1.0), (1.0, 0.0)):
        question = asked(Ask.DEFINITION, pod=weight, lifecycle=1.0)
        assert features(question, found(text, 0.5), text)["defines"] == defines


def test_only_who_asks_what_it_is_wants_a_definition() -> None:
    """To any other question such a sentence is like another."""
    text = "A pod is a group of containers."
    defining = {ask for ask in Ask if features(asked(ask, pod=1.0), found(text, 0.5), text)["defines"]}
    assert defining == {Ask.DEFINITION}


# Signs of what is asked for


@pytest.mark.parametrize(
    ("ask", "text", "fit"),
    [
        (Ask.NUMBER, "after 30 days", True),
        (Ask.NUMBER, "after Seven days", True),
        (Ask.NUMBER, "after some days", False),
        (Ask.NUMBER, "since 1,5 GB", True),
        (Ask.NUMBER, "in k8s v1.29 on x86", False),
        (Ask.WHEN, "in 2024", True),
        (Ask.WHEN, "in October", True),
        (Ask.WHEN, "once it is merged", True),
        (Ask.WHEN, "you may march on", False),
        (Ask.OCCASION, "Useful where much is read", True),
        (Ask.OCCASION, "it is read in 2024", False),
        (Ask.WHO, "ask the Platform team", True),
        (Ask.WHO, "Ask the team. They know", False),
        (Ask.WHERE, "in Frankfurt", True),
        (Ask.WHERE, "in a town", False),
        (Ask.REASON, "Because it is slow", True),
        (Ask.REASON, "it is slow", False),
        (Ask.COMPARISON, "Unlike a node", True),
        (Ask.COMPARISON, "they differed", True),
        (Ask.COMPARISON, "a node", False),
        (Ask.COMMAND, "run `ls`", True),
        (Ask.COMMAND, "add --all", True),
        (Ask.COMMAND, "add -all", True),
        (Ask.COMMAND, "a well-known one - or so", False),
        (Ask.LIST, "pods, nodes and zebras", True),
        (Ask.LIST, "pods and zebras", False),
        (Ask.DEFINITION, "It stands for a pod", True),
        (Ask.DEFINITION, "a pod", False),
        (Ask.HOW_TO, "a pod", True),
        (Ask.YES_NO, "a pod", True),
        (Ask.OTHER, "a pod", True),
    ],
)
def test_what_is_asked_for_leaves_a_sign(ask: Ask, text: str, *, fit: bool) -> None:
    """A number, a date, an occasion, a name, a reason, a contrast, code; other kinds leave none known."""
    span = candidates(found(text, 0.5))[-1]
    assert fits(asked(ask), span) is fit
    values = span_features(asked(ask), span, Surroundings.of([span.hit], 0))
    assert values[SPAN_FEATURES.index("kind_fits")] == float(fit)


@pytest.mark.parametrize(
    ("ask", "question", "text", "fit"),
    [
        (Ask.NUMBER, "how long does 2024 last", "the year 2024", False),
        (Ask.NUMBER, "how long does 2024 last", "366 days in 2024", True),
        (Ask.NUMBER, "how many pods run in k8s after 30 days", "run 8 pods", True),
        (Ask.NUMBER, "how many pods run after 30 days", "run 3 pods", True),
        (Ask.NUMBER, "how many pods run after 30 days", "they run 30.", False),
        (Ask.WHO, "who leads the Desk", "all of the Desk", False),
        (Ask.WHO, "who leads the desk", "all of the Desk but Ben", True),
        (Ask.WHEN, "what happens every October", "every October", False),
        (Ask.WHEN, "what happens every October", "every October until 2030", True),
    ],
)
def test_what_the_question_names_is_no_answer_to_it(ask: Ask, question: str, text: str, *, fit: bool) -> None:
    """A number, date or name must be another."""
    (span,) = candidates(found(text, 0.5))
    assert fits(asked(ask, question), span) is fit


def test_code_is_a_command_and_an_item_is_of_a_list() -> None:
    """By the kind of their block, whatever they say."""
    spans = candidates(found("Do this:\n\n```\nls\n```\n\nThen:\n\n- one thing\n- two things\n", 0.5))
    kinds = [span.kind for span in spans]
    assert kinds == [Kind.CODE, Kind.LIST, Kind.LIST, Kind.LIST]
    for ask, kind in ((Ask.COMMAND, Kind.CODE), (Ask.LIST, Kind.LIST)):
        assert [fits(asked(ask), span) for span in spans] == [span.kind is kind for span in spans]


@pytest.mark.parametrize(
    ("question", "quotes", "lacks"),
    [
        ("how many pods run", ["Some pods run."], True),
        ("how many pods run", ["Some pods run.", "Nine run."], False),
        ("how many pods run for 9 days", ["They run 9 days."], True),
        ("how many pods run", [], True),
        ("which pods run", ["Some pods run."], False),
    ],
)
def test_where_a_number_is_asked_for_one_quote_must_give_it(
    question: str, quotes: list[str], *, lacks: bool
) -> None:
    """Another than the question names; to any other question none is needed."""
    assert lacks_number(Question.of(query(question)), quotes) is lacks


@pytest.mark.parametrize(
    ("text", "introduces"),
    [
        ("The Pod Budget (PB) has no maximum.", True),
        ("A Pod Budget (pb) has no maximum.", True),
        ("The Pod Budget (PBX) has no maximum.", False),
        ("PB has no maximum.", False),
        ("See `max`(PB) there.", False),
    ],
)
def test_a_sentence_introduces_an_abbreviation_behind_its_long_form(text: str, *, introduces: bool) -> None:
    """In brackets after a word, and only where somebody asks what it is."""
    for ask in (Ask.DEFINITION, Ask.OTHER):
        values = features(asked(ask, pb=1.0), found(text, 0.5), text)
        assert values["introduces"] == (introduces and ask is Ask.DEFINITION)
