"""Looking for what contradicts what within a generation whose every byte is as it was written."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from index.analysis import terms
from index.dense import DenseIndex
from index.faults import REPAIR, Fault, Part
from index.layout import DENSE, HEADINGS, LEXICAL, PASSAGES, SPANS
from index.lexical import LexicalIndex
from index.manifest import Manifest
from index.passages import PassageStore, Row, Stored
from index.vectors import Sample
from ingest.encoded import encoded
from ingest.types import Document

# So many of the terms of a passage are looked up.
_TERMS = 3
# So many faults of one kind are named.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class ContentCheck:
    """A generation whose parts are compared with each other."""

    manifest: Manifest
    folder: Path
    store: PassageStore

    def counts(self) -> Iterator[Fault]:
        """Compare how much each file holds with what the manifest says."""
        passages = sum(label.count for label in self.store.labels)
        counts, folder = self.manifest.counts, self.folder
        for part, what, expected, found in (
            (Part.PASSAGES, "documents", counts.documents, len(self.store.labels)),
            (Part.PASSAGES, "passages", counts.passages, passages),
            (Part.PASSAGES, "spans", counts.spans, len(self.store.span_rows(np.arange(passages)))),
            (Part.LEXICAL, "passages", counts.passages, LexicalIndex.open(folder / LEXICAL).passages),
            (Part.DENSE, "vectors", counts.passages, DenseIndex.open(folder / DENSE).rows),
            (Part.SPANS, "vectors", counts.spans, DenseIndex.open(folder / SPANS).rows),
            (Part.HEADINGS, "vectors", counts.headings, DenseIndex.open(folder / HEADINGS).rows),
        ):
            if found != expected:
                yield self._fault(
                    part, f"{folder} should hold {expected} {what} in {part.value} and holds {found}"
                )

    def places(self) -> Iterator[Fault]:
        """See that the passages lie in their documents, and the spans in their passages."""
        headings = self.manifest.counts.headings
        for number, (document, label) in enumerate(
            zip(self.store.documents(), self.store.labels, strict=True)
        ):
            rows = self.store.rows(range(label.first, label.first + label.count))
            if not _fit(number, document, rows, headings):
                yield self._out_of_place("passages", document)
            if not all(
                row.start <= span.start < span.end <= row.end
                for row in rows
                for span in self.store.spans(row.id)
            ):
                yield self._out_of_place("spans", document)

    def texts(self, documents: Sequence[Stored], sample: Sample) -> Iterator[Fault]:
        """Look a sample of passages up by their own words, which must find them.

        What is encoded for each of them must be what its text gives.
        """
        lexical = LexicalIndex.open(self.folder / LEXICAL)
        passages = [(n, place) for n, stored in enumerate(documents) for place in range(len(stored.passages))]
        (chosen,) = sample.rows([len(passages)])
        chance = random.Random(sample.seed)  # noqa: S311 - a sample, no secret
        lost = []
        for row in chosen:
            number, place = passages[row]
            stored = documents[number]
            text, found = stored.encoded[place], stored.found[place]
            words = terms(text)
            if text != encoded(stored.passages[place]) or " ".join(words) != found.body:
                where = f"{stored.passages[place].location} in {self.folder / PASSAGES}"
                yield self._fault(Part.PASSAGES, f"what is indexed of {where} is not what the note says")
                return
            for term in chance.sample(words, min(_TERMS, len(words))):
                hits = lexical.search([term], len(stored.passages), [number])
                if row not in [hit for hit, _ in hits]:
                    lost.append((stored.passages[place].location, term))
                    break
        for location, term in lost[:_NAMED]:
            where = f"{self.folder / LEXICAL} does not find {location}"
            yield self._fault(Part.LEXICAL, f"{where} by its own word {term!r}")
        if len(lost) > _NAMED:
            told = f"{self.folder / LEXICAL} does not find {len(lost) - _NAMED:,} more passages either"
            yield self._fault(Part.LEXICAL, told)

    def _out_of_place(self, what: str, document: Document) -> Fault:
        return self._fault(
            Part.PASSAGES, f"{what} of {document.path} in {self.folder / PASSAGES} are out of place"
        )

    def _fault(self, part: Part, told: str) -> Fault:
        return Fault(part, f"{told}; {REPAIR}", self.manifest.number)


def _fit(number: int, document: Document, rows: list[Row], headings: int) -> bool:
    """Tell whether the passages lie in their document, in order, and have the vectors of their headings."""
    return all(before.end <= after.start for before, after in pairwise(rows)) and all(
        row.document == number
        and 0 <= row.start < row.end <= len(document.text)
        and 0 <= row.heading_row < headings
        for row in rows
    )
