"""Fit the weights of index/fusion.py on labelled questions, and say how well they rank.

    python scripts/fit_ranking.py reader.jsonl.gz pairs.jsonl.gz --models FOLDER

It prints; the numbers are copied into index/fusion.py by hand. Each line of the report is measured on a
family that the weights were not fitted on: recall@1 and recall@5, before any mark-down of repeated documents.
"""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from training import (
    Choice,
    Row,
    fit_choices,
    indexed,
    sections_by_family,
    spans_by_family,
    write_notes,
    write_sections,
)

from index.fusion import WEIGHTS
from index.search import READ, Index
from index.types import Where

PENALTY = 1e-3


def choices(index: Index, rows: list[Row]) -> list[Choice]:
    """Ask each answerable question, and give the passages that were read for it as a choice."""
    found = []
    for row in rows:
        hits = index.search_for(index.query(row.question), READ, Where()) if row.answers else []
        if hits:
            values = [hit.signs.values for hit in hits if hit.signs]
            right = [row.held_by(hit.passage.text, hit.passage.document.path) for hit in hits]
            found.append(Choice(np.array(values), np.array(right)))
    return found


def gather(
    families: dict[str, list[dict[str, Any]]],
    write: Callable[[list[dict[str, Any]], Path], list[Row]],
    models: Path,
) -> dict[str, list[Choice]]:
    """Index each family's notes, and ask its questions."""
    gathered = {}
    for family, rows in sorted(families.items()):
        with tempfile.TemporaryDirectory() as notes:
            asked = write(rows, Path(notes))
            with indexed(family, Path(notes), models) as index:
                gathered[family] = choices(index, asked)
            print(f"{family}: {len(gathered[family])} questions")
    return gathered


def recall(family: list[Choice], weights: NDArray[np.float64], k: int) -> float:
    """Give the share of questions with a right passage among the best `k`."""
    best = [choice.right[np.argsort(-(choice.features @ weights), kind="stable")[:k]] for choice in family]
    return float(np.mean([right.any() for right in best]))


def main() -> None:
    """Read the command line, fit and report."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("spans", type=Path)
    parser.add_argument("sections", type=Path)
    parser.add_argument("--models", type=Path, required=True, help="folder of exported encoders")
    options = parser.parse_args()
    gathered = {
        **gather(spans_by_family(options.spans), write_notes, options.models),
        **gather(sections_by_family(options.sections), write_sections, options.models),
    }
    now = np.array(list(WEIGHTS.values()))
    for held_out, family in gathered.items():
        weights = fit_choices([other for name, other in gathered.items() if name != held_out], PENALTY)
        figures = [f"{recall(family, some, k):.3f}" for some in (weights, now) for k in (1, 5)]
        print(f"{held_out:14s} n={len(family)} fitted on the others {figures[:2]}, as it is {figures[2:]}")
    weights = fit_choices(list(gathered.values()), PENALTY)
    print({name: round(float(weight), 2) for name, weight in zip(WEIGHTS, weights, strict=True)})


if __name__ == "__main__":
    main()
