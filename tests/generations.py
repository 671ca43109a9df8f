"""Small generations for tests, and processes that build them, hold their lock, or are killed."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any
from unittest.mock import Mock, patch

import index
from index.disk import writing_to
from index.lock import writer_lock
from index.manifest import ChangeCounts, Counts, EncoderRecord, Manifest, SourceRecord
from index.rollback import roll_back
from index.store import Store, verify_files
from index.writer import Keep, Writer

ENCODER = EncoderRecord("hash", "hash-128-256", 128)


def content(number: int) -> dict[str, bytes]:
    """Give the files of a generation, by name: each tells its generation from the next."""
    return {
        "passages": b"%03d\n" % number * 25,
        "lexical/terms": b"%d" % number,
        "dense": bytes(number % 100),
    }


def publish(
    writer: Writer,
    changes: ChangeCounts | None = None,
    accepts: Callable[[Manifest, Path], bool] | None = None,
) -> Manifest:
    """Stage and publish a generation."""
    number, folder = writer.number, writer.stage()
    with writing_to(folder.parents[1]):
        for name, body in content(number).items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(body)
    return writer.publish(
        encoder=ENCODER,
        text_fingerprint="1",
        sources=(SourceRecord("notes", "/notes"),),
        counts=Counts(1, number, 4, 3),
        changes=changes,
        accepts=accepts,
    )


def build(root: Path) -> Manifest:
    """Publish one generation, as a whole run of `refdesk index` does, and prune."""
    with Store(root).writing() as writer:
        manifest = publish(writer)
        writer.prune(Keep())
    return manifest


def folders(root: Path) -> list[str]:
    """Give the names of all that lies beside the generations, hidden or not."""
    return sorted(path.name for path in (root / "generations").iterdir())


def live(root: Path) -> int:
    """Give the live generation, after asserting that all of it is there."""
    manifest, folder = Store(root).open_current()
    assert verify_files(manifest, folder) == []
    assert {name: (folder / name).read_bytes() for name in manifest.files} == content(manifest.number)
    return manifest.number


def generating(deed: str, root: Path) -> subprocess.Popen[bytes]:
    """Start a process that does one of `DEEDS` to `root`; what it prints can be read from it."""
    command = [sys.executable, __file__, deed, str(root)]
    # Measuring coverage there would only slow the killing down: all that runs there also runs in the tests.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)


def build_without_end(root: Path) -> None:
    """Build generation after generation, and print the number of each."""
    while True:
        print(build(root).number, flush=True)  # noqa: T201 - what the test waits for


def hold_the_lock(root: Path) -> None:
    """Hold the lock, and say so."""
    with writer_lock(root):
        print("holding", flush=True)  # noqa: T201 - what the test waits for
        time.sleep(600)


def roll_back_to_first(root: Path) -> None:
    """Let generation 1 answer, as `refdesk rollback 1` does, but for opening what holds no real index."""
    with patch.dict(sys.modules, {"index.search": Mock()}):
        assert roll_back(root, 1).generation == 1


def prune_all(root: Path) -> None:
    """Remove all generations but the live one."""
    with Store(root).writing() as writer:
        writer.prune(Keep(1))


def kill_at_each_line(root: Path, first: int, deed: Callable[[Path], object]) -> Iterator[tuple[Path, int]]:
    """Kill `deed` at its first line, at its second, and so on until it ends, each time in a new folder.

    Gives the folder, in which there were `first` generations, and the one that is live then, every time.
    """
    # A kill, unlike a power cut, loses nothing that was written.
    patch.object(os, "fsync").start()
    before = root / "before"
    for _ in range(first):
        build(before)
    for line in count(1):
        folder = shutil.copytree(before, root / str(line))
        child = os.fork()
        if child == 0:
            sys.settrace(_killer(line))
            deed(folder)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        assert status in {0, signal.SIGKILL}
        yield folder, live(folder)
        if status == 0:
            return


def kill_builds(root: Path) -> None:
    """Print the live generation after each kill of the second build; the third must clean up after it."""
    for folder, number in kill_at_each_line(root, 1, build):
        print(number)  # noqa: T201 - what the test reads
        assert build(folder).number == number + 1
        assert folders(folder) == [f"{kept:06d}" for kept in range(1, number + 2)]


def kill_pruning(root: Path) -> None:
    """Print how many generations there are after each kill while 1 and 2 are pruned: each is there whole."""
    for folder, number in kill_at_each_line(root, 3, prune_all):
        assert number == 3
        kept = Store(folder).published()
        assert all(Store(folder).problems(each) == [] for each in kept)
        print(len(kept))  # noqa: T201 - what the test reads
        assert build(folder).number == 4
        assert folders(folder) == [f"{each:06d}" for each in [*kept, 4][-3:]]


def kill_rollbacks(root: Path) -> None:
    """Print the live generation after each kill of a rollback from 2 to 1 and the build that follows it."""

    def deed(folder: Path) -> None:
        roll_back_to_first(folder)
        build(folder)

    for folder, number in kill_at_each_line(root, 2, deed):
        print(number)  # noqa: T201 - what the test reads
        # A folder that was renamed into place, and then not published, is not among these.
        published = Store(folder).published()
        assert published == ([1, 2, 3] if number == 3 else [1, 2])
        assert all(Store(folder).problems(each) == [] for each in published)
        assert build(folder).number == (4 if number == 3 else 3)


def _killer(line: int) -> Callable[[FrameType, str, Any], Any]:
    """Give a trace function that kills its process at the `line`-th line of `index` that it runs."""
    package = str(Path(index.__file__).parent)
    number = count(1)

    def trace(frame: FrameType, event: str, _: object) -> object:
        if not frame.f_code.co_filename.startswith(package):
            return None
        if event == "line" and next(number) == line:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace

    return trace


DEEDS = {
    "build": build_without_end,
    "hold": hold_the_lock,
    "kill builds": kill_builds,
    "kill pruning": kill_pruning,
    "kill rollbacks": kill_rollbacks,
}

if __name__ == "__main__":
    DEEDS[sys.argv[1]](Path(sys.argv[2]))
