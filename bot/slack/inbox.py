"""Where everything that was asked of the bot goes: kept on disk before Slack is told that it has arrived."""

from dataclasses import dataclass
from enum import StrEnum
from threading import Event

from bot.render.slack.actions import EXAMPLE
from bot.slack.jobs import Job, Press, Question, encoded
from bot.slack.limits import Allowance
from bot.state.database import State
from bot.state.deliveries import Delivery
from bot.state.work import Acceptance, Order, accept


class Received(StrEnum):
    """What became of it: it waits to be done, came before, or is turned away for one of two reasons."""

    WAITING = "waiting"
    SEEN = "seen"
    BUSY = "busy"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of it and, of a question too many, after how many seconds the person may ask again."""

    received: Received
    seconds: float = 0.0


_RECEIVED = {
    Acceptance.ACCEPTED: Received.WAITING,
    Acceptance.SEEN: Received.SEEN,
    Acceptance.FULL: Received.BUSY,
}


@dataclass(frozen=True, slots=True)
class Inbox:
    """Accepts jobs, `most` of them at a time; `came` is set when there is one."""

    state: State
    most: int
    allowance: Allowance
    came: Event

    def put(self, job: Job, delivery: Delivery) -> Receipt:
        """Keep a job unless it came before; raises `StateError` if it can't be kept."""
        team, user = job.place.team, job.person.user
        seconds = self.allowance.wait(team, user) if _asks(job) else 0.0
        # With no room at all, what comes for the first time is told from what comes again.
        most = 0 if seconds else self.most
        order = Order(team, user, type(job).__name__, encoded(job))
        received = _RECEIVED[accept(self.state, order, most, delivery)]
        if received is Received.WAITING:
            self.came.set()
        elif seconds and received is Received.BUSY:
            return Receipt(Received.TOO_MANY, seconds)
        return Receipt(received)


def _asks(job: Job) -> bool:
    """Tell whether a job is a question, typed or pressed as an example."""
    return isinstance(job, Question) or (isinstance(job, Press) and job.action.startswith(EXAMPLE))
