"""Opening the encoder that a generation was built with."""

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.encoder import Encoder, OnnxEncoder, export_problems
from index.export import export_encoder
from index.manifest import EncoderRecord
from ingest.errors import EncoderError

Opener = Callable[[EncoderRecord], Encoder | None]
"""Opens the encoder that a generation was built with; gives `None` where it is not there.

Raises `EncoderError` where it is there and can not be used.
"""

Exporter = Callable[[EncoderRecord | None], Encoder]
"""Opens the encoder that a generation was built with, or the configured one, exporting it if need be.

Raises `EncoderError`.
"""


def exported_encoder(models: Path, threads: int) -> Opener:
    """Give what opens an encoder that was exported to `models`, after reading every byte of it."""

    def opened(record: EncoderRecord) -> Encoder | None:
        folder = models / record.fingerprint
        if not folder.is_dir():
            return None
        if problems := export_problems(folder):
            raise EncoderError("; ".join(problems))
        return OnnxEncoder.open(folder, threads)

    return opened


def exporter(configured: str, models: Path, threads: int) -> Exporter:
    """Give what opens an encoder in `models`, exporting it there first if it is missing or damaged."""

    def opened(record: EncoderRecord | None) -> Encoder:
        if record and not export_problems(folder := models / record.fingerprint):
            return OnnxEncoder.open(folder, threads)
        # A model may be configured by its path, and the manifest has its name alone.
        asked = record.name if record else configured
        name = configured if Path(configured).name == asked else asked
        return OnnxEncoder.open(export_encoder(name, models), threads)

    return opened


class LateEncoder:
    """An encoder that is opened when the first text needs it: a repair may find all vectors in the cache.

    What needs it open raises `EncoderError` where it can not be opened, or is not the same any more.
    """

    def __init__(self, record: EncoderRecord, opened: Exporter) -> None:
        self._record = record
        self._open = opened

    @property
    def name(self) -> str:
        """What a person calls it."""
        return self._record.name

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._record.dimension

    @property
    def fingerprint(self) -> str:
        """The same for two encoders only if they give the same vectors."""
        return self._record.fingerprint

    @property
    def max_tokens(self) -> int:
        """How many tokens of a text it reads, special ones included."""
        return self._opened.max_tokens

    def encode(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Give the vectors of `texts`: float32 [n, dimension], each row of length 1."""
        return self._opened.encode(texts, on_progress)

    def count_tokens(self, text: str) -> int:
        """Give the number of tokens of the whole of `text`, special ones included."""
        return self._opened.count_tokens(text)

    @cached_property
    def _opened(self) -> Encoder:
        encoder = self._open(self._record)
        if encoder.fingerprint != self.fingerprint:
            raise EncoderError(
                f"the index was built with another encoder than {encoder.name} as it is now; "
                "run `refdesk index` to rebuild it"
            )
        return encoder
