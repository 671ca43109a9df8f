"""`refdesk onboard`: a path is walked from a pipe, and goes on where one was."""

import getpass
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from paths import desk_with_paths

from bot.cli import cli
from bot.commands.guiding import command_of
from bot.state.database import State
from bot.state.newcomers import asked

pytestmark = pytest.mark.model
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Path:
    """Give a folder with notes, an index of them, and nothing remembered."""
    return desk_with_paths(tmp_path_factory.mktemp("desk"), models)


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder of a state of its own; the command is one of `ana`."""
    for name in ("REFDESK_INDEX", "REFDESK_SOURCES", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("REFDESK_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(getpass, "getuser", lambda: "ana")
    return tmp_path / "state"


@pytest.fixture
def run(built: Path, state: Path) -> Run:  # noqa: ARG001 - the command finds the state in the environment
    """Give what runs the command on the notes, with lines for its stdin."""

    def run(*words: str, typed: str = "") -> Result:
        command = ["--config", str(built / "refdesk.toml"), "onboard", *words]
        return CliRunner().invoke(cli, command, input=typed)

    return run


def test_a_path_is_walked_to_its_end_from_a_pipe(run: Run, state: Path) -> None:
    """Each stop is the note's own text; what is gone is said quietly; the end says what to look at again."""
    shown = run("--path", "first-week", typed="check\nthe database\n\nskip\nn\n")
    assert shown.exit_code == 0
    out = shown.stdout
    assert "(passed over, no longer in the notes: deploys#A heading that is gone)" in out
    assert (
        "Stop 1 of 3 · Who deploys?\nYour first change goes this way.\n\n## Who deploys?\n\nThe pipeline"
        in out
    )
    assert "### Exceptions\n\nHotfixes are deployed by the person on call.\n\nteam/deploys.md:10-16 · " in out
    assert "Look again: the notes say something else." in out
    assert "You:       the database\nThe notes:\n[1] " in out
    assert "Stop 3 of 3 · Rolling back" in out
    assert out.endswith(
        "That was the last stop of First week.\n"
        "Skipped: How do I roll back?\n"
        "Worth a second look: Who deploys?\n"
    )
    assert state.exists()


def test_it_goes_on_where_one_stopped(run: Run) -> None:
    """At the end of what is typed, and after quit."""
    first = run("--path", "first-week", typed="next\n")
    assert first.stdout.endswith("You go on from here with: refdesk onboard --path first-week\n")
    again = run("--path", "FIRST-WEEK", typed="list\nback\nquit\nnext\n")
    assert "\nStop 2 of 3 · How do I roll back?\n" in again.stdout
    assert " 1. Who deploys?  read\n 2. How do I roll back?   (here)\n 3. Rolling back  \n" in again.stdout
    assert "Stop 1 of 3 · Who deploys?" in again.stdout
    assert "Stop 3" not in again.stdout


def test_a_path_is_chosen_by_its_number_or_name(run: Run) -> None:
    """After a list of all; nothing chosen is no error."""
    assert "Stop 1 of 1 · Deploys" in run(typed="short\n").stdout
    chosen = run(typed="7\n1\n").stdout
    assert "1. First week\n   first-week · for everybody who is new · 3 stops\n" in chosen
    assert "There is no path '7': type a number from 1 to 2.\n" in chosen
    assert "Stop 1 of 3" in chosen
    assert "Stop" not in run(typed="").stdout


def test_a_question_is_answered_and_remembered(run: Run, state: Path) -> None:
    """As `refdesk ask` answers it, with the verdict for the report."""
    shown = run("--path", "short", typed="ask how do I roll back?\nwho won the football?\nask\nhm\n")
    assert "kubectl rollout undo" in shown.stdout
    assert shown.stdout.count("Enter: next · back") == 2
    with State.open(state) as opened:
        found = asked(opened, 30)
    assert (found.questions, found.answered) == (2, 1)
    assert [gap.question for gap in found.gaps] == ["who won the football?"]


def test_a_check_is_compared_or_left(run: Run) -> None:
    """Right words are right; nothing said is no answer; a stop may ask nothing."""
    shown = run("--path", "first-week", typed="c\n\nc\nthe pipeline does, within five minutes\nn\nn\nc\n")
    assert "Who deploys every merge to staging? Say it in your own words:" in shown.stdout
    assert "Right: what you say is what the notes say." in shown.stdout
    assert "This stop has no question. Enter goes on." in shown.stdout


def test_an_answer_that_does_not_stand_at_the_stop_is_shown_and_not_compared(
    tmp_path: Path, models: Path, state: Path
) -> None:
    """What the note says elsewhere is not what the stop asks for. A stop may be a text file, as it stands."""
    assert not state.exists()
    path = (
        "---\nonboarding:\n  stops:\n    - read: a#Colours\n      check: Who is paged at night?\n"
        "    - read: plain\n---\n# P\n\nText.\n"
    )
    note = "# A\n\n## Colours\n\nThe logo is green.\n\n## Who is paged at night?\n\nThe person on call.\n"
    (tmp_path / "notes").mkdir()
    for name, text in (("a.md", note), ("p.md", path), ("plain.txt", "Plain *words* of a text.\n")):
        (tmp_path / "notes" / name).write_text(text)
    config = tmp_path / "refdesk.toml"
    config.write_text(f'sources = ["notes"]\nmodels = "{models}"\n')
    shown = CliRunner().invoke(cli, ["--config", str(config), "onboard"], input="check\nthe manager\n\n")
    assert "Not compared: refdesk does not find the answer at this stop. What it finds:" in shown.stdout
    assert "The person on call." in shown.stdout
    assert "Plain *words* of a text.\n" in shown.stdout


def test_the_list_says_how_far_one_is(run: Run, state: Path) -> None:
    """And makes no state where there is none."""
    assert "first-week · for everybody who is new · 3 stops" in run("--list").stdout
    assert not state.exists()
    run("--path", "first-week", typed="next\n")
    assert "first-week · for everybody who is new · 1 of 3 stops done" in run("--list").stdout
    paths = json.loads(run("--list", "--json").stdout)["paths"]
    assert [path["name"] for path in paths] == ["first-week", "short"]
    assert paths[0]["stops"][0]["outcome"] == "read"
    assert run("--json").exit_code == 2


def test_a_path_is_exported_to_a_file_or_to_stdout(run: Run, tmp_path: Path) -> None:
    """One, or all of them."""
    assert run("--path", "short", "--export", "-").stdout.startswith("# Short one\n\n- [ ] 1. **Deploys**")
    assert "# First week\n" in run("--export").stdout
    assert run("--path", "short", "--export", str(tmp_path / "x.md")).stdout == ""
    assert (tmp_path / "x.md").read_text().startswith("# Short one\n")


def test_a_path_that_is_not_there_is_an_error_that_lists_them(run: Run) -> None:
    """And so is an index without any."""
    shown = run("--path", "week")
    assert shown.exit_code == 2
    assert "error: there is no path week; there are: first-week, short" in shown.stderr


def test_notes_without_a_path_are_an_error_that_says_how(tmp_path: Path, models: Path, state: Path) -> None:
    """It names the key and where more is said."""
    (tmp_path / "a.md").write_text("# A\n\nText of a note.\n")
    config = tmp_path / "refdesk.toml"
    config.write_text(f'sources = ["a.md"]\nmodels = "{models}"\n')
    shown = CliRunner().invoke(cli, ["--config", str(config), "onboard"])
    assert shown.exit_code == 2
    assert "the notes hold no onboarding path" in shown.stderr
    assert not state.exists()


def test_the_report_lists_gaps_and_names_nobody(run: Run) -> None:
    """Unless it is asked to."""
    assert run("report").stdout == "Newcomers asked 0 questions in the last 90 days; 0 were answered.\n"
    run("--path", "short", typed="who won the football?\n")
    shown = run("report").stdout
    assert shown.startswith("Newcomers asked 1 question in the last 90 days; 0 were answered.\n")
    assert "who won the football?" in shown
    assert "not in the notes" in shown
    assert "ana" not in shown
    assert "local:ana" in run("report", "--by-person").stdout
    found = json.loads(run("report", "--json", "--days", "7").stdout)
    assert (found["days"], found["questions"], found["answered"]) == (7, 1, 0)
    assert {key for gap in found["unanswered"] for key in gap} == {
        "question",
        "verdict",
        "times",
        "asked_by",
        "last",
    }
    named = json.loads(run("report", "--json", "--by-person").stdout)
    assert named["unanswered"][0]["people"] == ["local:ana"]


def test_a_login_without_a_name_is_somebody(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A container may run as a number."""

    def nobody() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", nobody)
    run("--path", "short", typed="who won the football?\n")
    assert "local:somebody" in run("report", "--by-person").stdout


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("", ("next", "")),
        ("  ", ("next", "")),
        ("n", ("next", "")),
        ("NEXT", ("next", "")),
        ("ask what now?", ("ask", "what now?")),
        ("a what now", ("ask", "what now")),
        ("what now?", ("ask", "what now?")),
        ("back to what?", ("ask", "back to what?")),
        ("hm", ("", "")),
    ],
)
def test_a_line_is_read_as_a_command(said: str, command: tuple[str, str]) -> None:
    """By its word or its letter; nothing goes on, and a question is asked."""
    assert command_of(said) == command
