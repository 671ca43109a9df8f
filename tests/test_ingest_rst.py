"""reStructuredText is read as docutils reads it, without running anything, over the unedited characters."""

import io
import re
from pathlib import Path

import pytest
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.parsers.rst import Parser
from docutils.utils import new_document
from outlines import assert_well_formed, outline, titles

from ingest.read import read
from ingest.types import Document, Link, Metadata, RawFile

DATA = Path(__file__).parent / "data" / "rst"


def document_of(text: str) -> Document:
    """Read a text as reStructuredText."""
    document = read(RawFile("ops/on_call.rst", "notes", text.encode()))
    assert_well_formed(document)
    return document


def structure(text: str) -> list[str]:
    """Give the outline of a text without its title."""
    return outline(document_of(text)).splitlines()[1:]


def parsed(text: str) -> nodes.document:
    """Give what docutils makes of a text, with all that could touch files or the network turned off."""
    settings = get_default_settings(Parser)
    settings.file_insertion_enabled = settings.raw_enabled = False
    settings.report_level = settings.halt_level = 5
    settings.warning_stream = io.StringIO()
    document = new_document("case", settings)
    Parser().parse(text, document)
    return document


@pytest.mark.parametrize("name", ["runbook.rst", "latin1.rst", "directives.rst"])
def test_docutils_sees_the_same(name: str) -> None:
    """The same sections in the same depth, and no word of a paragraph or code that is in no piece of ours."""
    document = read(RawFile(name, "cases", (DATA / name).read_bytes()))
    theirs = parsed(document.text)
    sections = list(theirs.findall(nodes.section))
    assert titles(document) == [
        title.astext() for section in sections if (title := section.next_node(nodes.title)) is not None
    ]
    depths = []
    for section in sections:
        depth, above = 1, section.parent
        while isinstance(above, nodes.section):
            depth, above = depth + 1, above.parent
        depths.append(depth)
    assert [heading.level for heading in document.headings] == depths
    ours = " ".join(document.text[block.start : block.end] for block in document.blocks)
    for node in theirs.findall():
        docinfo = (
            node.parent
            and isinstance(node.parent.parent, nodes.field)
            and node.parent.parent.parent.line == 1
        )
        hidden = docinfo or any(isinstance(up, nodes.system_message) for up in ancestors(node))
        if isinstance(node, nodes.paragraph | nodes.literal_block) and not hidden:
            assert set(re.findall(r"\w+", node.astext())) <= set(re.findall(r"\w+", ours))


def ancestors(node: nodes.Node) -> list[nodes.Node]:
    """Give a node with all that it stands in."""
    found = []
    while node is not None:
        found.append(node)
        node = node.parent
    return found


@pytest.mark.parametrize(
    ("text", "metadata", "title"),
    [
        (
            ":Tags: a, b; c\n:Owner: Ops\n  team\n:Updated: 2026-02-30 2026-2-3\n:title: Told\n",
            Metadata(("a", "b", "c"), owner="Ops team", updated="2026-02-03"),
            "Told",
        ),
        ("T\n=\n\n:keywords: one two\n:alias: x\n", Metadata(("one", "two"), ("x",)), "T"),
        ("Words.\n", Metadata(), "on call"),
        (":a: b\nWords.\n", Metadata(), "on call"),
        ("  indented\n", Metadata(), "on call"),
    ],
)  # fmt: skip
def test_fields_that_open_the_file_are_its_metadata(text: str, metadata: Metadata, title: str) -> None:
    """They stand above or right below the title, and are no text of the document."""
    document = document_of(text + "\nEnd.\n")
    assert (document.metadata, document.title) == (metadata, title)
    assert document.text[document.blocks[-1].start :] == "End.\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One\n===\n\nTwo\n---\n\nThree\n=====\n", ["# One", "## Two", "# Three"]),
        ("===\nOne\n===\n\nTwo\n===\n", ["# One", "## Two"]),
        (" ===\nnone\n===\n", ["prose: ===", "prose: none\\n==="]),
        ("A long title\n====\n", ["# A long title"]),
        ("A long title\n===\n", ["prose: A long title\\n==="]),
        ("====\n====\n====\n\nx", ["prose: x"]),
        ("Use ``code`` now\n================\n", ["# Use code now"]),
        ("A\n==\nB\n==\n", ["# A", "# B"]),
        ("x\n\n----\n\ny", ["prose: x", "prose: y"]),
    ],
)
def test_titles(text: str, expected: list[str]) -> None:
    """A title has a line of one sign under it, or the same above too; each new way is one level deeper."""
    assert structure(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("::\n\n  code\n", ["code:   code"]),
        ("Lead::\n\nnot deeper\n", ["prose: Lead::", "prose: not deeper"]),
        ("Lead::\n\n# quoted\n# code\n\nx\n", ["prose: Lead::", "code: # quoted\\n | # code", "prose: x"]),
        ("Lead::", ["prose: Lead::"]),
        ("* a\n* b\n\n- c\n1. d\n2. e\n", ["list: * a\\n | * b", "list: - c", "list: 1. d\\n | 2. e"]),
        ("A. Smith came\nlater.\n", ["prose: A. Smith came\\nlater."]),
        ("A. Smith\n\nx\n", ["list: A. Smith", "prose: x"]),
        ("1. one\n   more\n", ["list: 1. one\\n   more"]),
        ("__ https://example.org\n\nx\n", ["prose: x"]),
        ("..\n\n   quote\n", ["prose: quote"]),
        (".. note::\n\nx", ["prose: x"]),
        (".. code::\n   :x: y\n\nz", ["prose: z"]),
        (".. code:: sh\n\n   ls\n", ["code: .. code:: sh\\n\\n   ls"]),
        (".. csv-table:: T\n\n   a, b\n   c, d\n", ["table: .. csv-table:: T\\n\\n   a, b\\n    | c, d"]),
        (".. csv-table::\n", ["table: .. csv-table::"]),
        (".. note:: Now\n   :class: x\n\n   Then.\n", ["prose: .. note:: Now", "prose: Then."]),
        (".. note::\n   Now.\n", ["prose: .. note::\\n   Now."]),
        (".. |a| replace:: b\n\n.. c:\n\nx", ["prose: x"]),
        (".. [a] One.\n\n   Two.\n", ["prose: .. [a] One.", "prose: Two."]),
        ("=== ===\na   b\n\n\nx", ["table: === ===\\na   b", "prose: x"]),
        ("=== ===\na   b\n\nc   d\n=== ===\n", ["table: === ===\\na   b\\n\\n | c   d\\n=== ==="]),
        ("=== ===\na   b", ["table: === ===\\na   b"]),
        ("+---+\n| a |\n+---+\n| b |\n+---+\n", ["table: +---+\\n| a |\\n+---+\\n | | b |\\n+---+"]),
        ("Term\n  Meaning.\nOther\n  More.\n", ["list: Term\\n  Meaning.\\n | Other\\n  More."]),
    ],
)  # fmt: skip
def test_blocks(text: str, expected: list[str]) -> None:
    """Blocks go by signs and indents; what directives are told is not shown."""
    assert structure(text) == expected


def test_nothing_is_included_or_run() -> None:
    """A directive that names a file, or holds what is raw, shows nothing."""
    text = (
        "Text.\n\n.. include:: /etc/hosts\n\n.. raw:: html\n\n   <b>x</b>\n\n.. literalinclude:: /etc/hosts\n"
    )
    assert structure(text) == ["prose: Text."]


def test_deep_nesting_ends_as_paragraphs() -> None:
    """What stands in too many quotes is a paragraph, and is not lost."""
    text = "".join(f"{' ' * depth}- {depth}\n\n{' ' * depth}x{depth}\n\n" for depth in range(0, 40, 2))
    quotes = "".join(f"{' ' * depth}q{depth}\n\n" for depth in range(20))
    assert "x38" in document_of(text).text
    assert structure(quotes)[-1].endswith("q19")


def test_links() -> None:
    """Links with their addresses, links to documents, and bare addresses; what is code is none."""
    text = (
        "`a <https://a.org>`_ :doc:`b <guide/b>` :doc:`c` ``https://d.org`` (https://e.org)."
        " https://f.org/x_(y)\n\n::\n\n   https://g.org\n"
    )
    assert [(link.target, link.title) for link in document_of(text).links] == [
        ("https://a.org", "a"), ("guide/b", "b"), ("c", "c"), ("https://e.org", "https://e.org"),
        ("https://f.org/x_(y)", "https://f.org/x_(y)"),
    ]  # fmt: skip
    assert document_of("`a <b>`__").links == (Link("b", "a", 0, 9),)
