"""Numbers that tell how well a span answers a question."""

import math
from dataclasses import replace

import pytest
from asking import ENCODER, hit, index_of, note, passages

from bot.asks import Ask
from bot.features import SPAN_FEATURES, Question, Surroundings, fits, span_features, span_plain
from bot.spans import Candidate, candidates
from index.search import Index
from index.types import Hit
from ingest.types import Kind

NOTES = {
    "pods.md": "# Pods\n\nA pod holds containers.\n",
    "nodes.md": "# Nodes\n\nA node runs pods.\n",
    "desk.md": "# Desk\n\nAsk the desk.\n",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Give an index of three notes, each one passage."""
    return index_of(tmp_path_factory.mktemp("features"), NOTES)


def asked(index: Index, text: str) -> Question:
    """Give a question as the features see it."""
    return Question.of(text, ENCODER.encode([text])[0], index)


def features(question: Question, span: Candidate, hits: list[Hit], cosine: float = 0.25) -> dict[str, float]:
    """Give the features of a candidate by name."""
    around = Surroundings.of(question, hits, span.rank)
    values = span_features(question, span, span_plain(span), cosine, around)
    return dict(zip(SPAN_FEATURES, values, strict=True))


def found(text: str, *scores: float) -> tuple[list[Candidate], list[Hit]]:
    """Give the candidates of a note's passages, found with these scores, and the hits themselves."""
    hits = [hit(passage, score) for passage, score in zip(passages(note(text)), scores, strict=True)]
    return candidates(hits), hits


def test_terms_weigh_what_their_rarity_tells(index: Index) -> None:
    """The weight is BM25's idf: of three passages two hold `pod`, none holds `zebra`."""
    question = asked(index, "What do pods and zebras eat?")
    assert question.idf == {
        "pod": math.log(1 + 1.5 / 2.5),
        "zebra": math.log(1 + 3.5 / 0.5),
        "eat": math.log(1 + 3.5 / 0.5),
    }
    assert question.ask is Ask.OTHER


def test_coverage_is_the_share_of_what_the_question_tells(index: Index) -> None:
    """Terms count by their weight, once; a question without terms is covered by nothing."""
    question = asked(index, "pods and zebras")
    pod, zebra = question.idf["pod"], question.idf["zebra"]
    assert question.coverage(["pod", "pod", "other"]) == pod / (pod + zebra)
    assert question.coverage(["zebra", "pod"]) == 1.0
    assert question.coverage([]) == 0.0
    assert asked(index, "?").coverage(["pod"]) == 0.0


def test_the_features_of_a_span(index: Index) -> None:
    """Own words and those of the headings count as covered; what stands near is a feature of its own.

    Of the heading only one that asks nearly the same counts for much: its cosine's fourth power.
    """
    spans, hits = found("# Pods\n\nThey hold containers. Zebras rest.\n", 0.75)
    question = asked(index, "How do pods hold zebras?")
    pod, hold, zebra = (question.idf[term] for term in ("pod", "hold", "zebra"))
    assert features(question, spans[0], hits) == {
        "cosine": 0.25,
        "coverage": (pod + hold) / (pod + hold + zebra),
        "coverage_nearby": 1.0,
        "passage_score": 0.75,
        "passage_margin": 0.75,
        "rank": 1.0,
        "words": math.log1p(2),
        "whole": 0.0,
        "code_fits": 0.0,
        "list_fits": 0.0,
        "kind_fits": 1.0,
        "defines": 0.0,
        "cut_off": 0.0,
        "heading": 0.375**4,
    }


def test_the_margin_is_to_the_best_or_from_it_to_the_next(index: Index) -> None:
    """A passage that is not the best is behind it; the best is ahead of the next."""
    spans, hits = found("# A\n\nOne here.\n\n# B\n\nTwo here.\n\n# C\n\nThree here.\n", 0.75, 0.5, 0.25)
    question = asked(index, "one")
    assert [features(question, span, hits)["passage_margin"] for span in spans] == [0.25, -0.25, -0.5]
    assert [features(question, span, hits)["rank"] for span in spans] == [1, 1 / 2, 1 / 3]


def test_code_fits_a_how_to_and_a_list_what_is_open(index: Index) -> None:
    """A command answers "how do I", a list that and what is of no known kind."""
    spans, hits = found("Do this:\n\n```\nls -l\n```\n\n- one thing\n- two things\n", 1.0)
    marks = {
        ask: [
            (values["whole"], values["code_fits"], values["list_fits"])
            for values in (features(asked(index, ask), span, hits) for span in spans)
        ]
        for ask in ("how do I list pods", "pods", "who is it")
    }
    assert [span.kind for span in spans] == [Kind.CODE, Kind.LIST, Kind.LIST, Kind.LIST]
    assert marks == {
        "how do I list pods": [(1, 1, 0), (0, 0, 1), (0, 0, 1), (1, 0, 1)],
        "pods": [(1, 0, 0), (0, 0, 1), (0, 0, 1), (1, 0, 1)],
        "who is it": [(1, 0, 0), (0, 0, 0), (0, 0, 0), (1, 0, 0)],
    }


@pytest.mark.parametrize(
    ("text", "question", "defines"),
    [
        ("A pod is a group of containers.", "What is a pod?", True),
        ("Containers are in a pod.", "What is a pod?", False),
        ("A pod holds containers.", "What is a pod?", False),
        ("A pod is a group of containers.", "Where is a pod?", False),
        ("It is in one big tall wide deep old pod that means much.", "What is a pod?", False),
        ("When you need one and have no other way left to go, a pod is it.", "What is a pod?", False),
    ],
)
def test_a_definition_begins_with_what_it_defines(
    index: Index, text: str, question: str, *, defines: bool
) -> None:
    """Its subject is short, is what was asked after, and is followed by a verb that defines."""
    spans, hits = found(text, 1.0)
    assert features(asked(index, question), spans[0], hits)["defines"] == defines


def test_a_note_that_stops_short_tells_it(index: Index) -> None:
    """The mark of the candidate is a feature."""
    spans, hits = found("Keep your tools up to", 1.0)
    assert features(asked(index, "tools"), spans[0], hits)["cut_off"] == 1.0


@pytest.mark.parametrize(
    ("ask", "text", "fit"),
    [
        (Ask.NUMBER, "after 30 days", True),
        (Ask.NUMBER, "after seven days", True),
        (Ask.NUMBER, "after some days", False),
        (Ask.WHEN, "in 2024", True),
        (Ask.WHEN, "in October", True),
        (Ask.WHEN, "once it is merged", True),
        (Ask.WHEN, "you may march on", False),
        (Ask.WHO, "ask the Platform team", True),
        (Ask.WHO, "Ask the team. They know", False),
        (Ask.WHERE, "in Frankfurt", True),
        (Ask.REASON, "because it is slow", True),
        (Ask.REASON, "it is slow", False),
        (Ask.COMPARISON, "unlike a node", True),
        (Ask.COMPARISON, "a node", False),
        (Ask.DEFINITION, "a node", True),
    ],
)
def test_what_is_asked_for_leaves_a_sign(ask: Ask, text: str, *, fit: bool) -> None:
    """A number, a date or occasion, a name, a reason, a contrast; other kinds leave none that is known."""
    assert fits(ask, text) is fit


def test_the_words_of_a_span_are_without_markup() -> None:
    """They are what is encoded and counted."""
    spans, _ = found("Use **bold** and [a link](x.md).", 1.0)
    assert span_plain(spans[0]) == "Use bold and a link."


def test_a_heading_about_something_else_speaks_neither_for_nor_against(index: Index) -> None:
    """A negative cosine counts as none."""
    spans, hits = found("One here.", 1.0)
    hits = [replace(hits[0], heading=-0.5)]
    spans = [replace(spans[0], hit=hits[0])]
    assert features(asked(index, "one"), spans[0], hits)["heading"] == 0.0
