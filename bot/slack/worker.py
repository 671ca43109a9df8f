"""The threads that do what waits in the queue, and say so where it can't be done."""

import logging
import secrets
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import Any

from bot.render.slack.messages import error_message, said
from bot.slack.delivery import PostponedError, RefusedBySlackError, Target, Undelivered, UnknownError
from bot.slack.jobs import (
    Daily,
    Deleted,
    Job,
    Joined,
    Missed,
    Opened,
    Press,
    Question,
    Tried,
    decoded,
    encoded,
)
from bot.slack.office import Office, Posting
from bot.slack.onboarding import compare, due_stops, greet, local_time, send_daily
from bot.slack.pages import delete_reply, press_and_refresh, show_page
from bot.slack.presses import note_missed
from bot.slack.questions import answer_question, aside_of, target_of
from bot.state import work
from bot.state.people import prune
from ingest.errors import StateError

_log = logging.getLogger(__name__)

# A job whose process was killed is taken by another one after so long; whoever is at it renews it sooner.
LEASE_SECONDS = 30.0
RENEW_SECONDS = 10.0
# How long jobs that are under way have to end, once the process is asked to.
GRACE_SECONDS = 20.0
# How often it is looked for what other processes left, when nothing comes in.
LOOK_SECONDS = 0.5
# After so many tries in which Slack asked to wait, or was away, it is given up.
MOST_TRIES = 100
PRUNE_SECONDS = 3_600.0
_BACKOFF = 12
INTERRUPTED = (
    "I was interrupted while I answered this. If you see no answer, please ask again: "
    "I can't tell whether it arrived, and I don't want to say it twice."
)


class LostError(Exception):
    """Another process has the job by now, so it is no longer ours to do."""


class Workers:
    """Does jobs until it is closed; what is not done then stays in the queue. `came` is set for a new one."""

    def __init__(self, office: Office, came: Event) -> None:
        self._office = office
        self._came = came
        self._stop = Event()
        self._lock = Lock()
        self._under_way: dict[int, work.Job] = {}
        # Jobs that have waited for their turn to post in a channel.
        self._waited: set[int] = set()
        self._threads = [
            Thread(target=self._work, name=f"worker-{n}") for n in range(office.settings.workers)
        ]
        self._keeper = Thread(target=self._keep, name="keeper")

    def start(self) -> None:
        """Begin."""
        for thread in (*self._threads, self._keeper):
            thread.daemon = True
            thread.start()

    def close(self) -> None:
        """Take no more jobs, and give those that are under way the time to end."""
        self._stop.set()
        self._came.set()
        ended = time.monotonic() + GRACE_SECONDS
        for thread in (*self._threads, self._keeper):
            thread.join(max(0.0, ended - time.monotonic()))

    def wrong(self) -> str | None:
        """Give what is wrong with the service; `None` for nothing."""
        ended = [thread.name for thread in self._threads if not thread.is_alive()]
        return f"these have ended: {', '.join(ended)}" if ended else None

    def _work(self) -> None:
        while not self._stop.is_set():
            # Before looking, so that what comes while looking is not missed.
            self._came.clear()
            try:
                worked = self._work_once()
            except StateError:
                _log.exception("the queue can not be read or written")
                worked = False
            if not worked:
                self._came.wait(LOOK_SECONDS)

    def _work_once(self) -> bool:
        """Do the next job; give `False` if there is none."""
        job = work.take(self._office.state, LEASE_SECONDS)
        if job is None:
            return False
        with self._lock:
            self._under_way[job.id] = job
        try:
            self._do(job)
        finally:
            with self._lock:
                del self._under_way[job.id]
        return True

    def _keep(self) -> None:
        """Renew the leases of what is under way, and forget what is too old."""
        pruned = -PRUNE_SECONDS
        while not self._stop.wait(RENEW_SECONDS):
            try:
                with self._lock:
                    jobs = list(self._under_way.values())
                for job in jobs:
                    work.renew(self._office.state, job, LEASE_SECONDS)
                self._put_daily()
                if time.monotonic() - pruned >= PRUNE_SECONDS:
                    pruned = time.monotonic()
                    prune(self._office.state, self._office.settings.retention_days)
            except StateError:
                _log.exception("the state can not be kept")

    def _put_daily(self) -> None:
        """Put the daily stops that are due into the queue, whatever else waits there."""
        for daily in due_stops(self._office, local_time()):
            order = work.Order(daily.place.team, daily.person.user, "Daily", encoded(daily))
            work.accept(self._office.state, order, sys.maxsize)
            self._came.set()

    def _do(self, job: work.Job) -> None:
        state = self._office.state
        try:
            self._tried(job)
        except LostError:
            return
        except PostponedError as error:
            self._put_back(job, error)
        except UnknownError as error:
            # It stays begun: whoever takes it next says that it was interrupted.
            _log.warning("job %d may have been answered or not: %s", job.id, error)
            work.release(state, job)
        else:
            work.done(state, job)
            self._waited.discard(job.id)

    def _tried(self, job: work.Job) -> None:
        """Do a job, or say that something went wrong; raises what means that it is not done."""
        task: Job | None = None
        try:
            task = decoded(job.order.payload)
            if job.begun:
                self._excuse(job, task)
            else:
                self._await_turn(job, task)
                _DUTIES[type(task)](self._office, task, self._posting(job))
        except (LostError, PostponedError, UnknownError, StateError):
            raise
        except Exception as error:  # noqa: BLE001 - one job must not end the thread, nor fail in silence
            number = secrets.token_hex(4)
            code = error.code if isinstance(error, RefusedBySlackError) else type(error).__name__
            _log.exception("error %s: job %d (%s) failed: %s", number, job.id, job.order.kind, code)
            if isinstance(task, Question | Press):
                self._apologise(task, number)

    def _excuse(self, job: work.Job, task: Job) -> None:
        """Say that a job was interrupted when it was begun to post, and do no more of it."""
        _log.warning("job %d was interrupted while it was answered", job.id)
        if isinstance(task, Question | Press):
            self._office.courier.deliver(_aside(task), said(INTERRUPTED))

    def _await_turn(self, job: work.Job, task: Job) -> None:
        if isinstance(task, Question) and job.id not in self._waited:
            wait = self._office.courier.turn(target_of(task))
            self._waited.add(job.id)
            if wait:
                raise PostponedError("each channel has its turn", wait)

    def _posting(self, job: work.Job) -> Posting:
        def posting() -> None:
            if not work.begin(self._office.state, job):
                raise LostError

        return posting

    def _put_back(self, job: work.Job, error: PostponedError) -> None:
        state = self._office.state
        if job.taken >= MOST_TRIES:
            _log.error("job %d is given up after %d tries: %s", job.id, job.taken, error)
            work.done(state, job)
            return
        _log.info("job %d waits for %.1f s: %s", job.id, error.seconds, error)
        # What had begun before and is only excused stays begun.
        if not job.begun:
            work.unbegin(state, job)
        work.release(state, job, error.seconds)

    def _apologise(self, task: Question | Press, number: str) -> None:
        """Say that something went wrong: where it was asked or, if that fails too, in direct messages."""
        for target in (_aside(task), Target(task.place.team, task.person.user)):
            with suppress(Undelivered):
                self._office.courier.deliver(target, error_message(number))
                return


def _aside(task: Question | Press) -> Target:
    """Give where something is said only to whoever asked or pressed."""
    if isinstance(task, Question):
        return aside_of(task)
    place, person = task.place, task.person
    return Target(place.team, place.channel or person.user, None, person.user, task.response_url)


_DUTIES: Mapping[type[Job], Callable[[Office, Any, Posting], None]] = {
    Question: answer_question,
    Press: press_and_refresh,
    Missed: lambda office, task, _: note_missed(office, task),
    Opened: lambda office, task, _: show_page(office, task),
    Deleted: lambda office, task, _: delete_reply(office, task),
    Tried: compare,
    Joined: greet,
    Daily: send_daily,
}
