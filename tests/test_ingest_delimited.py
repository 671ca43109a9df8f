"""Tables with a row a line: each row is encoded with the names of its columns, and quoted as it stands."""

from pathlib import Path

import pytest
from outlines import assert_well_formed

from ingest import delimited
from ingest.chunk import chunk
from ingest.delimited import Dialect, dialect_of, row_words
from ingest.encoded import encoded, words
from ingest.errors import UnreadableError
from ingest.read import read
from ingest.spans import quotable
from ingest.types import Document, Kind, RawFile, Span

DATA = Path(__file__).parent / "data" / "delimited"


def document_of(text: str | bytes, path: str = "ops/service_owners.csv") -> Document:
    """Read a table."""
    document = read(RawFile(path, "notes", text if isinstance(text, bytes) else text.encode()))
    assert_well_formed(document)
    return document


def rows(document: Document) -> list[str]:
    """Give the words of each row."""
    return [words(document, block.start, block.end) for block in document.blocks]


def count(text: str) -> int:
    """Count words as an encoder's tokens."""
    return len(text.split())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "services.csv",
            [
                "service: checkout; owner: payments, team; pager: +1 555 0100",
                "service: cart; owner: shop team; pager: +1 555 0101",
                "service: search; owner: discovery",
            ],
        ),
        (
            "semicolons.csv",
            ["Name: Meyer; Stadt: Köln; Umsatz: 1.200,50", "Name: Schulz; Stadt: Bonn; Umsatz: 90,00"],
        ),
        ("no_head.tsv", ["2026-01-01; 12; ok", "2026-01-02; 15; late"]),
        ("stated.csv", ["key: a, b; value: c;d"]),
        ("unclosed.csv", ["name: pump; notes: never closed", "name: valve; notes: fine"]),
        ("latin1.csv", ["nom: Renée; ville: Orléans"]),
    ],
)  # fmt: skip
def test_each_cell_comes_with_its_column(name: str, expected: list[str]) -> None:
    """Whatever stands between the cells; a row with fewer cells has fewer, one with more has bare ones."""
    assert rows(document_of((DATA / name).read_bytes(), name)) == expected


def test_a_row_is_quoted_at_its_lines() -> None:
    """A quote is the row's own characters; the head is shown above it, and not encoded twice."""
    document = document_of((DATA / "services.csv").read_bytes())
    passages = chunk(document, count, 60)
    assert [passage.kind for passage in passages] == [Kind.TABLE]
    assert passages[0].headings == ("service, owner, pager",)
    assert encoded(passages[0]).startswith("service owners. service: checkout; owner: ")
    second = quotable(passages[0])[1]
    assert second.words == "service: cart; owner: shop team; pager: +1 555 0101"
    span = Span(document, second.start, second.end)
    assert (span.text, span.location) == ('cart,"shop\nteam",+1 555 0101', "ops/service_owners.csv:3-4")


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("name,notes\na,b\n", "name, notes"),
        ("name,name\na,b\n", None),
        ("name,2026\na,b\n", None),
        (",\na,b\n", None),
        ("name,,,\na,b,c,d\n", None),
        ("ok,late\nlate,ok\nok,late\n", None),
        ("alone,here\n", None),
        (f"{'word ' * 20},b\na,b\n", None),
        ("a@b.org,x\ny,z\n", None),
        ("name,\na,b\n", "name"),
    ],
)
def test_the_head(text: str, head: str | None) -> None:
    """A first row names columns if it is short, distinct words, none of which stands below."""
    document = document_of(text)
    assert [heading.title for heading in document.headings] == ([] if head is None else [head])


def test_a_long_head_is_shown_in_part() -> None:
    """Whole names, and a sign that there are more; all columns are encoded."""
    names = [f"column number {at}" for at in range(30)]
    document = document_of(f"{','.join(names)}\n{','.join('abc' + str(at) for at in range(30))}\n")
    assert document.headings[0].title.endswith("column number 6, …")
    assert "column number 29: abc29" in rows(document)[0]


@pytest.mark.parametrize(
    ("sample", "separator"),
    [
        ("a,b\nc,d\n", ","), ("a;b,c\nd;e\n", ";"), ("a\tb\n", "\t"), ("a|b\nc|d\n", "|"), ("a\nb\n", ","),
        ("", ","), ("sep=;\na,b\n", ";"), ("a,b\n" * 2000, ","), ("x" * 5000, ","),
        ('"' + "x" * 200_000, ","),
    ],
)  # fmt: skip
def test_what_stands_between_cells(sample: str, separator: str) -> None:
    """It is what the file says, or what most rows agree on."""
    assert dialect_of(sample) == Dialect(separator)


def test_a_quote_that_is_never_closed_takes_no_rows() -> None:
    """Neither at the end, nor over many lines, nor in one long cell; a note says where."""
    note = ("a quote in line 2 is never closed; quotes are read as letters",)
    for text in (
        'a,b\nx,"y\nz,w\n',
        'a,b\nx,"y\n' + "z,w\n" * 600 + 'u,v"\n',
        'a,b\nx,"' + "y" * 140_000 + "\n",
    ):
        if len(text) > 100_000:
            with pytest.raises(
                UnreadableError, match=r"line 2: field larger than field limit \(131072\); split"
            ):
                document_of(text)
            continue
        document = document_of(text)
        assert document.notes == note
        assert len(document.blocks) == text.count("\n") - 1


def test_a_cut_row_keeps_its_columns() -> None:
    """A row that does not fit a passage is cut; each part says which column it is of."""
    long = " ".join(f"word{at}" for at in range(100))
    document = document_of(f'name,notes,more\nx,"{long}",last\n')
    said = [encoded(passage) for passage in chunk(document, count, 40)]
    assert said[0].startswith("service owners. name: x; notes: word0")
    assert said[1].startswith("service owners. notes: word")
    assert said[-1].endswith("more: last")
    block = document.blocks[0]
    assert row_words(document, block, block.end - 1, block.end) == "more: t"
    assert row_words(document, block, block.start + 1, block.start + 2) == ""


def test_a_very_long_row_is_cut_without_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting the cells before each part would take the square of its length."""
    monkeypatch.setattr(delimited, "LONGEST_ROW", 10)
    document = document_of("name,notes\nabcdef,ghijklm\n")
    block = document.blocks[0]
    assert row_words(document, block, block.start + 7, block.end) == "ghijklm"


def test_odd_cells() -> None:
    """A cell over the library's limit is one cell; an empty row has no words."""
    document = document_of("a,b\nc,d\n")
    block = document.blocks[0]
    assert row_words(document, block, block.start, block.start) == ""
    long = "x" * 140_000
    one = Document("a.csv", "n", "", f"{long},y", document.format, "", blocks=(block,))
    assert row_words(one, block, 0, len(one.text)) == f"{long},y"


def test_dashes_in_a_cell_cut_nothing_off() -> None:
    """A cell may hold what is the line under a head in Markdown."""
    document = document_of('name,notes\nx,"above\n---\nbelow"\n')
    span = quotable(chunk(document, count, 60)[0])[0]
    assert document.text[span.start : span.end] == 'x,"above\n---\nbelow"'


def test_a_hundred_thousand_rows() -> None:
    """A large table is read, each row a block."""
    body = "id,name,notes\n" + "".join(f'{at},service {at},"notes, for {at}"\n' for at in range(100_000))
    document = read(RawFile("a.csv", "notes", body.encode()))
    assert len(document.blocks) == 100_000
    assert rows(document)[-1] == "id: 99999; name: service 99999; notes: notes, for 99999"
