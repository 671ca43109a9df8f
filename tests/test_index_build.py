"""Building: what changed is read, what did not is kept, and a run that fails changes nothing."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from generations import folders
from indexes import HASH, InProcess, built, opened, places, reading_in_process
from trees import tree

import index.build
import index.run
from index import previous
from index.build import build
from index.checksums import sha256_of
from index.encoder import OnnxEncoder
from index.generation import write_generation
from index.model import DEFAULT_MODEL
from index.passages import PassageStore
from index.store import Store
from index.types import FileState
from index.verify import verify
from ingest.walk import FoundFile
from ingest.wire import ReadResult

NOTES = {
    "a.md": "# Pods\n\nA pod holds containers.\n",
    "b/c.md": "# Nodes\n\nA node runs pods.\n",
    "d.txt": "A volume keeps what a pod writes.\n",
}
BINARY = b"\x00\x01\x02 no text at all"


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    """Read files in the test's own process."""
    with reading_in_process():
        yield


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Give a folder of three notes."""
    return tree(tmp_path / "notes", NOTES)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give a place for an index."""
    return tmp_path / "index"


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give a list that gains the path of each file that is read."""
    paths: list[str] = []

    class Noting(InProcess):
        def read_all(self, files: Iterator[FoundFile]) -> Iterator[ReadResult]:
            noted = list(files)
            paths.extend(file.path for file in noted)
            return super().read_all(iter(noted))

    monkeypatch.setattr(index.run, "ReaderPool", Noting)
    return paths


class Told:
    """A progress that notes what it is told: the stages with their totals, and the steps of each."""

    def __init__(self) -> None:
        self.totals: dict[str, int | None] = {}
        self.steps: dict[str, int] = {}

    def stage(self, name: str, total: int | None) -> None:
        """Note a stage."""
        self.totals[name] = total
        self.steps[name] = 0

    def advance(self, n: int = 1) -> None:
        """Note steps of the latest stage."""
        self.steps[list(self.steps)[-1]] += n


def test_a_report_counts_what_became_of_each_note(notes: Path, root: Path) -> None:
    """One note each was added, changed, moved, removed and left as it was."""
    tree(notes, {"moved.md": "# Moved\n\nTo another place.\n", "gone.md": "# Gone\n\nSoon.\n"})
    first = built(root, notes)
    assert (first.generation, first.added, first.unchanged, first.skipped) == (1, 5, 0, ())
    (notes / "moved.md").rename(notes / "b" / "away.md")
    (notes / "gone.md").unlink()
    tree(notes, {"a.md": "# Pods\n\nA pod holds one container.\n", "new.md": "# New\n\nJust written.\n"})
    second = built(root, notes)
    assert (second.generation, second.added, second.changed, second.moved) == (2, 1, 1, 1)
    assert (second.removed, second.unchanged, second.passages) == (1, 2, 5)
    # Two passages, a sentence in each, and the heading of the new one: a moved note keeps its vectors.
    assert second.encoded == 5


def test_of_two_equal_notes_each_moves_once(notes: Path, root: Path) -> None:
    """Two notes with the same words that both move are two moves; a third copy is an addition."""
    same = "# Same\n\nThe same words.\n"
    tree(notes, {"one.md": same, "two.md": same})
    built(root, notes)
    for name in ("one.md", "two.md"):
        (notes / name).rename(notes / f"moved-{name}")
    tree(notes, {"third.md": same})
    report = built(root, notes)
    assert (report.added, report.moved, report.removed) == (1, 2, 0)


def test_a_run_without_changes_publishes_nothing(notes: Path, root: Path, reads: list[str]) -> None:
    """Where nothing changed nothing is read, encoded or published, and the report says so."""
    before = built(root, notes)
    reads.clear()
    after = built(root, notes)
    assert (after.generation, after.unchanged, after.encoded, reads) == (1, 3, 0, [])
    assert after.passages == before.passages
    assert folders(root) == ["000001"]


def test_a_change_of_a_reason_is_published(notes: Path, root: Path) -> None:
    """A file that is skipped for another reason than before is news too."""
    tree(notes, {"empty.md": ""})
    assert [file.reason for file in built(root, notes).skipped] == ["empty"]
    tree(notes, {"empty.md": BINARY})
    report = built(root, notes)
    assert report.generation == 2
    assert [file.reason for file in report.skipped] == ["binary, not text: a zero byte at offset 0"]


def test_seconds_and_progress_are_by_stage(notes: Path, root: Path) -> None:
    """Each stage is told once, in order, all its steps are counted, and no second is counted twice."""
    told = Told()
    seconds = built(root, notes, progress=told).seconds
    # Three passages, a sentence in each, and above them three titles, one of them only the file's name.
    assert told.totals == {"scan": None, "read": 3, "encode": 9, "write": None}
    assert told.steps == {"scan": 0, "read": 3, "encode": 9, "write": 0}
    assert list(seconds) == ["scan", "read", "encode", "write", "total"]
    assert seconds["write"] > 0
    assert seconds["total"] >= sum(list(seconds.values())[:4]) - 0.004


def test_writing_is_not_counted_as_encoding(notes: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a clock that only writing moves forward, all the time is under `write`."""
    now = [0.0]

    def slow(*arguments: object) -> None:
        now[0] += 100
        write_generation(*arguments)  # type: ignore[arg-type] # handed on as they come

    monkeypatch.setattr(index.build, "write_generation", slow)
    monkeypatch.setattr(time, "perf_counter", lambda: now[0])
    assert built(root, notes).seconds == {"scan": 0, "read": 0, "encode": 0, "write": 100, "total": 100}


def test_a_file_that_could_not_be_read_is_not_tried_again(
    notes: Path, root: Path, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It keeps its reason until its content changes, or the way of reading does."""
    tree(notes, {"bad.md": BINARY})
    reason = "binary, not text: a zero byte at offset 0"
    for change in ("", "# Another\n\nnote.\n"):
        tree(notes, {"other.md": change})
        report = built(root, notes)
        assert {file.path: file.reason for file in report.skipped}["bad.md"] == reason
    assert reads.count("bad.md") == 1
    tree(notes, {"bad.md": BINARY + b"!"})
    built(root, notes)
    assert reads.count("bad.md") == 2
    for module in (index.build, previous):
        monkeypatch.setattr(module, "TEXT_FINGERPRINT", "another way")
    built(root, notes)
    assert reads.count("bad.md") == 3
    tree(notes, {"bad.md": "# Mended\n\nNow it is text.\n"})
    assert built(root, notes).skipped == ()
    assert FileState("notes", "bad.md", "indexed", None, 1) in opened(root).status().files


@pytest.mark.parametrize("meanwhile", ["edited", "removed"])
def test_a_file_that_changed_under_the_reader_is_tried_again(
    notes: Path, root: Path, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    """What was refused was then not what had been looked at, so the reason holds for this run only."""

    class Unlucky(InProcess):
        def read_all(self, files: Iterator[FoundFile]) -> Iterator[ReadResult]:
            for file in files:
                if file.path != "a.md":
                    yield from super().read_all(iter([file]))
                    continue
                if meanwhile == "edited":
                    tree(notes, {"a.md": "# Half\n\nof it"})
                else:
                    file.location.unlink()
                yield ReadResult(file.source, file.path, "can not be opened: No such file or directory")

    with monkeypatch.context() as patch:
        patch.setattr(index.run, "ReaderPool", Unlucky)
        assert [file.path for file in built(root, notes).skipped] == ["a.md"]
    tree(notes, NOTES)
    assert built(root, notes).skipped == ()


def test_a_file_that_can_not_be_opened_is_listed(
    notes: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that fails to open is listed with the cause, the others are indexed; next time it is tried."""

    def denied(path: Path) -> str:
        if path.name == "a.md":
            raise PermissionError(13, "Permission denied")
        return sha256_of(path)

    with monkeypatch.context() as patch:
        patch.setattr(index.run, "sha256_of", denied)
        report = built(root, notes)
    assert [(file.path, file.reason) for file in report.skipped] == [
        ("a.md", "can not be read: Permission denied")
    ]
    assert report.added == 2
    report = built(root, notes)
    assert (report.skipped, report.added) == ((), 1)


def test_a_note_that_becomes_unreadable_leaves_the_index(notes: Path, root: Path) -> None:
    """A note that was indexed and is now no text answers no more, and counts as removed."""
    built(root, notes)
    tree(notes, {"a.md": BINARY})
    report = built(root, notes)
    assert (report.removed, report.changed, report.unchanged) == (1, 0, 2)
    assert "a.md" not in [path for path, _ in places(opened(root).search("pod containers", 9))]


def test_a_whole_build_counts_all_its_time(
    notes: Path, root: Path, models: Path, minilm: OnnxEncoder
) -> None:
    """The total holds the loading of the encoder too; the index is of the encoder that was named."""
    told = Told()
    seconds = build([notes], root, DEFAULT_MODEL, models=models, progress=told).seconds
    assert list(told.totals) == ["load encoder", "scan", "read", "encode", "write"]
    assert seconds["total"] > sum(seconds[name] for name in ("scan", "read", "encode", "write"))
    assert Store(root).open_current()[0].encoder.fingerprint == minilm.fingerprint


def test_old_generations_are_pruned(notes: Path, root: Path) -> None:
    """Three generations stay: the live one and two before it."""
    for number in range(5):
        tree(notes, {"a.md": f"# Pods\n\nEdition {number}.\n"})
        built(root, notes)
    assert folders(root) == ["000003", "000004", "000005"]


def test_a_note_of_headings_alone_has_no_passage(tmp_path: Path, root: Path) -> None:
    """A generation may have no passage at all: the file counts as indexed, and nothing is found."""
    tree(tmp_path / "notes", {"bare.md": "# Only\n\n## Headings\n"})
    report = built(root, tmp_path / "notes")
    assert (report.added, report.passages, report.encoded) == (1, 0, 0)
    assert opened(root).search("headings", 5) == []
    assert verify(root) == []


def test_documents_are_kept_whole(notes: Path, root: Path) -> None:
    """What a generation gives back for the next one is what was read: the documents, passages and texts."""
    built(root, notes)
    manifest, folder = Store(root).open_current()
    with PassageStore(folder / "passages.sqlite") as store:
        stored = {(each.document.source, each.document.path): each for each in store.stored()}
    known = previous.previous_generation(Store(root), HASH.fingerprint)
    assert known
    assert (known.manifest, known.documents) == (manifest, stored)
    assert stored["notes", "a.md"].document.text == NOTES["a.md"]
    assert stored["notes", "a.md"].encoded == ("Pods. A pod holds containers.",)
    assert [[span.words for span in spans] for spans in stored["notes", "a.md"].spans] == [
        ["A pod holds containers."]
    ]


def test_an_index_that_lies_in_its_source_does_not_index_itself(notes: Path) -> None:
    """Nothing in the index's own folder is a note, or a change to publish; nor does git see it."""
    root = notes / "index"
    built(root, notes)
    assert built(root, notes).generation == built(root, notes).generation == 2
    tree(notes, {"new.md": "# New\n\nA new pod.\n"})
    assert built(root, notes).generation == 3
    assert built(root, notes).generation == 3
    inside = {file.path: file.reason for file in opened(root).status().files if file.path.startswith("index")}
    assert inside["index/generations/"] == "ignored by index/.gitignore"
    assert (root / ".gitignore").read_text() == "*\n"
