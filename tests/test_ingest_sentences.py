"""Sentences are found by offset, and nothing visible is outside of them."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from notes import NOTES

from ingest.sentences import LONGEST_SENTENCE, sentences


def _found(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One is here. Two is there! Is three?", ["One is here.", "Two is there!", "Is three?"]),
        ("Dr. Smith has e.g. 3.5 MB. So be it.", ["Dr. Smith has e.g. 3.5 MB.", "So be it."]),
        ("First line.\n\n  Second one.  ", ["First line.", "Second one."]),
        ("\U0001f600 One. \U0001f600 Two.", ["\U0001f600 One.", "\U0001f600 Two."]),
        (
            "Plan A\u3000. It was\u00a0late.\u2003Plan B\u2028. So",
            ["Plan A\u3000.", "It was\u00a0late.", "Plan B\u2028.", "So"],
        ),
        ("", []),
        (" \n\t ", []),
    ],
)
def test_sentences(text: str, found: list[str]) -> None:
    """Abbreviations and numbers end no sentence, and white space belongs to none."""
    assert _found(text) == found


def test_only_the_span_is_looked_at() -> None:
    """Offsets are those of the whole text."""
    text = "Left out. One. Two. Left out."
    assert list(sentences(text, 10, 19)) == [(10, 14), (15, 19)]


def test_a_long_text_has_the_same_sentences() -> None:
    """Where the text is longer than what is looked at in one go, no sentence is cut by that."""
    parts = [f"This is sentence number {number} of very many." for number in range(1_000)]
    assert len(" ".join(parts)) > 8 * LONGEST_SENTENCE
    assert _found(" ".join(parts)) == parts


def test_a_sentence_without_end_is_cut() -> None:
    """A sentence is no longer than what is looked at in one go, and none of it is lost."""
    text = "word " * 3_000
    assert "".join(_found(text)).replace(" ", "") == "word" * 3_000
    assert max(map(len, _found(text))) <= LONGEST_SENTENCE


@pytest.mark.parametrize("sign", ["`", "[!", "<?", "![[", "!?", ".", '"a. ', "(", "a\n\n", "\n"])
def test_hostile_text(sign: str) -> None:
    """A sign repeated without end takes no longer than its length allows, and the end is found."""
    text = sign * (200_000 // len(sign)) + "\n\nThis is the end."
    assert _found(text)[-1].endswith("This is the end.")


@settings(max_examples=200)
@given(NOTES | st.text())
def test_nothing_visible_is_outside(text: str) -> None:
    """Sentences are in order and apart, begin and end visibly, and hold all that is visible."""
    spans = list(sentences(text, 0, len(text)))
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())
