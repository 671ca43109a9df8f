"""Which spans of a passage could be quoted."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.chunk import chunk
from ingest.markdown import read_markdown
from ingest.spans import WHOLE_CODE, quotable
from ingest.types import Block, Document, Format, Kind, Link, Passage, Quotable, RawFile


def note(text: str) -> Document:
    """Read a Markdown note."""
    return read_markdown(RawFile("note.md", "notes", text.encode()))


def passages(document: Document, limit: int = 200) -> list[Passage]:
    """Cut a document into passages of at most `limit` words."""
    return chunk(document, lambda text: len(text.split()), limit)


def spans(text: str, limit: int = 200) -> list[Quotable]:
    """Give the spans of all passages of a Markdown note."""
    return [span for passage in passages(note(text), limit) for span in quotable(passage)]


def quotes(document: Document, found: list[Quotable]) -> list[str]:
    """Give the characters of spans."""
    return [document.text[span.start : span.end] for span in found]


def shown(text: str, limit: int = 200) -> list[tuple[Kind, bool, str]]:
    """Give kind, whether whole, and text of the spans of a Markdown note."""
    found = spans(text, limit)
    return [
        (span.kind, span.whole, quote) for span, quote in zip(found, quotes(note(text), found), strict=True)
    ]


def whole(document: Document) -> Passage:
    """Give all of a document as one passage."""
    return Passage(document, 0, len(document.text))


def test_a_paragraph_gives_its_sentences() -> None:
    """Each sentence is a span, without the white space around it; the heading is none."""
    assert shown("# Pods\n\nA pod holds containers.  It has one\naddress.\n") == [
        (Kind.PROSE, False, "A pod holds containers."),
        (Kind.PROSE, False, "It has one\naddress."),
    ]


def test_a_short_list_gives_its_items_and_the_whole_with_its_lead_in() -> None:
    """The sentence that leads to the list is part of the whole, and no span of its own; the one before is."""
    assert shown("Releases are boring. The stages are:\n\n- build\n- test\n  twice\n") == [
        (Kind.PROSE, False, "Releases are boring."),
        (Kind.LIST, False, "- build"),
        (Kind.LIST, False, "- test\n  twice"),
        (Kind.LIST, True, "The stages are:\n\n- build\n- test\n  twice"),
    ]


def test_a_sentence_before_a_list_that_says_something_by_itself_stays() -> None:
    """Only a lead-in that ends in a colon says nothing without its list."""
    assert shown("We deploy in stages.\n\n- build\n- test\n")[0] == (
        Kind.PROSE,
        False,
        "We deploy in stages.",
    )


def test_a_long_list_gives_its_items_only() -> None:
    """A list of more than 600 characters is not quoted whole; then its lead-in is a span again."""
    items = [f"- stage {number} {'x' * 70}" for number in range(9)]
    found = shown("The stages are:\n\n" + "\n".join(items))
    assert found == [(Kind.PROSE, False, "The stages are:"), *((Kind.LIST, False, item) for item in items)]


def test_a_list_of_one_item_is_that_item() -> None:
    """There is no whole beside a single item."""
    assert shown("- only one thing\n") == [(Kind.LIST, False, "- only one thing")]


def test_code_is_given_whole_with_its_lead_in() -> None:
    """The fence, its lines and the sentence before it are one span."""
    text = "Now and then it sticks. Run:\n\n```sh\nkubectl get pods\nkubectl delete pod web\n```\n"
    assert shown(text) == [
        (Kind.PROSE, False, "Now and then it sticks."),
        (Kind.CODE, True, text[text.index("Run") :].rstrip()),
    ]


def test_code_without_a_lead_in_stands_alone() -> None:
    """A list before the code does not lead to it."""
    assert shown("- one thing\n\n```\nls -l\n```\n") == [
        (Kind.LIST, False, "- one thing"),
        (Kind.CODE, True, "```\nls -l\n```"),
    ]


def test_a_lead_in_does_not_reach_over_what_is_left_out() -> None:
    """Where something that is in no block stands between, the whole starts at its own block."""
    text = "Stages:\n1 2 3 |\n- build\n- test"
    blocks = (Block(Kind.PROSE, 0, 7), Block(Kind.LIST, 16, 30, (16, 24)))
    document = Document("a.txt", "notes", "a", text, Format.TEXT, "0", blocks=blocks)
    assert quotes(document, quotable(whole(document))) == ["Stages:", "- build", "- test", "- build\n- test"]


def test_a_list_that_holds_its_lead_in_takes_no_other() -> None:
    """As plain text is read, the line above a list is part of it."""
    text = "Pods rest.\nThe stages are:\n1. build\n2. test"
    blocks = (Block(Kind.PROSE, 0, 10), Block(Kind.LIST, 11, len(text), (11, 36)))
    document = Document("a.txt", "notes", "a", text, Format.TEXT, "0", blocks=blocks)
    found = [span for span in quotable(whole(document)) if span.whole]
    assert quotes(document, found) == ["The stages are:\n1. build\n2. test"]


def test_a_table_gives_its_rows_but_not_its_head() -> None:
    """The row of titles and the dashes under it answer nothing; with the rest they are the whole."""
    table = "| flag | means |\n|---|---|\n| -a | all |\n| -q | quiet - or `--silent` |"
    assert shown(table) == [
        (Kind.TABLE, False, "| -a | all |"),
        (Kind.TABLE, False, "| -q | quiet - or `--silent` |"),
        (Kind.TABLE, True, table),
    ]


def test_a_list_that_two_passages_share_gives_no_whole() -> None:
    """Each passage gives the items that it holds; nothing is cut in the middle."""
    items = [f"- item {number} goes on for five" for number in range(12)]
    text = "\n".join(items)
    assert len(passages(note(text), 40)) > 1
    assert shown(text, 40) == [(Kind.LIST, False, item) for item in items]


def test_code_that_two_passages_share_gives_its_lines() -> None:
    """A line is a statement; half of a block is not."""
    lines = [f"run step {number} of many" for number in range(20)]
    text = "\n".join(("```sh", *lines, "```"))
    assert len(passages(note(text), 40)) > 1
    assert shown(text, 40) == [(Kind.CODE, False, line) for line in lines]


def test_code_that_is_too_long_gives_its_lines() -> None:
    """More than 2,000 characters are no quote; the fences are no part of the first and the last line."""
    line = "x" * 80
    found = shown("~~~\n" + f"  {line}\n" * 26 + "~~~~", 10_000)
    assert found == [(Kind.CODE, False, line)] * 26
    assert WHOLE_CODE == 2_000


def test_an_item_that_two_passages_share_gives_its_sentences() -> None:
    """A long item is cut at sentences, and so is what is quoted of it."""
    sentences = [f"Sentence {number} is of seven plain words." for number in range(12)]
    found = shown("- " + " ".join(sentences), limit=40)
    assert [text for _, _, text in found] == ["- " + sentences[0], *sentences[1:]]


@pytest.mark.parametrize(
    "text",
    [
        "[[0301 - DaemonSets]]\n[[0302 - Services|services]]",
        "![[diagram.png]]",
        "- [the handbook](handbook.md)\n- <https://example.org/docs>\n- https://example.org/a_long-page",
        "![what the cluster looks like](cluster.png)",
        "[the handbook](handbook.md): [[more]]",
    ],
)
def test_bare_links_are_no_answer(text: str) -> None:
    """What is only links, to notes or addresses, is left out, items and wholes alike."""
    document = note(text + "\n\nPods are small.")
    assert quotes(document, quotable(whole(document))) == ["Pods are small."]


def test_a_sentence_may_hold_links() -> None:
    """What is left without its links says something; a later sentence's links do not count."""
    assert shown("Ask [the desk](desk.md) first. See [[x]].") == [
        (Kind.PROSE, False, "Ask [the desk](desk.md) first."),
        (Kind.PROSE, False, "See [[x]]."),
    ]


def test_a_link_that_is_left_out_may_stand_in_code() -> None:
    """Code is quoted as it is."""
    text = "https://example.org/install"
    document = Document(
        "a.md",
        "notes",
        "a",
        text,
        Format.MARKDOWN,
        "0",
        blocks=(Block(Kind.CODE, 0, len(text), (0,)),),
        links=(Link(text, text, 0, len(text)),),
    )
    assert quotes(document, quotable(whole(document))) == [text]


@pytest.mark.parametrize("text", ["...", "- a\n\n1 2", "—", "| flag | means |\r\n|---|---|", "```sh\n```"])
def test_what_has_hardly_a_letter_is_no_answer(text: str) -> None:
    """Fewer than three letters and digits say nothing, nor do a table's head and the fences of no code."""
    assert quotable(whole(note(text))) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("**Pods** restart, see [[Nodes|the nodes]].", ["Pods restart, see the nodes."]),
        ("- run `ls`\n- run `rm`", ["run ls", "run rm", "run ls run rm"]),
        ("Run:\n\n```sh\nls *.md\n```", ["Run: ls *.md"]),
    ],
)
def test_words_are_plain(text: str, words: list[str]) -> None:
    """The words of a span are what a reader sees of it: without the signs of Markdown, in one line."""
    assert [" ".join(span.words.split()) for span in spans(text)] == words


def test_a_line_of_code_is_taken_as_it_is() -> None:
    """Signs that mean something in Markdown mean something else in a line of code."""
    lines = ["rm -rf **/*.md # [all](them)"] * 80
    assert {span.words for span in spans("\n".join(("```sh", *lines, "```")), 10_000)} == {lines[0]}


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("Keep your tools up to", [True]),
        ("All is well. Keep your tools up to", [False, True]),
        ("1. **Scan**: often.\n2. **Update**: keep all up to\n", [False, True, True]),
        ("4. **Monitoring and Rollback", [True]),
        ("- Keep it up to\n- Log in\n", [True, False, False]),
        ("**Both. Sentences** are bold.", [False, False]),
        ("Use `**` or ** with care.", [False]),
        ("Vitamin A", [False]),
        ("Turn it on", [False]),
        ("Who to talk to.", [False]),
        ("Run this to\n\n```\nkeep up to\n```", [True, False]),
        ("| a | b |\n|---|---|\n| up to | the |\n| one | two |", [False] * 3),
    ],
)
def test_a_note_that_stops_in_mid_sentence_is_marked(text: str, marks: list[bool]) -> None:
    """A last word that wants another, or a bold mark left open; never in code or tables."""
    assert [span.cut_off for span in spans(text)] == marks


def test_the_end_of_a_passage_is_not_the_end_of_a_sentence() -> None:
    """Where a passage had to be cut in mid-sentence, the note itself goes on."""
    words = " ".join(["walk to the"] * 40)
    document = note(words + " end.")
    cut = Passage(document, 0, len("walk to the walk to the"))
    (span,) = quotable(cut)
    assert (quotes(document, [span]), span.cut_off) == (["walk to the walk to the"], False)


_LINES = st.lists(
    st.sampled_from(
        [
            *("# Title", "A sentence here. Another one", "- item one", "1. step", "```", "| a | b |"),
            *("|---|---|", "", "    indented", "> quoted words.", "[[link]]", "**bold"),
            "\u4f60\u597d\u3002\u518d\u89c1\u3002",
        ]
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(lines=_LINES, limit=st.integers(8, 60))
def test_spans_lie_inside_their_passage(lines: list[str], limit: int) -> None:
    """None is empty or ends in white space; a whole is a block with its lead-in; the ends never go back."""
    document = note("\n".join(lines))
    for passage in passages(document, limit):
        found = quotable(passage)
        assert found == quotable(passage)
        assert [span.end for span in found] == sorted(span.end for span in found)
        for span, quote in zip(found, quotes(document, found), strict=True):
            assert passage.start <= span.start < span.end <= passage.end
            assert quote.rstrip() == quote
            if span.whole:
                assert any(block.end == span.end and span.start <= block.start for block in document.blocks)
