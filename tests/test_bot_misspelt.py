"""Misspelt questions, from what is typed to what is shown: nobody is misread in silence."""

import io
import json
from datetime import date
from pathlib import Path

import pytest
from asking import MODEL, index_of
from encoders import PieceEncoder
from pretend_desk import run

import bot.answer
from bot.answer import answer
from bot.contract import answer_object, written
from bot.render.terminal import Page, show_answer
from bot.types import Answer, Turn
from index.search import Index

NOTES = {
    "undo.md": "# Undo\n\nTo undo a rollout, run `kubectl rollout undo`.\n",
    "team.md": "# Team\n\nThe desk is led by Bert.\n",
    "jobs.md": "# Jobs\n\nJobs run at night.\n",
}
TYPED, MEANT = "How do I undo a rolout?", "How do I undo a rollout?"
QUOTE = "To undo a rollout, run `kubectl rollout undo`."


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Give an index of a few notes whose encoder knows the word `bent` and no other."""
    return index_of(tmp_path_factory.mktemp("misspelt"), NOTES, PieceEncoder(whole=frozenset({"bent"})))


@pytest.fixture(autouse=True)
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the made-up probabilities: what is tested here does not depend on a fit."""
    monkeypatch.setattr(bot.answer, "fitted", lambda **_: MODEL)


def shown(reply: Answer) -> str:
    """Give what a person sees of an answer."""
    stream = io.StringIO()
    show_answer(Page(stream, {}, date(2026, 2, 3)), reply)
    return stream.getvalue()


def test_it_is_answered_as_if_it_were_spelt_well(index: Index) -> None:
    """The same quotes, passages and confidence; the question itself is kept as it was typed."""
    typed, meant = answer(index, TYPED), answer(index, MEANT)
    assert (typed.question, typed.read_as) == (TYPED, MEANT)
    assert (meant.question, meant.read_as) == (MEANT, None)
    assert [citation.quote for citation in typed.citations] == [QUOTE]
    assert (typed.citations, typed.passages, typed.confidence) == (
        meant.citations,
        meant.passages,
        meant.confidence,
    )


def test_the_reading_is_in_the_json(index: Index) -> None:
    """And is left out where the question was read as it is."""
    typed, meant = (json.loads(written(answer_object(answer(index, q), {}))) for q in (TYPED, MEANT))
    assert (typed["question"], typed["read_as"]) == (TYPED, MEANT)
    assert (meant["question"], "read_as" in meant) == (MEANT, False)


def test_the_reading_is_what_a_person_sees_first(index: Index) -> None:
    """Before the answer, or before the news that there is none."""
    assert shown(answer(index, TYPED)).startswith(f"read as: {MEANT}\n\n[1] {QUOTE}\n")
    assert shown(answer(index, MEANT)).startswith(f"[1] {QUOTE}\n")
    nowhere = answer(index, "zyzzyva rolout quokka", k=1)
    assert shown(nowhere).startswith("read as: zyzzyva rollout quokka\n\n")


@pytest.mark.parametrize("question", ["is it bent?", "the file rolout.yaml", "kubectl-rolout", "zyzzyva"])
def test_names_and_words_of_the_language_are_left_alone(index: Index, question: str) -> None:
    """However near they are to a word of the notes."""
    assert answer(index, question).read_as is None


def test_a_turn_before_is_read_as_it_was_meant(index: Index) -> None:
    """Its subject is carried over as the notes write it."""
    for before in (TYPED, MEANT):
        reply = answer(index, "and for jobbs?", history=[Turn("user", before)])
        assert reply.read_as == "and for jobs? (undo rollout)"


def test_the_command_shows_it_too(index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As text, as JSON, and in a batch."""
    monkeypatch.setattr(Index, "open", lambda *_, **__: index)
    monkeypatch.chdir(tmp_path)
    assert run("ask", TYPED).stdout.startswith(f"read as: {MEANT}\n\n[1] {QUOTE}\n")
    assert json.loads(run("ask", "--json", TYPED).stdout)["read_as"] == MEANT
    batch = run("ask", "--batch", "-", stdin=json.dumps({"question": TYPED}))
    assert json.loads(batch.stdout)["read_as"] == MEANT
