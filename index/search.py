"""Searching one open generation."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from index.dense import DenseIndex
from index.encoder import Encoder, OnnxEncoder, check_encoder
from index.fusion import Signs, named, of_documents, ranked, scaled
from index.judging import READ_PASSAGES, judged
from index.known import Known
from index.layout import DENSE, HEADINGS, LEXICAL, PASSAGES, SPANS
from index.lexical import LexicalIndex
from index.manifest import Manifest
from index.passages import PassageStore, Row
from index.query import Query
from index.reader import Reader
from index.spelling import respelled
from index.store import Store
from index.types import Hit, Scored, Status, Where
from ingest.errors import DamagedIndexError, EncoderError
from ingest.types import Passage, Source

# How deep each retriever lists before the lists are fused: this far, but not over this share of all passages,
# since a list that is longer tells nothing by whom it leaves out.
DEEPEST = 200
SHARE = 4
SHALLOWEST = 20
# So many spans are listed for each passage wanted, since a passage may have several that are near.
SPANS_LISTED = 4
# So many of the best passages are read for the question's words; reading more changed nothing.
READ = 40

# For as many filters it stays known which notes they allow, and what words these hold.
FILTERS_HELD = 32

# For the spans of an answer; a question alone takes one.
THREADS = 2

# Scores are shown, and compared between runs, to this many digits.
DIGITS = 6


class _Found(NamedTuple):
    """What each retriever lists: passages by number, with the cosine of each, BM25, or of its best span."""

    dense: dict[int, float]
    lexical: dict[int, float]
    spans: dict[int, float]


@dataclass(frozen=True)
class Index:
    """One open generation. It stays as it is while newer ones are published.

    With a `reader`, the spans of what is found are read, and rank it; without one, nothing is.
    """

    manifest: Manifest
    encoder: Encoder
    store: PassageStore
    _dense: DenseIndex
    _spans: DenseIndex
    _headings: DenseIndex
    _lexical: LexicalIndex
    reader: Reader | None = None

    @classmethod
    def open(
        cls,
        root: Path,
        encoder_name: str | None = None,
        *,
        models: Path | None = None,
        number: int | None = None,
        loaded: Encoder | None = None,
        reader: Reader | None = None,
    ) -> Self:
        """Open the live generation of the index in `root`, or the one with this `number`.

        `encoder_name` is the configured encoder, if one is wanted; `models` holds exported encoders, `root`'s
        own if not given; `loaded` is an encoder that is open, and taken if it is the right one. Raises
        `NoIndexError`, `IncompatibleIndexError` for another format or encoder, `DamagedIndexError`, and
        `EncoderError` if the exported encoder is gone.
        """
        store = Store(root)
        while True:
            manifest, folder = store.open(number) if number else store.open_current()
            check_encoder(manifest.encoder.name, encoder_name, root)
            try:
                if loaded is None or loaded.fingerprint != manifest.encoder.fingerprint:
                    exported = (models or root / "models") / manifest.encoder.fingerprint
                    loaded = OnnxEncoder.open(exported, threads=min(THREADS, os.cpu_count() or 1))
                return cls.of(manifest, folder, loaded, reader)
            except DamagedIndexError:
                # A writer may have published and pruned in the meantime: then open what is live now.
                if number or store.current() == manifest.number:
                    raise

    @classmethod
    def of(cls, manifest: Manifest, folder: Path, encoder: Encoder, reader: Reader | None = None) -> Self:
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
            DenseIndex.open(folder / SPANS),
            DenseIndex.open(folder / HEADINGS),
            LexicalIndex.open(folder / LEXICAL),
            reader,
        )

    @property
    def generation(self) -> int:
        """The number of the generation."""
        return self.manifest.number

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """The sources that were indexed."""
        return tuple(record.source for record in self.manifest.sources)

    def status(self) -> Status:
        """Tell how old and how large the generation is, and what became of each file."""
        return Status(
            generation=self.generation,
            built_at=self.manifest.built_at,
            age_seconds=self.manifest.age_seconds,
            encoder=self.manifest.encoder.name,
            documents=self.manifest.counts.documents,
            passages=self.manifest.counts.passages,
            files=self.store.files(),
            sources=tuple(record.state for record in self.manifest.sources),
        )

    def known(self, where: Where | None = None) -> Known:
        """Give the words of the notes that `where` allows."""
        return self._known(where or Where())

    @cached_property
    def _known(self) -> Callable[[Where], Known]:
        return lru_cache(FILTERS_HELD)(self._find_known)

    def _find_known(self, where: Where) -> Known:
        found = self.store.allowed(where)
        return Known(self.store, self._lexical, None if len(found) == len(self.store.labels) else found)

    def respelled(self, question: str, where: Where | None = None) -> str:
        """Give `question` with the words mended that neither the allowed notes nor the encoder know."""
        known = self.known(where)
        one_token = self.encoder.count_tokens("") + 1
        return respelled(
            question,
            known.frequency,
            lambda: known.vocabulary,
            known.written,
            lambda word: self.encoder.count_tokens(word) <= one_token,
        )

    def search(self, query: str, k: int, where: Where | None = None) -> list[Hit]:
        """Give the `k` passages that fit `query` best, best first; equal scores by path, then start.

        Passages with the same words are one hit, which lists the other places.
        """
        return self.search_for(self.query(query, where), k, where or Where())

    def query(self, text: str, where: Where | None = None) -> Query:
        """Encode `text`, and weigh its terms by how rare they are in the notes that `where` allows."""
        vector = self.encoder.encode([text])[0]
        known = self.known(where)
        return Query.of(text, vector, known.frequency, known.passages)

    def search_for(self, query: Query, k: int, where: Where) -> list[Hit]:
        """Search as `search` does, for a query of this index."""
        if self.reader is None:
            return self._ranked(query, k, where)
        return judged(self.reader, query, self._ranked(query, max(k, READ_PASSAGES), where))[:k]

    def _ranked(self, query: Query, k: int, where: Where) -> list[Hit]:
        documents = self.known(where).documents
        found = self._found(query, max(k, SHALLOWEST), documents)
        rows, signs = self._signs(query, found)
        signs |= self._read(query, rows, signs, max(k, READ))
        ranking = ranked(
            {number: sign.score for number, sign in signs.items()},
            {number: row.document for number, row in rows.items()},
        )
        return [
            self._hit(row, score, query, signs[row.id], documents)
            for row, score in _folded([(rows[number], score) for number, score in ranking], k)
        ]

    def _found(self, query: Query, least: int, documents: Sequence[int] | None) -> _Found:
        """List the passages that may fit, in three ways: by their meaning, by a span's, and by words."""
        depth = max(least, min(DEEPEST, self.manifest.counts.passages // SHARE))
        allowed = None if documents is None else np.array(self.store.passages_of(documents), np.int64)
        dense = self._dense.search(query.vector, depth, allowed)
        lexical = self._lexical.search(query.terms, depth, documents)
        return _Found(dict(dense), dict(lexical), self._by_spans(query.vector, depth, allowed))

    def _by_spans(
        self, vector: NDArray[np.float32], depth: int, allowed: NDArray[np.int64] | None
    ) -> dict[int, float]:
        """Give the `depth` passages with the spans nearest to `vector`, each with the cosine of its best."""
        rows = None if allowed is None else self.store.span_rows(allowed)
        spans = self._spans.search(vector, SPANS_LISTED * depth, rows)
        nearest: dict[int, float] = {}
        for number, (_, cosine) in zip(self.store.holders([row for row, _ in spans]), spans, strict=True):
            nearest.setdefault(number, cosine)
        return dict(islice(nearest.items(), depth))

    def _signs(self, query: Query, found: _Found) -> tuple[dict[int, Row], dict[int, Signs]]:
        """Gather what speaks for each passage that was found, but for what its words say."""
        numbers = sorted(found.dense.keys() | found.lexical.keys() | found.spans.keys())
        rows = dict(zip(numbers, self.store.rows(numbers), strict=True))
        cosines = self._dense.cosines(query.vector, np.array(numbers, np.int64))
        dense = dict(zip(numbers, cosines, strict=True))
        heading_rows = np.array([row.heading_row for row in rows.values()], np.int64)
        headings = dict(zip(numbers, self._headings.cosines(query.vector, heading_rows), strict=True))
        documents = {number: row.document for number, row in rows.items()}
        whole = of_documents(dense, documents)
        lexical, spans = scaled(found.lexical), scaled(found.spans)
        return rows, {
            number: Signs(
                dense[number],
                lexical.get(number, 0.0),
                spans.get(number, 0.0),
                headings[number],
                row.end - row.start,
                whole[row.document],
                found.lexical.get(number),
            )
            for number, row in rows.items()
        }

    def _read(
        self, query: Query, rows: Mapping[int, Row], signs: Mapping[int, Signs], most: int
    ) -> dict[int, Signs]:
        """Look for the question's terms in the `most` best passages; give all that speaks for these then."""
        best = sorted(signs, key=lambda number: (-signs[number].score, number))[:most]
        said = {number: self.store.found(number).body.split() for number in best}
        return {
            number: replace(
                signs[number],
                coverage=query.coverage(found),
                closeness=query.closeness(found),
                named=self._named(query, rows[number]),
            )
            for number, found in said.items()
        }

    def _named(self, query: Query, row: Row) -> float:
        """Tell how exactly the question names the last heading of a passage, or the note that it opens."""
        title = query.naming(self.store.document(row.document).title)
        opens = self.store.labels[row.document].first == row.id
        return named(query.naming(row.headings[-1]) if row.headings else title, title if opens else 0.0)

    def _hit(
        self, row: Row, score: float, query: Query, signs: Signs, documents: Sequence[int] | None
    ) -> Hit:
        spans = self.store.spans(row.id)
        cosines = self._spans.cosines(query.vector, self.store.span_rows(np.array([row.id])))
        return Hit(
            passage=self.store.passage(row),
            score=round(score, DIGITS),
            dense=signs.dense,
            lexical=signs.bm25,
            heading=signs.heading,
            spans=tuple(map(Scored, spans, cosines)),
            also_in=self._also_in(row, documents),
            signs=signs,
        )

    def _also_in(self, row: Row, documents: Sequence[int] | None) -> tuple[Passage, ...]:
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
