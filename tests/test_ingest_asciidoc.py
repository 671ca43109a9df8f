"""AsciiDoc is read over its unedited characters; no include is followed."""

import pytest
from outlines import assert_well_formed, outline

from ingest.read import read
from ingest.types import Document, RawFile


def document_of(text: str) -> Document:
    """Read a text as AsciiDoc."""
    document = read(RawFile("ops/on_call.adoc", "notes", text.encode()))
    assert_well_formed(document)
    return document


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Title\n=====\n\nPart\n~~~~\n", ["# Title", "### Part"]),
        ("Title\n=\n", ["prose: Title\\n="]),
        (" == no\n", ["code:  == no"]),
        ("== Yes ==\n", ["## Yes"]),
        ("* a\n+\n[x]\n----\nb\n\nc\n----\n* d\n", ["list: * a\\n+\\n[x]\\n----\\nb\\n\\nc\\n----\\n | * d"]),
        ("* one\n\n+\ntext\n\n* two\n", ["list: * one\\n\\n+\\ntext\\n\\n | * two"]),
        ("* one\n+\n\nend\n", ["list: * one\\n+", "prose: end"]),
        (". a\n+\ntext\n+\n. b\n", ["list: . a\\n+\\ntext\\n+\\n | . b"]),
        ("* one\n* two", ["list: * one\\n | * two"]),
        ("* one\n\nend\n", ["list: * one", "prose: end"]),
        ("* one\n----\na\n----\n", ["list: * one", "code: ----\\na\\n----"]),
        ("* one\n\n== Two\n", ["list: * one", "## Two"]),
        ("<1> one\n<2> two\n", ["list: <1> one\\n | <2> two"]),
        ("1. one\n2. two\n", ["list: 1. one\\n | 2. two"]),
        ("- a\n- b\n", ["list: - a\\n | - b"]),
        ("a:: b\nc;; d\n", ["list: a:: b\\n | c;; d"]),
        (".Lead\n* one\n", ["prose: .Lead", "list: * one"]),
        (".Lead\ntext\n", ["prose: .Lead", "prose: text"]),
        (".Lead\n== Two\n", ["prose: .Lead", "## Two"]),
        ("[quote]\n____\ntext\n____\n", ["prose: text"]),
        ("++++\n<b>\n++++\nx\n", ["prose: x"]),
        ("////\nhidden\n////\nx\n", ["prose: x"]),
        ("--\nopen\n--\n", ["prose: open"]),
        ("```sh\nls\n```\n", ["code: ```sh\\nls\\n```"]),
        ("[source]\nls\n", ["code: [source]\\nls"]),
        ("|===\n|a |b\n|c |d\n|===\n", ["table: |===\\n|a |b\\n | |c |d\\n|==="]),
        ("|===\n|===\n", ["table: |===\\n|==="]),
        ("a\n// b\nc\n", ["prose: a", "prose: c"]),
        ("ifdef::x[]\na\nendif::[]\n", ["prose: a"]),
        ("a\nimage::b.png[]\n", ["prose: a"]),
        ("x\n:name: value\n", ["prose: x\\n:name: value"]),
        ("x\n\n:name: value\n", ["prose: x"]),
        ("Run this:\n----\ncode\n----\n", ["prose: Run this:", "code: ----\\ncode\\n----"]),
    ],
)  # fmt: skip
def test_blocks(text: str, expected: list[str]) -> None:
    """Blocks go by what their lines begin with, and by the delimiters around them."""
    assert outline(document_of(text)).splitlines()[1:] == expected


@pytest.mark.parametrize(
    ("text", "title", "owner", "updated"),
    [
        ("= A\nOps Team <o@example.org>\nv1, 2026-02-03: x\n\nx\n", "A", "Ops Team", "2026-02-03"),
        ("= A\nOps Team\n\nx\n", "A", "Ops Team", None),
        ("= A\n:author: Ops\n// comment\n:revdate: 2026-02-03\n\nx\n", "A", "Ops", "2026-02-03"),
        (":doctitle: B\n\nx\n", "B", None, None),
        ("= A\n", "A", None, None),
        ("== C\n\nx\n", "C", None, None),
        ("x\n", "on call", None, None),
        ("= A\nOps Team", "A", "Ops Team", None),
        ("// only\n:a: b\n\nx", "on call", None, None),
    ],
)
def test_the_header(text: str, title: str, owner: str | None, updated: str | None) -> None:
    """The title, its author and revision, and attributes are metadata."""
    document = document_of(text)
    assert (document.title, document.metadata.owner, document.metadata.updated) == (title, owner, updated)


def test_includes_are_told_and_not_followed() -> None:
    """A note says how many."""
    document = document_of("a\n\ninclude::/etc/hostname[]\n\ninclude::b.adoc[]\n")
    assert document.notes == (
        "2 `include::` not followed; what they name is found where it is indexed itself",
    )
    assert outline(document).splitlines()[1:] == ["prose: a"]


def test_an_attribute_alone_is_no_document() -> None:
    """A line of attributes at the end has nothing to be about."""
    assert outline(document_of("x\n\n[source]")).splitlines()[1:] == ["prose: x"]


def test_links() -> None:
    """Links, references, and bare addresses; what is code is none."""
    text = "link:a.adoc[A] https://b.org[B] xref:c[] <<d,D>> <<e>> `https://f.org` https://g.org.\n"
    assert [(link.target, link.title) for link in document_of(text).links] == [
        ("a.adoc", "A"), ("https://b.org", "B"), ("c", "c"), ("d", "D"), ("e", "e"),
        ("https://g.org", "https://g.org"),
    ]  # fmt: skip
