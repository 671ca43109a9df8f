"""Passages are runs of whole blocks under one heading, within what the encoder reads."""

import re
from pathlib import Path

import pytest

from ingest.chunk import chunk
from ingest.encoded import encoded, words
from ingest.markdown import read_markdown
from ingest.types import Block, Document, Format, Kind, RawFile

CORPUS = Path(__file__).parents[1] / "corpus"
_WORD = re.compile(r"\w+")


def _read(text: str) -> Document:
    return read_markdown(RawFile("a.md", "notes", text.encode()))


def _count(text: str) -> int:
    return len(_WORD.findall(text))


def _cut(text: str, limit: int = 40) -> list[str]:
    return [passage.text for passage in chunk(_read(text), _count, limit)]


def _sentence(number: int) -> str:
    return f"Sentence {number} of ten words says that nothing has happened."


def _prose(sentences: int) -> str:
    return " ".join(map(_sentence, range(sentences)))


def test_a_document_without_blocks_has_no_passages() -> None:
    """Headings alone make no passage."""
    assert _cut("# One\n\n## Two\n") == []
    assert _cut("") == []


def test_short_neighbours_share_a_passage() -> None:
    """Blocks under one heading are put together, with all that stands between them."""
    assert _cut("# A\n\nOne.\n\n- two\n\n> three\n") == ["One.\n\n- two\n\n> three"]


def test_a_passage_ends_where_a_heading_stands() -> None:
    """What stands under two headings is never in one passage, however short it is."""
    passages = chunk(_read("Above.\n\n# A\n\nOne.\n\n## B\n\nTwo.\n\n# C\n\nThree.\n"), _count, 40)
    assert [(passage.text, passage.headings) for passage in passages] == [
        ("Above.", ()),
        ("One.", ("A",)),
        ("Two.", ("A", "B")),
        ("Three.", ("C",)),
    ]


def test_a_heading_that_skips_levels_hangs_under_the_one_above() -> None:
    """The path holds each heading of a lower level that is still open."""
    passages = chunk(_read("## B\n\none\n\n#### D\n\ntwo\n\n### C\n\nthree\n\n# A\n\nfour\n"), _count, 40)
    assert [passage.headings for passage in passages] == [("B",), ("B", "D"), ("B", "C"), ("A",)]


def test_a_full_passage_takes_no_further_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a passage has enough tokens, the next block begins another, though both would fit."""
    monkeypatch.setattr("ingest.chunk.ENOUGH_TOKENS", 20)
    text = f"{_prose(2)}\n\n{_sentence(2)}\n\n{_sentence(3)}\n"
    assert _cut(text, limit=200) == [_prose(2), f"{_sentence(2)}\n\n{_sentence(3)}"]


def test_a_block_that_does_not_fit_any_more_begins_a_passage() -> None:
    """A whole block goes into the next passage rather than in two."""
    text = f"{_prose(2)}\n\n{_prose(2)}\n"
    assert _cut(text, limit=35) == [_prose(2), _prose(2)]


def test_a_paragraph_is_cut_between_sentences() -> None:
    """A paragraph that does not fit is cut into about equal shares of whole sentences."""
    second = _prose(6).removeprefix(_prose(3)).lstrip()
    assert second.startswith("Sentence 3")
    assert _cut(_prose(6), limit=34) == [_prose(3), second]


def test_a_sentence_is_cut_at_white_space() -> None:
    """Where no sentence ends, words stay whole."""
    text = " ".join(f"word{number}" for number in range(100))
    passages = _cut(text, limit=30)
    assert " ".join(passages) == text
    assert all(passage.startswith("word") for passage in passages)


def test_a_word_is_cut_anywhere() -> None:
    """Where there is no white space, nothing is lost and no passage is over the limit."""
    text = "x" * 1000
    passages = chunk(_read(text), len, 100)
    assert "".join(passage.text for passage in passages) == text
    assert all(len(encoded(passage)) <= 100 for passage in passages)


def test_one_character_is_never_cut() -> None:
    """A character of more tokens than the limit is a passage, whatever the encoder makes of it."""
    text = "ab"
    assert [passage.text for passage in chunk(_read(text), lambda words: 50 * len(words), 20)] == ["a", "b"]


@pytest.mark.parametrize(
    "block",
    [
        "```sh\nmake one\n\nmake two\nmake three\n```",
        "    make one\n\n    make two",
        "- one is first\n- two is second\n  - three is under it",
        "1. one is first\n2. two is second",
        "| a | b |\n|---|---|\n| one | two |\n| three | four |",
    ],
)
def test_a_block_stays_whole_with_its_lead_in(block: str) -> None:
    """Code, a list or a table goes into the next passage whole, and takes along the line that leads to it."""
    lead = "Do it like this:"
    before = _prose(2)
    assert _cut(f"{before}\n\n{lead}\n\n{block}\n", limit=27) == [before, f"{lead}\n\n{block}"]


def test_a_long_lead_in_needs_a_colon() -> None:
    """A longer paragraph stays with the list behind it only if it says so by its colon."""
    lead, items = _prose(5), "\n".join(f"- item {number} is a thing of some words" for number in range(5))
    before = _sentence(9)
    with_colon = lead[:-1] + ":"
    assert _cut(f"{before}\n\n{with_colon}\n\n{items}\n", limit=95) == [before, f"{with_colon}\n\n{items}"]
    assert _cut(f"{before}\n\n{lead}\n\n{items}\n", limit=95) == [f"{before}\n\n{lead}", items]


def test_a_lead_in_that_does_not_fit_stays_behind() -> None:
    """A list that would fit alone is not cut for the sake of its lead-in."""
    items = "\n".join(f"- item {number}" for number in range(9))
    lead = _prose(2)
    assert _cut(f"{lead}\n\n{items}\n", limit=35) == [lead, items]


def test_a_long_list_is_cut_between_items() -> None:
    """Each passage of a list that does not fit begins with an item and ends with one."""
    text = "\n".join(f"{number}. {_sentence(number)}" for number in range(1, 13))
    passages = _cut(text)
    assert len(passages) > 3
    assert all(re.match(r"\d+\. Sentence", passage) and passage.endswith("happened.") for passage in passages)
    assert "\n".join(passages) == text


def test_a_long_item_is_cut_between_sentences() -> None:
    """An item that alone does not fit is cut like a paragraph; its neighbours stay whole."""
    passages = _cut(f"- short\n- {_prose(8)}\n- last one\n")
    assert passages[0].startswith("- short\n- Sentence 0")
    assert passages[-1].endswith("\n- last one")
    assert all(passage.endswith((".", "one")) for passage in passages)


def test_a_long_fence_is_cut_between_lines() -> None:
    """Lines of code stay whole, with the spaces that indent them, and no fence stands alone."""
    lines = [f"    value_{number} = call(first, second, third)" for number in range(30)]
    text = "\n".join(["```python", *lines, "```"])
    passages = _cut(text)
    assert len(passages) > 3
    assert "\n".join(passages) == text
    assert passages[0].startswith("```python\n    value_0")
    assert passages[-1].endswith("third)\n```")
    assert all(passage.startswith("    value_") for passage in passages[1:])


def test_code_with_blank_lines_keeps_its_indents() -> None:
    """A part of a fence begins with the first line of code that is not blank, at the start of that line."""
    lines = [f"    value_{number} = call(first, second, third)\n" for number in range(30)]
    passages = _cut("\n".join(["```", *lines, "```"]))
    assert all(passage.startswith("    value_") for passage in passages[1:])


def test_a_long_table_is_cut_between_rows() -> None:
    """The head of a table is never parted from its first row."""
    rows = [f"| row {number} | of some words | and some more |" for number in range(30)]
    text = "\n".join(["| a | b | c |", "|---|---|---|", *rows])
    passages = _cut(text)
    assert len(passages) > 3
    assert "\n".join(passages) == text
    assert passages[0].startswith("| a | b | c |\n|---|---|---|\n| row 0")
    assert all(passage.startswith("| row") for passage in passages[1:])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("one\n\ntwo\n", Kind.PROSE),
        ("- one\n\n1. two\n", Kind.LIST),
        ("lead:\n\n- one\n", Kind.LIST),
        ("```\none\n```\n", Kind.CODE),
        ("|a|\n|-|\n|b|\n", Kind.TABLE),
        ("- one\n\n```\ntwo\n```\n", Kind.PROSE),
        ("# Why?\n\n- one\n", Kind.FAQ),
        ("# Why?\n\n## Because\n\none\n", Kind.PROSE),
    ],
)
def test_the_kind_of_a_passage(text: str, kind: Kind) -> None:
    """A passage is of its blocks' kind if they agree, else prose; under a question it is an answer to it."""
    (passage,) = chunk(_read(text), _count, 40)
    assert passage.kind is kind
    assert passage.question == (passage.headings[-1] if kind is Kind.FAQ else None)


@pytest.mark.parametrize(
    "text",
    [
        "[[Note]]",
        "- [[Note]]\n- [[Other|alias]]",
        "1. [[Note]]\n2. [page](https://example.org)",
        "![a plan](plan.png)",
        "[![badge](b.svg)](https://example.org)",
        "[a page](https://example.org/a)",
        "https://example.org/a",
        "{{< toc >}}",
        '{{< note text="shown elsewhere" >}}',
        "<!-- not shown -->",
        "%% not shown %%",
        "[a]: https://example.org/a",
        "```\n\n```",
        "<br/>",
        "| | |\n|-|-|\n| | |",
        "…",
    ],
)
def test_what_has_no_words_is_left_out(text: str) -> None:
    """Only links, images, addresses, comments or signs are no passage; beside words they are part of one."""
    assert _cut(f"# Heading\n\n{text}\n") == []
    assert _cut(f"# Heading\n\n{text}\n\nwords\n") == [f"{text}\n\nwords"]


def test_headings_count() -> None:
    """The title and path that are encoded with a passage leave less room for its words."""
    short = chunk(_read(f"# A\n\n{_prose(8)}\n"), _count, 60)
    long = chunk(_read(f"# {'title ' * 20}\n\n{_prose(8)}\n"), _count, 60)
    assert len(short) == 2
    assert len(long) == 3
    assert all(_count(encoded(passage)) <= 60 for passage in (*short, *long))


def test_headings_leave_room() -> None:
    """However long the headings, a passage takes half of the limit; only then may it be over that."""
    passages = chunk(_read(f"# {'of ' * 60}\n\n{_prose(8)}\n"), _count, 40)
    counts = [_count(words(passage.document, passage.start, passage.end)) for passage in passages]
    assert sum(counts) == _count(_prose(8))
    assert max(counts) == 20
    assert all(_count(encoded(passage)) > 40 for passage in passages)


def test_words_that_are_longer_together_are_parted() -> None:
    """Where a text has more tokens than its parts, the passage is divided until it fits."""

    def with_penalty(text: str) -> int:
        return _count(text) + (10 if _count(text) > 25 else 0)

    document = _read(f"{_sentence(1)}\n\n{_prose(2)}\n\n{_prose(2)}\n")
    passages = chunk(document, with_penalty, 60)
    assert [passage.text for passage in passages] == [_sentence(1), f"{_prose(2)}\n\n{_prose(2)}"]
    assert [with_penalty(encoded(passage)) for passage in passages] == [11, 51]


def test_one_piece_that_grows_under_its_headings_is_parted() -> None:
    """A single paragraph that fits alone, but not with its heading, is divided as well."""

    def with_penalty(text: str) -> int:
        return _count(text) + (30 if "head." in text else 0)

    passages = chunk(_read(f"# head\n\n{_prose(4)}\n"), with_penalty, 52)
    assert [with_penalty(encoded(passage)) for passage in passages] == [51, 51]


def test_a_list_without_parts_is_cut_at_sentences() -> None:
    """A block of any kind may have no places named where it may be cut."""
    text = _prose(8)
    document = Document("a.txt", "notes", "", text, Format.TEXT, "", blocks=(Block(Kind.LIST, 0, len(text)),))
    passages = chunk(document, _count, 40)
    assert " ".join(passage.text for passage in passages) == text
    assert all(passage.text.endswith("happened.") for passage in passages)


def test_blank_parts_make_no_passage() -> None:
    """Of a block that is cut, parts without anything visible are left out."""
    text = f"{_prose(3)}{' ' * 300}{_prose(3)}"
    blocks = (Block(Kind.PROSE, 0, len(text), (0, len(_prose(3)), len(_prose(3)) + 200)),)
    passages = chunk(Document("a", "n", "", text, Format.HTML, "", blocks=blocks), _count, 40)
    assert [passage.text for passage in passages] == [_prose(3), _prose(3)]
