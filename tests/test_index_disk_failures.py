"""Disks that are full or read-only, real ones: nothing is lost, and the message says where and what to do."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

# Programs that run with mounts of their own, which nobody else sees and which end with the program.
_COMMON = """if True:
    import json, os, shutil, subprocess, sys, traceback
    from contextlib import suppress
    from pathlib import Path
    from forgery import damaged, live_folder, opener
    from generations import folders
    from indexes import HASH, answers, built, opened, reading_in_process
    from trees import tree
    from index.repair import Means, repair
    from index.vectors import Sample
    from index.verify import prove, verify
    from ingest.errors import IndexWriteError

    folder = Path(sys.argv[1])
    root, notes = folder / "index", folder / "notes"
    tree(notes, {
        "pods.md": "# Pods\\n\\nA pod holds containers.\\n",
        "nodes.md": "# Nodes\\n\\nA node runs pods.\\n",
        "volumes.txt": "A volume keeps what a pod writes.\\n",
    })
    QUERIES = ["what runs pods", "who keeps what is written"]
    means = Means(opener(), lambda _: HASH, sample=Sample(None))
    root.mkdir()

    def mount(*options):
        subprocess.run(["mount", *options, str(root)], check=True)

    def stage(error):
        files = [Path(frame.filename).name for frame in traceback.extract_tb(error.__traceback__)]
        known = ["cache.py", "dense.py", "lexical.py", "passage_file.py", "manifest.py", "disk.py"]
        return next((name for name in reversed(files) if name in known), files[-1])

    def failed(deed):
        try:
            deed()
        except IndexWriteError as error:
            return [stage(error.__cause__ or error), str(error)]
        return None
"""

_FILLED = (
    _COMMON
    + """
    mount("-t", "tmpfs", "-o", "size=4m", "tmpfs")
    filler, page = root / "filler", os.sysconf("SC_PAGE_SIZE")

    def leave(pages):
        with suppress(FileNotFoundError):
            filler.unlink()
        free = os.statvfs(root).f_bavail - pages
        with filler.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, free * page)
        assert os.statvfs(root).f_bavail == pages

    def swept(deed, sound):
        before = answers(opened(root), QUERIES) if sound else verify(root)
        kept = folders(root)
        failures = []
        for pages in range(400):
            leave(pages)
            failure = failed(deed)
            if failure is None:
                filler.unlink()
                return failures
            failures.append(failure)
            assert folders(root) == kept
            assert (answers(opened(root), QUERIES) if sound else verify(root)) == before
            if sound:
                assert verify(root) == []
        raise AssertionError("no room is enough")

    with reading_in_process():
        built(root, notes)
        tree(notes, {f"new{n}.md": f"# New {n}\\n\\nJust written, {n}.\\n" for n in range(9)})
        assert verify(root) == []
        update = swept(lambda: built(root, notes), sound=True)
        assert verify(root) == []
        assert len(opened(root).search("just written", 20)) >= 9
        damaged(live_folder(root) / "dense.faiss")
        mended = swept(lambda: repair(root, means), sound=False)
        assert verify(root) == []
    print(json.dumps([update, mended]))
"""
)

_READ_ONLY = (
    _COMMON
    + """
    with reading_in_process():
        built(root, notes)
        before = answers(opened(root), QUERIES)
        mount("--bind", str(root))
        mount("-o", "remount,ro,bind")
        assert answers(opened(root), QUERIES) == before
        proof = prove(root, opener(), Sample(None))
        assert proof.faults == () and proof.encoded == proof.vectors == proof.cached > 0
        assert repair(root, means).done == ()
        tree(notes, {"new.md": "# New\\n\\nJust written.\\n"})
        told = failed(lambda: built(root, notes))
        subprocess.run(["umount", "--lazy", str(root)], check=True)
        damaged(live_folder(root) / "dense.faiss")
        mount("--bind", str(root))
        mount("-o", "remount,ro,bind")
        told_repair = failed(lambda: repair(root, means))
        subprocess.run(["umount", "--lazy", str(root)], check=True)
        assert repair(root, means).proof.generation == 2
        built(root, notes)
        assert verify(root) == []
    print(json.dumps([told, told_repair]))
"""
)


def with_own_mounts(program: str, folder: Path) -> Any:  # noqa: ANN401 - whatever the program prints
    """Run a program that may mount what it likes, and give the JSON that it prints."""
    folder.mkdir(exist_ok=True)
    unshare = ["unshare", "--mount"] + ([] if os.getuid() == 0 else ["--map-root-user"])
    if os.getuid() and subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode:
        pytest.skip("whoever is not root may not mount anything here")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    run = subprocess.run(
        [*unshare, sys.executable, "-c", program, str(folder)],
        env=environment | {"PYTHONPATH": str(Path(__file__).parent)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.splitlines()[-1])


def test_a_disk_that_fills_up_at_any_page_loses_nothing(tmp_path: Path) -> None:
    """With no page left, with one, and so on until all fits: each time a build fails a little later.

    It fails in the cache, in each file of a generation, in its manifest and in `CURRENT`. The live generation
    answers as before, nothing is left behind, and the message names the disk, the folder and what to do. A
    repair for which there is no room changes nothing either.
    """
    root = tmp_path / "index"
    update, mended = with_own_mounts(_FILLED, tmp_path)
    for _, told in [*update, *mended]:
        assert told.startswith(f"can not write to {root}")
        assert "No space left on device" in told or "disk is full" in told
        assert "make room or allow writing there" in told
    stages = {stage for stage, _ in update}
    assert {"cache.py", "lexical.py", "passage_file.py", "manifest.py", "disk.py"} <= stages
    # What the cache's journal took is enough for small vectors: in a repair they are written last.
    assert {"dense.py", "manifest.py", "disk.py"} <= {stage for stage, _ in mended}


def test_a_read_only_index_answers_and_says_so_when_written(tmp_path: Path) -> None:
    """Questions and `verify` work; a build and a repair say where writing is refused, and nothing changes."""
    for stage, told in with_own_mounts(_READ_ONLY, tmp_path):
        assert stage
        assert told.startswith(f"can not write to {tmp_path / 'index'}")
        assert ": Read-only file system. " in told
        assert "make room or allow writing there" in told
