"""The duties one by one, with a real index, state and courier: what is rare and does not fit elsewhere."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from indexes import built, opened
from slack_bench import ALICE, ASKED, DIRECT, HERE, Bench, benched
from slack_bots import CANARY, SALARY, UNDO
from slack_stand_in import TEAM, Fault, until

from bot.config import load
from bot.slack import worker
from bot.slack.desk import Desk
from bot.slack.door import Door
from bot.slack.jobs import Deleted, Missed, Opened, Person, Place, Press, Question
from bot.state import work
from bot.state.database import State
from bot.state.feedback import record
from bot.state.given import reply_to
from index.types import Where

pytestmark = [pytest.mark.enable_socket, pytest.mark.allow_hosts(["127.0.0.1"])]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """Give a bench."""
    with benched(tmp_path) as bench:
        yield bench


def test_a_job_that_another_process_took_is_left_to_it(bench: Bench) -> None:
    """Nothing is posted for it here."""
    bench.queue(ASKED)
    lost = work.take(bench.state, 0)
    assert lost
    assert work.take(bench.state, 60)
    bench.workers._do(lost)
    assert bench.slack.called("chat.postMessage") == []
    assert work.waiting(bench.state) == 1


def test_what_nobody_knows_to_have_arrived_is_excused_and_not_repeated(bench: Bench) -> None:
    """Also where Slack asks to wait before it takes the excuse."""
    bench.slack.faults["chat.postMessage"] = [
        Fault(500, "fatal_error"),
        Fault(429, headers={"Retry-After": "0"}),
    ]
    assert bench.do(ASKED) == 1
    bench.workers._work_once()
    assert bench.slack.called("chat.postMessage") == []
    bench.workers._work_once()
    assert bench.texts("chat.postMessage") == [worker.INTERRUPTED]
    assert work.waiting(bench.state) == 0


def test_an_interrupted_page_is_not_excused(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """Nobody asked anything; it is shown the next time."""
    bench.queue(Opened(DIRECT, ALICE, "home"))
    taken = work.take(bench.state, 0)
    assert taken
    work.begin(bench.state, taken)
    bench.workers._work_once()
    assert bench.slack.calls == []
    assert "was interrupted while it was answered" in caplog.text


def test_a_job_that_can_not_be_read_is_dropped_with_a_number(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    """As one of a version to come."""
    work.accept(bench.state, work.Order(TEAM, "U1", "Dance", b'{"type": "dance"}'), 100)
    bench.workers._work_once()
    assert "(Dance) failed: ValidationError" in caplog.text
    assert work.waiting(bench.state) == 0


def test_a_mistake_is_told_to_whoever_pressed(bench: Bench) -> None:
    """Where the button stands, or in direct messages; where nothing can be posted the log has it."""
    bench.slack.faults["chat.postMessage"] = [Fault(error="is_archived") for _ in range(2)]
    bench.slack.faults["chat.postEphemeral"] = [Fault(error="is_archived")]
    assert bench.do(Question(HERE, ALICE, "mention", UNDO, "1.1")) == 0
    assert bench.slack.called("chat.postMessage", "chat.postEphemeral") == []
    answered = bench.do(
        Question(HERE, ALICE, "command", "which grape?", response_url=bench.slack.response_url())
    )
    assert answered == 0
    given = bench.slack.called("respond")[0].arguments["blocks"]
    value = next(e["value"] for b in given for e in b.get("elements", ()) if e.get("action_id") == "ask_team")
    press = Press("ask_team", value, HERE, ALICE, bench.slack.response_url())
    bench.slack.faults["chat.postMessage"] = [Fault(error="channel_not_found")]
    bench.do(press)
    assert "tell whoever runs me this number" in bench.texts("respond")[1]
    assert bench.do(press) == 0
    assert "Your question is posted" in bench.texts("respond")[2]


def test_a_share_that_slack_puts_off_is_done_later(bench: Bench) -> None:
    """And one that it refuses for another reason than membership is an error."""
    bench.do(Question(HERE, ALICE, "command", UNDO, response_url=bench.slack.response_url()))
    given = bench.slack.called("respond")[0].arguments["blocks"]
    value = next(e["value"] for b in given for e in b.get("elements", ()) if e.get("action_id") == "share")
    press = Press("share", value, HERE, ALICE, bench.slack.response_url())
    bench.slack.faults["chat.postMessage"] = [
        Fault(429, headers={"Retry-After": "0"}),
        Fault(error="restricted_action"),
    ]
    assert bench.do(press) == 1
    bench.workers._work_once()
    assert "tell whoever runs me this number" in bench.texts("respond")[1]
    bench.do(press)
    assert bench.texts("chat.postMessage")[0].startswith("Shared: ")


def test_ask_the_team_without_a_channel_and_feedback_without_sense_are_stale(bench: Bench) -> None:
    """As buttons of an older setting are, and what some other client sends."""
    bench.do(Question(HERE, ALICE, "command", UNDO, response_url=bench.slack.response_url()))
    given = bench.slack.called("respond")[0].arguments["blocks"]
    value = next(e["value"] for b in given for e in b.get("elements", ()) if e.get("action_id") == "share")
    bench.workers._office = replace(
        bench.office, settings=replace(bench.office.settings, ask_team_channel=None)
    )
    for action, carried in (("ask_team", value), ("feedback", "fine")):
        bench.do(Press(action, carried, HERE, ALICE, bench.slack.response_url()))
    assert bench.texts("respond")[1:] == ["That answer is no longer kept. Please ask the question again."] * 2


def test_what_is_missed_in_another_workspaces_answer_is_not_kept(bench: Bench) -> None:
    """Nor in one that is gone."""
    assert bench.do(Missed("gone", HERE, ALICE, "more")) == 0
    assert bench.slack.calls == []


def test_a_job_is_given_up_in_the_end(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many tries."""
    monkeypatch.setattr(worker, "MOST_TRIES", 2)
    bench.slack.faults["chat.postMessage"] = [Fault(429, headers={"Retry-After": "0"}) for _ in range(2)]
    assert bench.do(ASKED) == 1
    bench.workers._work_once()
    assert work.waiting(bench.state) == 0


def test_strangers_see_no_page_and_empty_notes_suggest_nothing(bench: Bench) -> None:
    """And an app without Slack's place for agents is left alone."""
    bench.do(Opened(DIRECT, Person("U9", "T0OTHER"), "home"))
    assert bench.slack.called("views.publish") == []
    bench.slack.faults["assistant.threads.setSuggestedPrompts"] = [Fault(error="missing_scope")]
    assert bench.do(Opened(DIRECT, ALICE, "messages")) == 0
    hidden = Desk(bench.live, {"public": (), "secret": ()}, 10)
    bench.workers._office = replace(bench.office, desk=hidden)
    assert bench.do(Opened(DIRECT, ALICE, "messages")) == 0
    assert bench.slack.called("assistant.threads.setSuggestedPrompts") == []
    bench.do(Opened(DIRECT, ALICE, "home"))
    assert "0 notes, 0 passages" in str(bench.slack.called("views.publish")[0].arguments["view"])
    bench.do(ASKED)
    assert bench.texts("chat.postMessage")[0].startswith("None of the notes may be shown here.")


def test_an_answer_that_can_not_be_deleted_stays_and_is_forgotten(bench: Bench) -> None:
    """Slack may forbid it."""
    bench.do(ASKED)
    bench.slack.faults["chat.delete"] = [Fault(error="cant_delete_message")]
    assert bench.do(Deleted(DIRECT, ALICE, "1.1")) == 0
    assert reply_to(bench.state, TEAM, "D1", "1.1") is None
    assert not record(bench.state, "gone", "U1", "good")


def test_members_of_an_organisation_are_served_where_it_is_allowed(bench: Bench) -> None:
    """In whichever of its workspaces, but not where others read along."""
    door = Door(("E0ORG",), bench.office.door.identity)
    there = Place("T1", "C1", "channel", enterprise="E0ORG")
    assert door.admits(there, Person("U1", "T2"))
    assert not door.admits(Place("T1", "C1", "channel", outside=True, enterprise="E0ORG"), Person("U1", "T2"))
    assert bench.slack.called("auth.test") == []


def test_a_new_generation_brings_new_examples(bench: Bench) -> None:
    """They are looked for once in each; notes that ask nothing give their titles."""
    audience = bench.office.audience(HERE, ALICE, alone=False)
    first = bench.office.desk.known(audience).examples
    asked = {one.casefold() for one in first}
    assert {UNDO.casefold(), CANARY.casefold()} < asked
    assert SALARY.casefold() not in asked
    assert bench.office.desk.known(audience).examples is first
    for path in ("rollback", "canary", "pager"):
        (bench.folder / "public" / f"{path}.md").write_text(f"# On {path}\n\n## Notes\n\nNothing much.\n")
    settings = load(bench.folder / "refdesk.toml", {}, {}, bench.folder)
    built(settings.index, *settings.sources)
    assert bench.office.desk.known(audience).examples == ("On canary", "On pager", "On rollback")


def test_the_workers_outlive_a_state_that_fails(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """They say so, renew what they are at, and forget what is too old."""
    monkeypatch.setattr(worker, "RENEW_SECONDS", 0.05)
    monkeypatch.setattr(worker, "PRUNE_SECONDS", 0.0)
    bench.slack.faults["chat.postMessage"] = [Fault(hang=1)]
    bench.queue(ASKED)
    bench.workers.start()
    assert bench.workers.wrong() is None
    bench.slack.wait("chat.postMessage hangs")
    with bench.state.transaction() as connection:
        before = connection.execute("SELECT until FROM work").fetchone()[0]
    until(lambda: _lease(bench.state) > before, str)
    until(lambda: work.waiting(bench.state) == 0, lambda: caplog.text)
    bench.state._connection.execute("PRAGMA query_only = ON")
    until(lambda: "the queue can not be read or written" in caplog.text, str)
    until(lambda: "the state can not be kept" in caplog.text, str)
    bench.state._connection.execute("PRAGMA query_only = OFF")
    bench.workers.close()
    assert bench.workers.wrong() == "these have ended: worker-0, worker-1"


def _lease(state: State) -> float:
    with state.transaction() as connection:
        return float((connection.execute("SELECT until FROM work").fetchone() or [0.0])[0])


def test_examples_are_short_and_different(bench: Bench) -> None:
    """A question that is asked twice is shown once, and a long one not at all."""
    from bot.slack.examples import examples

    long = "how " * 30
    (bench.folder / "public" / "more.md").write_text(f"# M\n\n## {CANARY}\n\nA few.\n\n## {long}?\n\nSo.\n")
    settings = load(bench.folder / "refdesk.toml", {}, {}, bench.folder)
    built(settings.index, *settings.sources)
    index = opened(settings.index)
    shown = examples(index, Where(sources=("public",)))
    assert len(shown) == len({one.casefold() for one in shown}) == 3
    assert all(len(one) <= 70 for one in shown)
    index.store.close()
