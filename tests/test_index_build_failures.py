"""Builds that fail: whatever goes wrong, what was live answers, and the message says what to do."""

import logging
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from encoders import HashEncoder
from generations import folders, generating
from indexes import built, opened, python, reading_in_process
from limits import Limited
from numpy.typing import NDArray
from trees import tree

import index.build
import index.cutting
import index.run
from index import writer
from index.build import build
from index.cache import VectorCache
from index.manifest import FORMAT_VERSION
from index.model import DEFAULT_MODEL
from index.verify import verify
from ingest.errors import IndexLockedError, IndexWriteError, SourceError

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


@pytest.mark.parametrize(
    "name", ["passages.sqlite", "spans.faiss", "headings.faiss", "lexical/meta.json", "manifest.json"]
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
    manifest.write_text(manifest.read_text().replace('"format_version": 3', '"format_version": 99'))
    assert verify(root) == [
        (
            f"{manifest.parent} has index format 99 and this refdesk reads format {FORMAT_VERSION}; "
            "run `refdesk index` to rebuild it"
        )
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


def failing(*_: object, **__: object) -> None:
    """Fail, as anything may."""
    raise RuntimeError("anything")


STAGES = [
    (index.run, "walk"),
    (index.run, "ReaderPool"),
    (index.cutting, "chunk"),
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
    # A passage and a sentence of each note, and the title of all of them.
    assert report.encoded == 700 + 700 + 1 - 512


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
    assert built(root, notes).encoded == 900 + 900 + 1 - 512


def test_two_builds_at_once_are_one_and_an_error(notes: Path, root: Path, models: Path) -> None:
    """While a process builds, another is told which process that is, and changes nothing."""
    with generating("hold", root) as run:
        assert run.stdout
        assert run.stdout.readline() == b"holding\n"
        try:
            with pytest.raises(
                IndexLockedError,
                match=rf"^process {run.pid} on .*, since .* wait until it is done, then run the same again",
            ):
                build([notes], root, DEFAULT_MODEL, models=models)
        finally:
            run.kill()
    assert not (root / "generations").exists()


def test_a_file_that_can_not_grow_keeps_the_live_generation(
    notes: Path, root: Path, limited: Limited
) -> None:
    """Whichever file can not grow, the run fails with the folder and what to do, and changes nothing."""
    built(root, notes)
    tree(notes, {"new.md": "# New\n\nJust written.\n"})
    for size in count(0, 1_500):
        try:
            with limited(size):
                built(root, notes)
        except IndexWriteError as error:
            assert str(error).startswith(f"can not write to {root}")  # noqa: PT017 - the last run succeeds
            assert folders(root) == ["000001"]
            assert len(opened(root).search("pods", 9)) == 3
        else:
            break
    assert size > 10_000
    assert opened(root).generation == 2
    assert verify(root) == []
