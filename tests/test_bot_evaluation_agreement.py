"""The figures agree with those of the script that scores batches, where that lies beside the checkout."""

import json
import random
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from labelled import ANSWERS, DOCUMENTS, LABELS, TEXTS

from bot.contract import answer_object, written
from bot.evaluation.figures import measured
from bot.evaluation.labels import Gold, Label
from bot.evaluation.outcomes import asked
from bot.types import Answer, Citation, Verdict
from index.progress import Quiet
from index.types import Hit
from ingest.types import Passage

SCRIPT = Path(__file__).parents[2] / "shared" / "eval" / "score.py"
# What the script proves against the files, and what it counts.
NOT_OURS = {"missing", "verbatim_checked", "verbatim_broken", "broken_examples"}
# Where no question is answerable, the script says 0 and we say nothing.
NEEDS_ANSWERABLE = ("recall", "mrr", "ndcg", "citation_hit", "answered_right", "coverage")


def scored(labels: Sequence[Label], answers: dict[str, Answer], folder: Path) -> dict[str, Any]:
    """Give what the script makes of the answers, by question, as `ask --batch` writes them."""
    if not SCRIPT.exists():
        pytest.skip(f"{SCRIPT.name} is not there to compare with")
    names: dict[str, Any] = {"__name__": "score"}
    exec(compile(SCRIPT.read_text("utf-8"), SCRIPT, "exec"), names)  # noqa: S102 - a script beside the checkout
    (folder / "corpus").mkdir(exist_ok=True)
    for path, text in TEXTS.items():
        (folder / "corpus" / path).write_text(text, "utf-8")
    questions = [asdict(label) | {"answers": list(label.answers)} for label in labels]
    lines = {
        label.id: json.loads(written(answer_object(answers[label.question], {}, identity=label.id)))
        for label in labels
    }
    found: dict[str, Any] = names["score"](folder, questions, lines)
    return found


def agree(labels: Sequence[Label], answers: dict[str, Answer], folder: Path) -> None:
    """Assert that both give the same figures."""
    theirs = scored(labels, answers, folder)
    ours = measured(asked(lambda question, _: answers[question], labels, Quiet()))
    assert theirs["verbatim_broken"] == 0
    assert set(theirs) - NOT_OURS == set(ours)
    for name, value in ours.items():
        if value is None and name.startswith(NEEDS_ANSWERABLE):
            assert theirs["answerable"] == theirs[name] == 0
        else:
            assert value == pytest.approx(theirs[name], abs=1e-12), name


def test_the_small_run_agrees(tmp_path: Path) -> None:
    """All of it, and each kind of question alone."""
    agree(LABELS, ANSWERS, tmp_path)
    for kind in {label.kind for label in LABELS}:
        agree([label for label in LABELS if label.kind == kind], ANSWERS, tmp_path)


def test_any_run_agrees(tmp_path: Path) -> None:
    """Two hundred runs drawn at random, with ties in confidence, repeated files and half-right quotes."""
    draw = random.Random(11)  # noqa: S311 - any answers will do
    for _ in range(200):
        labels = [_drawn_label(draw, str(n)) for n in range(draw.randrange(1, 12))]
        agree(labels, {label.question: _drawn_answer(draw) for label in labels}, tmp_path)


def _drawn_passage(draw: random.Random) -> Passage:
    document = draw.choice(list(DOCUMENTS.values()))
    start = draw.randrange(len(document.text) - 1)
    return Passage(document, start, draw.randrange(start + 1, len(document.text) + 1))


def _drawn_label(draw: random.Random, name: str) -> Label:
    gold = [
        Gold(p.document.path, draw.choice([p.text, None]), draw.choice([p.page, None]))
        for p in (_drawn_passage(draw) for _ in range(draw.randrange(1, 4)))
    ]
    short = draw.choice([(), (), ("four", "alpha")])
    label = Label("drawn", name, f"question {name}", tuple(gold), answerable=True, answers=short)
    return label if draw.random() < 0.7 else replace(label, answerable=False, gold=())


def _drawn_answer(draw: random.Random) -> Answer:
    cited = [_drawn_passage(draw) for _ in range(draw.randrange(4))]
    return Answer(
        question="",
        verdict=draw.choice(list(Verdict)),
        confidence=draw.choice([0.0, 0.1, 0.3, 0.7, 1.0, round(draw.random(), 4)]),
        citations=tuple(Citation(passage, passage.start, passage.end, 0.5) for passage in cited),
        related=(),
        passages=tuple(Hit(_drawn_passage(draw), 0.5, 0.5, 0.5) for _ in range(draw.randrange(13))),
        generation=1,
        elapsed_ms=draw.randrange(100),
    )
