"""`refdesk index --watch` and `--every`: what is told of each run, and how it ends."""

import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from encoders import HashEncoder
from pretend_desk import ENCODER, pretend_modules, run

import bot.commands.watching
from index.listen import FolderChanges
from index.schedule import Schedule
from ingest.errors import IndexLockedError, IndexWriteError, ShrunkError, SourceError, UsageError
from ingest.origin import Origin, Repository

Step = Callable[[Any, Any], None]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run each command in an empty folder that has a folder of notes, with the small desk."""
    for name, module in pretend_modules().items():
        monkeypatch.setitem(sys.modules, name, module)
    (tmp_path / "notes").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """Let a watch do the given steps instead of its loop; give what its loop was to work with."""
    seen: dict[str, Any] = {}

    def lets(*steps: Step) -> dict[str, Any]:
        def keep_up(runs: Any, told: Any, changes: object, schedule: Schedule) -> None:  # noqa: ANN401
            seen.update(changes=changes, every=schedule.every)
            for step in steps:
                step(runs, told)
            signal.raise_signal(signal.SIGINT)

        monkeypatch.setattr(bot.commands.watching, "keep_up", keep_up)
        return seen

    return lets


def good(runs: Any, told: Any) -> None:  # noqa: ANN401
    """Run, and tell of it."""
    told.ended(runs())


def nothing_new(runs: Any, told: Any) -> None:  # noqa: ANN401
    """Tell of a run that published nothing."""
    made, _ = runs()
    told.ended((made, False))


def failing(error: Exception, delay: float = 5.0) -> Step:
    """Tell of a run that failed."""
    return lambda _, told: told.failed(error, delay)


def test_each_run_that_publishes_is_a_line(folder: Path, loop: Callable[..., dict[str, Any]]) -> None:
    """With its time, its generation, counts and seconds; a run without news says nothing."""
    seen = loop(good, nothing_new, good)
    result = run("index", "notes", "--watch")
    lines = result.stdout.splitlines()
    counts = "1 added, 2 changed, 3 moved, 4 removed, 5 unchanged; 7 encoded"
    assert [line[20:] for line in lines] == [
        f"generation 1: {counts}; 7 not indexed; 1.3 s",
        f"generation 3: {counts}; 1.3 s",
    ]
    assert result.stderr.splitlines()[:2] == [f"Watching {folder}/notes. Ctrl-C stops.", "scan"]
    # From the second run on, stages that do not last are not told of.
    assert result.stderr.count("scan\n") == 1
    assert isinstance(seen["changes"], FolderChanges)
    assert (seen["every"], result.exit_code) == (None, 130)


def test_as_json_each_run_is_an_object(folder: Path, loop: Callable[..., dict[str, Any]]) -> None:
    """Those without news and those that failed too; errors go to stderr as well."""
    loop(good, nothing_new, failing(IndexWriteError("the disk is full")))
    result = run("index", "notes", "--watch", "--json")
    shapes = [json.loads(line) for line in result.stdout.splitlines()]
    assert [shape.get("published") for shape in shapes] == [True, False, None]
    assert [shape.get("generation") for shape in shapes] == [1, 2, None]
    assert (shapes[2]["error"], shapes[2]["retry_seconds"]) == ("the disk is full", 5)
    assert all(shape["time"].endswith("+00:00") for shape in shapes)
    assert "failed: the disk is full" in result.stderr
    assert (folder / ".refdesk").exists()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ShrunkError("source notes: 0 documents"), "held back: source notes: 0 documents."),
        (SourceError("source \x1b: gone."), "held back: source ␛: gone."),
        (IndexWriteError("full"), "failed: full."),
        (OSError(28, "No space left on device", "/ix"), "failed: /ix: No space left on device."),
        (IndexLockedError("process 7 is writing"), "waiting: process 7 is writing."),
    ],
)
def test_a_failure_is_told_and_when_it_is_tried_again(
    folder: Path, loop: Callable[..., dict[str, Any]], error: Exception, said: str
) -> None:
    """So is that all is well again, though nothing new was published."""
    loop(good, failing(error, 40), nothing_new, nothing_new)
    result = run("index", "notes", "--watch")
    again = "Trying again in 40 s, or after the next change."
    assert f"{said} {again}\n" in result.stderr
    assert [line[20:] for line in result.stdout.splitlines()[1:]] == [
        "all is well again: generation 2 is up to date"
    ]
    assert folder.exists()


def test_another_writer_is_named_once(folder: Path, loop: Callable[..., dict[str, Any]]) -> None:
    """It may take an hour; any other failure is told each time."""
    locked, full = IndexLockedError("process 7 is writing"), IndexWriteError("full")
    loop(good, *[failing(locked)] * 3, *[failing(full)] * 2)
    told = run("index", "notes", "--watch").stderr
    assert (told.count("process 7"), told.count("failed: full")) == (1, 2)
    assert folder.exists()


def test_the_first_build_of_all_fails_as_any_other(folder: Path, loop: Callable[..., dict[str, Any]]) -> None:
    """Without an index a wrong name is a mistake, not a share that may come back; a writer is waited for."""
    loop(failing(IndexLockedError("process 7 is writing")), failing(SourceError("no such folder")))
    result = run("index", "notes", "--watch")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (2, "error: no such folder")
    assert "waiting: process 7" in result.stderr
    assert folder.exists()


def test_a_wrong_setting_ends_the_watch(folder: Path, loop: Callable[..., dict[str, Any]]) -> None:
    """No second try would mend it."""
    loop(good, failing(UsageError("two sources are called notes")))
    assert run("index", "notes", "--watch").exit_code == 2
    assert folder.exists()


def test_a_damaged_pointer_is_no_live_generation(folder: Path, loop: Callable[..., dict[str, Any]]) -> None:
    """The build mends it; what is there no longer counts as published before."""

    def damage(_: object, __: object) -> None:
        (folder / ".refdesk" / "CURRENT").write_text("junk")

    loop(good, damage, failing(SourceError("gone")))
    assert run("index", "notes", "--watch").exit_code == 2


def test_the_encoder_stays_open(
    folder: Path, loop: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is opened for the first run, from the folder that the settings name, and kept for the others."""
    opened: list[object] = []

    def open_encoder(*arguments: object) -> HashEncoder:
        opened.append(arguments[:2])
        return ENCODER

    monkeypatch.setattr(sys.modules["index.build"], "open_encoder", open_encoder)
    loop(good, good, good)
    run("index", "notes", "--watch")
    assert opened == [("all-MiniLM-L6-v2", folder / ".refdesk" / "models")]


def test_a_loss_is_allowed_once(folder: Path, loop: Callable[..., dict[str, Any]]) -> None:
    """`--allow-shrink` is about the loss that there is, and not about every one to come."""
    (folder / ".refdesk").mkdir()
    (folder / ".refdesk" / "shrunk").touch()

    def held_back(runs: Callable[[], object], _: object) -> None:
        with pytest.raises(ShrunkError):
            runs()

    loop(good, held_back)
    assert "generation 1" in run("index", "notes", "--watch", "--allow-shrink").stdout


@pytest.mark.parametrize(
    ("options", "every", "greeting"),
    [
        (("--every", "15m"), 900, "Looking at {0} every 15 min. Ctrl-C stops."),
        (("--watch", "--every", "90s"), 90, "Watching {0}, and looking every 90 s. Ctrl-C stops."),
        (("--every", "1.5 H"), 5_400, "Looking at {0} every 90 min. Ctrl-C stops."),
        (("--every", "2d"), 172_800, "Looking at {0} every 48 h. Ctrl-C stops."),
    ],
)
def test_an_interval_has_a_unit(
    folder: Path, loop: Callable[..., dict[str, Any]], options: tuple[str, ...], every: float, greeting: str
) -> None:
    """With `--watch` it is a safety net, and alone it is for file systems that send no news."""
    seen = loop()
    result = run("index", "notes", *options)
    assert seen["every"] == every
    assert isinstance(seen["changes"], FolderChanges) == ("--watch" in options)
    assert result.stderr.splitlines()[0] == greeting.format(folder / "notes")


@pytest.mark.parametrize("wrong", ["15", "m", "0s", "0.2s", "-5m", "5 weeks", "9999999999d"])
def test_what_is_no_interval_is_refused(folder: Path, wrong: str) -> None:
    """With examples of what is one."""
    result = run("index", "notes", f"--every={wrong}")
    assert (result.exit_code, "90s, 15m, 2h or 1d" in result.stderr) == (2, True)
    assert folder.exists()


def test_a_repository_is_fetched_at_an_interval(
    folder: Path, loop: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No server sends news; without `--every` it is asked each 15 minutes. A named folder is listened to."""
    monkeypatch.delenv("REFDESK_CONFIG", raising=False)
    seen = loop()
    result = run("index", "git+https://git.example.org/team/notes.git", "notes", "--watch")
    assert seen["every"] == 900
    shown = f"Watching https://git.example.org/team/notes.git, {folder}/notes, and looking every 15 min."
    assert result.stderr.startswith(shown)
    run("index", "git+https://git.example.org/team/notes.git", "--watch", "--every", "2h")
    assert seen["every"] == 7_200


def test_only_folders_are_listened_to(tmp_path: Path) -> None:
    """A repository elsewhere has none."""
    place = Repository("https://git.example.org/team/notes.git")
    assert bot.commands.watching._folder(Origin(place)) is None
    assert bot.commands.watching._folder(Origin(tmp_path, "notes")) == tmp_path


def test_without_news_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour at most at a time, however long the interval."""
    slept: list[float] = []
    monkeypatch.setattr(bot.commands.watching, "sleep", slept.append)
    deaf = bot.commands.watching._Deaf()
    deaf.arm()
    assert not deaf.wait(5)
    assert not deaf.wait(1e12)
    assert slept == [5, 3_600]


def test_sigterm_ends_a_watch_with_zero(folder: Path, loop: Callable[..., dict[str, Any]]) -> None:
    """Whoever stops a service means no harm; afterwards the signal means what it did before."""
    before = signal.getsignal(signal.SIGTERM)
    loop(good, lambda _, __: signal.raise_signal(signal.SIGTERM), good)
    result = run("index", "notes", "--watch")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (0, "Stopped. The index is as it was.")
    assert result.stdout.count("generation") == 1
    assert signal.getsignal(signal.SIGTERM) is before
    assert folder.exists()


@pytest.mark.parametrize(
    "words",
    [
        ("--watch", "--gate", "q.csv"),
        ("--every", "1h", "--gate", "q.csv"),
        ("--dry-run", "--watch"),
        ("--dry-run", "--every", "1h"),
        ("--dry-run", "--gate", "q.csv"),
    ],
    ids=" ".join,
)
def test_options_that_contradict_each_other_are_refused(folder: Path, words: tuple[str, ...]) -> None:
    """The message says which to leave out."""
    result = run("index", "notes", *words)
    assert (result.exit_code, "leave out" in result.stderr) == (2, True)
    assert not (folder / ".refdesk").exists()
