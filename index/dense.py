"""Dense retrieval: exact inner products over a FAISS file that is mapped, not loaded."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import faiss
import numpy as np
from numpy.typing import NDArray

from index.manifest import damaged

# One question gains nothing from a second thread, and loses much on a busy machine.
faiss.omp_set_num_threads(1)

# float32 inner products differ in the last digits between machines; this many are the same everywhere.
DIGITS = 6
_SUM_BYTES = 8


@dataclass(frozen=True, slots=True)
class DenseIndex:
    """The vectors of a generation, row by row, L2-normalised: their inner products are cosines."""

    _faiss: Any

    @staticmethod
    def write(path: Path, vectors: NDArray[np.float32], *, half: bool = False) -> None:
        """Write `vectors`, float32 [n, d], and after them the sum of the file. Raises `OSError`.

        With `half`, each number is kept in 16 bits: half the file, and cosines that are off by up to .0005.
        """
        flat = _empty(vectors.shape[1], half=half)
        flat.add(np.ascontiguousarray(vectors))
        body = faiss.serialize_index(flat)
        with path.open("wb") as file:
            file.write(body.data)
            file.write(_sum(body))

    @classmethod
    def open(cls, path: Path) -> Self:
        """Map the file written by `write`, after adding it up. Raises `DamagedIndexError`.

        FAISS ends the process for some damaged files, and answers wrongly from others. Adding up costs about
        as much as one search, which reads every byte too.
        """
        try:
            body = np.memmap(path, np.uint8, "r")
            if _sum(body[:-_SUM_BYTES]) != body[-_SUM_BYTES:].tobytes():
                raise damaged(f"{path} has changed since it was written")
            return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))
        except (OSError, RuntimeError, ValueError) as error:  # of the file, FAISS and NumPy
            raise damaged(f"{path} can not be read: {error}") from error

    @property
    def rows(self) -> int:
        """The number of vectors."""
        return int(self._faiss.ntotal)

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return int(self._faiss.d)

    def search(
        self, vector: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None = None
    ) -> list[tuple[int, float]]:
        """Give the `k` rows closest to `vector` (float32 [d]) with their cosines, best first, then by row.

        Only rows in `allowed` count, if it is given.
        """
        most = self.rows if allowed is None else len(allowed)
        k = min(k, most)
        if k <= 0:
            return []
        chosen = None if allowed is None else _only(allowed)
        # One more than asked for tells whether the last place is shared; then more are needed, to order them.
        depth = k + 1
        while True:
            cosines, rows = self._faiss.search(vector[np.newaxis], min(depth, most), params=chosen)
            found = _rounded(rows[0], cosines[0])
            if depth >= most or found[-1][1] < found[k - 1][1]:
                return found[:k]
            depth *= 2

    def cosines(self, vector: NDArray[np.float32], rows: NDArray[np.int64]) -> list[float]:
        """Give the cosines of `vector` (float32 [d]) with `rows`, in their order."""
        stored = self.vectors(rows)
        # Row by row: one matrix product may add up in another order for another number of rows.
        return [round(cosine, DIGITS) for cosine in np.vecdot(stored, vector).tolist()]

    def vectors(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Give the vectors of `rows`, in their order: float32 [n, dimension]."""
        if not len(rows):
            return np.empty((0, self.dimension), np.float32)
        stored: NDArray[np.float32] = self._faiss.reconstruct_batch(rows)
        return stored


def _empty(dimension: int, *, half: bool) -> Any:  # noqa: ANN401 - untyped library
    if not half:
        return faiss.IndexFlatIP(dimension)
    # This one needs no training, so any vectors will do, none too.
    return faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)


def _only(allowed: NDArray[np.int64]) -> Any:  # noqa: ANN401 - untyped library
    # Given as an argument, the selector lives as long as what refers to it; set later, it would not.
    parameters: Any = faiss.SearchParameters
    return parameters(sel=faiss.IDSelectorBatch(allowed))


def _rounded(rows: NDArray[np.int64], cosines: NDArray[np.float32]) -> list[tuple[int, float]]:
    found = [
        (row, round(cosine, DIGITS)) for row, cosine in zip(rows.tolist(), cosines.tolist(), strict=True)
    ]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _sum(body: NDArray[np.uint8]) -> bytes:
    """Give the inverted sum of the file's 64-bit words: no change of one word and no row of zeros fits it."""
    whole = len(body) // 8 * 8
    rest = int.from_bytes(body[whole:].tobytes(), "little")
    total = int(np.add.reduce(body[:whole].view("<u8"), dtype=np.uint64)) + rest
    return (~total % 2**64).to_bytes(_SUM_BYTES, "little")
