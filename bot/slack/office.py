"""What every duty needs at hand."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bot.contract import AnswerObject
from bot.slack.audience import Audience
from bot.slack.delivery import Courier
from bot.slack.desk import Desk
from bot.slack.door import Door
from bot.slack.groups import Groups
from bot.slack.jobs import Person, Place
from bot.slack.settings import SlackSettings
from bot.state.database import State
from bot.types import Verdict

Posting = Callable[[], None]
"""Called just before something is posted for a job; raises `LostError` if it is somebody else's by now."""


@dataclass(frozen=True, slots=True)
class Office:
    """The desk, and all that stands around it."""

    desk: Desk
    courier: Courier
    state: State
    door: Door
    groups: Groups
    settings: SlackSettings

    def audience(self, place: Place, person: Person, *, alone: bool) -> Audience:
        """Give who would see an answer in a place: the person `alone`, or everybody there."""
        groups = self.groups.of(place.team, person.user)
        return Audience(place.team, place.channel, place.kind, person.user, groups, alone)


def today() -> date:
    """Give the day of this machine's own time zone."""
    return datetime.now(UTC).astimezone().date()


def sources_of(answer: AnswerObject) -> list[str]:
    """Give the sources of all that an answer shows: quotes and, where these don't answer, the nearest."""
    cited = {one.source for one in answer.citations}
    nearest = {one.source for one in answer.passages} if answer.verdict != Verdict.ANSWERED else set()
    return sorted(cited | nearest)
