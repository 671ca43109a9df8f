"""Org files are read over their unedited characters; what Emacs keeps for itself is no text."""

from pathlib import Path

import orgparse
import pytest
from outlines import assert_well_formed, outline, titles

from ingest.read import read
from ingest.types import Document, RawFile

DATA = Path(__file__).parent / "data" / "org"


def document_of(text: str) -> Document:
    """Read a text as an Org file."""
    document = read(RawFile("ops/on_call.org", "notes", text.encode()))
    assert_well_formed(document)
    return document


def test_orgparse_sees_the_same_headings() -> None:
    """Titles, levels and tags are those that another reader finds."""
    text = (
        "#+TODO: TODO WAIT | DONE GONE\n* TODO [#A] One :a:b:\nbody\n** WAIT Two\n*** GONE Three :c:\n"
        "* Four: with colons\n*not a heading\n** Five\n"
    )
    document = document_of(text)
    nodes = list(orgparse.loads(text)[1:])
    assert titles(document) == [node.heading for node in nodes]
    assert [heading.level for heading in document.headings] == [node.level for node in nodes]
    assert set(document.metadata.tags) == {tag for node in nodes for tag in node.shallow_tags}
    assert document.title == "One"


def test_one_impossible_date_costs_no_file() -> None:
    """A file that another reader gives up on is read: its planning is no text."""
    text = "* One\nSCHEDULED: <2026-13-41 Mon>\nWords.\n"
    with pytest.raises(ValueError, match="month"):
        orgparse.loads(text)
    assert outline(document_of(text)).splitlines()[2:] == ["prose: Words."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- a\n\n- b\n\n\n- c\n", ["list: - a\\n\\n | - b", "list: - c"]),
        ("- a\n  deeper\nback\n", ["list: - a\\n  deeper", "prose: back"]),
        (" * a\n * b\n", ["list: * a\\n  | * b"]),
        ("text\n- item\n", ["prose: text", "list: - item"]),
        ("text\n| a |\n", ["prose: text", "table: | a |"]),
        ("one\n+two\n3 three\n:four\n", ["prose: one\\n+two\\n3 three\\n:four"]),
        (":NOTES:\nkept\n:END:\n", ["prose: kept"]),
        (":LOGBOOK:\ngone\n:END:\nx\n", ["prose: x"]),
        (":NOTES:\nnever closed\n", ["prose: :NOTES:\\nnever closed"]),
        ("#+begin_verse\nkept\n#+end_verse\n", ["prose: kept"]),
        ("#+begin_src\na\n\nb\n#+end_src\n", ["code: #+begin_src\\na\\n\\n | b\\n#+end_src"]),
        ("#+begin_src\na\n", ["prose: a"]),
        ("| a |\n| b |\n| c |\n", ["table: | a |\\n | | b |\\n | | c |"]),
        ("|---|\n| a |\n", ["table: |---|\\n| a |"]),
        ("# comment\n#+NAME: x\nCLOCK: [2026-01-01]\n-----\nend", ["prose: end"]),
        ("- a", ["list: - a"]),
    ],
)  # fmt: skip
def test_blocks(text: str, expected: list[str]) -> None:
    """Blocks go by what their lines begin with."""
    assert outline(document_of(text)).splitlines()[1:] == expected


def test_what_a_file_says_of_itself() -> None:
    """Keywords may be said again; the title's markup is taken out."""
    text = "#+TITLE: On *call*\n#+TITLE: guide\n#+FILETAGS: :a:\n#+FILETAGS: :b:\n#+AUTHOR: Ops\n\nx\n"
    document = document_of(text)
    assert (document.title, document.metadata.tags, document.metadata.owner) == (
        "On call guide",
        ("a", "b"),
        "Ops",
    )
    assert document_of("x").title == "on call"


def test_links() -> None:
    """With and without a title, and bare addresses."""
    document = document_of("[[file:a.org][A]] [[b]] https://c.org.\n")
    assert [(link.target, link.title) for link in document.links] == [
        ("a.org", "A"), ("b", "b"), ("https://c.org", "https://c.org"),
    ]  # fmt: skip
