"""Lists of a plain text."""

import pytest
from outlines import read, texts

from ingest.types import Kind


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
    document = read(f"Do this:\n\n{items}\n\nThen rest a while.")
    block, rest = document.blocks
    assert block.kind is Kind.LIST
    assert document.text[block.start : block.end] == f"Do this:\n\n{items.rstrip()}"
    (cut,) = block.parts[1:]
    assert document.text[cut:].casefold().split("\n")[0].endswith("two")
    assert document.text[rest.start : rest.end] == "Then rest a while."


def test_a_list_that_counts_from_one_again_is_another() -> None:
    """Two numbered lists without a word between them are two."""
    assert texts(read("1. a\n2. b\n\n1. c\n2. d\n")) == ["1. a\n2. b", "1. c\n2. d"]


def test_lines_under_an_item_belong_to_it() -> None:
    """An indented paragraph goes with its item; one at the margin ends the list."""
    text = "- one\n\n    more on one\n- two\n\nThe margin again.\n"
    assert texts(read(text)) == ["- one\n\n    more on one\n- two", "The margin again."]


def test_code_between_items_ends_the_list() -> None:
    """A fence is a block of its own, introduced or not."""
    document = read("- one\n```\nx\n```\n- two\n")
    assert [block.kind for block in document.blocks] == [Kind.LIST, Kind.CODE, Kind.LIST]
