"""The vectors of spans: what a long passage says in one sentence is found, in 16 bits, behind any filter."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from encoders import HashEncoder
from indexes import HASH, built, opened, places, reading_in_process
from numpy.typing import NDArray
from trees import tree

from index.fusion import WEIGHTS
from index.generation import OPENING
from index.search import READ, SHALLOWEST, Index
from index.types import Hit, Where
from index.verify import verify
from ingest.spans import quotable

SAME = {"automobile": "car", "guzzles": "drinks", "gasoline": "petrol"}
QUESTION = "automobile guzzles gasoline"
SENTENCE = "A car drinks petrol."


class Knowing(HashEncoder):
    """Takes words that mean the same for the same, which the terms of a question do not."""

    def encode(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Give the vectors of `texts`, one word put for another."""
        known = [re.sub(r"\w+", lambda word: SAME.get(word[0], word[0]), text) for text in texts]
        return super().encode(known, on_progress)


# So long that what has no word in common is hardly near by chance.
KNOWING = Knowing(dimension=1024)


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    """Read files in the test's own process."""
    with reading_in_process():
        yield


def sentences(name: str, count: int) -> str:
    """Give sentences of ten words that no other note has."""
    return " ".join(
        " ".join(f"{name}{number}x{place}" for place in range(10)).capitalize() + "."
        for number in range(count)
    )


def drowned(name: str, sentence: str = SENTENCE) -> str:
    """Give a note that says `sentence` amid twelve that have nothing to do with it."""
    return f"# Note {name}\n\n{sentences(name + 'a', 6)} {sentence} {sentences(name + 'b', 6)}\n"


def about(name: str) -> str:
    """Give a longer note that is near to the question as a whole, but in no place: a word a sentence."""
    words = [f"{sentences(f'considerably{name}{word}', 2)[:-1]} {word}." for word in SAME.values()]
    return f"# Note {name}\n\n{' '.join(words)}\n"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Give an index of a hundred notes that say it amid much else, and of forty that are about it.

    In folder `z` one says it and twenty are about it.
    """
    folder = tmp_path_factory.mktemp("spans")
    notes = {f"a/n{number}.md": drowned(f"n{number}") for number in range(100)}
    notes |= {f"b/b{number}.md": about(f"b{number}") for number in range(20)}
    notes |= {f"z/z{number}.md": about(f"z{number}") for number in range(20)} | {"z/long.md": drowned("long")}
    built(folder / "index", tree(folder / "notes", notes), encoder=KNOWING)
    return opened(folder / "index", KNOWING)


def best_span(hit: Hit) -> tuple[str, float]:
    """Give the words of the span of a hit that is nearest to the question, and its cosine."""
    best = max(hit.spans, key=lambda scored: scored.cosine)
    return best.span.words, best.cosine


def test_a_sentence_wins_by_its_own_vector(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """A passage none of whose words are asked for, and whose own vector is far, is first by one sentence."""
    hits = index.search(QUESTION, 5, Where(paths=("z",)))
    assert hits[0].passage.document.path == "z/long.md"
    assert hits[0].lexical is None
    assert best_span(hits[0])[0] == SENTENCE
    assert best_span(hits[0])[1] > 0.8
    assert all(hit.dense > hits[0].dense and best_span(hit)[1] < 0.5 for hit in hits[1:])
    monkeypatch.setitem(WEIGHTS, "span", 0.0)
    assert index.search(QUESTION, 5, Where(paths=("z",)))[0].passage.document.path != "z/long.md"


def test_filters_apply_to_the_list_of_spans(index: Index) -> None:
    """Behind a hundred nearer sentences that are not allowed, the allowed one is found."""
    everywhere = index.search(QUESTION, 100)
    assert {hit.passage.document.path.split("/")[0] for hit in everywhere[:20]} <= {"a", "z"}
    hits = index.search(QUESTION, 21, Where(paths=("z",)))
    assert len(hits) == 21
    assert all(hit.passage.document.path.startswith("z/") for hit in hits)
    (only,) = index.search(QUESTION, 5, Where(paths=("z/long.md",)))
    assert best_span(only)[0] == SENTENCE
    assert index.search(QUESTION, 5, Where(paths=("nowhere",))) == []


def test_a_passage_that_no_other_list_has_is_found_by_its_span(tmp_path: Path) -> None:
    """Behind more notes that are nearer, or have the question's words, than are listed, one is found."""
    rivals = {f"r{n}.md": about(f"r{n}") for n in range(SHALLOWEST)}
    rivals |= {f"w{n}.md": f"# Note w{n}\n\nAn automobile {n}.\n" for n in range(SHALLOWEST)}
    notes = rivals | {"long.md": drowned("long")}
    built(tmp_path / "index", tree(tmp_path / "notes", notes), encoder=KNOWING)
    index = opened(tmp_path / "index", KNOWING)
    listed = index._found(index.query(QUESTION), SHALLOWEST, None)
    (number,) = index.store.passages_of(index.store.allowed(Where(paths=("long.md",))))
    assert [number in some for some in listed] == [False, False, True]
    assert number == max(listed.spans, key=listed.spans.__getitem__)
    assert "long.md" in [path for path, _ in places(index.search(QUESTION, SHALLOWEST))]


def test_hits_have_all_their_spans(index: Index) -> None:
    """In the order of the text, each with the cosine of the question and its plain words."""
    for hit in index.search(QUESTION, 30):
        assert [scored.span for scored in hit.spans] == quotable(hit.passage)
        question, *others = KNOWING.encode([QUESTION, *(scored.span.words for scored in hit.spans)])
        cosines = [float(question @ other) for other in others]
        assert [scored.cosine for scored in hit.spans] == pytest.approx(cosines, abs=2**-11)


def test_of_a_long_span_the_beginning_is_encoded(tmp_path: Path) -> None:
    """Its first sixty words tell what it is about: what comes after them changes no cosine."""
    items = [f"- item{number} of list" for number in range(30)]
    built(tmp_path / "index", tree(tmp_path / "notes", {"list.md": "\n".join(items)}))
    (hit,) = opened(tmp_path / "index").search("item3 of list", 1)
    whole = hit.spans[-1]
    assert whole.span.whole
    assert len(whole.span.words.split()) > OPENING == 60
    question, opening = HASH.encode(["item3 of list", " ".join(whole.span.words.split()[:60])])
    assert whole.cosine == pytest.approx(float(question @ opening), abs=2**-11)


def test_notes_without_anything_to_quote_are_found(tmp_path: Path) -> None:
    """A generation may have passages and no span at all: it answers, filtered too, and is sound."""
    notes = {"a.md": "# Ports\n\n80\n", "b.md": "# Doors\n\n12\n"}
    built(tmp_path / "index", tree(tmp_path / "notes", notes))
    index = opened(tmp_path / "index")
    assert index.manifest.counts.spans == 0
    for where in (None, Where(paths=("a.md",))):
        hits = index.search("ports", 1, where)
        assert places(hits) == [("a.md", 9)]
        assert hits[0].spans == ()
    assert verify(tmp_path / "index") == []


def test_equal_spans_are_ranked_by_place(tmp_path: Path) -> None:
    """Where more notes say the same than are listed, those that come first by path are, each time."""
    notes = {f"n{number:03}.md": f"# Note\n\nPart {number}.\n\n{SENTENCE}\n" for number in range(150)}
    built(tmp_path / "index", tree(tmp_path / "notes", notes), encoder=KNOWING)
    index = opened(tmp_path / "index", KNOWING)
    listed = index._found(index.query(QUESTION), SHALLOWEST, None).spans
    depth = index.manifest.counts.passages // 4
    assert list(listed) == list(range(depth))
    assert len(set(listed.values())) == 1


def test_only_the_best_are_read_for_words(tmp_path: Path) -> None:
    """Of very many notes the first forty by all other signs are read, or as many as are asked for."""
    notes = {f"n{number:03}.md": f"# Note\n\nThe pod {number} restarts again.\n" for number in range(400)}
    built(tmp_path / "index", tree(tmp_path / "notes", notes))
    index = opened(tmp_path / "index")
    query = index.query("pod restarts")
    rows, signs = index._signs(query, index._found(query, SHALLOWEST, None))
    assert len(signs) > READ
    read = index._read(query, rows, signs, READ)
    assert len(read) == READ
    assert min(signs[number].score for number in read) >= max(
        sign.score for number, sign in signs.items() if number not in read
    )
    assert {(sign.coverage, sign.closeness) for sign in read.values()} == {(1.0, 0.5)}
