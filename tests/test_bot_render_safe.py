"""What is shown of a note never acts on a terminal, and hides nothing."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bot.render.safe import heading_path, safe_cell, safe_line, safe_text

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=30)


def _acts(character: str) -> bool:
    """Say whether a character moves the cursor, reorders the line, breaks it or can not be seen."""
    return (
        unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
        or unicodedata.bidirectional(character)
        in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
        or "\U000e0000" <= character <= "\U000e007f"
        or character in "\u00ad\u061c\u180e\u200b\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"
    )


@given(ANY_TEXT)
def test_no_shown_text_acts_on_a_terminal(text: str) -> None:
    """Whatever a note holds, only newlines and tabs are left of what is not printable; in a line, nothing."""
    assert not any(_acts(character) for character in safe_text(text) if character not in "\n\t")
    assert not any(_acts(character) for character in safe_line(text) + heading_path((text, text)))
    assert not any(_acts(character) for character in safe_cell(text) if character not in "\n\t")
    assert not safe_cell(text).startswith(("=", "+", "-", "@", "\t"))


@given(st.text(st.characters(categories=("L", "N", "P", "S")), max_size=30))
def test_letters_digits_and_signs_are_shown_as_they_are(text: str) -> None:
    """Nothing that can be seen is changed."""
    assert safe_text(text) == safe_line(text) == text


def test_what_is_replaced_can_be_seen() -> None:
    """Each control character has its picture; a joiner, with which words are spelled, stays."""
    assert (
        safe_text("\x1b[2Jgone\x07\r\n\x7f\x9b\u202etxt.exe\ttab")
        == "␛[2Jgone␇\n␡\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}txt.exe\ttab"
    )
    assert safe_line("two\nlines\tand a tab\r\n") == "two␊lines␉and a tab␍␊"
    assert safe_text("\u0645\u06cc\u200c\u062e\u0648") == "\u0645\u06cc\u200c\u062e\u0648"


def test_a_spreadsheet_cell_is_never_a_formula() -> None:
    """An apostrophe makes it text."""
    assert safe_cell("=HYPERLINK(1)") == "'=HYPERLINK(1)"
    assert safe_cell("plain = text") == "plain = text"
