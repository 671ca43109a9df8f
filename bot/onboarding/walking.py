"""Walking a path: where a person is, what is next, and what is behind them."""

from dataclasses import dataclass, replace

from bot.onboarding.grading import Grade
from bot.onboarding.stops import PlacedPath, PlacedStop
from bot.state.database import State
from bot.state.walks import Outcome, Person, Walk, begin, go_to, leave, walks


@dataclass(frozen=True, slots=True)
class Along:
    """A person's way along a path; `walk` is `None` for one that is not begun."""

    placed: PlacedPath
    walk: Walk | None = None

    @property
    def done(self) -> int:
        """How many of the stops that are there were read or skipped."""
        return sum(stop.key in self.walk.seen for stop in self.placed.present) if self.walk else 0

    @property
    def finished(self) -> bool:
        """Whether no stop is left."""
        return self.done == len(self.placed.present)

    @property
    def current(self) -> PlacedStop:
        """The stop to read now: where the person is, else the first that is not done, else the first."""
        present = self.placed.present
        at = self.walk.stop if self.walk else ""
        here = next((stop for stop in present if stop.key == at), None)
        return here or self._first_left() or present[0]

    def _first_left(self) -> PlacedStop | None:
        seen = self.walk.seen if self.walk else {}
        return next((stop for stop in self.placed.present if stop.key not in seen), None)

    def after(self, stop: PlacedStop) -> PlacedStop | None:
        """Give the next stop on the path; `None` behind the last."""
        present = self.placed.present
        at = present.index(stop) + 1
        return present[at] if at < len(present) else None

    def before(self, stop: PlacedStop) -> PlacedStop:
        """Give the stop before; the first again at the first."""
        present = self.placed.present
        return present[max(present.index(stop) - 1, 0)]


@dataclass(frozen=True, slots=True)
class Walker:
    """A person who walks paths, with the state that remembers it."""

    state: State
    person: Person

    def along(self, placed: PlacedPath) -> Along:
        """Give how far the person is on a path."""
        begun = {walk.path: walk for walk in walks(self.state, self.person)}
        return Along(placed, begun.get(placed.name))

    def begin(self, placed: PlacedPath) -> Along:
        """Give how far the person is on a path that begins now if it has not; a finished one begins again."""
        way = Along(placed, begin(self.state, self.person, placed.name))
        over = way.finished and way.after(way.current) is None
        return self.go_to(way, placed.present[0] if over else way.current)

    def go_to(self, way: Along, stop: PlacedStop) -> Along:
        """Give the way with the person at another stop."""
        return replace(way, walk=self._at(way, stop))

    def leave(self, way: Along, stop: PlacedStop, outcome: Outcome) -> Along:
        """Give the way with a stop behind the person, who is at the next; at the last they stay."""
        leave(self.state, self.person, way.placed.name, stop.key, outcome=outcome)
        return self.go_to(way, way.after(stop) or stop)

    def grade(self, way: Along, stop: PlacedStop, grade: Grade) -> Along:
        """Give the way with the grade of a stop's check; it is read then, and the person still there."""
        leave(self.state, self.person, way.placed.name, stop.key, outcome="read", grade=grade)
        return self.go_to(way, stop)

    def _at(self, way: Along, stop: PlacedStop) -> Walk | None:
        go_to(self.state, self.person, way.placed.name, stop.key)
        return self.along(way.placed).walk
