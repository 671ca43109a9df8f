"""Onboarding in Slack: each person alone sees their paths, and gets a stop only when they ask for one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.contract import answer_object, ranked
from bot.onboarding.checks import checked
from bot.onboarding.stops import PlacedPath, PlacedStop, paths_in
from bot.onboarding.walking import Along, Walker
from bot.render.slack import onboarding as shown
from bot.render.slack.actions import (
    DAILY,
    NO_HOUR,
    STOP_DONE,
    STOP_NEXT,
    STOP_SHOW,
    STOP_SKIP,
    read_stop,
)
from bot.render.slack.onboarding import PathFacts, StopFacts
from bot.render.slack.types import Block, Message, View
from bot.slack.delivery import Target
from bot.slack.jobs import Daily, Joined, Place, Press, Tried
from bot.slack.jobs import Person as Asker
from bot.slack.office import Office, Posting, today
from bot.state import walks
from bot.state.daily import ask_daily, claim_due, daily_hour, end_daily, sent_daily
from index.types import Hit
from ingest.types import Passage

if TYPE_CHECKING:
    from index.search import Index

_STEPS = {STOP_NEXT, STOP_DONE, STOP_SKIP}


@dataclass(frozen=True, slots=True)
class Visit:
    """One person's look at the paths of the notes that this person may see."""

    index: "Index"
    paths: tuple[PlacedPath, ...]
    walker: Walker

    def way(self, name: str) -> Along | None:
        """Give how far the person is on a path; `None` where it is gone, or not to be seen."""
        found = next((path for path in self.paths if path.name == name), None)
        return self.walker.along(found) if found else None

    def facts(self, way: Along, stop: PlacedStop) -> StopFacts:
        """Give what is shown of a stop that is there."""
        present = way.placed.present
        if stop.passage is None:
            raise AssertionError("what is gone is not shown")
        hit = Hit(_below_heading(stop.passage), 0.0, 0.0, None)
        (passage,) = ranked([hit], {source.name: source for source in self.index.sources})
        number = present.index(stop) + 1
        return StopFacts(
            way.placed.name,
            stop.key,
            number,
            len(present),
            stop.title,
            stop.stop.why,
            stop.stop.check,
            passage,
        )


@contextmanager
def visit(office: Office, place: Place, person: Asker) -> Iterator[Visit | None]:
    """Give a person's look at the paths; `None` where there is nothing that they may see."""
    audience = office.audience(Place(place.team, person.user, "dm"), person, alone=True)
    with office.desk.seen(audience) as seen:
        if seen is None:
            yield None
            return
        index, where = seen
        yield Visit(
            index, paths_in(index, where), Walker(office.state, walks.Person(place.team, person.user))
        )


def home_blocks(office: Office, place: Place, person: Asker) -> tuple[Block, ...]:
    """Give the part of a person's Home tab about paths."""
    with visit(office, place, person) as here:
        if here is None:
            return ()
        hour = daily_hour(office.state, here.walker.person)
        return shown.onboarding_blocks(_path_facts(here), hour)


def is_ours(action: str) -> bool:
    """Tell whether a button or menu is one of onboarding's."""
    return action in _STEPS or action == DAILY or action.startswith(STOP_SHOW)


def press_onboarding(office: Office, press: Press, posting: Posting) -> None:
    """Do what a button of a path promises, in direct messages; raises an `Undelivered`."""
    with visit(office, press.place, press.person) as here:
        if press.action == DAILY:
            _choose_hour(office, here, press.value)
            return
        message = shown.gone_message() if here is None else _stepped(here, press)
    _send(office, press.place, press.person, message, posting)


def check_modal(office: Office, press: Press) -> View | None:
    """Give the modal with the check question of a stop; `None` where the stop is gone."""
    with visit(office, press.place, press.person) as here:
        found = here and _placed(here, press.value)
        return shown.check_view(here.facts(*found)) if here and found else None


def compare(office: Office, tried: Tried, posting: Posting) -> None:
    """Say how far an answer to a check question agrees with the notes; raises an `Undelivered`."""
    if not office.door.admits(tried.place, tried.person):
        return
    with visit(office, tried.place, tried.person) as here:
        found = _placed(here, tried.stop) if here else None
        message = shown.gone_message()
        if here and found:
            way, stop = found
            result = checked(here.index, stop, tried.text)
            if result.grade:
                here.walker.grade(here.walker.begin(way.placed), stop, result.grade)
            sources = {source.name: source for source in here.index.sources}
            cited = answer_object(result.answer, sources).citations
            message = shown.checked_message(
                here.facts(way, stop), tried.text, result.grade, cited, today=today()
            )
    _send(office, tried.place, tried.person, message, posting)


def greet(office: Office, joined: Joined, posting: Posting) -> None:
    """Show somebody who joined which paths there are, if the settings say so; raises an `Undelivered`."""
    if not office.settings.onboarding_dm or not office.door.admits(joined.place, joined.person):
        return
    with visit(office, joined.place, joined.person) as here:
        facts = _path_facts(here) if here else []
    if facts:
        _send(office, joined.place, joined.person, shown.welcome_message(facts), posting)


def due_stops(office: Office, now: datetime) -> list[Daily]:
    """Give the daily stops that are due by this machine's clock, each once."""
    return [
        Daily(Place(due.person.team, "", "dm"), Asker(due.person.user, due.person.team), due.path, due.last)
        for due in claim_due(office.state, now)
    ]


def send_daily(office: Office, daily: Daily, posting: Posting) -> None:
    """Send the stop that a person is at, unless it is the one sent before; raises an `Undelivered`.

    Behind the last stop, and where the path is gone, there are no more.
    """
    with visit(office, daily.place, daily.person) as here:
        way = here.way(daily.path) if here and office.door.admits(daily.place, daily.person) else None
        if here is None or way is None or way.finished:
            end_daily(office.state, walks.Person(daily.place.team, daily.person.user))
            return
        stop = way.current
        if stop.key == daily.last:
            return
        message = shown.stop_message(here.facts(way, stop), today=today(), daily=True)
    _send(office, daily.place, daily.person, message, posting)
    sent_daily(office.state, walks.Person(daily.place.team, daily.person.user), stop.key)


def local_time() -> datetime:
    """Give the time of this machine's own time zone."""
    return datetime.now(UTC).astimezone()


def _stepped(here: Visit, press: Press) -> Message:
    if press.action.startswith(STOP_SHOW):
        way = here.way(press.value)
        if way is None:
            return shown.gone_message()
        begun = here.walker.begin(way.placed)
        return shown.stop_message(here.facts(begun, begun.current), today=today())
    found = _placed(here, press.value)
    if found is None:
        return shown.gone_message()
    way, stop = found
    here.walker.begin(way.placed)
    left = here.walker.leave(way, stop, "skipped" if press.action == STOP_SKIP else "read")
    if way.after(stop) is None:
        return shown.end_message(way.placed.path.title)
    if press.action == STOP_DONE:
        return shown.done_message(here.facts(way, stop))
    return shown.stop_message(here.facts(left, left.current), today=today())


def _placed(here: Visit, value: str) -> tuple[Along, PlacedStop] | None:
    name, key = read_stop(value)
    way = here.way(name)
    stop = next((stop for stop in way.placed.present if stop.key == key), None) if way else None
    return (way, stop) if way and stop else None


def _choose_hour(office: Office, here: Visit | None, value: str) -> None:
    """Keep the hour at which a person wants a stop of the path that they are on, or that they want none."""
    if here is None:
        return
    ways = [here.walker.along(path) for path in here.paths]
    way = next((way for way in ways if way.walk and not way.finished), None)
    if value == NO_HOUR or way is None or not value.isdecimal():
        end_daily(office.state, here.walker.person)
    else:
        ask_daily(office.state, here.walker.person, way.placed.name, int(value))


def _path_facts(here: Visit) -> list[PathFacts]:
    """Give all paths, those first that are under way."""
    ways = [here.walker.along(path) for path in here.paths]
    ways.sort(key=lambda way: (way.walk is None, way.finished))
    return [
        PathFacts(
            way.placed.name,
            way.placed.path.title,
            way.placed.path.audience,
            way.done,
            len(way.placed.present),
            way.walk is not None,
        )
        for way in ways
    ]


def _below_heading(passage: Passage) -> Passage:
    """Give the passage without the heading that is shown above it, if anything is left then."""
    blocks = passage.document.blocks
    start = next(
        (block.start for block in blocks if passage.start <= block.start < passage.end), passage.start
    )
    return Passage(passage.document, start, passage.end, passage.headings, passage.kind)


def _send(office: Office, place: Place, person: Asker, message: Message, posting: Posting) -> None:
    posting()
    office.courier.deliver(Target(place.team, person.user), message)
