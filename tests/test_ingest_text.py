"""Plain text gets its structure from how people type and how pages are scraped; its characters stay.

In `data/text` each `.txt` file lies beside its outline: the title, then a line for each heading and block.
"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from outlines import assert_well_formed, outline, pieces, read, texts, titles

from ingest.text import read_text
from ingest.types import Format, RawFile

CASES = sorted((Path(__file__).parent / "data" / "text").glob("*.txt"))


def test_there_are_cases() -> None:
    """The folder of cases is not empty, and each has its outline."""
    assert len(CASES) >= 10
    assert all(case.with_suffix(".outline").is_file() for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_the_outline_of_each_case(case: Path) -> None:
    """A text is cut where a person would cut it."""
    document = read_text(RawFile(case.name, "cases", case.read_bytes()))
    assert outline(document) == case.with_suffix(".outline").read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_line_ends_make_no_difference(case: Path, line_end: str) -> None:
    """The same text with other line ends has the same structure, and its line ends are kept."""
    text = case.read_bytes().decode().replace("\n", line_end)
    document = read_text(RawFile(case.name, "cases", text.encode()))
    assert document.text == text
    expected = case.with_suffix(".outline").read_text(encoding="utf-8")
    assert outline(document) == expected.replace("\\n", line_end.replace("\r", "\\r").replace("\n", "\\n"))


def test_the_document_says_where_it_comes_from() -> None:
    """Path, source, hash, codec and format are those of the file."""
    raw = RawFile("a.txt", "notes", b"\xef\xbb\xbfOne line.\r\n")
    document = read_text(raw)
    assert (document.path, document.source, document.sha256) == ("a.txt", "notes", raw.sha256)
    assert (document.text, document.encoding, document.format) == ("One line.\r\n", "utf-8-sig", Format.TEXT)
    assert document.notes == ()


def test_lost_characters_are_told() -> None:
    """A reader's note counts what the codec could not read."""
    document = read(b"Hello \xff\xfe everyone, this is a note.\n")
    assert document.notes == ("2 characters that are no utf-8 are shown as U+FFFD",)


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("a/on-call_guide.txt", "on call guide"),
        ("007_3fa94c55d10be2aa.txt", "007"),
        ("3fa94c55d10be2aa.txt", "3fa94c55d10be2aa"),
        ("facade.txt", "facade"),
        ("deadbeef-notes.txt", "deadbeef notes"),
        ("---.txt", "---"),
    ],
)
def test_a_text_without_a_title_is_called_by_its_name(path: str, title: str) -> None:
    """The file's name is put in words, without the hash that an export gave it."""
    assert read("only a line of text, and then another one that goes on. like this.", path).title == title


def test_a_heading_far_down_is_no_title() -> None:
    """What stands above it was not written under it."""
    document = read(
        "a long beginning of words. " * 20 + "\n\nLater on\n\nMore is said here, at some length.\n"
    )
    assert titles(document) == ["Later on"]
    assert document.title == "on call guide"


def test_one_question_alone_is_a_title() -> None:
    """A file that answers one question is called by it; a file of several by its name."""
    assert read("Why is it slow?\n\nIt has one core.\n").title == "Why is it slow?"
    assert read("Why is it slow?\n\nOne core.\n\nCan it grow?\n\nNo.\n").title == "on call guide"


def test_links_are_found_where_they_stand() -> None:
    """Wikilinks, embeds, Markdown links and bare addresses, in order, without the full stop behind them."""
    text = (
        "See [[0042 - Audit log|the log]] and (https://a.example/x_(y)), then ![[plan]].\n"
        "Or [this](https://b.example) or https://c.example/z).\n\n```\nhttps://d.example\n```\n"
    )
    links = read(text).links
    assert [(link.target, link.title, link.embed) for link in links] == [
        ("0042 - Audit log", "the log", False),
        ("https://a.example/x_(y))", "https://a.example/x_(y))", False),
        ("plan", "plan", True),
        ("https://b.example", "this", False),
        ("https://c.example/z", "https://c.example/z", False),
    ]
    assert [text[link.start : link.end] for link in links][1:3] == ["https://a.example/x_(y))", "![[plan]]"]


@pytest.mark.parametrize(
    "text",
    [
        "## One\n\ntext\n\n## Two\n\ntext\n",
        "Run:\n```sh\na\n```\nand\n```\nb\n```\n",
        "https://chat.example/1\n## One\n\ntext\n\n## Two\n",
    ],
)
def test_markdown_in_a_text_file_is_read_as_markdown(text: str) -> None:
    """Several headings or fences make a `.txt` file Markdown."""
    assert read(text).format is Format.MARKDOWN


def test_notes_on_the_copying_are_no_part_of_a_markdown_text() -> None:
    """An address and an account note at the top are in the text but in no block; what follows them is."""
    top = "https://chat.example/1\n(workspace: notes)\n"
    assert texts(read(f"{top}First words.\n\n## One\n\n## Two\n")) == ["First words."]
    assert texts(read(f"{top}## One\n\nbody\n\n## Two\n")) == ["body"]
    assert texts(read("- a list\n\n## One\n\n## Two\n")) == ["- a list"]
    assert texts(read("## One\n\n## Two\n")) == []


def test_notes_on_the_copying_are_no_part_of_a_plain_text() -> None:
    """The same holds without Markdown; an address further down is a line like any other."""
    document = read("<https://chat.example/1>\nme@a.example\nSigned in as me\nText.\n\nhttps://b.example\n")
    assert texts(document) == ["Text.", "https://b.example"]
    assert texts(read("https://chat.example/1\n(only a note)\n")) == []


def test_white_space_alone_has_no_structure() -> None:
    """A file of blank lines is a document with neither headings nor blocks."""
    for text in ("", "\n\n\n", " \t\u00a0\r\n\u2003\n"):
        assert pieces(read(text)) == []


LINES = st.one_of(
    st.sampled_from(
        [
            "",
            "\u00a0 ",
            "Question : Who has the key?",
            "Q:",
            "Where is it?",
            "2.1 Keys",
            "3. What next?",
            "A title",
            "CAPITALS",
            "Heading#",
            "lower#",
            "-----",
            "====",
            "| a | b |",
            "|---|---|",
            "+---+",
            "1 2 3 |",
            "1",
            "2",
            "3",
            "|",
            "-",
            "```",
            "- an item:",
            "  - a deeper one",
            "\u00b7\u00a0 a dot",
            "1. first",
            "2. second",
            "    $ run --now",
            "    and rest.",
            "$ run \\",
            "Things to do:",
            "a line that goes on,",
            "and then ends. Here is more.",
            "By Ann Other",
            "https://a.example/x",
            "[[note]]",
            "# Hash",
            "## Hashes",
        ]
    ),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=90),
)


@given(st.lists(LINES, max_size=14), st.sampled_from(["\n", "\r\n", "\r"]))
def test_structure_lies_inside_the_text(lines: list[str], line_end: str) -> None:
    """Whatever the lines, pieces are in order, apart, inside the text and not empty; so are their parts."""
    text = line_end.join(lines)
    document = read(text)
    assert document.text == text.removeprefix("\ufeff")
    if document.format is Format.TEXT:
        assert_well_formed(document)


@given(
    st.lists(st.sampled_from(["Alpha.", "beta", "", "- gamma", "1. Delta", "Epsilon:", "Zeta?"]), max_size=12)
)
def test_no_word_is_lost(lines: list[str]) -> None:
    """Every line that somebody wrote is in a heading or a block."""
    document = read("\n".join(lines))
    covered = "\n".join(document.text[piece.start : piece.end] for piece in pieces(document))
    assert covered.split() == document.text.split()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("word " * 4_000_000, 1),
        ("\n" * 1_000_000 + "end", 1),
        ("\r\n \t" * 500_000, 0),
        ("1 2 3 " * 1_000_000, 1),
        ("[[a" * 1_000_000, 1),
        ("- item\n" * 30_000, 1),
        ("    Deep down.\n" * 50_000, 50_000),
        ("```x\n" * 100_000, 1),
    ],
    ids=["one line", "blank lines", "white space", "numbers", "brackets", "items", "indented", "fences"],
)
def test_large_monotonous_files_are_read(text: str, count: int) -> None:
    """Size alone does not keep a file from being read: each step takes time in proportion to it."""
    assert len(pieces(read(text))) == count
