"""The dense index: exact cosines, a total order, and no damaged byte that answers."""

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from indexes import printed
from numpy.typing import NDArray

from index.dense import DIGITS, DenseIndex
from ingest.errors import DamagedIndexError


def unit(rows: int, dimension: int = 16, seed: int = 7) -> NDArray[np.float32]:
    """Give random vectors of length 1."""
    vectors = np.random.default_rng(seed).standard_normal((rows, dimension)).astype(np.float32)
    length: NDArray[np.float32] = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / length


def opened(path: Path, vectors: NDArray[np.float32], *, half: bool = False) -> DenseIndex:
    """Write vectors and open them."""
    DenseIndex.write(path, vectors, half=half)
    return DenseIndex.open(path)


def halved(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give what is left of vectors in 16 bits a number."""
    return vectors.astype(np.float16).astype(np.float32)


either_width = pytest.mark.parametrize("half", [False, True], ids=["32 bits", "16 bits"])


def ranking(vectors: NDArray[np.float32], question: NDArray[np.float32]) -> list[tuple[int, float]]:
    """Rank all rows as the contract says: by the rounded cosine, then by row."""
    cosines = [round(float(np.dot(row, question)), DIGITS) for row in vectors]
    return sorted(enumerate(cosines), key=lambda pair: (-pair[1], pair[0]))


def test_the_closest_rows_come_first(tmp_path: Path) -> None:
    """A search gives the rows with the greatest cosines, and a stored vector is closest to itself."""
    vectors = unit(200)
    dense = opened(tmp_path / "dense", vectors)
    assert (dense.rows, dense.dimension) == (200, 16)
    found = dense.search(vectors[17], 5)
    expected = ranking(vectors, vectors[17])[:5]
    assert found[0] == (17, 1.0)
    assert [row for row, _ in found] == [row for row, _ in expected]
    assert [score for _, score in found] == pytest.approx([score for _, score in expected], abs=2e-6)
    assert dense.cosines(vectors[17], np.array([3, 17, 3])) == pytest.approx(
        [float(vectors[3] @ vectors[17]), 1, float(vectors[3] @ vectors[17])], abs=1e-6
    )


@either_width
@pytest.mark.parametrize("k", [1, 7, 99, 100, 101, 150, 299])
def test_equal_cosines_come_in_the_order_of_rows(tmp_path: Path, k: int, *, half: bool) -> None:
    """Where the last place is shared by many rows the first of them get it, however FAISS keeps its lists."""
    vectors = halved(np.repeat(unit(3), 100, axis=0))
    vectors = vectors[np.random.default_rng(7).permutation(300)]
    found = opened(tmp_path / "dense", vectors, half=half).search(vectors[0], k)
    assert [row for row, _ in found] == [row for row, _ in ranking(vectors, vectors[0])[:k]]


@either_width
def test_only_allowed_rows_count(tmp_path: Path, *, half: bool) -> None:
    """The best of the allowed rows are found, as many as are asked for and there are, ties included."""
    vectors = halved(np.repeat(unit(150), 2, axis=0))
    dense = opened(tmp_path / "dense", vectors, half=half)
    allowed = np.arange(1, 300, 3)
    best = [row for row, _ in ranking(vectors, vectors[0]) if row in set(allowed.tolist())]
    for k in (1, 20, 100, 500):
        assert [row for row, _ in dense.search(vectors[0], k, allowed)] == best[:k]
    assert dense.search(vectors[0], 5, np.array([], np.int64)) == []


@either_width
def test_nothing_asked_for_is_nothing_found(tmp_path: Path, *, half: bool) -> None:
    """No rows, or none asked for, is an empty list and no error."""
    empty = opened(tmp_path / "empty", np.empty((0, 16), np.float32), half=half)
    assert (empty.rows, empty.dimension, empty.search(unit(1)[0], 5)) == (0, 16, [])
    assert opened(tmp_path / "dense", unit(3), half=half).search(unit(1)[0], 0) == []
    assert empty.cosines(unit(1)[0], np.array([], np.int64)) == []


@pytest.mark.parametrize("dimension", [3, 16, 384])
def test_half_the_bits_move_a_cosine_by_up_to_a_two_thousandth(tmp_path: Path, dimension: int) -> None:
    """By 2 ** -11, as 11 bits of each number are kept; the order is by what is held, in half the file."""
    vectors, question = unit(500, dimension), unit(1, dimension, seed=8)[0]
    dense = opened(tmp_path / "half", vectors, half=True)
    found = dict(dense.search(question, 500))
    off = [abs(found[row] - float(vector @ question)) for row, vector in enumerate(vectors)]
    assert 0 < max(off) <= 2**-11
    every = np.arange(500)
    assert dense.cosines(question, every) == pytest.approx([found[row] for row in range(500)], abs=2e-6)
    assert [row for row, _ in dense.search(question, 50)] == [
        row for row, _ in ranking(halved(vectors), question)[:50]
    ]
    size = (tmp_path / "half").stat().st_size
    opened(tmp_path / "whole", vectors)
    assert (tmp_path / "whole").stat().st_size - size == pytest.approx(500 * dimension * 2, abs=100)


def test_a_cosine_is_the_same_beside_whatever_others(tmp_path: Path) -> None:
    """To the last bit, alone or among many rows, in any order."""
    vectors, question = unit(300, 384), unit(1, 384, seed=8)[0]
    dense = opened(tmp_path / "dense", vectors)
    together = dense.cosines(question, np.arange(300))
    assert [dense.cosines(question, np.array([row]))[0] for row in range(300)] == together
    assert dense.cosines(question, np.arange(300)[::-1]) == together[::-1]


@settings(max_examples=25, deadline=None)
@given(rows=st.integers(1, 40), seed=st.integers(0, 9), k=st.integers(1, 50))
def test_any_search_is_the_ranking_by_hand(
    tmp_path_factory: pytest.TempPathFactory, rows: int, seed: int, k: int
) -> None:
    """Whatever the rows and `k`, the rows found are those of a product by hand, in its order."""
    vectors = np.round(unit(rows, 4, seed), 1)
    found = opened(tmp_path_factory.mktemp("dense") / "dense", vectors).search(vectors[0], k)
    assert [row for row, _ in found] == [row for row, _ in ranking(vectors, vectors[0])[:k]]


@pytest.mark.parametrize("body", [b"", b"1234567", bytes(8), b"12345678", b"IxFI" + bytes(60)])
def test_a_file_of_garbage_is_damage(tmp_path: Path, body: bytes) -> None:
    """A file that was never an index is damage, with what to do."""
    (tmp_path / "dense").write_bytes(body)
    with pytest.raises(DamagedIndexError, match=r"dense .*\. Run `refdesk index` to rebuild it"):
        DenseIndex.open(tmp_path / "dense")


def test_a_missing_file_is_damage(tmp_path: Path) -> None:
    """A file that is not there is damage, with the cause."""
    with pytest.raises(DamagedIndexError, match=r"dense can not be read: .*No such file"):
        DenseIndex.open(tmp_path / "dense")


@either_width
def test_any_changed_byte_is_damage(tmp_path: Path, *, half: bool) -> None:
    """Each byte of the header and of the sum, and others at random: changed, it is found on opening."""
    path = tmp_path / "dense"
    DenseIndex.write(path, unit(40), half=half)
    body = path.read_bytes()
    chance = random.Random(7)  # noqa: S311 - any places will do
    for at in [*range(64), *range(len(body) - 16, len(body)), *chance.sample(range(len(body)), 60)]:
        changed = bytearray(body)
        changed[at] ^= 1 << chance.randrange(8)
        path.write_bytes(changed)
        with pytest.raises(DamagedIndexError, match=f"{path} has changed since it was written"):
            DenseIndex.open(path)


def test_a_cut_file_ends_no_process(tmp_path: Path) -> None:
    """FAISS ends its process for some cut files; here each length is damage that is told."""
    program = """if True:
        import sys; from pathlib import Path
        from index.dense import DenseIndex
        from ingest.errors import DamagedIndexError
        path = Path(sys.argv[1])
        body = path.read_bytes()
        for length in range(0, len(body), 3):
            path.write_bytes(body[:length])
            try:
                DenseIndex.open(path)
            except DamagedIndexError:
                continue
            print("opened", length)
        print("done")
    """
    DenseIndex.write(tmp_path / "dense", unit(10))
    assert printed(program, tmp_path / "dense") == b"done\n"
