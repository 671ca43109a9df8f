"""How long encoding and writing would take on this machine, measured on a little of it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.encoder import Encoder
from index.manifest import Manifest

# So many texts are encoded to learn this machine's rate: one or two seconds of work for a small model.
SAMPLED = 256
# A computer that has just begun is slower than it will be.
_WARM_UP = 8


@dataclass(frozen=True, slots=True)
class Rate:
    """What was measured: `sampled` texts in `seconds`."""

    sampled: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Texts a second."""
        return self.sampled / self.seconds

    def time_for(self, count: int) -> float:
        """Give the seconds that `count` texts of the same kind would take."""
        return count / self.per_second


def encoding_rate(
    encoder: Encoder,
    texts: Sequence[str],
    on_progress: Callable[[int], None],
    clock: Callable[[], float] = time.perf_counter,
) -> Rate | None:
    """Encode some of `texts`, as many short ones and long ones as there are among them; `None` for none."""
    chosen = spread(sorted(texts, key=len), SAMPLED)
    if not chosen:
        return None
    encoder.encode(spread(chosen, _WARM_UP))
    started = clock()
    encoder.encode(chosen, on_progress)
    return Rate(len(chosen), max(clock() - started, 1e-6))


def spread(texts: Sequence[str], count: int) -> list[str]:
    """Give `count` of `texts` from all over, in order; all of them where there are no more."""
    size = min(count, len(texts))
    # From the middle of each stretch, so that neither end counts more than the other.
    return [texts[(2 * place + 1) * len(texts) // (2 * size)] for place in range(size)]


def writing_time(manifest: Manifest, folder: Path, passages: int) -> float | None:
    """Give the seconds that a generation of `passages` takes to write, as long for each as the last took.

    From the times of the files of the last one, in `folder`; `None` where these tell nothing.
    """
    try:
        times = [(folder / name).stat().st_mtime for name in (*manifest.files, "manifest.json")]
    except OSError:
        return None
    return (max(times) - min(times)) * passages / max(1, manifest.counts.passages)
