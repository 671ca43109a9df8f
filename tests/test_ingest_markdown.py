"""Markdown gets its structure from its marks, over the unedited characters of the file.

In `data/markdown` each `.md` file lies beside a `.toml` of what is found in it. A block is written with ` | `
where it may be cut, a passage with its place, its headings and what is encoded for it.
"""

import json
import re
import tomllib
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import pytest

from ingest.chunk import chunk
from ingest.encoded import encoded
from ingest.errors import UnreadableError
from ingest.markdown import DEEPEST, LONGEST_HEADING, read_markdown
from ingest.types import Block, Document, Format, Heading, Kind, Metadata, Passage, RawFile

CASES = sorted((Path(__file__).parent / "data" / "markdown").glob("*.md"))
COMMONMARK = Path(__file__).parents[2] / "shared" / "eval" / "commonmark" / "tests.jsonl"
_WORD = re.compile(r"\w+")

# As many words as a passage of a case may hold, with its headings.
LIMIT = 60


def _read(text: str | bytes, path: str = "notes/on-call_guide.md") -> Document:
    return read_markdown(RawFile(path, "notes", text if isinstance(text, bytes) else text.encode()))


def _pieces(document: Document) -> list[Heading | Block]:
    return sorted([*document.headings, *document.blocks], key=lambda piece: piece.start)


def _texts(document: Document) -> list[str]:
    return [document.text[block.start : block.end] for block in document.blocks]


def _piece(document: Document, piece: Heading | Block) -> str:
    if isinstance(piece, Heading):
        return f"{'#' * piece.level} {piece.title}"
    cuts = [*(piece.parts or (piece.start,)), piece.end]
    return f"{piece.kind}: {' | '.join(document.text[start:end] for start, end in pairwise(cuts))}"


def _said(metadata: Metadata) -> list[str]:
    values = ((field.name, getattr(metadata, field.name)) for field in fields(metadata))
    return [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in values if value]


def _passage(passage: Passage) -> str:
    return f"{passage.location} {passage.kind} under {' > '.join(passage.headings)}: {encoded(passage)}"


def _lines(text: str) -> str:
    """Write every end of a line as a line feed."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def found(body: bytes, name: str) -> dict[str, str | list[str]]:
    """Give what is found in a note, as the `.toml` files say it."""
    document = _read(body, name)
    passages = chunk(document, lambda text: len(_WORD.findall(text)), LIMIT)
    return {
        "title": document.title,
        "metadata": _said(document.metadata),
        "notes": list(document.notes),
        "links": [f"{'embed ' * link.embed}{link.target} as {link.title}" for link in document.links],
        "structure": [_lines(_piece(document, piece)) for piece in _pieces(document)],
        "passages": [_passage(passage) for passage in passages],
    }


def test_there_are_cases() -> None:
    """The folder of cases is not empty, and each lies beside what is to be found."""
    assert len(CASES) >= 25
    assert all(case.with_suffix(".toml").is_file() for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_each_case(case: Path) -> None:
    """A note's title, headings, blocks, links and passages are those that a person finds."""
    expected = tomllib.loads(case.with_suffix(".toml").read_text(encoding="utf-8"))
    assert found(case.read_bytes(), case.name) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_line_ends_make_no_difference(case: Path, line_end: str) -> None:
    """The same note with other line ends has the same structure and passages, and its line ends are kept."""
    text = case.read_bytes().decode().replace("\n", line_end)
    assert _read(text).text == text
    expected = tomllib.loads(case.with_suffix(".toml").read_text(encoding="utf-8"))
    assert found(text.encode(), case.name) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_byte_order_mark_makes_no_difference(case: Path) -> None:
    """With a mark before it the note reads the same: frontmatter is found behind it."""
    body = b"\xef\xbb\xbf" + case.read_bytes()
    assert found(body, case.name) == found(case.read_bytes(), case.name)
    assert _read(body).encoding == "utf-8-sig"


def test_the_document_says_where_it_comes_from() -> None:
    """Path, source, hash, codec and format are those of the file."""
    raw = RawFile("a.md", "notes", b"# One\r\n")
    document = read_markdown(raw)
    assert (document.path, document.source, document.sha256) == ("a.md", "notes", raw.sha256)
    assert (document.text, document.encoding, document.format) == ("# One\r\n", "utf-8", Format.MARKDOWN)


def test_what_is_no_text_is_refused() -> None:
    """Bytes that are no text raise the reason why not."""
    with pytest.raises(UnreadableError, match="binary"):
        _read(bytes(range(256)))


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\ntitle: In front\n---\n# First\n", "In front"),
        ("---\ntitle:\n---\n# First\n", "First"),
        ("## Small\n\n# Large\n\n# Larger\n", "Large"),
        ("### Small\n\n## Larger\n", "Small"),
        ("no heading\n", "on call guide"),
        ("", "on call guide"),
    ],
)
def test_the_title(text: str, title: str) -> None:
    """Frontmatter names the note, else its first top heading, else its first, else its file."""
    assert _read(text).title == title


def test_a_zero_byte_is_a_character_like_another() -> None:
    """It stays in the text, so that all offsets are those of the file."""
    document = _read("# A\0B and more\n\nwords \0 words, and so on\n")
    assert document.text[document.headings[0].start : document.headings[0].end] == "# A\0B and more"
    assert _texts(document) == ["words \0 words, and so on"]


@pytest.mark.parametrize(
    "text", ["", "\n\n \t\n", "\u00a0\n\n\u2003\n", "---\n", "#\n\n##   ##\n", "---\na: 1\n---\n"]
)
def test_a_note_without_words_has_no_pieces(text: str) -> None:
    """Blanks of any kind, rules, empty headings and frontmatter make neither headings nor blocks."""
    assert _pieces(_read(text)) == []


@pytest.mark.parametrize("mark", ["![](map.png)", "<!-- later -->", "***"])
def test_a_heading_without_words_is_prose(mark: str) -> None:
    """It names nothing, and what is written there is kept."""
    document = _read(f"# Title\n\n## {mark}\n\nText.\n")
    assert [heading.title for heading in document.headings] == ["Title"]
    assert _texts(document) == [f"## {mark}", "Text."]


def test_a_heading_may_be_long_but_not_endless() -> None:
    """One character more than the longest heading makes it a paragraph."""
    longest = "# " + "a" * (LONGEST_HEADING - 2)
    assert [heading.level for heading in _read(longest).headings] == [1]
    assert [(block.kind, block.parts) for block in _read(longest + "a").blocks] == [(Kind.PROSE, ())]


def test_the_last_line_needs_no_end() -> None:
    """A note may end without a line feed in any kind of block."""
    for text in ("a", "# a", "- a", "```\na", "    a", "|a|\n|-|\n|b|", "> a", "<p>a"):
        document = _read(text)
        assert [document.text[piece.start : piece.end] for piece in _pieces(document)] == [text]


@pytest.mark.parametrize(
    "text",
    [
        ">" * 10_000 + " end\n",
        "> " * 10_000 + "end\n",
        "- " * 10_000 + "end\n",
        "1. " * 10_000 + "end\n",
        "> - " * 5_000 + "end\n",
        "".join("  " * depth + "- item\n" for depth in range(1_000)) + "end\n",
        "".join(">" * depth + " quote\n>\n" for depth in range(1_000)) + "end\n",
        "[" * 100_000 + " end\n",
        "![" * 50_000 + " end\n",
        "[a](" * 50_000 + " end\n",
        "*a _b " * 20_000 + " end\n",
        "a " + "`" * 100_000 + " end\n",
        "<" * 100_000 + " end\n",
        "<!-- " * 20_000 + " end\n",
        "%% a" * 20_000 + " end\n",
        "{{< " * 20_000 + " end\n",
        "[[a|" * 20_000 + " end\n",
        "\r" * 100_000 + "end\n",
        "> " * 50 + "a\n" + "lazy\n" * 5_000 + "end\n",
        "a" * 200_000 + " end\n",
        "[^" * 50_000 + " end\n",
    ],
    ids=lambda text: f"{text[:8]!r} {len(text)}",
)
def test_hostile_notes_are_read_and_cut(text: str) -> None:
    """Nesting without end and marks without number lose nothing, neither in the note nor in its passages."""
    document = _read(text)
    assert document.text == text
    assert document.blocks[-1].end == len(text) - 1
    passages = chunk(document, lambda words: len(words) // 4, 200)
    assert passages[-1].text.endswith("end")
    assert encoded(passages[-1]).endswith("end")


def test_lists_within_lists() -> None:
    """As many lists as the parser goes down leave the heading behind them a heading."""
    depth = DEEPEST // 2 - 1
    text = "".join("  " * level + "- item\n" for level in range(depth)) + "\n# After\n"
    assert [heading.title for heading in _read(text).headings] == ["After"]
