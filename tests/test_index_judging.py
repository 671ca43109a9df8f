"""What the reader is shown of what was found, and what becomes of the ranking then."""

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from asking import index_of
from indexes import places, reading_in_process
from judges import WordReader, reading

from index.judging import READ_PASSAGES, READ_SPANS, WEIGHT
from index.search import Index
from index.types import Where

NOTES = {
    "leases.md": "# Leases\n\nEvery node renews its lease. The lease lasts forty seconds.\n",
    "nodes.md": "# Nodes\n\nA node without a lease is lost after some time.\n",
    "long.md": "# Sentences\n\n" + " ".join(f"Sentence {n} of the node." for n in range(40)) + "\n",
}
QUESTION = "how long may a node be without its lease"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Give an index of a few notes, which nobody reads."""
    with reading_in_process():
        yield index_of(tmp_path_factory.mktemp("judging"), NOTES)


@pytest.mark.parametrize(("word", "path"), [("forty", "leases.md"), ("lost", "nodes.md")])
def test_the_passage_wins_that_holds_what_the_reader_likes(index: Index, word: str, path: str) -> None:
    """Whichever the retrievers had first."""
    best = replace(index, reader=reading(word)).search(QUESTION, 3)[0]
    assert best.passage.document.path == path
    assert best.read == pytest.approx(1 / (1 + math.exp(-2.0)))
    assert [span.read for span in best.spans if word in span.span.words] == [2.0]


def test_without_a_reader_nothing_is_read(index: Index) -> None:
    """No span has a judgement, and the order is that of the retrievers."""
    hits = index.search(QUESTION, 5)
    assert [hit.read for hit in hits] == [None] * len(hits)
    assert {span.read for hit in hits for span in hit.spans} == {None}


def test_a_judgement_that_is_the_same_for_all_changes_no_order(index: Index) -> None:
    """Scores stay between 0 and 1, and each is the retrievers' and the reader's together."""
    before = index.search(QUESTION, 5)
    after = replace(index, reader=WordReader()).search(QUESTION, 5)
    assert places(after) == places(before)
    told = 1 / (1 + math.exp(2.0))
    assert [hit.score for hit in after] == pytest.approx(
        [(hit.score + WEIGHT * told) / (1 + WEIGHT) for hit in before]
    )


def test_a_piece_is_a_span_with_what_stands_above_and_before_it(index: Index) -> None:
    """The first span of a passage has nothing before it."""
    reader = WordReader()
    replace(index, reader=reader).search(QUESTION, 1, Where(paths=("leases.md",)))
    read = {piece.span: (piece.above, piece.before) for piece in reader.read}
    assert read == {
        "Every node renews its lease.": ("Leases", ""),
        "The lease lasts forty seconds.": ("Leases", "Every node renews its lease."),
    }


def test_so_many_spans_are_read_and_one_of_each_passage(tmp_path: Path) -> None:
    """However long one note is, some of the others is read; past the best few passages nothing is."""
    notes = {
        f"{number:02}.md": f"# Node {number}\n\nThis node rests {number} hours.\n"
        for number in range(READ_PASSAGES + 3)
    }
    notes["long.md"] = NOTES["long.md"]
    reader = WordReader()
    hits = replace(index_of(tmp_path, notes), reader=reader).search("which node of the sentence rests", 50)
    assert len(hits) > READ_PASSAGES
    assert len(reader.read) == READ_SPANS
    assert [hit.read is not None for hit in hits] == [rank < READ_PASSAGES for rank in range(len(hits))]


def test_as_many_are_read_however_few_are_asked_for(index: Index) -> None:
    """The best of one is the best of many."""
    read = replace(index, reader=reading("lost"))
    assert read.search(QUESTION, 1) == read.search(QUESTION, 3)[:1]


def test_where_nothing_is_found_nothing_is_read(index: Index) -> None:
    """The reader is not asked about nothing."""
    reader = WordReader()
    assert replace(index, reader=reader).search(QUESTION, 5, Where(paths=("nowhere",))) == []
    assert reader.read == []
