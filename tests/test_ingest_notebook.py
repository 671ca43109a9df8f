"""Notebooks: the cells' own sources are quoted, and a place names the cell."""

import json
from pathlib import Path

import pytest
from outlines import assert_well_formed

from ingest.chunk import chunk
from ingest.encoded import encoded
from ingest.errors import UnreadableError
from ingest.notebook import LONGEST_OUTPUT
from ingest.read import read
from ingest.spans import quotable
from ingest.types import Document, Format, Link, RawFile, Span

DATA = Path(__file__).parent / "data" / "notebook"


def notebook(*cells: object, **more: object) -> Document:
    """Read a notebook of cells; a text is a cell of Markdown."""
    written = [
        {"cell_type": "markdown", "metadata": {}, "source": cell} if isinstance(cell, str) else cell
        for cell in cells
    ]
    body = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": written} | more).encode()
    document = read(RawFile("a/churn_study.ipynb", "notes", body))
    assert_well_formed(document)
    return document


def code(source: object, *outputs: object) -> dict[str, object]:
    """Give a cell of code."""
    return {
        "cell_type": "code",
        "metadata": {},
        "execution_count": 1,
        "source": source,
        "outputs": list(outputs),
    }


def place(document: Document, words: str) -> str:
    """Give the location of some words."""
    start = document.text.index(words)
    return Span(document, start, start + len(words)).location


def test_a_place_is_a_cell() -> None:
    """Cells are counted from 1, empty ones too; what reaches over several names the first and the last."""
    document = read(RawFile("study.ipynb", "notes", (DATA / "study.ipynb").read_bytes()))
    assert (document.format, document.encoding) == (Format.NOTEBOOK, None)
    assert place(document, "test accounts") == "study.ipynb cell 1"
    assert place(document, "accounts = pd") == "study.ipynb cell 3"
    assert place(document, "1204\n\n## Result") == "study.ipynb cells 3-4"
    assert Span(document, 0, 3).lines is None
    assert document.links == (
        Link("plan.md", "the plan", document.text.index("[the"), document.text.index("[the") + 19),
    )
    assert document.metadata.owner == "Data team"


def test_code_stays_code() -> None:
    """What looks like Markdown in code is none, with or without the sentence that leads to it."""
    document = notebook("Unpack it:", code("*first, _rest_ = `x`\n# no heading"))
    passage = chunk(document, lambda text: len(text.split()), 60)[0]
    assert encoded(passage) == "churn study. Unpack it: *first, _rest_ = `x` # no heading"
    assert [span.words for span in quotable(passage)] == ["Unpack it: *first, _rest_ = `x` # no heading"]


@pytest.mark.parametrize(
    ("output", "shown"),
    [
        ({"output_type": "stream", "name": "stdout", "text": ["a\n", "b\n"]}, "a\nb"),
        ({"output_type": "stream", "name": "stdout", "text": "x" * (LONGEST_OUTPUT + 1)}, None),
        (
            {
                "output_type": "execute_result",
                "data": {"text/plain": "2"},
                "metadata": {},
                "execution_count": 1,
            },
            "2",
        ),
        (
            {"output_type": "display_data", "data": {"text/plain": "<F>", "image/png": ""}, "metadata": {}},
            None,
        ),
        ({"output_type": "error", "ename": "E", "evalue": "e", "traceback": ["t"]}, None),
        ({"output_type": "stream", "name": "stdout", "text": "\x1b[31mred\x1b[0m"}, "red"),
    ],
)
def test_outputs(output: object, shown: str | None) -> None:
    """What code put out is read where it is short and text."""
    assert notebook(code("run()", output)).text == "run()\n\n" + (f"{shown}\n\n" if shown else "")


def test_the_title() -> None:
    """It is what the file states, else the top heading, else the file's name."""
    assert notebook("# Top", metadata={"title": "Stated  title"}).title == "Stated title"
    assert notebook("## Lower\n\n# Top").title == "Top"
    assert notebook("words").title == "churn study"
    assert notebook("words", metadata={"title": 1, "authors": "x"}).metadata.owner is None
    assert notebook("words", metadata={"authors": [{"name": "A"}, 1, {"name": "B"}]}).metadata.owner == "A, B"


def test_half_characters_are_mended() -> None:
    """JSON can hold half of a surrogate pair, which no file can."""
    assert notebook("a\ud800b").text == "a?b\n\n"


def test_an_older_notebook_is_read() -> None:
    """Its headings were cells of their own."""
    document = read(RawFile("old.ipynb", "notes", (DATA / "version3.ipynb").read_bytes()))
    assert document.text == "# Old study\n\na = 1\n\n"


@pytest.mark.parametrize(
    "body",
    [
        "words", "{}", "[]", "1", '{"nbformat": 4}', '{"nbformat": 9}',
        '{"nbformat": 4, "cells": [1], "metadata": {}}',
        '{"nbformat": 3, "worksheets": 5}', '{"nbformat": 4, "metadata": {}, "cells": 7}', "[" * 500,
    ],
)  # fmt: skip
def test_what_is_no_notebook_is_refused(body: str) -> None:
    """With the reason, and what to do."""
    with pytest.raises(UnreadableError, match=r"^no whole notebook: .*; open and save it in Jupyter$"):
        read(RawFile("a.ipynb", "notes", body.encode()))


def test_a_hostile_notebook() -> None:
    """Values of a wrong type are left out; what is nested without end has a reason of its own."""
    with pytest.raises(UnreadableError):
        read(RawFile("a.ipynb", "notes", b"[" * 100_000))
    assert (
        notebook(
            {
                "cell_type": "code",
                "metadata": {},
                "source": ["a", "b"],
                "outputs": [{"output_type": "stream"}],
            }
        ).text
        == "ab\n\n"
    )
