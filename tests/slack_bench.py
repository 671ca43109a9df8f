"""An office of the bot with a stand-in for Slack, in this process, whose jobs are done one at a time."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event

from indexes import opened
from slack_bots import UNDO, desk_in
from slack_stand_in import TEAM, StandIn

from bot.config import load
from bot.slack.delivery import Courier
from bot.slack.desk import Desk
from bot.slack.door import Door
from bot.slack.groups import Groups
from bot.slack.identity import Identity
from bot.slack.jobs import Job, Person, Place, Question, encoded
from bot.slack.limits import Pace
from bot.slack.office import Office
from bot.slack.service import client_of
from bot.slack.settings import Tokens
from bot.slack.worker import Workers
from bot.state import work
from bot.state.database import State
from index.live import LiveIndex

ALICE = Person("U1", TEAM)
HERE, DIRECT = Place(TEAM, "C1", "channel"), Place(TEAM, "D1", "dm")
ASKED = Question(DIRECT, ALICE, "dm", UNDO, "1.1")


class Bench:
    """An office with a stand-in, whose jobs are done one at a time."""

    def __init__(self, folder: Path, slack: StandIn, state: State) -> None:
        settings = load(folder / "refdesk.toml", {}, {}, folder)
        client = client_of(Tokens("xoxb-1", api_url=slack.api))
        self.live = LiveIndex(settings.index, opened(settings.index), lambda _: opened(settings.index))
        self.folder, self.slack, self.state = folder, slack, state
        self.office = Office(
            Desk(self.live, settings.visible_to, settings.k),
            Courier(client, Pace()),
            state,
            Door((), Identity(client)),
            Groups(client, settings.visible_to),
            settings.slack,
        )
        self.workers = Workers(self.office, Event())

    def queue(self, job: Job) -> None:
        """Put a job in the queue."""
        order = work.Order(job.place.team, job.person.user, type(job).__name__, encoded(job))
        assert work.accept(self.state, order, 100) == "accepted"

    def do(self, job: Job) -> int:
        """Do a job; give how many are left in the queue."""
        self.queue(job)
        self.workers._work_once()
        return work.waiting(self.state)

    def texts(self, *methods: str) -> list[str]:
        """Give the texts that were posted."""
        return [call.arguments["text"] for call in self.slack.called(*methods)]


@contextmanager
def benched(folder: Path) -> Iterator[Bench]:
    """Give a bench over the notes of `desk_in`, until the block ends."""
    with ExitStack() as stack:
        slack = stack.enter_context(StandIn())
        bench = Bench(desk_in(folder), slack, stack.enter_context(State.open(folder / "state")))
        yield bench
        bench.office.desk.close()
