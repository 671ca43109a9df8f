"""Fit the numbers in bot/confidence.json on labelled questions, and say how well they do.

    python scripts/fit_confidence.py reader.jsonl.gz --models FOLDER [--write]

The rows and what becomes of them are described in scripts/training.py. There are numbers for spans that
nobody has read, and for those that the reader has; the latter are fitted on what it was not trained on. Each
line of the report is measured on a family that the numbers were not fitted on.
"""

import argparse
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from training import Choice, Row, fit_choices, held_out, indexed, spans_by_family, write_notes

from bot.confidence import Confidence, Linear
from bot.evidence import ANSWER_FEATURES, Evidence, answer_features, evidence_for, rated
from bot.features import SPAN_FEATURES
from bot.selection import selected
from index.reader import Reader, shipped
from index.types import Where

PENALTY = 1e-2
# The inverse of the strength of the penalty, as scikit-learn has it.
LOOSENESS = 0.1

Asked = list[tuple[Row, Evidence]]


def gather(path: Path, models: Path, reader: Reader | None) -> dict[str, Asked]:
    """Index each family's notes, ask its questions, and give the evidence for each."""
    gathered = {}
    for family, labelled in sorted(spans_by_family(path).items()):
        kept = [row for row in labelled if reader is None or held_out(row["source"], row["title"])]
        with tempfile.TemporaryDirectory() as notes:
            rows = write_notes(kept, Path(notes))
            with indexed(family if reader is None else f"held-{family}", Path(notes), models) as unread:
                index = replace(unread, reader=reader)
                found = [
                    (row, evidence_for(index, index.respelled(row.question), 10, Where())) for row in rows
                ]
        gathered[family] = [(row, evidence) for row, evidence in found if evidence.spans]
        print(f"{family}: {len(rows)} questions, {sum(not row.answers for row in rows)} without answer")
    return gathered


def fit_spans(families: list[Asked]) -> Linear:
    """Fit the model of spans on the answerable questions.

    Kinds of question that are rare here count more, since a team asks otherwise than readers of an
    encyclopedia do.
    """
    kinds = Counter(evidence.question.ask for family in families for _, evidence in family)
    choices = [
        [
            Choice(
                np.array([span.features for span in evidence.spans]),
                np.array(
                    [
                        row.answered_by(span.candidate.text, span.candidate.hit.passage.document.path)
                        for span in evidence.spans
                    ]
                ),
                kinds[evidence.question.ask] ** -0.5,
            )
            for row, evidence in family
            if row.answers
        ]
        for family in families
    ]
    weights = fit_choices(choices, PENALTY)
    return Linear(SPAN_FEATURES, tuple(round(float(weight), 4) for weight in weights))


def fit_answers(families: list[Asked], span: Linear) -> Linear:
    """Fit the model of answers on all questions; each family counts the same."""
    found = [outcomes(family, span) for family in families]
    values = np.concatenate([values for values, _ in found])
    right = np.concatenate([right for _, right in found])
    weights = np.concatenate([np.full(len(right), 500 / len(right)) for _, right in found])
    mean, scale = values.mean(axis=0), values.std(axis=0)
    model = LogisticRegression(C=LOOSENESS, max_iter=3000).fit((values - mean) / scale, right, weights)
    slopes = model.coef_[0] / scale
    bias = float(model.intercept_[0] - slopes @ mean)
    return Linear(ANSWER_FEATURES, tuple(round(float(slope), 4) for slope in slopes), round(bias, 4))


def outcomes(examples: Asked, span: Linear) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Give the features of each question's answer, float64 [n, f], and whether a citation of its answers."""
    spans = [rated(evidence.spans, span) for _, evidence in examples]
    values = [answer_features(evidence, best) for (_, evidence), best in zip(examples, spans, strict=True)]
    right = [
        any(row.answered_by(c.quote, c.passage.document.path) for c in selected(best))
        for (row, _), best in zip(examples, spans, strict=True)
    ]
    return np.array(values), np.array(right)


def calibration_error(probabilities: NDArray[np.float64], right: NDArray[np.bool_], bins: int = 10) -> float:
    """Give the expected calibration error over equal bins (Naeini and others, 2015)."""
    place = np.minimum((probabilities * bins).astype(int), bins - 1)
    gaps = [abs(probabilities[place == b].sum() - right[place == b].sum()) for b in range(bins)]
    return float(sum(gaps) / len(right))


def report(name: str, span: Linear, model: Linear, examples: Asked) -> None:
    """Print how well the models do on questions that they were not fitted on."""
    values, right = outcomes(examples, span)
    given = np.array([model.probability(row) for row in values])
    answerable = np.array([bool(row.answers) for row, _ in examples])
    print(
        f"{name:14s} n={len(right)} right={right.mean():.3f} auroc(right)={roc_auc_score(right, given):.3f}"
        f" auroc(answerable)={roc_auc_score(answerable, given):.3f} ece={calibration_error(given, right):.3f}"
    )
    for line in (0.3, 0.4, 0.45, 0.5, 0.6):
        shown = given >= line
        print(f"    from {line}: answered {shown.mean():.3f}, right of those {right[shown].mean():.3f}")


# On the curve of questions that nothing was fitted on: see docs/decisions/0007-confidence.md, and
# 0026-a-trained-reader.md for what the reader has read.
ANSWERED, UNSURE = {"read": 0.42, "unread": 0.5}, 0.2


def main() -> None:
    """Read the command line, fit, report, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("rows", type=Path)
    parser.add_argument("--models", type=Path, required=True, help="folder of exported encoders")
    parser.add_argument("--write", action="store_true", help="write bot/confidence.json")
    options = parser.parse_args()
    body = {
        name: fitted_on(gather(options.rows, options.models, reader), ANSWERED[name])
        for name, reader in (("read", shipped()), ("unread", None))
    }
    if options.write:
        Path("bot/confidence.json").write_bytes(msgspec.json.format(msgspec.json.encode(body)) + b"\n")


def fitted_on(gathered: dict[str, Asked], answered: float) -> Confidence:
    """Report how well numbers fitted on all families but one do on that one; then fit on all."""
    for left_out, examples in gathered.items():
        rest = [family for name, family in gathered.items() if name != left_out]
        span = fit_spans(rest)
        report(left_out, span, fit_answers(rest, span), examples)
    families = list(gathered.values())
    span = fit_spans(families)
    answer = fit_answers(families, span)
    for name, model in (("span", span), ("answer", answer)):
        print(name, dict(zip(model.features, model.weights, strict=True)), model.bias)
    return Confidence(span, answer, answered, UNSURE)


if __name__ == "__main__":
    main()
