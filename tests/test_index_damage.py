"""Damage: whatever byte of a generation changes, an answer is right, or an error says that it is damaged."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from indexes import answers, built, opened, reading_in_process
from trees import tree

from index.store import Store
from index.types import Where
from index.verify import verify
from ingest.errors import DamagedIndexError

QUERIES = ["pod node rollback", "who holds the lease", "Note 3"]
WORDS = [
    "pod",
    "node",
    "volume",
    "claim",
    "deploy",
    "rollback",
    "secret",
    "queue",
    "cache",
    "lease",
    "leader",
]


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    """Read files in the test's own process."""
    with reading_in_process():
        yield


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an index of a dozen notes, two passages of which have the same words."""
    chance = random.Random(7)  # noqa: S311 - any words will do
    folder = tmp_path_factory.mktemp("damage")
    notes = {
        f"n{number}.md": f"---\ntags: [t{number % 2}]\n---\n# Note {number}\n\n"
        + " ".join(chance.choices(WORDS, k=30))
        + "\n\n## Same\n\nEvery node holds a lease, and renews it.\n"
        for number in range(12)
    }
    built(folder / "index", tree(folder / "notes", notes))
    return folder / "index"


def everything(root: Path) -> tuple[bytes, bytes, object]:
    """Open the index, and give what it answers, filtered too, and what its status says of the files."""
    index = opened(root)
    return answers(index, QUERIES), answers(index, QUERIES, 5, Where(tags=("t1",))), index.status().files


def names(root: Path) -> list[str]:
    """Give the files of the live generation that are not empty."""
    _, folder = Store(root).open_current()
    return [
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.stat().st_size
    ]


@pytest.mark.parametrize("seed", range(4))
def test_a_changed_byte_never_answers_wrongly(root: Path, seed: int) -> None:
    """Bytes at random of every file, one at a time: right answers or damage, and `verify` names the file."""
    right = everything(root)
    _, folder = Store(root).open_current()
    chance = random.Random(seed)  # noqa: S311 - any places will do
    outcomes = set()
    for name in sorted(names(root)):
        path = folder / name
        body = path.read_bytes()
        for _ in range(60 if name == "passages.sqlite" else 8):
            at = chance.randrange(len(body))
            path.write_bytes(body[:at] + bytes([body[at] ^ 1 << chance.randrange(8)]) + body[at + 1 :])
            try:
                assert everything(root) == right
                outcomes.add("right")
            except DamagedIndexError as error:
                assert str(error).endswith(". Run `refdesk index` to rebuild it")  # noqa: PT017 - either is fine
                outcomes.add("damaged")
            assert verify(root)[0].startswith(f"{path} ")
        path.write_bytes(body)
    assert outcomes == {"right", "damaged"}
    assert verify(root) == []


def test_a_file_cut_or_gone_is_damage(root: Path) -> None:
    """Each file in turn, cut in half and then removed: the error names it."""
    _, folder = Store(root).open_current()
    for name in names(root):
        path = folder / name
        body = path.read_bytes()
        path.write_bytes(body[: len(body) // 2])
        with pytest.raises(DamagedIndexError, match=f"{path} "):
            opened(root)
        path.unlink()
        with pytest.raises(DamagedIndexError, match=f"{path} "):
            opened(root)
        path.write_bytes(body)
    assert verify(root) == []
