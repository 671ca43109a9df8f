"""Writing generations: one is live, whatever happens to the process or the disk."""

import errno
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from generations import build, folders, generating, live, publish
from limits import Limited

from index.disk import writing_to
from index.store import Store
from index.writer import Keep
from ingest.errors import IndexWriteError


def test_pruning_keeps_the_newest(tmp_path: Path) -> None:
    """Pruning keeps as many generations as asked for, and always the live one."""
    for _ in range(5):
        with Store(tmp_path).writing() as writer:
            publish(writer)
    with Store(tmp_path).writing() as writer:
        assert writer.prune(Keep(4)) == [1]
        assert writer.prune(Keep(1)) == [2, 3, 4]
        assert writer.prune(Keep(1)) == []
    assert folders(tmp_path) == ["000005"]
    assert live(tmp_path) == 5


@pytest.mark.parametrize("failure", [KeyboardInterrupt, RuntimeError])
def test_a_failed_run_leaves_nothing(tmp_path: Path, failure: type[BaseException]) -> None:
    """What was staged and never published is removed, whatever ended the run."""
    build(tmp_path)

    def fail() -> None:
        with Store(tmp_path).writing() as writer:
            (writer.stage() / "half").write_bytes(b"half of it")
            assert folders(tmp_path) == [".staging-000002", "000001"]
            raise failure

    with pytest.raises(failure):
        fail()
    assert folders(tmp_path) == ["000001"]
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == [".gitignore", ".lock", "CURRENT", "generations"]


def test_random_kills_leave_a_whole_generation(tmp_path: Path) -> None:
    """SIGKILL at 25 random moments: what is live verifies each time, and the next run cleans up."""
    chance = random.Random(7)  # noqa: S311 - any moments will do
    last = 0
    for _ in range(25):
        with generating("build", tmp_path) as run:
            assert run.stdout
            first = int(run.stdout.readline())
            time.sleep(chance.uniform(0, 0.05))
            run.send_signal(signal.SIGKILL)
        number = live(tmp_path)
        assert number is not None
        assert number >= first > last
        last = number
    build(tmp_path)
    assert folders(tmp_path) == [f"{number:06d}" for number in (last - 1, last, last + 1)]


def printed_by(deed: str, root: Path) -> list[int]:
    """Give the numbers that a process prints which kills others at each line of what they do."""
    with generating(deed, root) as run:
        lines = [int(line) for line in run.communicate()[0].split()]
    assert run.returncode == 0
    return lines


def test_a_kill_at_any_line_leaves_a_whole_generation(tmp_path: Path) -> None:
    """Killed at each line in turn while the second generation is built: the first or the second is live."""
    lines = printed_by("kill builds", tmp_path)
    assert len(lines) > 100
    assert lines == sorted(lines)
    assert set(lines) == {1, 2}


def test_a_kill_at_any_line_of_pruning_leaves_no_half(tmp_path: Path) -> None:
    """Killed at each line while two of three are removed: what is there is whole, and no number repeats."""
    lines = printed_by("kill pruning", tmp_path)
    assert lines == sorted(lines, reverse=True)
    assert set(lines) == {1, 2, 3}


def test_a_kill_at_any_line_of_a_rollback_loses_nothing(tmp_path: Path) -> None:
    """Killed at each line of a rollback and of the build after it: what was never published is told apart."""
    lines = printed_by("kill rollbacks", tmp_path)
    assert len(lines) > 200
    assert [number for place, number in enumerate(lines) if number not in lines[:place]] == [2, 1, 3]


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
    """Whichever call to the file system fails, the old or the new generation is live, and nothing else."""
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
        number = live(root)
        seen.add(number)
        assert folders(root) == ["000001", "000002"][:number]
        assert build(root).number == number + 1
    assert nth > 0
    assert seen <= {1, 2}
    assert 1 in seen


def test_a_full_disk_keeps_the_live_generation(tmp_path: Path) -> None:
    """On a disk that is really full the error names the folder, and the generation of before answers."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(tmp_path)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a small disk is not permitted here; the next test fills one in another way")
    try:
        build(tmp_path)
        filler = tmp_path / "filler"
        filler.write_bytes(bytes(252_000 - sum(path.stat().st_blocks * 512 for path in tmp_path.rglob("*"))))
        with pytest.raises(IndexWriteError, match=f"can not write to {tmp_path}: No space left on device"):
            build(tmp_path)
        assert live(tmp_path) == 1
        filler.unlink()
        assert build(tmp_path).number == 2
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


def test_a_file_that_can_not_grow_keeps_the_live_generation(tmp_path: Path, limited: Limited) -> None:
    """Where a file may not grow, publishing fails as on a full disk, and the one of before still answers."""
    build(tmp_path)
    full = pytest.raises(IndexWriteError, match=f"can not write to {tmp_path}: File too large")
    with full, limited(200):
        build(tmp_path)
    assert folders(tmp_path) == ["000001"]
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


def test_an_error_without_a_cause_is_told_as_it_is() -> None:
    """An `OSError` that has no text of the system's shows its own."""
    with pytest.raises(IndexWriteError, match=r"can not write to here: odd\. "), writing_to(Path("here")):
        raise OSError("odd")
