"""`refdesk index --watch` and `--every`: one run after another, each told of in one line."""

import json
import re
import signal
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from types import FrameType
from typing import TYPE_CHECKING

import click

from bot.commands.invocation import built, described
from bot.progress import spoken
from bot.render.safe import safe_json, safe_line, safe_text
from index.schedule import Schedule
from index.watch import Changes, keep_up
from ingest.errors import (
    DamagedIndexError,
    IndexLockedError,
    RefdeskError,
    ShrunkError,
    SourceError,
    UsageError,
)
from ingest.origin import Named, Origin, shown_name

if TYPE_CHECKING:
    from bot.config import Settings
    from index.encoder import Encoder
    from index.types import BuildReport

# In seconds: how often git repositories are fetched where nobody says.
FETCH = 900.0
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)\s*([smhd])", re.IGNORECASE)
_LONGEST_SLEEP = 3_600.0


class Duration(click.ParamType[float]):
    """A time as in `90s`, `15m`, `2h`, `1d`; its value is in seconds, at least one."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read `value`; fails as click has it where it is no such time."""
        match = _DURATION.fullmatch(str(value).strip())
        seconds = float(match[1]) * _UNITS[match[2].lower()] if match else 0.0
        if seconds < 1:
            self.fail(f"{value!r} is no time of a second or more, as in 90s, 15m, 2h or 1d", param, ctx)
        return seconds


@dataclass(frozen=True, slots=True)
class Watch:
    """What is kept up to date, and how: `events` for a run after each change, `every` in seconds."""

    settings: "Settings"
    sources: tuple[Named, ...]
    events: bool
    every: float | None
    allow_shrink: bool
    as_json: bool

    @property
    def interval(self) -> float | None:
        """How often a run is due though no change was heard of; `None` for never."""
        repositories = any(_folder(one) is None for one in self.sources)
        return FETCH if self.every is None and repositories else self.every


def watch_sources(watch: Watch) -> None:
    """Bring the index up to date, and then again and again, until SIGTERM or Ctrl-C.

    Raises `KeyboardInterrupt` at Ctrl-C, `UsageError`, and whatever the first build of all raises. A run that
    fails later is told of on stderr, and tried again.
    """
    click.echo(_greeting(watch), err=True)
    with _changes(watch) as changes, _ending_at_sigterm():
        keep_up(_Runs(watch), _Teller(watch), changes, Schedule(watch.interval))


def _greeting(watch: Watch) -> str:
    names = ", ".join(safe_line(shown_name(one)) for one in watch.sources)
    interval = watch.interval
    if not watch.events:
        return f"Looking at {names} every {spoken(interval or 0)}. Ctrl-C stops."
    also = f", and looking every {spoken(interval)}" if interval else ""
    return f"Watching {names}{also}. Ctrl-C stops."


def _folder(one: Named) -> Path | None:
    """Give the folder or file on this machine that is a source; `None` for a repository elsewhere."""
    place = one.place if isinstance(one, Origin) else one
    return place if isinstance(place, Path) else None


@contextmanager
def _ending_at_sigterm() -> Iterator[None]:
    """End the block at SIGTERM as Ctrl-C would, but quietly."""
    asked = False

    def end(_: int, __: FrameType | None) -> None:
        nonlocal asked
        # Once: what is put in order now is not to be interrupted.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        asked = True
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except KeyboardInterrupt:
        if not asked:
            raise
        click.echo("Stopped. The index is as it was.", err=True)
    finally:
        signal.signal(signal.SIGTERM, before)


class _Deaf:
    """Hears of no change: time alone says when to look."""

    def arm(self) -> None:
        """Have nothing to begin."""

    def wait(self, seconds: float) -> bool:
        """Wait, an hour at most, and hear nothing."""
        sleep(min(seconds, _LONGEST_SLEEP))
        return False


def _changes(watch: Watch) -> AbstractContextManager[Changes]:
    if not watch.events:
        return nullcontext(_Deaf())
    from index.listen import FolderChanges

    here = [folder for one in watch.sources if (folder := _folder(one)) is not None]
    return closing(FolderChanges(here, watch.settings.index))


def _live(settings: "Settings") -> int | None:
    """Give the number of the live generation; `None` if there is none or it can not be told."""
    from index.store import Store

    with suppress(DamagedIndexError):
        return Store(settings.index).current()
    return None


class _Runs:
    """Calls to this are the runs. The encoder stays open between them."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._allow_shrink = watch.allow_shrink
        self._encoder: Encoder | None = None
        self._brief = False

    def __call__(self) -> tuple["BuildReport", bool]:
        """Build; give the report, and whether anything was published."""
        from index.build import open_encoder

        settings = self._watch.settings
        before = _live(settings)
        if self._encoder is None:
            models = settings.models or settings.index / "models"
            self._encoder = open_encoder(settings.encoder, models, settings.encoding_threads)
        report = built(
            settings,
            self._watch.sources,
            allow_shrink=self._allow_shrink,
            encoder=self._encoder,
            brief=self._brief,
        )
        # Who allowed a loss meant the one that there was, not every one to come.
        self._allow_shrink = False
        self._brief = True
        return report, report.generation != before


class _Teller:
    """Tells of each run that published something, and of each that failed."""

    def __init__(self, watch: Watch) -> None:
        self._as_json = watch.as_json
        self._settings = watch.settings
        self._said: str | None = None

    def ended(self, report: tuple["BuildReport", bool]) -> None:
        """Tell of a run that went well: in a line if it published something, or if the one before failed."""
        made, published = report
        failed_before, self._said = self._said is not None, None
        if self._as_json:
            from msgspec import to_builtins

            from bot.contract import build_object

            _write_json({"published": published, **to_builtins(build_object(made))})
        elif published:
            click.echo(f"{_now()} {_summed_up(made)}")
        elif failed_before:
            click.echo(f"{_now()} all is well again: generation {made.generation} is up to date")

    def failed(self, error: RefdeskError | OSError, delay: float) -> None:
        """Tell of a run that failed. Raises the error if trying again could mend nothing."""
        locked = isinstance(error, IndexLockedError)
        if isinstance(error, UsageError) or not (locked or _live(self._settings)):
            raise error
        said = described(error)
        if self._as_json:
            _write_json({"error": said, "retry_seconds": delay})
        # Another writer may take an hour, and is named once.
        if not locked or said != self._said:
            again = f"Trying again in {spoken(delay)}, or after the next change"
            cause = safe_text(said).rstrip(".")
            click.echo(f"{_now()} {_kind(error)}: {cause}. {again}.", err=True)
        self._said = said


def _kind(error: RefdeskError | OSError) -> str:
    if isinstance(error, IndexLockedError):
        return "waiting"
    return "held back" if isinstance(error, ShrunkError | SourceError) else "failed"


def _summed_up(report: "BuildReport") -> str:
    counts = [
        f"{count:,} {name}"
        for name in ("added", "changed", "moved", "removed", "unchanged")
        if (count := getattr(report, name))
    ]
    skipped = f"; {len(report.skipped):,} not indexed" if report.skipped else ""
    seconds = report.seconds["total"]
    return (
        f"generation {report.generation}: {', '.join(counts)}; {report.encoded:,} encoded{skipped}; "
        f"{seconds:.1f} s"
    )


def _write_json(shape: dict[str, object]) -> None:
    time = datetime.now(UTC).isoformat("T", "seconds")
    click.echo(safe_json(json.dumps({"time": time, **shape}, ensure_ascii=False)))


def _now() -> str:
    return datetime.now(UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
