"""Generations on disk: one is live, whatever happens to the process that writes the next."""

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from types import FrameType

import msgspec
import pytest

from index import manifest as manifests
from index.checksums import FileRecord, content_problems
from index.disk import writing_to
from index.lock import writer_lock
from index.manifest import read_manifest, refdesk_version
from index.store import Store, verify_files
from ingest.errors import (
    DamagedIndexError,
    IncompatibleIndexError,
    IndexLockedError,
    IndexWriteError,
    NoIndexError,
)
from tests.generations import ENCODER, build, content, live, publish

ROOT = Path(__file__).parents[1]


def names(root: Path) -> list[str]:
    """Give what lies in the folder of generations, hidden or not."""
    return sorted(os.listdir(root / "generations"))


def test_a_published_generation_is_live(tmp_path: Path) -> None:
    """What is published opens as the live generation, with its manifest and its files."""
    written = build(tmp_path)
    read, folder = Store(tmp_path).open_current()
    assert read == written
    assert folder == tmp_path / "generations" / "000001"
    assert (read.number, read.format_version, read.encoder, read.counts.passages) == (1, 1, ENCODER, 1)
    assert read.built_at.endswith("+00:00")
    assert sorted(read.files) == ["dense", "lexical/terms", "passages.jsonl"]
    assert live(tmp_path) == 1
    assert build(tmp_path).number == 2
    assert live(tmp_path) == 2


def test_no_index_says_how_to_build_one(tmp_path: Path) -> None:
    """Where nothing was ever published there is no generation, and the error is the command to type."""
    (tmp_path / "file").touch()
    for root in (tmp_path, tmp_path / "missing", tmp_path / "file"):
        assert Store(root).current() is None
        assert Store(root).numbers() == []
        with pytest.raises(NoIndexError, match=f"no index in {root} yet; run `refdesk index FOLDER`"):
            Store(root).open_current()


@pytest.mark.parametrize(
    "body", [b"", b"1", b"0\n", b"-1\n", b"one\n", b"1\n2\n", b"\xff\n", b"9" * 30 + b"\n"]
)
def test_a_pointer_of_garbage_is_damage(tmp_path: Path, body: bytes) -> None:
    """A `CURRENT` that names no generation is damage; the next run keeps what is there and mends it."""
    build(tmp_path)
    (tmp_path / "CURRENT").write_bytes(body)
    with pytest.raises(DamagedIndexError, match=r"CURRENT does not hold .* Run `refdesk index` to rebuild"):
        Store(tmp_path).open_current()
    with Store(tmp_path).writing() as writer:
        assert writer.prune(1) == []
        assert names(tmp_path) == ["000001"]
        assert publish(writer).number == 2
    assert live(tmp_path) == 2


def test_an_unreadable_pointer_is_damage(tmp_path: Path) -> None:
    """A `CURRENT` that is no file is damage too, with the cause."""
    (tmp_path / "CURRENT").mkdir()
    with pytest.raises(DamagedIndexError, match="CURRENT can not be read: Is a directory"):
        Store(tmp_path).current()


def flip(path: Path) -> None:
    """Change the first byte of a file."""
    body = path.read_bytes()
    path.write_bytes(bytes([body[0] ^ 1]) + body[1:])


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (Path.unlink, "is missing"),
    "truncated": (lambda path: path.write_bytes(path.read_bytes()[:7]), "is truncated: 7 of 100 bytes"),
    "too long": (lambda path: path.write_bytes(path.read_bytes() + b"!"), "is too long: 101 of 100 bytes"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_named(tmp_path: Path, damage: str) -> None:
    """A file that is missing or of another size is found on opening, and named with what to do."""
    manifest = build(tmp_path)
    path = tmp_path / "generations" / "000001" / "passages.jsonl"
    harm, words = DAMAGES[damage]
    harm(path)
    with pytest.raises(DamagedIndexError, match=f"{path} {words}. Run `refdesk index` to rebuild it"):
        Store(tmp_path).open_current()
    assert verify_files(manifest, path.parent) == [f"{path} {words}"]


def test_a_changed_byte_is_found_by_verifying(tmp_path: Path) -> None:
    """A changed byte keeps the size: opening does not look, verifying finds it."""
    build(tmp_path)
    path = tmp_path / "generations" / "000001" / "passages.jsonl"
    flip(path)
    manifest, folder = Store(tmp_path).open_current()
    assert verify_files(manifest, folder) == [f"{path} has changed since it was written"]


def test_an_unreadable_file_is_a_problem(tmp_path: Path) -> None:
    """A file that can not be looked at, or not be read, is a problem with its cause and not a crash."""
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    size = (tmp_path / "folder").stat().st_size
    assert content_problems(tmp_path, {"file/below": FileRecord(1, ""), "folder": FileRecord(size, "")}) == [
        f"{tmp_path}/file/below can not be read: Not a directory",
        f"{tmp_path}/folder can not be read: Is a directory",
    ]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "is not a manifest"),
        (b"\x00\xff", "is not a manifest"),
        (b'{"format_version": "\xff"}', "is not a manifest"),
        (b'{"format_version": "1"}', "Expected `int`, got `str`"),
        (b'{"format_version": 1}', "missing required field `number`"),
        (b'{"format_version": 1, "surprise": 2}', "unknown field `surprise`"),
    ],
)
def test_a_manifest_of_garbage_is_damage(tmp_path: Path, body: bytes, problem: str) -> None:
    """A manifest that is not one is damage, and the error says why."""
    build(tmp_path)
    (tmp_path / "generations" / "000001" / "manifest.json").write_bytes(body)
    with pytest.raises(DamagedIndexError, match=problem):
        Store(tmp_path).open_current()


def test_a_changed_manifest_is_damage(tmp_path: Path) -> None:
    """A manifest with another count than it was written with does not match its own checksum."""
    build(tmp_path)
    path = tmp_path / "generations" / "000001" / "manifest.json"
    fields = json.loads(path.read_bytes())
    fields["counts"]["passages"] += 1
    path.write_text(json.dumps(fields))
    with pytest.raises(DamagedIndexError, match=r"manifest\.json has changed since it was written"):
        Store(tmp_path).open_current()


def test_another_format_is_incompatible(tmp_path: Path) -> None:
    """An index of a newer refdesk, whatever else it holds, is an error that gives both format versions."""
    build(tmp_path)
    (tmp_path / "generations" / "000001" / "manifest.json").write_text(
        '{"format_version": 7, "novelty": [1]}'
    )
    with pytest.raises(
        IncompatibleIndexError, match=r"index format 7 .* reads format 1; run `refdesk index`"
    ):
        Store(tmp_path).open_current()


def test_a_generation_under_another_number_is_damage(tmp_path: Path) -> None:
    """A folder that was copied over another generation's is not that generation."""
    build(tmp_path)
    shutil.copytree(tmp_path / "generations" / "000001", tmp_path / "generations" / "000002")
    (tmp_path / "CURRENT").write_bytes(b"2\n")
    with pytest.raises(DamagedIndexError, match="000002 holds generation 1"):
        Store(tmp_path).open_current()


def test_a_missing_generation_is_damage(tmp_path: Path) -> None:
    """A `CURRENT` that names a generation which is gone is damage; the next run takes a new number."""
    build(tmp_path)
    (tmp_path / "CURRENT").write_bytes(b"5\n")
    with pytest.raises(DamagedIndexError, match=r"000005/manifest\.json can not be read: No such file"):
        Store(tmp_path).open_current()
    assert build(tmp_path).number == 6
    assert live(tmp_path) == 6


def test_a_reader_survives_pruning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A generation that is pruned after `CURRENT` was read is not damage: the reader opens the new one."""
    build(tmp_path)
    current = Store.current
    overtaken = iter([True])

    def overtake(store: Store) -> int | None:
        number = current(store)
        if next(overtaken, False):
            for _ in range(4):
                build(tmp_path)
            assert not store.folder(1).exists()
        return number

    monkeypatch.setattr(Store, "current", overtake)
    assert Store(tmp_path).open_current()[0].number == 5


def test_pruning_keeps_the_newest(tmp_path: Path) -> None:
    """Pruning keeps as many generations as asked for, and always the live one."""
    for _ in range(5):
        with Store(tmp_path).writing() as writer:
            publish(writer)
    with Store(tmp_path).writing() as writer:
        assert writer.prune(4) == [1]
        assert writer.prune(1) == [2, 3, 4]
        assert writer.prune(1) == []
    assert names(tmp_path) == ["000005"]
    assert live(tmp_path) == 5


def test_a_failed_run_leaves_nothing(tmp_path: Path) -> None:
    """What was staged and never published is removed, whatever ended the run."""
    build(tmp_path)
    for failure in (KeyboardInterrupt, RuntimeError):
        with pytest.raises(failure), Store(tmp_path).writing() as writer:
            (writer.stage() / "half").write_bytes(b"half of it")
            raise failure
    assert names(tmp_path) == ["000001"]
    assert sorted(os.listdir(tmp_path)) == [".lock", "CURRENT", "generations"]


def test_a_second_writer_is_told_who_writes(tmp_path: Path) -> None:
    """While one process writes, another gets an error with its number and since when; then it may write."""
    program = f"import tests.test_index_store as t; t.hold({str(tmp_path)!r})"
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.PIPE
    ) as run:
        assert run.stdout
        assert run.stdout.readline() == b"holding\n"
        told = rf"process {run.pid}, since \d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00, is writing the index in {tmp_path}"
        with pytest.raises(IndexLockedError, match=told), Store(tmp_path).writing():
            pass
        (tmp_path / ".lock-holder.json").write_bytes(b"{")
        with (
            pytest.raises(IndexLockedError, match="another process is writing the index"),
            Store(tmp_path).writing(),
        ):
            pass
        run.kill()
    assert build(tmp_path).number == 1


def hold(root: str) -> None:
    """Hold the lock of an index for ever, and say so. Runs in a process of its own."""
    with writer_lock(Path(root)):
        print("holding", flush=True)  # noqa: T201 - what the test waits for
        time.sleep(600)


def test_two_threads_are_two_writers(tmp_path: Path) -> None:
    """The lock holds between threads of one process too."""
    caught: list[type[Exception]] = []

    def second() -> None:
        try:
            build(tmp_path)
        except IndexLockedError as error:
            caught.append(type(error))

    with Store(tmp_path).writing():
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert caught == [IndexLockedError]


def test_random_kills_leave_a_whole_generation(tmp_path: Path) -> None:
    """SIGKILL at 25 random moments: what is live verifies each time, and the next run cleans up."""
    chance = random.Random(7)  # noqa: S311 - any moments will do
    last = 0
    for _ in range(25):
        command = [sys.executable, "-m", "tests.generations", str(tmp_path)]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as run:
            assert run.stdout
            first = int(run.stdout.readline())
            time.sleep(chance.uniform(0, 0.05))
            run.send_signal(signal.SIGKILL)
        number = live(tmp_path)
        assert number is not None
        assert number >= first > last
        last = number
    build(tmp_path)
    assert names(tmp_path) == [f"{number:06d}" for number in (last - 1, last, last + 1)]


def test_a_kill_at_any_line_leaves_a_whole_generation(tmp_path: Path) -> None:
    """Killed at each line of ours in turn while the second generation is built: the first or second is live."""
    program = f"import tests.test_index_store as t; t.kill_at_each_line({str(tmp_path)!r})"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    lines = [int(line) for line in done.stdout.split()]
    assert len(lines) > 100
    assert lines == sorted(lines)
    assert set(lines) == {1, 2}


def kill_at_each_line(folder: str) -> None:
    """Print the live generation after a kill at the first line of a build, at the second, and so on.

    Runs in a process of its own, which has one thread and may therefore fork.
    """
    for line in range(1, 100_000):
        root = Path(folder, str(line))
        build(root)
        child = os.fork()
        if child == 0:
            sys.settrace(killer(line))
            build(root)
            os._exit(0)
        finished = os.waitpid(child, 0)[1] == 0
        print(live(root))  # noqa: T201 - what the test reads
        assert build(root).number == live(root)
        assert not [name for name in names(root) if name.startswith(".")]
        if finished:
            return


def killer(line: int) -> Callable[[FrameType, str, object], object]:
    """Give a trace function that kills this process at the `line`-th line that it runs of the `index` package."""
    number = count(1)

    def trace(frame: FrameType, event: str, _: object) -> object:
        if not frame.f_code.co_filename.startswith(str(ROOT / "index")):
            return None
        if event == "line" and next(number) == line:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace

    return trace


def failing(real: Callable[..., object], nth: int, fault: BaseException) -> Callable[..., object]:
    """Give a stand-in for `real` whose `nth` call, from 0, raises `fault`."""
    number = count()

    def call(*arguments: object) -> object:
        if next(number) == nth:
            raise fault
        return real(*arguments)

    return call


FAULTS = [
    OSError(errno.ENOSPC, "No space left on device"),
    OSError(errno.EIO, "Input/output error"),
    KeyboardInterrupt(),
]


@pytest.mark.parametrize("function", ["fsync", "open", "rename", "replace"])
@pytest.mark.parametrize("fault", FAULTS, ids=["full", "broken", "interrupted"])
def test_a_fault_at_any_call_leaves_the_old_or_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, function: str, fault: BaseException
) -> None:
    """Whichever call to the file system fails, the old or the new generation is live and nothing lies about."""
    seen = set()
    for nth in range(100):
        root = tmp_path / str(nth)
        build(root)
        published = False
        with Store(root).writing() as writer, suppress(IndexWriteError, KeyboardInterrupt):
            with monkeypatch.context() as patch:
                patch.setattr(os, function, failing(getattr(os, function), nth, fault))
                publish(writer)
            published = True
        if published:
            break
        seen.add(live(root))
        assert not [name for name in names(root) if name.startswith(".")]
        assert build(root).number == live(root)
    assert nth > 0
    assert seen <= {1, 2}
    assert 1 in seen


def test_a_full_disk_keeps_the_live_generation(tmp_path: Path) -> None:
    """On a disk that is really full the error names the folder, and the generation of before still answers."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(tmp_path)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk is not permitted here; the next test fills one in another way")
    try:
        build(tmp_path)
        (tmp_path / "filler").write_bytes(bytes(150_000))
        message = f"can not write to {tmp_path}: No space left on device"
        with pytest.raises(IndexWriteError, match=message), Store(tmp_path).writing() as writer:
            folder = writer.stage()
            with writing_to(tmp_path):
                (folder / "dense").write_bytes(bytes(200_000))
        assert live(tmp_path) == 1
        (tmp_path / "filler").unlink()
        assert build(tmp_path).number == 2
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


def test_a_file_that_can_not_grow_keeps_the_live_generation(
    tmp_path: Path, limited: Callable[[int], None]
) -> None:
    """Where a file may not grow, publishing fails as on a full disk, and the one of before still answers."""
    build(tmp_path)
    with (
        pytest.raises(IndexWriteError, match=f"can not write to {tmp_path}: File too large"),
        Store(tmp_path).writing() as writer,
    ):
        (writer.stage() / "dense").write_bytes(b"small")
        limited(300)
        writer.publish(
            encoder=ENCODER,
            text_fingerprint="1",
            sources=(),
            counts=read_manifest(tmp_path / "generations/000001").counts,
        )
    assert names(tmp_path) == ["000001"]
    assert live(tmp_path) == 1


def test_a_root_that_is_no_folder_can_not_be_written(tmp_path: Path) -> None:
    """A file where the index or its generations should be is an `IndexWriteError` with the cause."""
    (tmp_path / "file").touch()
    with pytest.raises(IndexWriteError, match=f"can not write to {tmp_path / 'file'}: File exists"):
        build(tmp_path / "file")
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "generations").touch()
    with pytest.raises(IndexWriteError, match=f"can not write to {tmp_path / 'root'}: Not a directory"):
        build(tmp_path / "root")


def test_an_error_without_a_cause_is_told_as_it_is(tmp_path: Path) -> None:
    """An `OSError` that has no text of the system's shows its own."""
    with pytest.raises(IndexWriteError, match="can not write to .*: odd"), writing_to(tmp_path):
        raise OSError("odd")


def test_the_manifest_names_the_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """The version is the installed distribution's, or `unknown` in a checkout that was never installed."""
    monkeypatch.setattr(manifests.importlib.metadata, "version", lambda name: f"{name} 1.2.3")
    assert refdesk_version() == "refdesk 1.2.3"

    def missing(name: str) -> str:
        raise manifests.importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(manifests.importlib.metadata, "version", missing)
    assert refdesk_version() == "unknown"


def test_a_manifest_can_not_be_changed(tmp_path: Path) -> None:
    """A manifest is frozen, as its generation is."""
    manifest = build(tmp_path)
    with pytest.raises(AttributeError, match="immutable"):
        manifest.number = 2  # type: ignore[misc] # the point of the test
    assert msgspec.structs.asdict(manifest)["number"] == 1
    assert set(content(1)) == set(manifest.files)
