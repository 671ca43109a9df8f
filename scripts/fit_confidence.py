"""Fit the numbers in bot/confidence.json on labelled questions, and say how well they do.

    python scripts/fit_confidence.py reader.jsonl.gz --models FOLDER [--write]

Rows of the input are {"source", "question", "context", "answers": [{"text"}], "title"}. They are grouped
into families of like sources; each family's contexts become a folder of notes, which is indexed. A fifth of
the contexts is left out, so that the questions about them have no answer there although the subject is close.
Each line of the report is measured on a family that the numbers were not fitted on.
"""

import argparse
import gzip
import json
import random
import re
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from bot.confidence import Confidence, Logistic
from bot.evidence import ANSWER_FEATURES, Evidence, answer_features, evidence_for
from bot.features import SPAN_FEATURES
from bot.selection import selected
from index.analysis import QUESTION_WORDS
from index.build import build
from index.search import Index
from index.types import Where

SEED = 20_26
CONTEXTS, QUESTIONS, LEFT_OUT = 450, 450, 0.2
# The share of words that a hurried person leaves out.
DROPPED = 0.3
# Its questions are one formula over many like documents, so that any of them seems to answer.
LEFT_OUT_SOURCES = {"wasiahmad/PolicyQA"}
# Sources written alike; whatever is not named here is documentation.
FAMILIES = {
    "PhongNTDo/guide_train_MRC_transformers": "wiki",
    "ermeba/jupiter_bert": "wiki",
    "google-research-datasets/QED": "search",
    "primeqa/clapnq": "search",
    "deepset-ai/COVID-QA": "science",
    "tldr-pages/tldr": "commands",
    "cheat/cheatsheets": "commands",
}


@dataclass(frozen=True)
class Row:
    """A question, the file that holds its answer if it has one, and the texts that answer it."""

    question: str
    path: str
    answers: list[str]
    weak: bool = False


def families(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Read the rows, by family."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            # A weak row is labelled by rule: one that names no answer may well have one.
            unsure = row.get("weak") and not row["answers"]
            if row["source"] not in LEFT_OUT_SOURCES and not unsure:
                rows[FAMILIES.get(row["source"], "documentation")].append(row)
    return rows


def write_notes(rows: list[dict[str, Any]], folder: Path) -> list[Row]:
    """Write the contexts as notes; give the questions, those about contexts left out without answers."""
    draw = random.Random(SEED)  # noqa: S311 - a sample, not a secret
    draw.shuffle(rows)
    contexts = list(dict.fromkeys((row["source"], row["title"], row["context"]) for row in rows))[:CONTEXTS]
    kept = {context for context in contexts if draw.random() > LEFT_OUT}
    # Where the question was the heading over its answer, it is written there again, and asked otherwise.
    headed = {row["context"]: f"## {row['question']}\n\n" if row.get("weak") else "" for row in rows}
    paths: dict[tuple[str, str], str] = {}
    bodies: dict[str, list[str]] = defaultdict(list)
    for source, title, text in contexts:
        name = re.sub(r"[^\w-]+", "-", f"{source}-{title}")[:80]
        path = paths.setdefault((source, title), f"{len(paths):05d}-{name}.md")
        bodies[path] += [headed[text] + text] if (source, title, text) in kept else []
    for (_, title), path in paths.items():
        heading = "# " + Path(title).stem.replace("_", " ").replace("-", " ")
        (folder / path).write_text("\n\n".join((heading, *bodies[path])) + "\n", encoding="utf-8")
    chosen = set(contexts)
    asked = [row for row in rows if (row["source"], row["title"], row["context"]) in chosen][:QUESTIONS]
    labelled = [
        Row(
            rephrased(row["question"], draw) if row.get("weak") else row["question"],
            paths[row["source"], row["title"]],
            [answer["text"] for answer in row["answers"]]
            if (row["source"], row["title"], row["context"]) in kept
            else [],
            bool(row.get("weak")),
        )
        for row in asked
    ]
    unanswerable = [row for row in labelled if not row.answers]
    answerable = [row for row in labelled if row.answers]
    return answerable + unanswerable[: len(answerable) // 2]


def rephrased(question: str, draw: random.Random) -> str:
    """Give a question as it was, or as a hurried person writes it: lower case, words missing, key words."""
    words = question.rstrip("?").split()
    ways = (
        question,
        " ".join(words).lower(),
        " ".join(word for word in words if draw.random() > DROPPED),
        " ".join(word for word in words if word.lower() not in QUESTION_WORDS),
    )
    return draw.choice(ways) or question


def folded(text: str) -> str:
    """Give `text` in lower case with single spaces."""
    return re.sub(r"\s+", " ", text).strip().lower()


def answers(quote: str, path: str, row: Row) -> bool:
    """Tell whether a quote holds an answer, or is at least half of one; any part of a weak one will do."""
    said = folded(quote)
    least = 0 if row.weak else 1 / 2
    return path == row.path and any(
        folded(answer) in said or (said in folded(answer) and len(said) >= len(folded(answer)) * least)
        for answer in row.answers
    )


def gather(rows: dict[str, list[dict[str, Any]]], models: Path) -> dict[str, list[tuple[Row, Evidence]]]:
    """Index each family's notes, ask its questions, and give the evidence for each."""
    gathered = {}
    for family, labelled in sorted(rows.items()):
        with tempfile.TemporaryDirectory() as scratch:
            notes = Path(scratch, "notes")
            notes.mkdir()
            asked = write_notes(labelled, notes)
            build([notes], Path(scratch, "index"), "all-MiniLM-L6-v2", models=models)
            index = Index.open(Path(scratch, "index"), models=models)
            gathered[family] = [(row, evidence_for(index, row.question, 10, Where())) for row in asked]
            print(f"{family}: {len(asked)} questions, {sum(not row.answers for row in asked)} without answer")
    return gathered


def fit(features: tuple[str, ...], values: NDArray[np.float64], right: NDArray[np.bool_]) -> Logistic:
    """Fit a logistic regression to feature values, float64 [n, f], and whether each was right, [n]."""
    mean, scale = values.mean(axis=0), values.std(axis=0)
    scale[scale == 0] = 1.0
    model = LogisticRegression(C=1.0, max_iter=2000).fit((values - mean) / scale, right)
    rounded = [tuple(round(float(x), 5) for x in row) for row in (mean, scale, model.coef_[0])]
    return Logistic(features, rounded[0], rounded[1], rounded[2], round(float(model.intercept_[0]), 5))


def fit_both(examples: list[tuple[Row, Evidence]]) -> tuple[Logistic, Logistic]:
    """Fit the model of spans on answerable questions, then that of answers on all."""
    spans = [
        (span.features, answers(span.candidate.text, span.candidate.hit.passage.document.path, row))
        for row, evidence in examples
        if row.answers
        for span in evidence.spans
    ]
    span = fit(SPAN_FEATURES, np.array([x for x, _ in spans]), np.array([y for _, y in spans]))
    values, right = outcomes(examples, span)
    return span, fit(ANSWER_FEATURES, values, right)


def outcomes(
    examples: list[tuple[Row, Evidence]], span: Logistic
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Give the features of each question's answer, float64 [n, f], and whether a citation of its answers."""
    usable = [(row, evidence) for row, evidence in examples if evidence.spans]
    values = np.array([answer_features(evidence, span) for _, evidence in usable])
    right = [
        any(answers(c.quote, c.passage.document.path, row) for c in selected(evidence, span))
        for row, evidence in usable
    ]
    return values, np.array(right)


def calibration_error(probabilities: NDArray[np.float64], right: NDArray[np.bool_], bins: int = 10) -> float:
    """Give the expected calibration error over equal bins (Naeini and others, 2015)."""
    place = np.minimum((probabilities * bins).astype(int), bins - 1)
    gaps = [abs(probabilities[place == b].sum() - right[place == b].sum()) for b in range(bins)]
    return float(sum(gaps) / len(right))


def report(name: str, span: Logistic, model: Logistic, examples: list[tuple[Row, Evidence]]) -> None:
    """Print how well the models do on questions that they were not fitted on."""
    values, right = outcomes(examples, span)
    given = np.array([model.probability(row) for row in values])
    order = np.argsort(-given)
    precise = np.cumsum(right[order]) / np.arange(1, len(right) + 1)
    covered = max((i + 1 for i, share in enumerate(precise) if share >= 0.8), default=0) / len(right)  # noqa: PLR2004
    answerable = np.array([bool(row.answers) for row, evidence in examples if evidence.spans])
    print(
        f"{name:14s} n={len(right)} right={right.mean():.3f} auroc(right)={roc_auc_score(right, given):.3f}"
        f" auroc(answerable)={roc_auc_score(answerable, given):.3f} ece={calibration_error(given, right):.3f}"
        f" coverage@80={covered:.3f}"
        f" answered={np.mean(given >= ANSWERED):.3f} right of those={right[given >= ANSWERED].mean():.3f}"
    )


# On the risk-coverage curve of the families left out: see docs/decisions/0007-confidence.md.
ANSWERED, UNSURE = 0.5, 0.2


def main() -> None:
    """Read the command line, fit, report, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("rows", type=Path)
    parser.add_argument("--models", type=Path, required=True, help="folder of exported encoders")
    parser.add_argument("--write", action="store_true", help="write bot/confidence.json")
    options = parser.parse_args()
    gathered = gather(families(options.rows), options.models)
    for held_out, examples in gathered.items():
        rest = [pair for family, pairs in gathered.items() if family != held_out for pair in pairs]
        report(held_out, *fit_both(rest), examples)
    span, model = fit_both([pair for pairs in gathered.values() for pair in pairs])
    for name, fitted in (("span", span), ("answer", model)):
        weights = zip(fitted.features, fitted.weights, strict=True)
        print(name, {feature: round(weight, 2) for feature, weight in weights}, fitted.bias)
    if options.write:
        body = msgspec.json.encode(Confidence(span, model, ANSWERED, UNSURE))
        Path("bot/confidence.json").write_bytes(msgspec.json.format(body) + b"\n")


if __name__ == "__main__":
    main()
