"""The file of documents and passages: what is read is what was written, or an error."""

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from indexes import built, opened, reading_in_process
from trees import tree

from index.filters import allows
from index.passage_file import write_passages
from index.passages import Found, PassageStore, Stored
from index.store import Store
from index.types import Where
from ingest.errors import DamagedIndexError
from ingest.types import Document, Format, Kind, Passage, Quotable


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give the file of a generation of three notes, two of them alike."""
    notes = tree(
        tmp_path / "notes",
        {"a.md": "# A\n\nOne.\n\n## B\n\nTwo.\n", "b.md": "# A\n\none.\n", "c.md": "# C\n"},
    )
    with reading_in_process():
        built(tmp_path / "index", notes)
    return Store(tmp_path / "index").open_current()[1] / "passages.sqlite"


def altered(file: Path, statement: str) -> None:
    """Change the file as SQLite does."""
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(statement)


def read_all(store: PassageStore) -> None:
    """Read all of a file."""
    store.files()
    list(store.stored())
    list(map(store.same_words, store.rows([0])))
    store.span_rows(np.array([0]))


def test_what_was_written_is_read(file: Path) -> None:
    """Passages are numbered through all documents, rows come in the order asked for, filters give numbers."""
    with PassageStore(file) as store:
        assert [(label.path, label.first, label.count) for label in store.labels] == [
            ("a.md", 0, 2),
            ("b.md", 2, 1),
            ("c.md", 3, 0),
        ]
        rows = store.rows([2, 0, 1])
        assert [(row.id, row.document, row.copies) for row in rows] == [(2, 1, 2), (0, 0, 2), (1, 0, 1)]
        assert [store.passage(row).text for row in rows] == ["one.", "One.", "Two."]
        assert [store.same_words(row) for row in rows] == [[0, 2], [0, 2], [1]]
        assert store.allowed(Where(paths=("*.md",))) == [0, 1, 2]
        assert store.passages_of([0, 2]) == [0, 1]
        assert (store.rows([]), store.passages_of([])) == ([], [])
        assert [document.path for document in store.documents()] == ["a.md", "b.md", "c.md"]
        assert store.document(0) is store.document(0)
        assert [[span.words for span in store.spans(number)] for number in range(3)] == [
            ["One."],
            ["Two."],
            ["one."],
        ]
        assert [stored.encoded for stored in store.stored()] == [("A. One.", "A: B. Two."), ("A. one.",), ()]


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("DELETE FROM passages WHERE id = 0", "passage 0 in"),
        (
            "UPDATE passages SET (body, seal) = (SELECT body, seal FROM passages WHERE id = 1) WHERE id = 0",
            "passage 0 in",
        ),
        ("UPDATE passages SET body = CAST(body AS TEXT)", "passage 0 in"),
        ("UPDATE passages SET body = NULL", "passage 0 in"),
        ("UPDATE passages SET encoded = x'22'", "the text of passage 0 in"),
        ("UPDATE passages SET spans = x'5b5d'", "the spans of passage 0 in"),
        ("UPDATE passages SET spans_seal = NULL", "the spans of passage 0 in"),
        ("DELETE FROM lists WHERE name = 'span_ends'", "the list of span_ends in"),
        ("UPDATE lists SET body = '\"\"' WHERE name = 'span_ends'", "the list of span_ends in"),
        ("UPDATE documents SET body = replace(CAST(body AS TEXT), 'One', 'Two')", "document 0 in"),
        ("DELETE FROM documents", "document 0 in"),
        ("DELETE FROM same_words", "the list of passages of words"),
        ("UPDATE lists SET seal = x''", "the list of"),
        ("DELETE FROM lists", "the list of"),
        ("DROP TABLE passages", "can not be read: no such table: passages"),
    ],
)
def test_what_is_not_what_was_written_is_damage(file: Path, statement: str, problem: str) -> None:
    """Rows that are gone, changed, exchanged or of another type: whatever needs them says so."""
    altered(file, statement)
    with (
        PassageStore(file) as store,
        pytest.raises(DamagedIndexError, match=rf"{problem}.*Run `refdesk index` to rebuild it"),
    ):
        read_all(store)


def test_a_file_that_is_none_is_damage(tmp_path: Path) -> None:
    """A missing file, and one of garbage, are damage when they are opened or read."""
    with pytest.raises(DamagedIndexError, match="none can not be read: unable to open database file"):
        PassageStore(tmp_path / "none")
    (tmp_path / "garbage").write_bytes(b"not a database, by any means" * 99)
    with (
        pytest.raises(DamagedIndexError, match="garbage can not be read: file is not a database"),
        PassageStore(tmp_path / "garbage") as store,
    ):
        store.files()


def test_a_path_with_odd_characters_is_opened(file: Path, tmp_path: Path) -> None:
    """The file's path goes into an address, and may hold what means something there."""
    odd = tmp_path / "a ?b#c%20d&mode=rw"
    odd.mkdir()
    file.rename(odd / "passages.sqlite")
    with PassageStore(odd / "passages.sqlite") as store:
        assert len(store.files()) == 3


@settings(max_examples=20, deadline=None)
@given(counts=st.lists(st.integers(0, 3), max_size=8), chance=st.randoms(use_true_random=False))
def test_the_vectors_of_spans_lie_in_the_order_of_passages(
    tmp_path_factory: pytest.TempPathFactory, counts: list[int], chance: random.Random
) -> None:
    """Each passage has as many rows as spans, after those of the passages before; a row knows its passage."""
    document = Document("a.md", "notes", "a", "words", Format.MARKDOWN, "0")
    span = Quotable(0, 5, Kind.PROSE, whole=False, cut_off=False, words="words")
    stored = Stored(
        document,
        (Passage(document, 0, 5),) * len(counts),
        ("words",) * len(counts),
        tuple((span,) * count for count in counts),
        (Found("words", ""),) * len(counts),
    )
    file = tmp_path_factory.mktemp("spans") / "file"
    write_passages(file, [stored], (), lambda _: 0)
    holders = [number for number, count in enumerate(counts) for _ in range(count)]
    some = chance.sample(range(len(counts)), len(counts) // 2)
    with PassageStore(file) as store:
        assert store.holders(range(len(holders))) == holders
        assert store.span_rows(np.arange(len(counts))).tolist() == list(range(len(holders)))
        assert store.span_rows(np.array(some, np.int64)).tolist() == [
            row for number in some for row, holder in enumerate(holders) if holder == number
        ]


def test_a_file_that_can_not_be_written_is_an_os_error(tmp_path: Path) -> None:
    """Where SQLite fails the error says so in words."""
    with pytest.raises(OSError, match="SQLite could not write: unable to open database file"):
        write_passages(tmp_path / "none" / "file", (), (), lambda _: 0)


def test_an_open_index_answers_after_its_file_is_gone(file: Path, tmp_path: Path) -> None:
    """What was opened stays readable when the generation is removed."""
    index = opened(tmp_path / "index")
    file.unlink()
    assert {hit.passage.text.casefold() for hit in index.search("one two", 9)} == {"one.", "two."}


@given(st.lists(st.sampled_from(["a", "b", "*", "?", "/", "[", "]", ".md"])).map("".join))
def test_a_filter_allows_the_path_it_names(path: str) -> None:
    """A path without signs of a glob allows itself and, with a slash after it, what is below."""
    if not set(path) & set("*?[]") and path.strip("/"):
        assert allows(Where(paths=(path,)), "notes", path.rstrip("/"), ())
        assert allows(Where(paths=(f"{path}/",)), "notes", f"{path.rstrip('/')}/below.md", ())
        assert not allows(Where(paths=(path,)), "notes", f"{path.rstrip('/')}x", ())
    assert allows(Where(), "notes", path, ())
