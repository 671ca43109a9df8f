"""The curves of runs as pictures."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.evaluation.curves import calibration, risk_coverage
from bot.evaluation.outcomes import Outcome
from ingest.errors import UsageError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_INCHES = (5.0, 4.0)
_DOTS_PER_INCH = 150
# Otherwise the pictures of equal runs would differ by what drew them.
_METADATA = {"Software": None}


def plot(runs: Mapping[str, Sequence[Outcome]], folder: Path) -> list[Path]:
    """Draw the curves of runs, by name, into `folder`, which is made if need be; give the pictures' paths.

    Raises `UsageError` where matplotlib is not installed, and `OSError`.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise UsageError('--plot needs matplotlib; run: pip install "refdesk[plot]"') from error
    folder.mkdir(parents=True, exist_ok=True)
    pictures = []
    for name, draw in (("risk-coverage", _draw_risk), ("calibration", _draw_calibration)):
        figure = Figure(_INCHES, _DOTS_PER_INCH, layout="constrained")
        axes = figure.subplots()
        for run, outcomes in runs.items():
            draw(axes, run, outcomes)
        pictures.append(_drawn(figure, axes, folder / f"{name}.png"))
    return pictures


def _drawn(figure: "Figure", axes: "Axes", file: Path) -> Path:
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(file, metadata=_METADATA)
    return file


def _draw_risk(axes: "Axes", run: str, outcomes: Sequence[Outcome]) -> None:
    points = risk_coverage(outcomes)
    axes.step([p.coverage for p in points], [p.risk for p in points], where="post", label=run)
    axes.set_xlabel("coverage: share of the questions answered")
    axes.set_ylabel("risk: share of these answers that is wrong")


def _draw_calibration(axes: "Axes", run: str, outcomes: Sequence[Outcome]) -> None:
    # The numbers of questions stand at the points of the first run alone: two would hide each other.
    if first := not axes.lines:
        axes.plot([0, 1], [0, 1], color="grey", linestyle="dotted", label="as it should be")
    bins = calibration(outcomes)
    (line,) = axes.plot([b.confidence for b in bins], [b.right for b in bins], marker="o", label=run)
    for inside in bins if first else ():
        axes.annotate(
            f"{inside.questions}",
            (inside.confidence, inside.right),
            (0, 6),
            textcoords="offset points",
            color=line.get_color(),
        )
    axes.set_xlabel("confidence")
    axes.set_ylabel("share that is right")
