"""Answering a question: verdicts, citations, what is related, and questions of every kind."""

import tempfile
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import msgspec
import pytest
from asking import MODEL, index_of, linear
from hypothesis import given, settings
from hypothesis import strategies as st

import bot.answer
from bot.answer import RELATED, answer, judged
from bot.confidence import Confidence
from bot.evidence import ANSWER_FEATURES, evidence_for
from bot.selection import MOST_CITATIONS
from bot.types import Answer, Turn, Verdict
from index.search import Index
from index.types import Where

ROLLOUT = "To undo a rollout, run:\n\n```\nkubectl rollout undo\n```"
NOTES = {
    "deploy.md": "# Deploy\n\nA deploy runs on Tuesday.\n\nThe stages are:\n\n- build\n- test\n- ship\n",
    "undo.md": f"# Undo\n\n{ROLLOUT}\n",
    "keys.md": "# Keys\n\nKeys are rotated every 90 days by Ana.\n",
    "old/keys.md": "# Old keys\n\nKeys are rotated every 30 days by Ana.\n",
    "team.md": "# Team\n\nThe desk is led by Ben. Zo\u00eb writes the \u4f60\u597d page.\n",
    "rules.md": "---\ntitle: Rules\n---\n\n| rule | limit |\n|---|---|\n| replicas | nine |\n",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Give an index of a few notes."""
    return index_of(tmp_path_factory.mktemp("answer"), NOTES)


@pytest.fixture(autouse=True)
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the made-up probabilities: what is tested here does not depend on a fit."""
    monkeypatch.setattr(bot.answer, "fitted", lambda **_: MODEL)


def with_odds(log_odds: float) -> Confidence:
    """Give a model for which every answer has these log-odds."""
    return msgspec.structs.replace(MODEL, answer=linear(ANSWER_FEATURES, log_odds))


def said(reply: Answer) -> list[str]:
    """Give what is cited."""
    return [citation.quote for citation in reply.citations]


def test_an_answer_holds_all_that_is_said(index: Index) -> None:
    """The question, the citations with their places, the ranked passages, the generation; nothing related."""
    reply = answer(index, "who leads the desk?", k=2)
    assert (reply.question, reply.read_as) == ("who leads the desk?", None)
    assert reply.verdict is Verdict.ANSWERED
    assert said(reply) == ["The desk is led by Ben. Zo\u00eb writes the \u4f60\u597d page."]
    assert reply.citations[0].location == "team.md:3"
    assert reply.related == ()
    assert len(reply.passages) == 2
    assert reply.passages[0].passage == reply.citations[0].passage
    assert reply.generation == index.generation == 1
    assert reply.elapsed_ms > 0


def test_notes_that_disagree_are_both_cited(index: Index) -> None:
    """Nobody has to guess which of the two holds."""
    quotes = said(answer(index, "how often are keys rotated"))
    assert sorted(quotes) == [
        "Keys are rotated every 30 days by Ana.",
        "Keys are rotated every 90 days by Ana.",
    ]


def test_a_command_is_cited_whole_with_what_leads_to_it(index: Index) -> None:
    """Not a line of it."""
    (quote,) = said(answer(index, "how do I undo a rollout"))
    assert quote == ROLLOUT


@pytest.mark.parametrize(
    ("bias", "verdict"),
    [
        (0.01, Verdict.ANSWERED),
        (-0.01, Verdict.UNSURE),
        (-1.38, Verdict.UNSURE),
        (-1.39, Verdict.NOT_FOUND),
    ],
)
def test_the_verdict_is_by_thresholds(index: Index, bias: float, verdict: Verdict) -> None:
    """From a half on answered, from a fifth on unsure, as the model has it; citations until not found."""
    evidence = evidence_for(index, "who leads the desk", 10, Where())
    found, confidence, citations = judged(evidence, with_odds(bias))
    assert found is verdict
    assert bool(citations) is (verdict is not Verdict.NOT_FOUND)
    assert (confidence >= 0.5, confidence >= 0.2) == (
        verdict is Verdict.ANSWERED,
        verdict is not Verdict.NOT_FOUND,
    )


@pytest.mark.parametrize(
    ("heading", "body", "verdict"),
    [
        ("How do I dry books?", "Count each key on its hook. " * 6, Verdict.UNSURE),
        (
            "How do I dry books?",
            "Count each key on its hook. " * 5 + "Books need air and time.",
            Verdict.ANSWERED,
        ),
        ("How do I dry books?", "Open both windows.", Verdict.ANSWERED),
        ("Dry keys", "Count each key on its hook. " * 6, Verdict.ANSWERED),
    ],
)
def test_a_heading_does_not_answer_what_its_body_does_not(
    tmp_path: Path, heading: str, body: str, verdict: Verdict
) -> None:
    """A long body that never speaks of what the heading asks is at most the closest there is."""
    index = index_of(tmp_path, {"note.md": f"# Notes\n\n## {heading}\n\n{body}\n"})
    found, confidence, citations = judged(
        evidence_for(index, "How do I dry books?", 10, Where()), with_odds(3.0)
    )
    assert found is verdict
    assert confidence == (0.49 if verdict is Verdict.UNSURE else 0.9526)
    assert citations


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("how many people lead the desk?", Verdict.UNSURE),
        ("how often are keys rotated?", Verdict.ANSWERED),
        ("who leads the desk?", Verdict.ANSWERED),
    ],
)
def test_a_quote_without_a_number_does_not_answer_how_many(
    index: Index, question: str, verdict: Verdict
) -> None:
    """It is at most the closest there is, and is shown as that."""
    found, confidence, citations = judged(evidence_for(index, question, 10, Where()), with_odds(3.0))
    assert found is verdict
    assert confidence == (0.49 if verdict is Verdict.UNSURE else 0.9526)
    assert citations


def test_what_is_related_is_shown_unless_it_is_answered(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The nearest passages that are not cited, best first, at most three."""
    monkeypatch.setattr(bot.answer, "fitted", lambda **_: with_odds(-1.0))
    unsure = answer(index, "who leads the desk")
    cited = [citation.passage for citation in unsure.citations]
    others = [hit for hit in unsure.passages if hit.passage not in cited]
    assert unsure.verdict is Verdict.UNSURE
    assert unsure.related == tuple(others[:RELATED])
    monkeypatch.setattr(bot.answer, "fitted", lambda **_: with_odds(-3.0))
    nothing = answer(index, "who leads the desk")
    assert (nothing.verdict, nothing.citations) == (Verdict.NOT_FOUND, ())
    assert nothing.related == nothing.passages[:RELATED]


def test_a_follow_up_is_read_in_context_and_says_so(index: Index) -> None:
    """The reading is shown where it differs; a new topic is not touched by the one before it."""
    history = [Turn("user", "how often are keys rotated?"), Turn("assistant", "Every 90 days.")]
    follow_up = answer(index, "and by whom?", history=history)
    assert follow_up.question == "and by whom?"
    assert follow_up.read_as == "and by whom? (keys rotated)"
    assert "Keys are rotated every 90 days by Ana." in said(follow_up)
    other = answer(index, "who leads the desk?", history=history)
    assert other.read_as is None
    assert said(other) == said(answer(index, "who leads the desk?"))


def test_a_filter_holds_for_all_that_is_shown(index: Index) -> None:
    """Citations and passages come from the allowed notes alone; where none is allowed, nothing is found."""
    reply = answer(index, "how often are keys rotated", where=Where(paths=("old",)))
    assert said(reply) == ["Keys are rotated every 30 days by Ana."]
    assert {hit.passage.document.path for hit in reply.passages} == {"old/keys.md"}
    nothing = answer(index, "keys", where=Where(paths=("nowhere",)))
    assert (nothing.verdict, nothing.confidence) == (Verdict.NOT_FOUND, 0.0)
    assert (nothing.citations, nothing.related, nothing.passages) == ((), (), ())


@pytest.mark.parametrize(
    "question",
    [
        "desk",
        "zyzzyva quokka",
        "the",
        "?",
        "",
        "who " * 10_000,
        "keys " + "x" * 10_000,
        "wer leitet den Tisch",
        "\u4f60\u597d",
        "\u043a\u0442\u043e \u0433\u043b\u0430\u0432\u043d\u044b\u0439",
        "desk\x00\x1b[31m\x7f",
        "\ud800 desk",
    ],
)
def test_every_question_gets_an_answer(index: Index, question: str) -> None:
    """One word, no known word, no word at all, very long ones, other languages, control characters."""
    reply = answer(index, question)
    assert 0 <= reply.confidence <= 1
    assert len(reply.citations) <= MOST_CITATIONS
    assert reply.verdict in Verdict


def test_unknown_words_alone_find_nothing(index: Index) -> None:
    """What the notes never speak of is not answered; the nearest passages are still shown."""
    reply = answer(index, "zyzzyva quokka")
    assert (reply.verdict, reply.citations) == (Verdict.NOT_FOUND, ())
    assert len(reply.related) == RELATED


def test_an_index_of_bare_headings_finds_nothing(tmp_path: Path) -> None:
    """There is a note but no passage in it, nothing to rank, nothing related."""
    reply = answer(index_of(tmp_path, {"bare.md": "# One\n\n## Two\n"}), "what is one?")
    assert (reply.verdict, reply.confidence) == (Verdict.NOT_FOUND, 0.0)
    assert (reply.citations, reply.related, reply.passages) == ((), (), ())


def test_a_passage_may_hold_nothing_to_quote(tmp_path: Path) -> None:
    """It is found, and related, but nothing is cited."""
    reply = answer(index_of(tmp_path, {"lead.md": "# Stages\n\nab\n"}), "stages")
    assert (reply.verdict, reply.citations, len(reply.related)) == (Verdict.NOT_FOUND, (), 1)


def test_the_same_question_has_the_same_answer(index: Index, tmp_path: Path) -> None:
    """Asked again, and of an index built anew from the same notes."""
    again = index_of(tmp_path, NOTES)
    for question in ("who leads the desk", "how often are keys rotated", "stages of a deploy", "probes"):
        first, second, third = (answer(each, question) for each in (index, index, again))
        assert replace(first, elapsed_ms=0) == replace(second, elapsed_ms=0)
        assert (said(first), first.confidence) == (said(third), third.confidence)
        assert [hit.passage.location for hit in first.passages] == [
            hit.passage.location for hit in third.passages
        ]


_WORDS = st.sampled_from(["pod", "node", "key", "Zo\u00eb", "\u4f60\u597d", "e.g. this", "90", "e\u0301."])
_SAID = st.lists(_WORDS, min_size=1, max_size=8).map(" ".join)
_MARKS = st.sampled_from(["", "# ", "- ", "1. ", "> ", "    ", "**", "| ", "```\n", "\t", "---\n", "|---|\n"])
_BODIES = st.lists(st.builds(str.__add__, _MARKS, _SAID), min_size=1, max_size=12).flatmap(
    lambda lines: st.sampled_from(["\n", "\n\n", "\r\n"]).map(lambda end: end.join(lines))
)


@settings(max_examples=12, deadline=None)
@given(bodies=st.lists(_BODIES, min_size=1, max_size=3), question=_SAID)
def test_citations_are_verbatim_apart_and_few(bodies: list[str], question: str) -> None:
    """Each quote is what the file holds at its place; none overlaps another, nor says the same words."""
    with tempfile.TemporaryDirectory() as folder:
        index = index_of(Path(folder), {f"{number}.md": body for number, body in enumerate(bodies)})
        reply = answer(index, question)
        files = {f"{number}.md": body for number, body in enumerate(bodies)}
    places = [(at.passage.document.path, at.start, at.end) for at in reply.citations]
    assert said(reply) == [files[path][start:end] for path, start, end in places]
    assert all(at.passage.start <= at.start < at.end <= at.passage.end for at in reply.citations)
    assert not any(
        one[0] == other[0] and one[1] < other[2] and other[1] < one[2]
        for one, other in combinations(places, 2)
    )
    assert len(set(said(reply))) == len(places) <= MOST_CITATIONS
