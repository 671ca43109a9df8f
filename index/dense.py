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


@dataclass(frozen=True, slots=True)
class DenseIndex:
    """The vectors of a generation, row by row, L2-normalised: their inner products are cosines."""

    _faiss: Any

    @staticmethod
    def write(path: Path, vectors: NDArray[np.float32]) -> None:
        """Write `vectors`, float32 [n, d]. Raises `OSError`."""
        flat = faiss.IndexFlatIP(vectors.shape[1])
        flat.add(np.ascontiguousarray(vectors))
        path.write_bytes(faiss.serialize_index(flat).tobytes())

    @classmethod
    def open(cls, path: Path) -> Self:
        """Map the file written by `write`. Raises `DamagedIndexError`."""
        try:
            return cls(faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC))
        except RuntimeError as error:
            raise damaged(f"{path} is not a readable FAISS file") from error

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
        k = min(k, self.rows if allowed is None else len(allowed))
        if k <= 0:
            return []
        chosen = None
        if allowed is not None:
            chosen = faiss.SearchParameters()
            chosen.sel = faiss.IDSelectorBatch(allowed)
        cosines, rows = self._faiss.search(vector[np.newaxis], k, params=chosen)
        found = [
            (int(row), round(float(cosine), DIGITS)) for row, cosine in zip(rows[0], cosines[0], strict=True)
        ]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def cosines(self, vector: NDArray[np.float32], rows: NDArray[np.int64]) -> list[float]:
        """Give the cosines of `vector` (float32 [d]) with `rows`, in their order."""
        if not len(rows):
            return []
        stored = self._faiss.reconstruct_batch(rows)
        # Row by row: one matrix product may add up in another order for another number of rows.
        return [round(float(np.dot(row, vector)), DIGITS) for row in stored]
