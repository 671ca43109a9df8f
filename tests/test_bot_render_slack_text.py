"""Text for Slack: harmless, and cut where a person would cut it."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.slack.text import LONGEST_ADDRESS, cut, cut_lines, escaped, one_line, web_address, width

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("as it is", 8, "as it is"),
        ("one two three", 12, "one two …"),
        ("one two three", 9, "one two …"),
        ("one two three", 8, "one …"),
        ("unbreakable", 6, "unbr …"),
        ("  leading", 6, "  le …"),
        ("😀😀😀", 5, "😀 …"),
        ("😀😀😀", 3, "😀 …"),
        ("a\nb c", 4, "a …"),
    ],
)
def test_text_is_cut_between_words(text: str, limit: int, shown: str) -> None:
    """A word is cut only where no whole one fits; no character ever is."""
    assert cut(text, limit) == shown


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("one\ntwo\nthree", 13, "one\ntwo\nthree"),
        ("one\ntwo\nthree", 12, "one\ntwo\n…"),
        ("one\ntwo\nthree", 9, "one\ntwo\n…"),
        ("one\ntwo\nthree", 8, "one\n…"),
        ("one line only", 10, "one line …"),
        ("\n\nfar down", 6, "\n\nfa …"),
    ],
)
def test_code_is_cut_between_lines(text: str, limit: int, shown: str) -> None:
    """A line of code is cut only where no whole one fits."""
    assert cut_lines(text, limit) == shown


@given(ANY_TEXT.map(lambda text: one_line(text, 1_000)), st.integers(4, 250))
def test_cut_text_fits_and_is_what_the_text_begins_with(text: str, limit: int) -> None:
    """Neither cut is longer than it may be, nor says anything that the text does not."""
    for shown in (cut(text, limit), cut_lines(text, limit)):
        assert width(shown) <= limit
        assert shown == text or text.startswith(shown.removesuffix("…").rstrip())


@given(ANY_TEXT)
def test_escaped_text_has_no_markup_and_reads_the_same(text: str) -> None:
    """Slack finds neither a mention nor a link, and shows the same characters."""
    shown = escaped(text)
    assert not {"<", ">"} & set(shown)
    assert shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == text
    assert html.unescape(escaped("&lt;")) == "&lt;"


def test_a_line_has_no_breaks_and_nothing_hidden() -> None:
    """White space becomes one space, an override something to see."""
    assert one_line(" a\n\tb\u202ec\r\n d ", 100) == "a b\ufffdc d"


@pytest.mark.parametrize(
    "link",
    [
        None,
        "",
        "file:///srv/notes/a.md",
        "obsidian://open?vault=a",
        "javascript:alert(1)",
        "https://host/<!channel>",
        "https://host/a|b",
        "https://host/a b",
        "https://host/\u202e",
        "https://",
        "https://host/" + "a" * LONGEST_ADDRESS,
    ],
)
def test_only_whole_addresses_of_the_web_are_linked(link: str | None) -> None:
    """What could end a link, or lead elsewhere than to the web, is none."""
    assert web_address(link) is None


def test_an_address_of_the_web_is_linked() -> None:
    """As it is: it may have a query and a fragment."""
    link = "https://host:8080/a%20b?plain=1&x=[1]#L1-L2"
    assert web_address(link) == link
