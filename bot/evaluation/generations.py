"""What two generations say to the same questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.evaluation.comparison import Comparison, compared
from bot.evaluation.labels import Label
from bot.evaluation.outcomes import Outcome, asked, asking
from index.progress import Progress

if TYPE_CHECKING:
    from index.search import Index


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A question that fares as before, with another verdict or other quotes."""

    before: Outcome
    now: Outcome


@dataclass(frozen=True, slots=True)
class AnswerChanges:
    """Two generations over the same questions: what got worse or better, and what is only `otherwise`."""

    comparison: Comparison
    otherwise: tuple[Otherwise, ...]


def answer_changes(
    before: "Index", now: "Index", labels: Sequence[Label], progress: Progress
) -> AnswerChanges:
    """Ask both generations all questions."""
    old = asked(asking(before), labels, progress, f"ask generation {before.generation}")
    new = asked(asking(now), labels, progress, f"ask generation {now.generation}")
    comparison = compared(old, new)
    told = {(change.now.set, change.now.id) for change in comparison.changes}
    return AnswerChanges(
        comparison,
        tuple(
            Otherwise(*pair)
            for pair in zip(old, new, strict=True)
            if (pair[1].set, pair[1].id) not in told and _said(pair[0]) != _said(pair[1])
        ),
    )


def _said(outcome: Outcome) -> tuple[str, tuple[str, ...]]:
    return outcome.verdict, outcome.cited
