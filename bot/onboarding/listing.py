"""Paths for other programs, and as a check list in Markdown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from msgspec import UNSET, UnsetType

from bot.onboarding.stops import PlacedStop
from bot.onboarding.walking import Along
from bot.state.newcomers import Asked
from bot.state.walks import Seen

# What Markdown or HTML would take for a sign; a title or reason from a note stays words.
_SIGN = re.compile(r"([\\`*_\[\]<>#|&])")


@dataclass(frozen=True, slots=True)
class ListedStop:
    """A stop as `onboard --list --json` prints it; `location` is `None` where it is gone."""

    stop: str
    title: str
    location: str | None
    why: str
    check: str
    outcome: str | None
    grade: str | None


@dataclass(frozen=True, slots=True)
class ListedPath:
    """A path as `onboard --list --json` prints it."""

    name: str
    title: str
    audience: str
    source: str
    file: str
    stops: tuple[ListedStop, ...]


@dataclass(frozen=True, slots=True)
class OnboardObject:
    """What `onboard --list --json` prints."""

    paths: tuple[ListedPath, ...]


def listed(along: Sequence[Along]) -> OnboardObject:
    """Give all paths, and how far one is on each."""
    return OnboardObject(tuple(map(_path, along)))


def check_list(way: Along) -> str:
    """Give a path as Markdown: whom it is for, and each stop that is there to tick off."""
    path = way.placed.path
    lines = [f"# {_words(path.title)}", ""]
    if path.audience:
        lines += [f"For {_words(path.audience)}.", ""]
    for number, stop in enumerate(way.placed.present, 1):
        lines += _item(number, stop, _seen(way, stop))
    return "\n".join(lines).rstrip("\n") + "\n"


def _item(number: int, stop: PlacedStop, seen: Seen | None) -> list[str]:
    done = "x" if seen and seen.outcome == "read" else " "
    lines = [f"- [{done}] {number}. **{_words(stop.title)}** ({_words(_location(stop) or '')})"]
    if stop.stop.why:
        lines.append(f"  - Why: {_words(stop.stop.why)}")
    if stop.stop.check:
        said = f" ({seen.grade})" if seen and seen.grade else ""
        lines.append(f"  - Check yourself: {_words(stop.stop.check)}{said}")
    return lines


def _path(way: Along) -> ListedPath:
    path = way.placed.path
    stops = tuple(_stop(stop, _seen(way, stop)) for stop in way.placed.stops)
    return ListedPath(way.placed.name, path.title, path.audience, path.source, path.file, stops)


def _stop(stop: PlacedStop, seen: Seen | None) -> ListedStop:
    outcome, grade = (seen.outcome, seen.grade) if seen else (None, None)
    return ListedStop(stop.key, stop.title, _location(stop), stop.stop.why, stop.stop.check, outcome, grade)


def _seen(way: Along, stop: PlacedStop) -> Seen | None:
    return way.walk.seen.get(stop.key) if way.walk else None


def _location(stop: PlacedStop) -> str | None:
    return stop.passage.location if stop.passage else None


def _words(text: str) -> str:
    return _SIGN.sub(r"\\\1", " ".join(text.split()))


@dataclass(frozen=True, slots=True)
class GapObject:
    """A question as `onboard report --json` prints it; `people` only with `--by-person`."""

    question: str
    verdict: str
    times: int
    asked_by: int
    last: str
    people: tuple[str, ...] | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class ReportObject:
    """What `onboard report --json` prints."""

    days: int
    questions: int
    answered: int
    unanswered: tuple[GapObject, ...]


def report_object(found: Asked, *, by_person: bool) -> ReportObject:
    """Give what newcomers asked, the times in ISO 8601 in UTC."""
    gaps = tuple(
        GapObject(
            gap.question,
            gap.verdict,
            gap.times,
            gap.asked_by,
            datetime.fromtimestamp(gap.last, UTC).isoformat(timespec="seconds"),
            gap.people if by_person else UNSET,
        )
        for gap in found.gaps
    )
    return ReportObject(found.days, found.questions, found.answered, gaps)
