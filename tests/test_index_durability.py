"""What is on the disk before what: a power cut may lose whatever was not synced, in any order."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from generations import build, content, folders, live, roll_back_to_first

Event = tuple[str, str]


@contextmanager
def watched(root: Path) -> Iterator[list[Event]]:
    """Record each sync and each renaming within the block, by the path that it is about, below `root`."""
    events: list[Event] = []
    real_sync, real_rename, real_replace = os.fsync, os.rename, os.replace

    def below(path: str | Path) -> str:
        return Path(path).relative_to(root).as_posix()

    def fsync(descriptor: int) -> None:
        events.append(("sync", below(Path(f"/proc/self/fd/{descriptor}").readlink())))
        real_sync(descriptor)

    def rename(old: Path, new: Path) -> None:
        events.append(("rename", below(new)))
        real_rename(old, new)

    def replace(old: Path, new: Path) -> None:
        events.append(("replace", below(new)))
        real_replace(old, new)

    with patch.multiple(os, fsync=fsync, rename=rename, replace=replace):
        yield events


def in_order(events: list[Event], *wanted: Event) -> None:
    """Assert that these events came, in this order, whatever came between."""
    places = [events.index(one) for one in wanted]
    assert places == sorted(places), events


def test_a_generation_is_on_the_disk_before_it_is_live(tmp_path: Path) -> None:
    """Its files, then its folders, its name, the new `CURRENT`, and last that this is the one."""
    with watched(tmp_path) as events:
        build(tmp_path / "index")
    staging = "index/generations/.staging-000001"
    renamed = ("rename", "index/generations/000001")
    for name in (*content(1), "manifest.json"):
        in_order(events, ("sync", f"{staging}/{name}"), ("sync", staging), renamed)
    in_order(
        events,
        ("sync", "."),
        ("sync", f"{staging}/lexical"),
        renamed,
        ("sync", "index/generations"),
        ("sync", "index"),
        ("sync", "index/.CURRENT.new"),
        ("replace", "index/CURRENT"),
    )
    assert events[-2:] == [("replace", "index/CURRENT"), ("sync", "index")]


def test_a_rollback_is_on_the_disk_when_it_is_told(tmp_path: Path) -> None:
    """One file is written, synced and renamed, and then the folder is synced; no generation is touched."""
    build(tmp_path)
    build(tmp_path)
    with watched(tmp_path) as events:
        roll_back_to_first(tmp_path)
    assert events == [("sync", ".CURRENT.new"), ("replace", "CURRENT"), ("sync", ".")]
    assert (live(tmp_path), folders(tmp_path)) == (1, ["000001", "000002"])
