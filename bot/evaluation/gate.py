"""Whether a new generation may take the place of the live one: not if it answers worse."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.evaluation.comparison import Change, changes
from bot.evaluation.expected import missing
from bot.evaluation.figures import measured
from bot.evaluation.labels import Label
from bot.evaluation.outcomes import Outcome, asked, asking
from index.progress import Progress
from ingest.errors import DamagedIndexError, EncoderError, IncompatibleIndexError, NoIndexError

if TYPE_CHECKING:
    from index.reader import Reader
    from index.search import Index

# What must not fall.
JUDGED = ("recall@5", "answered_right", "precision_answered")
TOLERANCE = 0.01
# What falls by just the tolerance has not fallen by more, whatever its last bits say.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Judgement:
    """The figures of the live generation and of the new one; `fallen` are those that fell too far.

    Where nothing was compared, `live` is `None` and `reason` says why. `changes` are the questions that fare
    otherwise, the worse first. `note` is what to tell the user of the set itself.
    """

    fallen: tuple[str, ...] = ()
    live: int | None = None
    reason: str | None = None
    before: dict[str, float | None] = field(default_factory=dict)
    now: dict[str, float | None] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    note: str | None = None


@dataclass
class Gate:
    """Judges a generation of the index in `root` before it is published, and keeps the judgement.

    It passes unless one of `JUDGED` is lower than the live generation's by more than `tolerance`. `models` is
    where encoders are, as for `Index.open`; `reader` reads for both.
    """

    root: Path
    models: Path | None
    labels: Sequence[Label]
    tolerance: float = TOLERANCE
    reader: "Reader | None" = None
    judgement: Judgement = Judgement(reason="nothing has changed")

    def __call__(self, staged: "Index", progress: Progress) -> bool:
        """Ask both generations all questions, and say whether the staged one may be published.

        Raises `UsageError` if the staged one has none of the files that should answer.
        """
        from index.search import Index

        note = missing(self.labels, staged)
        try:
            live = Index.open(self.root, models=self.models, reader=self.reader)
        except (DamagedIndexError, EncoderError, IncompatibleIndexError, NoIndexError) as error:
            first = isinstance(error, NoIndexError)
            reason = (
                "there is no live generation yet" if first else f"the live generation is of no use: {error}"
            )
            self.judgement = Judgement(reason=reason, note=note)
            return True
        with closing(live.store):
            before = asked(asking(live), self.labels, progress, "ask live")
        now = asked(asking(replace(staged, reader=self.reader)), self.labels, progress, "ask new")
        self.judgement = judged(live.generation, before, now, self.tolerance, note)
        return not self.judgement.fallen


def judged(
    live: int, before: Sequence[Outcome], now: Sequence[Outcome], tolerance: float, note: str | None = None
) -> Judgement:
    """Compare what became of the same questions in the live generation and in the new one."""
    old, new = measured(before), measured(now)
    fallen = tuple(key for key in JUDGED if _fell(old[key], new[key], tolerance))
    return Judgement(fallen, live, None, old, new, changes(before, now), note)


def _fell(before: float | None, now: float | None, tolerance: float) -> bool:
    # A precision is missing where nothing was answered; what was answered rightly before tells of that.
    return before is not None and now is not None and before - now > tolerance + _ROUNDING
