"""Proving vectors again: one that is not its text's is found, though every checksum fits it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from encoders import HashEncoder
from forgery import (
    CACHE,
    OtherEncoder,
    documents,
    live_folder,
    opener,
    vectors_of,
    with_documents,
    with_terms,
    with_vectors,
)
from indexes import HASH, built, reading_in_process
from trees import tree

from index.cache import VectorCache
from index.faults import REPAIR
from index.generation import VECTORS, Texts
from index.layout import DENSE, HEADINGS, SPANS
from index.manifest import EncoderRecord
from index.passages import Found
from index.vectors import Sample
from index.verify import Proof, prove, verify
from ingest.errors import EncoderError

EVERYTHING = Sample(None)
NOTES = {
    "pods.md": "# Pods\n\nA pod holds containers. It is small.\n\n## Limits\n\nMemory has a limit.\n",
    "nodes.md": "# Nodes\n\nA node runs pods. Drain it first.\n",
    "volumes.txt": "A volume keeps what a pod writes.\n",
}
PLACES = {
    DENSE: ("nodes.md:3", "pods.md:3"),
    SPANS: ("nodes.md:3", "nodes.md:3"),
    HEADINGS: ('the heading "Nodes" of nodes.md:3', 'the heading "Pods" of pods.md:3'),
}


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    """Read files in the test's own process."""
    with reading_in_process():
        yield


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give an index of three notes."""
    built(tmp_path / "index", tree(tmp_path / "notes", NOTES))
    return tmp_path / "index"


def without_cache(root: Path) -> None:
    """Leave nothing to compare with but what is encoded anew."""
    (root / CACHE).unlink()


def proved(root: Path, encoder: HashEncoder | None = HASH, sample: Sample = EVERYTHING) -> Proof:
    """Prove an index whose encoder is there, and encode everything."""
    return prove(root, opener(encoder), sample)


@pytest.mark.parametrize("cached", [True, False])
def test_a_sound_index_is_compared_whole(root: Path, *, cached: bool) -> None:
    """All vectors, those of spans in half precision too, match the cached ones and their texts."""
    if not cached:
        without_cache(root)
    proof = proved(root)
    assert proof.faults == ()
    total = Texts.of(documents(root)).total
    assert (proof.vectors, proof.cached, proof.encoded) == (total, total if cached else 0, total)
    assert (proof.generation, proof.not_encoded) == (1, None)


@pytest.mark.parametrize("name", VECTORS)
def test_swapped_vectors_are_named(root: Path, name: str) -> None:
    """Two rows that changed places are two lines, with the place of each in the notes."""
    without_cache(root)
    vectors = vectors_of(root, name)
    vectors[[0, 1]] = vectors[[1, 0]]
    path = with_vectors(root, name, vectors)
    assert proved(root).problems == tuple(
        f"the vector of {place} in {path} does not match its text; {REPAIR}" for place in PLACES[name]
    )
    assert verify(root) == []


@pytest.mark.parametrize("name", VECTORS)
def test_swapped_vectors_are_found_without_a_sample(root: Path, name: str) -> None:
    """The cached vectors of their texts give them away, and the encoder then tells which are right."""
    vectors = vectors_of(root, name)
    vectors[[0, 1]] = vectors[[1, 0]]
    path = with_vectors(root, name, vectors)
    assert len(proved(root, sample=Sample(0)).problems) == 2
    (doubt,) = verify(root)
    assert doubt == (
        f"2 vectors differ between {path} and {root / CACHE}, such as that of {PLACES[name][0]}, and only "
        "the encoder can tell which are right; run `refdesk index` to export it, then `refdesk verify` again"
    )


@pytest.mark.parametrize("name", VECTORS)
@pytest.mark.parametrize("value", [0.0, np.nan])
def test_a_row_of_nothing_is_found_without_encoder_and_cache(root: Path, name: str, value: float) -> None:
    """A row of zeros, or of no numbers, is no vector of any text."""
    without_cache(root)
    vectors = vectors_of(root, name)
    vectors[1] = value
    path = with_vectors(root, name, vectors)
    assert verify(root) == [f"the vector of {PLACES[name][1]} in {path} does not match its text; {REPAIR}"]


@pytest.mark.parametrize("name", VECTORS)
def test_vectors_of_another_encoder_are_found_by_a_sample(root: Path, name: str) -> None:
    """A file that another encoder made is known by a few texts; it names some, and counts the others."""
    without_cache(root)
    with_vectors(root, name, vectors_of(root, name, OtherEncoder()))
    assert verify(root) == []
    few = proved(root, sample=Sample(9)).problems
    assert len(few) == 3
    assert {problem.partition(f"{name} ")[2] for problem in few} == {f"does not match its text; {REPAIR}"}
    rows = len(vectors_of(root, name))
    more = f"{rows - 3} more vectors in {live_folder(root) / name} do not match their texts; {REPAIR}"
    assert proved(root).problems[3:] == ((more,) if rows > 3 else ())


def test_a_cache_of_another_encoder_is_found(root: Path) -> None:
    """Cached vectors that no text has are the cache's fault, not that of the files that differ from it."""
    without_cache(root)
    other = OtherEncoder()
    with VectorCache(root / "cache", HASH.fingerprint, HASH.dimension) as cache:
        for part in Texts.of(documents(root)):
            cache.encode(other, part)
    problems = proved(root, sample=Sample(0)).problems
    assert problems == tuple(
        f"{root / CACHE} holds vectors that do not match their texts, such as that of {places[0]}; {REPAIR}"
        for places in PLACES.values()
    )


def test_vectors_of_another_length_are_told(root: Path) -> None:
    """A file that holds vectors of another length than the manifest says can not be compared."""
    short = HashEncoder(dimension=64)
    path = with_vectors(root, DENSE, vectors_of(root, DENSE, short))
    told = f"{path} holds vectors of length 64, and the encoder gives 128; {REPAIR}"
    assert proved(root).problems == (told,)


def test_without_its_encoder_nothing_is_encoded(root: Path) -> None:
    """Where it is not there, or is another one by now, that is said, and is no fault of the index."""
    absent = proved(root, None)
    assert (absent.faults, absent.encoded) == ((), 0)
    assert absent.cached == absent.vectors > 0
    assert absent.not_encoded == "the encoder hash is not there; run `refdesk index` to export it"
    changed = proved(root, HashEncoder(dimension=64))
    assert (changed.faults, changed.encoded) == ((), 0)
    assert changed.not_encoded == (
        "the index was built with another encoder than hash as it is now; run `refdesk index` to rebuild it"
    )


def test_a_damaged_encoder_is_a_fault(root: Path) -> None:
    """An encoder that can not be used is told, and why, and the rest is looked at all the same."""

    def broken(_: EncoderRecord) -> None:
        raise EncoderError("weights.bin has changed")

    proof = prove(root, broken)
    assert (proof.problems, proof.not_encoded) == (("weights.bin has changed",), "weights.bin has changed")
    assert proof.cached == proof.vectors


class Counting:
    """A progress that counts."""

    def __init__(self) -> None:
        self.stages: dict[str, int | None] = {}
        self.steps = 0

    def stage(self, name: str, total: int | None) -> None:
        """Take note of a stage."""
        self.stages[name] = total

    def advance(self, n: int = 1) -> None:
        """Count."""
        self.steps += n


def test_progress_counts_the_texts(root: Path) -> None:
    """As many steps are announced as texts are encoded."""
    progress = Counting()
    proof = prove(root, opener(), EVERYTHING, progress)
    assert progress.stages == {"read the index": None, "compare vectors": proof.vectors}
    assert progress.steps == proof.encoded == proof.vectors


def test_a_sample_is_drawn_by_its_seed() -> None:
    """It takes an even share of each file, what a small one leaves goes to the others, and none twice."""
    counts = [1000, 3000, 10]
    sample = Sample(200).rows(counts)
    assert [len(rows) for rows in sample] == [95, 95, 10]
    assert all(rows == sorted(set(rows)) for rows in sample)
    assert all(max(rows) < count for rows, count in zip(sample, counts, strict=True))
    assert Sample(200).rows(counts) == sample
    assert Sample(200, seed=1).rows(counts) != sample
    assert Sample(None).rows([2, 0]) == [[0, 1], []]
    assert Sample(0).rows(counts) == [[], [], []]
    assert Sample(9).rows([2, 2]) == [[0, 1], [0, 1]]


def test_terms_of_other_texts_are_found(root: Path) -> None:
    """A lexical index of other words, with checksums and counts that fit, is named with a passage."""
    other = [
        replace(stored, found=tuple(replace(one, body="zebra") for one in stored.found))
        for stored in documents(root)
    ]
    path = with_terms(root, other)
    problems = verify(root)
    assert all(problem.endswith(f"; {REPAIR}") for problem in problems)
    assert problems[0].startswith(f"{path} does not find nodes.md:3 by its own word '")
    assert problems[-1].startswith(f"{path} does not find 1 more passages either; ")
    assert len(problems) == 4


@pytest.mark.parametrize("field", ["encoded", "found"])
def test_what_is_indexed_must_be_what_the_note_says(root: Path, field: str) -> None:
    """A text to encode, or terms, that the passage's own text does not give are told, with the place."""
    first, *rest = documents(root)
    changed = replace(first, encoded=("A zebra grazes.",)) if field == "encoded" else first
    changed = replace(first, found=(Found("zebra", "zebra"),)) if field == "found" else changed
    path = with_documents(root, [changed, *rest])
    told = f"what is indexed of nodes.md:3 in {path} is not what the note says; {REPAIR}"
    assert verify(root) == [told]
