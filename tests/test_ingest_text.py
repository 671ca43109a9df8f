"""Plain text gets its structure from how people type and how pages are scraped; its characters stay.

In `data/text` each `.txt` file lies beside its outline: the title, then a line for each heading and block.
"""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text import read_text
from ingest.types import Block, Document, Format, Heading, Kind, RawFile

CASES = sorted((Path(__file__).parent / "data" / "text").glob("*.txt"))
SEEDS = Path(__file__).parents[2] / "shared" / "seeds"


def _read(text: str | bytes, path: str = "notes/on-call_guide.txt") -> Document:
    return read_text(RawFile(path, "notes", text if isinstance(text, bytes) else text.encode()))


def _pieces(document: Document) -> list[Heading | Block]:
    return sorted([*document.headings, *document.blocks], key=lambda piece: piece.start)


def _outline(document: Document) -> str:
    """Write a document's structure down, one line a piece, with ` | ` where a block may be cut."""
    lines = [f"title: {document.title}"]
    for piece in _pieces(document):
        if isinstance(piece, Heading):
            lines.append(f"{'#' * piece.level} {piece.title}")
        else:
            cuts = [*(piece.parts or (piece.start,)), piece.end]
            parts = [document.text[start:end] for start, end in pairwise(cuts)]
            lines.append(f"{piece.kind}: {' | '.join(parts)}".replace("\r", "\\r").replace("\n", "\\n"))
    return "\n".join(lines) + "\n"


def _titles(document: Document) -> list[str]:
    return [heading.title for heading in document.headings]


def _texts(document: Document) -> list[str]:
    return [document.text[block.start : block.end] for block in document.blocks]


def test_there_are_cases() -> None:
    """The folder of cases is not empty, and each has its outline."""
    assert len(CASES) >= 10
    assert all(case.with_suffix(".outline").is_file() for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_the_outline_of_each_case(case: Path) -> None:
    """A text is cut where a person would cut it."""
    document = read_text(RawFile(case.name, "cases", case.read_bytes()))
    assert _outline(document) == case.with_suffix(".outline").read_text(encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_line_ends_make_no_difference(case: Path, line_end: str) -> None:
    """The same text with other line ends has the same structure, and its line ends are kept."""
    text = case.read_bytes().decode().replace("\n", line_end)
    document = read_text(RawFile(case.name, "cases", text.encode()))
    assert document.text == text
    expected = case.with_suffix(".outline").read_text(encoding="utf-8")
    assert _outline(document) == expected.replace("\\n", line_end.replace("\r", "\\r").replace("\n", "\\n"))


def test_the_document_says_where_it_comes_from() -> None:
    """Path, source, hash, codec and format are those of the file."""
    raw = RawFile("a.txt", "notes", b"\xef\xbb\xbfOne line.\r\n")
    document = read_text(raw)
    assert (document.path, document.source, document.sha256) == ("a.txt", "notes", raw.sha256)
    assert (document.text, document.encoding, document.format) == ("One line.\r\n", "utf-8-sig", Format.TEXT)
    assert document.notes == ()


def test_lost_characters_are_told() -> None:
    """A reader's note counts what the codec could not read."""
    document = _read(b"Hello \xff\xfe everyone, this is a note.\n")
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
    assert _read("only a line of text, and then another one that goes on. like this.", path).title == title


def test_a_heading_far_down_is_no_title() -> None:
    """What stands above it was not written under it."""
    document = _read(
        "a long beginning of words. " * 20 + "\n\nLater on\n\nMore is said here, at some length.\n"
    )
    assert _titles(document) == ["Later on"]
    assert document.title == "on call guide"


def test_one_question_alone_is_a_title() -> None:
    """A file that answers one question is called by it; a file of several by its name."""
    assert _read("Why is it slow?\n\nIt has one core.\n").title == "Why is it slow?"
    assert _read("Why is it slow?\n\nOne core.\n\nCan it grow?\n\nNo.\n").title == "on call guide"


def test_links_are_found_where_they_stand() -> None:
    """Wikilinks, embeds, Markdown links and bare addresses, in order, without the full stop behind them."""
    text = (
        "See [[0042 - Audit log|the log]] and (https://a.example/x_(y)), then ![[plan]].\n"
        "Or [this](https://b.example) or https://c.example/z).\n\n```\nhttps://d.example\n```\n"
    )
    links = _read(text).links
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
    assert _read(text).format is Format.MARKDOWN


def test_notes_on_the_copying_are_no_part_of_a_markdown_text() -> None:
    """An address and an account note at the top are in the text but in no block; what follows them is."""
    top = "https://chat.example/1\n(workspace: notes)\n"
    assert _texts(_read(f"{top}First words.\n\n## One\n\n## Two\n")) == ["First words."]
    assert _texts(_read(f"{top}## One\n\nbody\n\n## Two\n")) == ["body"]
    assert _texts(_read("- a list\n\n## One\n\n## Two\n")) == ["- a list"]
    assert _texts(_read("## One\n\n## Two\n")) == []


def test_notes_on_the_copying_are_no_part_of_a_plain_text() -> None:
    """The same holds without Markdown; an address further down is a line like any other."""
    document = _read("<https://chat.example/1>\nme@a.example\nSigned in as me\nText.\n\nhttps://b.example\n")
    assert _texts(document) == ["Text.", "https://b.example"]
    assert _texts(_read("https://chat.example/1\n(only a note)\n")) == []


def test_white_space_alone_has_no_structure() -> None:
    """A file of blank lines is a document with neither headings nor blocks."""
    for text in ("", "\n\n\n", " \t\u00a0\r\n\u2003\n"):
        assert _pieces(_read(text)) == []


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("# Lone\n\nText is here.\n\n", ["Lone"]),
        ("Text first.\n# a comment\nmore text\n", []),
        ("Text first.\n\n## Marked ##\nmore text\n", ["Marked"]),
        ("A **bold** `title`\n\nText is here, in a sentence.\n", ["A bold title"]),
        ("Text.\n\n~~~~\n", []),
        ("Wavy title\n~~~~~\nText.\n", ["Wavy title"]),
        ("An end of a sentence.\n---\nText.\n", []),
        ("One\nTwo lines\n---\nText.\n", []),
        ("Menu\nMenu#\ntext\n", ["Menu"]),
        ("alone#\n", []),
        ("Tools\U0001f517\nText.\n", ["Tools"]),
        ("Written in F#\n\nText is here, in a sentence.\n", []),
        ("Text.\n\nWARNING\nMind the gap.\n", ["WARNING"]),
        ("Text.\n\nTBD\nlater.\n", []),
        ("Text.\n\nTHE END\n", []),
        ("https://a.example/Title\n\nText is here, in a sentence.\n", []),
        ("Text first.\n\nhttps://a.example\n\nText is here, in a sentence.\n", []),
        ("Text first.\n\nLet us. Go Now\n\nText is here, in a sentence.\n", []),
        ("Text first.\n\nThis " + "very " * 12 + "long one\n\nText is here, in a sentence.\n", []),
        ("Text first.\n\nThe end\n", []),
        ("Text first.\n\nDouble\n\nTrouble\n\nBut why?\n", []),
        ("Text first.\n\nShort\n\nIt is so.\n", []),
        ("Text first.\n\nShort\n\nIt is like this.\n", ["Short"]),
        ("Text first.\n\nItems\n\n- one\n- two\n", ["Items"]),
        ("Only a line", []),
        ("Q: what\n", ["what"]),
        ("Q - why us?\n", ["why us?"]),
        ("Q - a letter\n", []),
        ("Q-learning learns values from rewards.\n", []),
        ("Questions are welcome.\n", []),
        ("Question:\n", []),
        ("Question: why\nis\nit\nso\nslow\nthen?\n", ["why is it so slow"]),
        ("Question: how\n```\ncode\n```\n", ["how"]),
        ("Text.\nWhy so?\nBecause.\n", ["Why so?"]),
        ("so it goes on\nWhy so?\nBecause.\n", []),
        ("1. One?\n2. Two?\n3. Three?\nText.\n", []),
        ("1. Last?\n", []),
        ("Title\n\nBy Ann Other\n\nText is here.\n", ["Title"]),
        ("Title\nBy 2030 this will be gone.\n", []),
        ("word " * 30 + "\nBy Ann Other\n", []),
    ],
)
def test_what_is_a_heading_and_what_is_not(text: str, titles: list[str]) -> None:
    """Marked lines are headings, and unmarked ones only where little else is possible."""
    assert _titles(_read(text)) == titles


@pytest.mark.parametrize(
    "items",
    [
        "\u2022 one\n\u2022 two",
        "\u2022one\n\u2022two",
        "\u00b7 one\n\u00b7 two",
        "\u2013 one\n\u2013 two",
        "- one\n\n\n- two",
        "* one\n* two",
        "\u25aa one\n\u25aa two",
        "o\tone\no\ttwo",
        "1.One\n2.Two",
        "1) one\n2) two",
        "(1) one\n(2) two",
        "a) one\nb) two",
        "1. one\n1. two",
        "1.      one\n\n2.      two",
        "  - one\n  - two",
    ],
)
def test_items_of_many_shapes_are_one_list(items: str) -> None:
    """Bullets and numbers of every habit make one list, lead-in included, to be cut before the second."""
    document = _read(f"Do this:\n\n{items}\n\nThen rest a while.")
    block, rest = document.blocks
    assert block.kind is Kind.LIST
    assert document.text[block.start : block.end] == f"Do this:\n\n{items.rstrip()}"
    (cut,) = block.parts[1:]
    assert document.text[cut:].casefold().split("\n")[0].endswith("two")
    assert document.text[rest.start : rest.end] == "Then rest a while."


def test_a_list_that_counts_from_one_again_is_another() -> None:
    """Two numbered lists without a word between them are two."""
    assert _texts(_read("1. a\n2. b\n\n1. c\n2. d\n")) == ["1. a\n2. b", "1. c\n2. d"]


def test_lines_under_an_item_belong_to_it() -> None:
    """An indented paragraph goes with its item; one at the margin ends the list."""
    text = "- one\n\n    more on one\n- two\n\nThe margin again.\n"
    assert _texts(_read(text)) == ["- one\n\n    more on one\n- two", "The margin again."]


def test_code_between_items_ends_the_list() -> None:
    """A fence is a block of its own, introduced or not."""
    document = _read("- one\n```\nx\n```\n- two\n")
    assert [block.kind for block in document.blocks] == [Kind.LIST, Kind.CODE, Kind.LIST]


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
    document = _read(text)
    assert document.text == text.removeprefix("\ufeff")
    _assert_well_formed(document)


def _assert_well_formed(document: Document) -> None:
    reached = 0
    for piece in _pieces(document):
        assert reached <= piece.start < piece.end <= len(document.text)
        assert document.text[piece.start : piece.end].strip()
        reached = piece.end
        if isinstance(piece, Block) and piece.parts:
            assert piece.parts[0] == piece.start
            assert all(a < b for a, b in pairwise((*piece.parts, piece.end)))
    assert all(document.text[link.start : link.end] for link in document.links)


@given(
    st.lists(st.sampled_from(["Alpha.", "beta", "", "- gamma", "1. Delta", "Epsilon:", "Zeta?"]), max_size=12)
)
def test_no_word_is_lost(lines: list[str]) -> None:
    """Every line that somebody wrote is in a heading or a block."""
    document = _read("\n".join(lines))
    covered = "\n".join(document.text[piece.start : piece.end] for piece in _pieces(document))
    assert covered.split() == document.text.split()


@pytest.mark.parametrize(
    ("text", "pieces"),
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
def test_large_monotonous_files_are_read(text: str, pieces: int) -> None:
    """Size alone does not keep a file from being read: each step takes time in proportion to it."""
    assert len(_pieces(_read(text))) == pieces


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed documents are not beside the checkout")
class TestSeeds:
    """The documents that people first brought, as they were scraped."""

    @staticmethod
    def _seed(number: int) -> Document:
        (path,) = SEEDS.glob(f"{number:03}_*.txt")
        document = read_text(RawFile(path.name, "seeds", path.read_bytes()))
        assert document.text == path.read_bytes().decode("utf-8")
        _assert_well_formed(document)
        return document

    def test_paragraphs_that_break_off_stay_apart(self) -> None:
        """Two items that stop in mid-sentence do not run on into the paragraphs after them."""
        document = self._seed(0)
        lists = [document.text[b.start : b.end] for b in document.blocks if b.kind is Kind.LIST]
        assert [text.split()[-1] for text in lists] == ["securely.", "Monitor", "to", "Rollback"]
        assert document.headings == ()

    def test_markdown_under_a_share_link(self) -> None:
        """The link and account note at the top are in no block; one question has only a wikilink below it."""
        document = self._seed(1)
        assert document.format is Format.MARKDOWN
        assert document.headings[0].start < document.blocks[0].start
        assert "[[0301 - DaemonSets in Kubernetes]]" in _texts(document)
        sections = [heading for heading in document.headings if heading.level == 2]
        assert len(sections) == document.text.count("\n## ")

    def test_bare_headings_and_gutters(self) -> None:
        """Permalink signs are no part of a title, and no line number is part of a block."""
        document = self._seed(2)
        assert document.title == "Basics"
        assert {"Concepts/Principles", "nginx", "LoadBalancer deployment", "k8s Load Balancer"} <= {
            *_titles(document)
        }
        assert len(document.headings) == document.text.count("#\n")
        assert not any("1 2" in text or text.startswith("|") for text in _texts(document))

    def test_questions_with_numbered_answers(self) -> None:
        """Each question is a heading; a list and its lead-in are one block, blank lines and all."""
        document = self._seed(3)
        questions = [heading for heading in document.headings if heading.title.endswith("?")]
        assert len(questions) == document.text.count("Question ") - 1
        storage = next(heading for heading in questions if "persistent data storage" in heading.title)
        below = next(block for block in document.blocks if block.start > storage.end)
        assert below.kind is Kind.LIST
        assert len(below.parts) == 4
        assert document.text[below.start :].startswith("Role-Based Access Control (RBAC):\n\n1.")

    def test_a_page_of_a_book(self) -> None:
        """Titles that stand alone are headings, a picture's residue and bylines are not."""
        document = self._seed(4)
        assert _titles(document) == [
            document.title,
            "Overview of this book",
            "Continuous integration and deployment",
            "What is a CI/CD pipeline?",
            "Designing a CI/CD pipeline for Kubernetes",
        ]
        assert document.title == "Mastering Kubernetes - Second Edition"
