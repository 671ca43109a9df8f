"""A note's text is taken apart as the note means it."""

from dataclasses import replace
from time import process_time

import pytest
from asking import note
from slack_answers import answered, cited, quoted_part

from bot.contract import CitedSpan
from bot.render.slack.pieces import Code, Item, Items, Paragraph, Table, in_one_line, pieces_of
from bot.types import Citation
from ingest.types import Document, Format, Passage


def shown(text: str) -> CitedSpan:
    """Give a quotation of a whole note in Markdown, as it is kept."""
    document = note(text)
    whole = Passage(document, 0, len(document.text))
    return answered(Citation(whole, whole.start, whole.end, 1.0)).citations[0]


def bullets(*levels: int) -> Items:
    """Give the bullets `a`, `b`, … at these levels."""
    return Items(tuple(Item("abcd"[number], level) for number, level in enumerate(levels)), numbered=False)


TABLE = "| a | b |\n| --- | :-: |\n| `1` | 2 \\| 3 |\n|  |\n"


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        ("One line,\n  and its *rest*.\n", Paragraph("One line, and its *rest*.")),
        ("> Quoted\n> twice\n", Paragraph("> Quoted\n> twice")),
        ("```sh\nls\n\necho `x`\n```\n", Code("ls\n\necho `x`")),
        ("~~~\n```\n~~~\n", Code("```")),
        ("```\nnever closed\n", Code("never closed")),
        ("```\n", Code("")),
        ("    indented\n      more\n", Code("indented\n  more")),
        ("- a\n- b\n  goes on\n", Items((Item("a", 0), Item("b goes on", 0)), numbered=False)),
        ("* a\n  * b\n    * c\n* d\n", bullets(0, 1, 2, 0)),
        ("1. a\n2. b\n", Items((Item("a", 0), Item("b", 0)), numbered=True)),
        ("3. a\n4. b\n", Paragraph("3. a\n4. b")),
        ("1. a\n   - b\n2. c\n", Paragraph("1. a\n   - b\n2. c")),
        ("- a\n\n- b\n", Paragraph("- a\n\n- b")),
        ("- a\n  ```\n  x\n  ```\n", Paragraph("- a\n  ```\n  x\n  ```")),
        (TABLE, Table((("a", "b"), ("`1`", "2 | 3"), ("", "")), headed=True)),
        ("a | b\n--- | ---\n1 | 2\n", Table((("a", "b"), ("1", "2")), headed=True)),
    ],
)  # fmt: skip
def test_markdown_is_taken_apart(text: str, piece: Paragraph | Code | Items | Table) -> None:
    """Fences, bullets and bars go where Slack has a form for it; all else stays as it is written."""
    assert pieces_of(shown(text)) == [piece]


def test_pieces_come_in_the_order_of_the_text() -> None:
    """What stands between blocks, such as a heading, is shown too."""
    assert pieces_of(shown("Before:\n\n```\nls\n```\n\n## Next\n\n- a\n- b\n")) == [
        Paragraph("Before:"),
        Code("ls"),
        Paragraph("## Next"),
        bullets(0, 0),
    ]


def test_a_quoted_row_has_the_head_of_its_table() -> None:
    """A row says little without the names of its columns."""
    text = "| name | port |\n| --- | --- |\n| web | 80 |\n| db | 5432 |\n"
    row = answered(quoted_part(text, "| db | 5432 |")).citations[0]
    assert pieces_of(row) == [Table((("name", "port"), ("db", "5432")), headed=True)]


@pytest.mark.parametrize(
    ("written", "text", "piece"),
    [
        (Format.HTML, "name | port\nweb | 80", Table((("name", "port"), ("web", "80")), headed=False)),
        (Format.HTML, "only a caption\nweb | 80", Code("only a caption\nweb | 80")),
        (Format.ORG, "|---+---|\n| a | b |", Table((("a", "b"),), headed=False)),
        (Format.MARKDOWN, "| --- |", Code("| --- |")),
        (Format.MARKDOWN, "|" + "x|" * 21, Code("|" + "x|" * 21)),
        (Format.RST, "===  ===\na    b\n===  ===", Code("===  ===\na    b\n===  ===")),
        (Format.DELIMITED, "web|80", Code("web|80")),
    ],
)
def test_tables_of_other_formats(written: Format, text: str, piece: Code | Table) -> None:
    """Where bars stand between cells it is a table, and elsewhere lines of a fixed pitch."""
    one = answered(*cited("x")).citations[0]
    block = replace(one.blocks[0], kind="table", start=0, end=len(text))
    assert pieces_of(replace(one, quote=text, start=0, format=written.value, blocks=(block,))) == [piece]


def test_the_items_of_a_page_stay_lines() -> None:
    """Its list has no marks, and is no running prose."""
    one = answered(*cited("x")).citations[0]
    block = replace(one.blocks[0], kind="list", start=0, end=11)
    kept = replace(one, quote="first\nsecond", start=0, format="html", blocks=(block,))
    assert pieces_of(kept)[0] == Paragraph("first\nsecon")


def test_a_blank_quote_is_an_empty_paragraph() -> None:
    """There is always something to show."""
    assert pieces_of(replace(answered(*cited("x")).citations[0], quote=" \n", blocks=())) == [Paragraph("")]


def test_a_passage_is_taken_apart_as_a_quote_is() -> None:
    """Its text is what is shown."""
    document = Document("a.md", "notes", "A", "One.\n\nTwo.", Format.MARKDOWN, "0" * 64)
    passage = answered(Citation(Passage(document, 6, 10), 6, 10, 1.0)).passages[0]
    assert pieces_of(passage) == [Paragraph("Two.")]


def test_pieces_in_one_line_keep_their_words() -> None:
    """Without fences and bars, for a notification."""
    text = "Do:\n\n1. a\n2. b\n\n- c\n\n```\nls\n```\n\n| n | m |\n|---|---|\n| 1 | 2 |\n"
    assert in_one_line(pieces_of(shown(text))) == "Do: 1. a 2. b • c ls n | m; 1 | 2"


def test_long_hostile_text_takes_no_time() -> None:
    """Runs of spaces, dashes and bars are gone through once."""
    one = answered(*cited("x")).citations[0]
    started = process_time()
    for kind in ("prose", "list", "code", "table"):
        for text in (" " * 60_000 + "x", "-" * 60_000 + "x", "| " * 30_000, "```" * 20_000, "- \n" * 20_000):
            block = replace(one.blocks[0], kind=kind, start=0, end=len(text))
            assert pieces_of(replace(one, quote=text, start=0, blocks=(block,)))
    assert process_time() - started < 20
