"""The list of generations: what each holds, and what each is good for."""

from pathlib import Path

import pytest
from clocks import Clock
from generations import build, content, publish

from index.history import State, history
from index.manifest import ChangeCounts, Manifest
from index.store import Store
from index.writer import Keep
from ingest.errors import NoIndexError, RefusedError


def states(root: Path) -> list[tuple[int, str]]:
    """Give the number and the state of each generation, as they are listed."""
    return [(one.number, one.state.value) for one in history(root).generations]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give an index of three generations."""
    for _ in range(3):
        build(tmp_path)
    return tmp_path


def test_the_newest_comes_first_and_one_is_live(root: Path) -> None:
    """Also after a rollback, when the live one is not the newest."""
    assert states(root) == [(3, "live"), (2, "kept"), (1, "kept")]
    with Store(root).writing() as writer:
        writer.revive(2)
    assert states(root) == [(3, "kept"), (2, "live"), (1, "kept")]
    assert history(root).live == 2


def test_a_line_tells_what_the_manifest_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When and with what it was built, what it holds and how large it is, and what changed in it."""
    clock = Clock(monkeypatch)
    changes = ChangeCounts(since=None, added=3, changed=2, moved=1, removed=4)
    with Store(tmp_path).writing() as writer:
        publish(writer, changes)
    clock.days = 2
    (found,) = history(tmp_path).generations
    assert (found.number, found.state, found.problem) == (1, State.LIVE, None)
    assert (found.built_at, found.age_seconds) == ("2026-03-01T00:00:00+00:00", 2 * 86_400)
    assert (found.encoder, found.documents, found.passages) == ("hash", 1, 1)
    assert found.changes == changes
    assert found.bytes == sum(map(len, content(1).values()))


def test_a_time_to_come_is_no_age(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the clock has gone back since, the age is 0, and nothing else is amiss."""
    Clock(monkeypatch).days = -1_000
    assert {one.age_seconds for one in history(root).generations} == {0.0}
    assert states(root) == [(3, "live"), (2, "kept"), (1, "kept")]


def test_what_was_refused_is_listed_and_what_a_kill_left_is_not(root: Path) -> None:
    """The one was built whole, and is kept to be looked at; the other was never published by anybody."""

    def refuse(manifest: Manifest, folder: Path) -> bool:
        assert (manifest.number, folder.is_dir()) == (4, True)
        return False

    with Store(root).writing() as writer, pytest.raises(RefusedError):
        publish(writer, accepts=refuse)
    (root / "generations" / "000003").rename(root / "generations" / "000007")
    (root / "generations" / "refused-me").mkdir()
    assert states(root) == [(4, "refused"), (2, "kept"), (1, "kept")]


def test_what_can_not_be_opened_says_why(root: Path) -> None:
    """A file of another size, a manifest that is none, another format: each has its reason."""
    folders = [Store(root).folder(number) for number in (1, 2, 3)]
    (folders[0] / "dense").unlink()
    (folders[1] / "manifest.json").write_bytes(b"{")
    (folders[2] / "manifest.json").write_bytes(b'{"format_version": 1}')
    newest, middle, oldest = history(root).generations
    assert [one.state for one in (newest, middle, oldest)] == [
        State.INCOMPATIBLE,
        State.DAMAGED,
        State.DAMAGED,
    ]
    assert oldest.problem == f"{folders[0] / 'dense'} is missing"
    assert (oldest.documents, oldest.encoder) == (1, "hash")
    assert middle.problem is not None
    assert middle.problem.startswith(f"{folders[1] / 'manifest.json'} is not a manifest: ")
    assert (middle.documents, middle.built_at, middle.bytes, middle.changes) == (None, None, None, None)
    assert newest.problem is not None
    assert newest.problem.startswith(f"{folders[2]} has index format 1 and this refdesk reads format ")
    assert history(root).live == 3


def test_without_a_pointer_that_can_be_read_all_are_listed(root: Path) -> None:
    """Nobody can tell which is live, and any of them may be."""
    (root / "CURRENT").write_bytes(b"three\n")
    found = history(root)
    assert (found.live, found.problem) == (
        None,
        f"{root / 'CURRENT'} does not hold the number of a generation",
    )
    assert states(root) == [(3, "kept"), (2, "kept"), (1, "kept")]


def test_a_live_one_that_is_gone_is_missed(root: Path) -> None:
    """It has no line, so the list says what is wrong."""
    (root / "CURRENT").write_bytes(b"9\n")
    found = history(root)
    assert (found.live, found.problem) == (9, f"generation 9, which {root / 'CURRENT'} names, is gone")
    assert states(root) == [(3, "kept"), (2, "kept"), (1, "kept")]


def test_without_any_folder_there_is_nothing_to_list(root: Path) -> None:
    """`CURRENT` alone names a generation, and holds none."""
    (root / "generations").rename(root / "lost")
    found = history(root)
    assert (found.live, found.generations) == (3, ())
    assert found.problem is not None


def test_what_is_pruned_meanwhile_is_left_out(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A generation that is removed while the list is made is no damage."""
    published = Store.published

    def overtaken(store: Store) -> list[int]:
        numbers = published(store)
        monkeypatch.undo()
        with store.writing() as writer:
            assert writer.prune(Keep(1)) == [1, 2]
        return numbers

    monkeypatch.setattr(Store, "published", overtaken)
    assert states(root) == [(3, "live")]


def test_without_an_index_there_is_no_list(tmp_path: Path) -> None:
    """The error says how to build one."""
    with pytest.raises(NoIndexError, match="run `refdesk index FOLDER` to build one"):
        history(tmp_path)
