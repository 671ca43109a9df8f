"""Building: what changed is read, what did not is kept, and a run that fails changes nothing."""

import logging
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from encoders import HashEncoder
from generations import folders, generating
from indexes import HASH, InProcess, built, opened, places, python, reading_in_process
from numpy.typing import NDArray
from trees import tree

import index.build
from index import previous, writer
from index.build import build
from index.cache import VectorCache
from index.encoder import OnnxEncoder
from index.model import DEFAULT_MODEL
from index.passages import PassageStore
from index.store import Store
from index.types import FileState
from index.verify import verify
from ingest.errors import IndexLockedError, IndexWriteError, SourceError
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

    monkeypatch.setattr(index.build, "ReaderPool", Noting)
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
    # Two passages, and the heading above the new one: a moved note keeps its vectors.
    assert second.encoded == 3


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


def test_a_new_name_for_a_source_is_published(notes: Path, root: Path) -> None:
    """A source that moved is another source: nothing was edited, and the index follows all the same."""
    built(root, notes)
    moved = notes.rename(notes.parent / "wiki")
    assert built(root, moved).generation == 2
    assert opened(root).sources[0].root == moved


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
    # Three passages, and above them three titles, one of them only the file's name.
    assert told.totals == {"scan": None, "read": 3, "encode": 6, "write": None}
    assert told.steps == {"scan": 0, "read": 3, "encode": 6, "write": 0}
    assert list(seconds) == ["scan", "read", "encode", "write", "total"]
    assert seconds["write"] > 0
    assert seconds["total"] >= sum(list(seconds.values())[:4]) - 0.004


def test_writing_is_not_counted_as_encoding(notes: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a clock that only writing moves forward, all the time is under `write`."""
    now = [0.0]
    write = index.build.write_generation

    def slow(*arguments: object) -> None:
        now[0] += 100
        write(*arguments)  # type: ignore[arg-type] # handed on as they come

    monkeypatch.setattr(index.build, "write_generation", slow)
    monkeypatch.setattr(index.build.time, "perf_counter", lambda: now[0])
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
        patch.setattr(index.build, "ReaderPool", Unlucky)
        assert [file.path for file in built(root, notes).skipped] == ["a.md"]
    tree(notes, NOTES)
    assert built(root, notes).skipped == ()


def test_a_file_that_can_not_be_opened_is_listed(
    notes: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that fails to open is listed with the cause, the others are indexed, and next time it is tried."""
    sha256_of = index.build.sha256_of

    def denied(path: Path) -> str:
        if path.name == "a.md":
            raise PermissionError(13, "Permission denied")
        return sha256_of(path)

    with monkeypatch.context() as patch:
        patch.setattr(index.build, "sha256_of", denied)
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


@pytest.mark.parametrize(
    "name", ["passages.sqlite", "dense.faiss", "headings.faiss", "lexical/meta.json", "manifest.json"]
)
def test_a_damaged_generation_is_rebuilt_from_the_sources(
    notes: Path, root: Path, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    """One changed byte: the next run reads all again, says so, and leaves nothing of the damaged one."""
    built(root, notes)
    path = root / "generations" / "000001" / name
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.write_bytes(body)
    with caplog.at_level(logging.WARNING):
        report = built(root, notes)
    (warning,) = caplog.messages
    assert warning.startswith(f"the index is damaged: {path} ")
    assert warning.endswith(". Everything is read again")
    assert (report.generation, report.added, report.encoded) == (2, 3, 0)
    assert folders(root) == ["000002"]
    assert verify(root) == []


def test_a_generation_of_another_format_is_kept(
    notes: Path, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """An index of another format is rebuilt, with a warning; an older refdesk could still go back to it."""
    built(root, notes)
    manifest = root / "generations" / "000001" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"format_version": 1', '"format_version": 99'))
    assert verify(root) == [
        f"{manifest.parent} has index format 99 and this refdesk reads format 1; "
        "run `refdesk index` to rebuild it"
    ]
    assert built(root, notes).generation == 2
    assert caplog.messages == ["the index has another format: everything is read again"]
    assert folders(root) == ["000001", "000002"]
    assert verify(root) == []


def test_another_encoder_encodes_all_anew(notes: Path, root: Path, caplog: pytest.LogCaptureFixture) -> None:
    """With another encoder everything is encoded again, with a warning, and the old one no longer fits."""
    before = built(root, notes)
    other = HashEncoder(dimension=64)
    after = built(root, notes, encoder=other)
    assert (after.generation, after.encoded) == (2, before.encoded)
    assert caplog.messages == ["the encoder changed: everything is read and encoded again"]
    assert len(opened(root, other).search("pods", 9)) == 3


@pytest.mark.parametrize("emptied", [False, True])
def test_nothing_to_read_is_an_error(notes: Path, root: Path, *, emptied: bool) -> None:
    """A source that holds nothing readable is an error that says what is there; what was indexed stays."""
    built(root, notes)
    for path in [*notes.glob("*.*"), *notes.glob("b/*")]:
        path.unlink()
    tree(notes, {} if emptied else {"image.png": b"\x89PNG", "bad.md": BINARY})
    with pytest.raises(SourceError, match=f"^nothing to index in {notes}") as caught:
        built(root, notes)
    told = str(caught.value)
    assert told.endswith(". Name a folder that holds notes; what was indexed before stays")
    assert ("image.png: no reader for .png files" in told, "(2 skipped" in told) == (not emptied, not emptied)
    assert opened(root).generation == 1


def test_a_missing_source_is_an_error(notes: Path, root: Path, models: Path) -> None:
    """A source that does not exist is named, before anything is written."""
    with pytest.raises(SourceError, match=f"source {notes}/none: No such file or directory. Check the path"):
        build([notes, notes / "none"], root, DEFAULT_MODEL, models=models)
    assert not root.exists()


def test_a_size_limit_is_passed_on(notes: Path, root: Path) -> None:
    """A file over `max_bytes` is listed with the limit and not indexed."""
    tree(notes, {"long.md": "# Long\n\n" + "many words " * 20})
    report = built(root, notes, max_bytes=100)
    assert [(file.path, file.reason) for file in report.skipped] == [
        ("long.md", "228 bytes, over the limit of 100")
    ]


def test_a_source_may_be_a_link_a_relative_path_or_a_file(
    notes: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However a source is named, its notes are found, and their files again when the index is proved."""
    link = notes.parent / "link"
    link.symlink_to(notes)
    monkeypatch.chdir(notes.parent)
    for sources in ([link], [Path("notes")], [notes / "a.md", Path("notes/b"), notes / "d.txt"]):
        report = built(root, *sources)
        assert (report.passages, verify(root)) == (3, [])
    monkeypatch.chdir("/")
    assert verify(root) == []
    assert [source.name for source in opened(root).sources] == ["a.md", "b", "d.txt"]


def test_several_sources_are_one_index(tmp_path: Path, root: Path) -> None:
    """Files of the same path in two sources are two notes; the one that is no longer named leaves."""
    for name in ("one", "two"):
        tree(tmp_path / name, {"note.md": f"# Note\n\nOf the {name}.\n", "empty.md": ""})
    report = built(root, tmp_path / "two", tmp_path / "one")
    assert report.added == 2
    listed = [(file.source, file.path, file.state) for file in opened(root).status().files]
    assert listed == [
        (source, path, state)
        for source in ("two", "one")
        for path, state in (("empty.md", "skipped"), ("note.md", "indexed"))
    ]
    report = built(root, tmp_path / "one")
    assert (report.removed, report.unchanged) == (1, 1)


def failing(*_: object, **__: object) -> None:
    """Fail, as anything may."""
    raise RuntimeError("anything")


STAGES = [
    (index.build, "walk"),
    (index.build, "ReaderPool"),
    (index.build, "chunk"),
    (VectorCache, "encode"),
    (index.build, "write_generation"),
    (writer, "record_files"),
    (writer, "write_manifest"),
    (os, "rename"),
]


@pytest.mark.parametrize(("place", "name"), STAGES, ids=[name for _, name in STAGES])
def test_a_failure_at_any_stage_leaves_the_live_generation(
    notes: Path, root: Path, monkeypatch: pytest.MonkeyPatch, place: object, name: str
) -> None:
    """Whatever fails, nothing is left behind, what was live answers, and the next run gets on."""
    built(root, notes)
    tree(notes, {"new.md": "# New\n\nJust written.\n"})
    with monkeypatch.context() as patch:
        patch.setattr(place, name, failing)
        with pytest.raises(RuntimeError, match="anything"):
            built(root, notes)
    assert folders(root) == ["000001"]
    assert len(opened(root).search("pods", 9)) == 3
    assert built(root, notes).generation == 2


class Impatient(HashEncoder):
    """An encoder at which somebody presses Ctrl-C after 600 texts."""

    def encode(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Give the vectors of `texts`."""
        if any("number 600" in text for text in texts):
            raise KeyboardInterrupt
        return super().encode(texts, on_progress)


def test_an_interrupted_run_keeps_what_was_encoded(notes: Path, root: Path) -> None:
    """After Ctrl-C the texts that were encoded are not encoded again, and what was live stays live."""
    built(root, notes)
    # One heading for all, so that the passages alone count.
    tree(notes, {f"n{number:03}.md": f"# Many\n\nIt is number {number}.\n" for number in range(700)})
    with pytest.raises(KeyboardInterrupt):
        built(root, notes, encoder=Impatient())
    assert folders(root) == ["000001"]
    report = built(root, notes)
    assert report.added == 700
    assert report.encoded == 701 - 512


def test_ctrl_c_ends_a_build_at_once(notes: Path, root: Path) -> None:
    """SIGINT in a process that encodes: it ends with an interrupt and the live generation stays."""
    built(root, notes)
    tree(notes, {f"n{number:03}.md": f"# Note\n\nNumber {number}.\n" for number in range(900)})
    program = """if True:
        import sys, time; from pathlib import Path
        from encoders import HashEncoder
        from indexes import built
        class Slow(HashEncoder):
            def encode(self, texts, on_progress=None):
                print("encoding", flush=True)
                time.sleep(0.2)
                return super().encode(texts, on_progress)
        built(Path(sys.argv[1]), Path(sys.argv[2]), encoder=Slow())
    """
    with python(program, root, notes) as run:
        assert run.stdout
        for _ in range(3):
            assert run.stdout.readline() == b"encoding\n"
        run.send_signal(signal.SIGINT)
        _, err = run.communicate(timeout=30)
    assert run.returncode == -signal.SIGINT
    assert err.splitlines()[-1] == b"KeyboardInterrupt"
    assert folders(root) == ["000001"]
    assert verify(root) == []
    assert built(root, notes).encoded == 901 - 512


def test_two_builds_at_once_are_one_and_an_error(notes: Path, root: Path, models: Path) -> None:
    """While a process builds, another is told which process that is, and changes nothing."""
    with generating("hold", root) as run:
        assert run.stdout
        assert run.stdout.readline() == b"holding\n"
        with pytest.raises(
            IndexLockedError,
            match=rf"^process {run.pid}, since .* wait until it is done, then run `refdesk index`",
        ):
            build([notes], root, DEFAULT_MODEL, models=models)
        run.kill()
    assert not (root / "generations").exists()


def test_a_disk_that_is_full_keeps_the_live_generation(notes: Path, tmp_path: Path) -> None:
    """On a small disk that fills up in the middle of a build, what was live answers and then a build succeeds."""
    root = tmp_path / "disk"
    root.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(root)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk is not permitted here; the next test fills one in another way")
    try:
        built(root, notes)
        tree(
            notes,
            {f"n{number}.md": f"# Note {number}\n\n" + "words and words " * 50 for number in range(600)},
        )
        with pytest.raises(IndexWriteError, match=f"can not write to {root}.*make room or allow writing"):
            built(root, notes)
        assert folders(root) == ["000001"]
        assert len(opened(root).search("pods", 9)) == 3
        for number in range(1, 600):
            (notes / f"n{number}.md").unlink()
        shutil.rmtree(root / "cache")
        assert built(root, notes).generation == 2
    finally:
        subprocess.run(["umount", "--lazy", str(root)], check=True)


def test_a_file_that_can_not_grow_keeps_the_live_generation(
    notes: Path, root: Path, limited: Callable[[int], None]
) -> None:
    """Whichever file can not grow, the run fails with the folder and what to do, and changes nothing."""
    built(root, notes)
    tree(notes, {"new.md": "# New\n\nJust written.\n"})
    for size in count(0, 1_500):
        limited(size)
        try:
            built(root, notes)
        except IndexWriteError as error:
            assert str(error).startswith(f"can not write to {root}")  # noqa: PT017 - the last run succeeds
            limited(-1)
            assert folders(root) == ["000001"]
            assert len(opened(root).search("pods", 9)) == 3
        else:
            break
    limited(-1)
    assert size > 10_000
    assert opened(root).generation == 2
    assert verify(root) == []


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
