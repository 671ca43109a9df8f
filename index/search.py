"""Searching one open generation."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.dense import DenseIndex
from index.encoder import Encoder, OnnxEncoder
from index.expansion import expanded_terms
from index.fusion import fused, ranked
from index.layout import DENSE, HEADINGS, LEXICAL, PASSAGES
from index.lexical import LexicalIndex
from index.manifest import Manifest
from index.passages import PassageStore, Row
from index.store import Store
from index.types import Hit, Status, Where
from ingest.errors import EncoderError, IncompatibleIndexError
from ingest.types import Passage, Source

# How deep each retriever lists before the two are fused: this far, but not over this share of all passages,
# since a list that is longer tells nothing by whom it leaves out.
DEEPEST = 200
SHARE = 4
SHALLOWEST = 20

# For the spans of an answer; a question alone takes one.
THREADS = 2

# Scores are shown, and compared between runs, to this many digits.
DIGITS = 6


@dataclass(frozen=True)
class Index:
    """One open generation. It stays as it is while newer ones are published."""

    manifest: Manifest
    encoder: Encoder
    store: PassageStore
    _dense: DenseIndex
    _headings: DenseIndex
    _lexical: LexicalIndex

    @classmethod
    def open(cls, root: Path, encoder_name: str | None = None, *, models: Path | None = None) -> Self:
        """Open the live generation of the index in `root`.

        `encoder_name` is the configured encoder, if one is wanted; `models` holds exported encoders, `root`'s
        own if not given. Raises `NoIndexError`, `IncompatibleIndexError` for another format or encoder,
        `DamagedIndexError`, and `EncoderError` if the exported encoder is gone.
        """
        manifest, folder = Store(root).open_current()
        record = manifest.encoder
        if encoder_name is not None and Path(encoder_name).name != record.name:
            raise IncompatibleIndexError(
                f"the index in {root} was built with the encoder {record.name}, the configuration names "
                f"{encoder_name}; run `refdesk index` to rebuild it, or name {record.name}"
            )
        exported = (models or root / "models") / record.fingerprint
        encoder = OnnxEncoder.open(exported, threads=min(THREADS, os.cpu_count() or 1))
        return cls.of(manifest, folder, encoder)

    @classmethod
    def of(cls, manifest: Manifest, folder: Path, encoder: Encoder) -> Self:
        """Open the generation in `folder`, with the encoder that made it."""
        if encoder.fingerprint != manifest.encoder.fingerprint:
            raise EncoderError(
                f"the encoder {encoder.name} is not the one that the index was built with; "
                "run `refdesk index` to rebuild it"
            )
        return cls(
            manifest,
            encoder,
            PassageStore(folder / PASSAGES),
            DenseIndex.open(folder / DENSE),
            DenseIndex.open(folder / HEADINGS),
            LexicalIndex.open(folder / LEXICAL),
        )

    @property
    def generation(self) -> int:
        """The number of the generation."""
        return self.manifest.number

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """The sources that were indexed."""
        return tuple(Source(source.name, Path(source.root)) for source in self.manifest.sources)

    def status(self) -> Status:
        """Tell how old and how large the generation is, and what became of each file."""
        built = datetime.fromisoformat(self.manifest.built_at)
        return Status(
            generation=self.generation,
            built_at=self.manifest.built_at,
            age_seconds=max(0.0, (datetime.now(UTC) - built).total_seconds()),
            encoder=self.manifest.encoder.name,
            documents=self.manifest.counts.documents,
            passages=self.manifest.counts.passages,
            files=self.store.files(),
        )

    def frequency(self, term: str) -> int:
        """Give the number of passages that hold a term of `index.analysis`."""
        return self._lexical.frequency(term)

    def search(self, query: str, k: int, where: Where | None = None) -> list[Hit]:
        """Give the `k` passages that fit `query` best, best first; equal scores by path, then start.

        Passages with the same words are one hit, which lists the other places.
        """
        return self.search_encoded(query, self.encoder.encode([query])[0], k, where or Where())

    def search_encoded(self, query: str, vector: NDArray[np.float32], k: int, where: Where) -> list[Hit]:
        """Search as `search` does, with the query's vector (float32 [d]) at hand."""
        documents = self.store.allowed(where) if where else None
        depth = max(k, SHALLOWEST, min(DEEPEST, self.manifest.counts.passages // SHARE))
        dense = self._nearest(vector, depth, documents)
        terms = expanded_terms(query, self.frequency)
        lexical = dict(self._lexical.search(terms, depth, documents))
        rows = {row.id: row for row in self.store.rows(sorted(dense.keys() | lexical.keys()))}
        lines = self._heading_cosines(vector, {number: row.line_row for number, row in rows.items()})
        last = self._heading_cosines(vector, {number: row.heading_row for number, row in rows.items()})
        lengths = {number: row.end - row.start for number, row in rows.items()}
        scores = fused(dense, lexical, lines, last, lengths)
        ranking = ranked(scores, {number: row.document for number, row in rows.items()})
        return [
            Hit(
                self.store.passage(row),
                round(score, DIGITS),
                dense.get(row.id),
                lexical.get(row.id),
                self._also_in(row, documents),
                last[row.id],
            )
            for row, score in _folded([(rows[number], score) for number, score in ranking], k)
        ]

    def _nearest(
        self, vector: NDArray[np.float32], depth: int, documents: list[int] | None
    ) -> dict[int, float]:
        allowed = None if documents is None else np.array(self.store.passages_of(documents), np.int64)
        return dict(self._dense.search(vector, depth, allowed))

    def _heading_cosines(self, vector: NDArray[np.float32], rows: Mapping[int, int]) -> dict[int, float]:
        wanted = sorted(set(rows.values()))
        cosines = dict(zip(wanted, self._headings.cosines(vector, np.array(wanted, np.int64)), strict=True))
        return {number: cosines[row] for number, row in rows.items()}

    def _also_in(self, row: Row, documents: list[int] | None) -> tuple[Passage, ...]:
        """Give the other allowed passages with the same words as `row`."""
        others = self.store.rows([number for number in self.store.same_words(row) if number != row.id])
        return tuple(
            self.store.passage(other) for other in others if documents is None or other.document in documents
        )


def _folded(ranking: list[tuple[Row, float]], k: int) -> list[tuple[Row, float]]:
    """Give the `k` best rows, leaving out those with the same words as a better one."""
    first: dict[bytes, tuple[Row, float]] = {}
    for row, score in ranking:
        first.setdefault(row.words, (row, score))
    return list(first.values())[:k]
