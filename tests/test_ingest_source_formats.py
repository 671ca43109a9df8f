"""Formats whose markup is on disk as it is quoted, and notebooks: each case has its outline beside it.

`data/<format>/<name>.outline` holds the title of `<name>`, then a line for each heading and block.
"""

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from notes import NOTES
from outlines import assert_well_formed, outline

from ingest.chunk import chunk
from ingest.decode import redecode
from ingest.encoded import words
from ingest.errors import UnreadableError
from ingest.read import read
from ingest.spans import quotable
from ingest.types import Document, Kind, RawFile

FOLDERS = ("asciidoc", "delimited", "notebook", "org", "rst")
DATA = Path(__file__).parent / "data"
OUTLINES = sorted(path for folder in FOLDERS for path in (DATA / folder).glob("*.outline"))
SUFFIXES = (".adoc", ".csv", ".org", ".rst", ".tsv")

# Signs that open and close things in one of the formats, on lines of their own or before words.
_SIGNS = st.sampled_from([
    "====", "----", "....", "++++", "////", "____", "****", "--", "|===", ",===", "```", "'''", "<<<", "+",
    "[source]", "[NOTE]", ".Title", ":name: value", "include::x[]", "// comment", "NOTE: a", "* ", "** a",
    "#+begin_src sh", "#+end_src", "#+begin_quote", "#+end_quote", "#+TITLE: a", ":drawer:", ":END:", "# a",
    "* TODO a :b:", "| a | b |", "|---+---|", ": a", "- a :: b", "[fn:1] a", "+ a", "-----", "CLOCK: [x]",
    ".. note::", ".. code-block:: sh", ".. image:: a", "   :width: 3", ".. [1] a", ".. _a: b", "..", "__ a",
    "== ==", "+--+--+", "+==+==+", "|a |b |", "a::", "::", "> a", ">>> a", "| a", ":field: a", "-a  b",
    "A. a",
    "term", "  definition", "      code", "=", "~~~~", "a;b;c", 'a,"b', '"', "a\tb", "sep=;", "1,2", "x" * 70,
])  # fmt: skip
_LINES = st.one_of(
    _SIGNS, NOTES, st.just(""), st.builds(lambda sign, by: " " * by + sign, _SIGNS, st.integers(1, 4))
)
TEXTS = st.builds(
    lambda lines, end: end.join(lines), st.lists(_LINES, max_size=25), st.sampled_from(["\n", "\r\n", "\r"])
)


def case_of(path: Path) -> Path:
    """Give the file that an outline is of."""
    return path.with_suffix("")


def read_case(path: Path) -> Document:
    """Read the file that an outline is of."""
    return read(RawFile(case_of(path).name, "cases", case_of(path).read_bytes()))


def count(text: str) -> int:
    """Count words as an encoder's tokens."""
    return len(text.split())


def test_there_are_cases() -> None:
    """Each folder has cases, and each of its files but the refused one has an outline."""
    assert {path.parent.name for path in OUTLINES} == set(FOLDERS)
    files = {path for folder in FOLDERS for path in (DATA / folder).iterdir() if path.suffix != ".outline"}
    assert files - set(map(case_of, OUTLINES)) == {DATA / "notebook" / "damaged.ipynb"}


@pytest.mark.parametrize("path", OUTLINES, ids=lambda path: path.name)
def test_the_outline_of_each_case(path: Path) -> None:
    """A file is cut where a person would cut it, and its words stand in it."""
    document = read_case(path)
    assert outline(document) == path.read_text(encoding="utf-8")
    assert_well_formed(document)


@pytest.mark.parametrize(
    "path", [path for path in OUTLINES if path.parent.name != "notebook"], ids=lambda path: path.name
)
def test_the_text_is_the_file(path: Path) -> None:
    """What is on disk is what is quoted, at the lines that are told."""
    document = read_case(path)
    assert document.encoding is not None
    assert document.text == redecode(case_of(path).read_bytes(), document.encoding)
    for block in document.blocks:
        first = document.line(block.start) - 1
        assert document.text[document.line_starts[first] : block.start].strip() == ""


@pytest.mark.parametrize(
    "path",
    [path for path in OUTLINES if path.parent.name in {"asciidoc", "org", "rst"}],
    ids=lambda path: path.name,
)
@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_line_ends_make_no_difference(path: Path, line_end: str) -> None:
    """The same file with other line ends has the same structure."""
    body = case_of(path).read_bytes().replace(b"\n", line_end.encode())
    document = read(RawFile(case_of(path).name, "cases", body))
    expected = path.read_text(encoding="utf-8").replace(
        "\\n", line_end.replace("\r", "\\r").replace("\n", "\\n")
    )
    assert outline(document) == expected
    plain = read_case(path)
    assert [words(document, one.start, one.end) for one in document.blocks] == [
        words(plain, one.start, one.end) for one in plain.blocks
    ]


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.sampled_from(SUFFIXES))
@example("====\n====\n====\n", ".rst")
@example("  a\n b\nc\n", ".rst")
@example("a::\n\nb", ".rst")
@example('a,"\n', ".csv")
@example("[a]\n", ".adoc")
def test_any_text_is_read_to_the_letter(text: str, suffix: str) -> None:
    """The text is the file's; headings and blocks are in order and apart; spans lie in passages."""
    body = text.encode("utf-8", "replace")
    try:
        document = read(RawFile(f"a{suffix}", "notes", body))
    except UnreadableError:
        return
    assert document.encoding is not None
    assert document.text == redecode(body, document.encoding)
    assert_well_formed(document)
    assert all(bool(block.parts) is (block.kind is not Kind.PROSE) for block in document.blocks)
    for passage in chunk(document, count, 60):
        for span in quotable(passage):
            assert passage.start <= span.start < span.end <= passage.end
            assert span.words == " ".join(span.words.split())


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([*SUFFIXES, ".docx", ".ipynb"]))
def test_any_bytes_are_read_or_refused(body: bytes, suffix: str) -> None:
    """Whatever the bytes, there is a document or a reason, and no other error."""
    try:
        document = read(RawFile(f"a{suffix}", "notes", body))
    except UnreadableError as error:
        assert "reader failed" not in str(error)  # noqa: PT017 - either way out is fine
        return
    assert_well_formed(document)
