"""The tables in `docs/coverage`: where each fact of the handbook's sources stands, in words of our own."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from ingest.markdown import read_markdown
from ingest.types import RawFile

ROOT = Path(__file__).resolve().parent.parent
TABLES = sorted((ROOT / "docs" / "coverage").glob("[0-9]*.md"))
NOTES = sorted((ROOT / "corpus").rglob("*.md"))
SEEDS = sorted((ROOT.parent / "shared" / "seeds").glob("*.txt"))
NO_FACT = "navigation, no fact"
RUN = 8

_ROW = re.compile(r"\| (\d+)-(\d+) \| (\S.*?) \| (\S.*?) \|")
_HEAD = ["| seed lines | says | note › heading |", "| --- | --- | --- |"]
_CODE = re.compile(r"\A---\n.*?\n---\n|^```.*?^```$|`[^`\n]+`", re.MULTILINE | re.DOTALL)

each_table = pytest.mark.parametrize("table", TABLES, ids=[table.stem for table in TABLES])
each_note = pytest.mark.parametrize("note", NOTES, ids=[note.stem for note in NOTES])


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: what the lines `first` to `last` say, and where in the handbook it stands."""

    first: int
    last: int
    says: str
    place: str


def rows(table: Path) -> Iterator[Row]:
    """Give the rows of a table; each line of it that begins with a bar is one."""
    lines = [line for line in table.read_text("utf-8").splitlines() if line.startswith("|")]
    assert lines[:2] == _HEAD
    for line in lines[2:]:
        row = _ROW.fullmatch(line)
        assert row is not None, line
        yield Row(int(row[1]), int(row[2]), row[3], row[4])


def seed_of(table: Path) -> list[str]:
    """Give the lines of the source that a table is about, or skip where the sources are not."""
    found = [seed for seed in SEEDS if seed.name.startswith(f"{table.stem}_")]
    if not SEEDS:
        pytest.skip("the source documents (../shared/seeds) are not here")
    assert len(found) == 1
    assert found[0].name in table.read_text("utf-8")
    return found[0].read_text("utf-8").split("\n")


def runs(text: str) -> Iterator[tuple[str, ...]]:
    """Give each eight words that follow one another in `text`, in lower case."""
    words = re.findall(r"\w+", text.lower())
    return (tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))


@pytest.fixture(scope="module")
def said() -> frozenset[tuple[str, ...]]:
    """Give each run of eight words in the sources."""
    if not SEEDS:
        pytest.skip("the source documents (../shared/seeds) are not here")
    return frozenset(run for seed in SEEDS for run in runs(seed.read_text("utf-8")))


@pytest.fixture(scope="module")
def headings() -> frozenset[str]:
    """Give every place in the handbook as the tables name it: a heading as it is written."""
    documents = [(note, read_markdown(RawFile(note.name, "corpus", note.read_bytes()))) for note in NOTES]
    return frozenset(
        f"{note.stem} › {document.text[heading.start : heading.end].strip().lstrip('# ')}"
        for note, document in documents
        for heading in document.headings
    )


def test_each_source_has_its_table() -> None:
    """There are five tables, and each source has one."""
    assert [table.stem for table in TABLES] == ["000", "001", "002", "003", "004"]
    assert not SEEDS or [seed.name.partition("_")[0] for seed in SEEDS] == [table.stem for table in TABLES]


@each_table
def test_every_place_is_in_the_handbook(table: Path, headings: frozenset[str]) -> None:
    """Each row names a note and a heading that it has, word for word, or says that there is no fact."""
    places = {row.place for row in rows(table)}
    assert places - {NO_FACT} <= headings
    assert len(places) > 10


@each_table
def test_rows_are_in_order(table: Path) -> None:
    """The rows follow the source, from its first line to its last, and no row stands there twice."""
    listed = list(rows(table))
    assert all(row.first <= row.last for row in listed)
    assert all(above.first <= below.first for above, below in pairwise(listed))
    assert len(set(listed)) == len(listed)


@each_table
def test_no_line_of_a_source_is_left_out(table: Path) -> None:
    """Every line that says anything lies in the range of a row, and no range ends after the source does."""
    lines = seed_of(table)
    covered = {number for row in rows(table) for number in range(row.first, row.last + 1)}
    assert [number for number, line in enumerate(lines, 1) if line.strip() and number not in covered] == []
    assert max(covered) <= len(lines)


@each_note
def test_no_note_repeats_a_source(note: Path, said: frozenset[tuple[str, ...]]) -> None:
    """No eight words in a row come from a source, but in code, which can only be written in one way."""
    own = _CODE.sub(" ", note.read_text("utf-8"))
    assert [" ".join(run) for run in runs(own) if run in said] == []
