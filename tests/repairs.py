"""Notes whose index is damaged and repaired, and what a repair may use."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from forgery import (
    live_folder,
    no_exporter,
    opener,
)
from indexes import HASH, answers, built, opened

from index.encoder import Encoder
from index.generation import VECTORS
from index.layout import PASSAGES
from index.repair import Means
from index.vectors import Sample
from index.verify import verify

NOTES: dict[str, str | bytes] = {
    "pods.md": "# Pods\n\nA pod holds containers. It is small.\n\n## Limits\n\nMemory has a limit.\n",
    "nodes.md": "# Nodes\n\nA node runs pods. Drain it first.\n",
    "more/volumes.txt": "A volume keeps what a pod writes.\n",
    "more/queues.md": "# Queues\n\nA queue holds what waits.\n",
    "skipped.md": b"\x00\x01\x02 no text at all",
}
QUERIES = ["what holds containers", "memory limit", "drain a node", "who keeps what is written"]


def means(encoder: Encoder | None = HASH, sources: Sequence[Path] = ()) -> Means:
    """Give what a repair may use, all of it there."""
    return Means(opener(encoder), lambda _: HASH, sources, Sample(None))


def helpless() -> Means:
    """Give what a repair may use where there is no encoder, nor a way to make one."""
    return Means(opener(None), no_exporter)


def contents(folder: Path) -> dict[str, bytes]:
    """Give the files of a generation, but for the manifest."""
    paths = [path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def assert_as_built_afresh(root: Path, notes: Path) -> None:
    """See that the index is sound, and answers byte for byte as a full build of the same notes does."""
    assert verify(root) == []
    fresh = root.with_name("fresh")
    shutil.rmtree(fresh, ignore_errors=True)
    built(fresh, notes)
    assert answers(opened(root), QUERIES) == answers(opened(fresh), QUERIES)
    assert opened(root).status().files == opened(fresh).status().files
    for name in (PASSAGES, *VECTORS):
        assert (live_folder(root) / name).read_bytes() == (live_folder(fresh) / name).read_bytes()
