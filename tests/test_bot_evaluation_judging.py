"""When a passage or a quote counts as a hit."""

import pytest
from labelled import DOCUMENTS, FIRST_ALPHA, FIRST_FOUR, said

from bot.contract import CitedSpan, RankedPassage, answer_object
from bot.evaluation.judging import citation_hits, passage_hits
from bot.evaluation.labels import Gold, Label
from bot.types import Verdict
from ingest.types import Passage


def shapes(passage: Passage) -> tuple[RankedPassage, CitedSpan]:
    """Give a passage as it is ranked, and quoted whole."""
    answer = answer_object(said(Verdict.ANSWERED, 0.5, 1.0, [passage], [passage]), {})
    return answer.passages[0], answer.citations[0]


def label(*gold: Gold, answers: tuple[str, ...] = ()) -> Label:
    """Give a label with these places."""
    return Label("s", "1", "?", gold, answerable=True, answers=answers)


@pytest.mark.parametrize(
    ("gold", "hits"),
    [
        (Gold("b.md"), True),
        (Gold("c.md"), False),
        (Gold("b.md", "TWO  three\nfour."), True),
        (Gold("b.md", "two, three"), False),
        (Gold("c.md", "two three"), False),
    ],
)
def test_a_passage_hits_by_path_and_text(gold: Gold, hits: bool) -> None:  # noqa: FBT001 - a case's outcome
    """White space and case do not count; without a text the path alone decides."""
    passage, _ = shapes(FIRST_FOUR)
    assert passage_hits(passage, [gold]) is hits
    assert passage_hits(passage, [Gold("d.md"), gold]) is hits
    assert not passage_hits(passage, [])


def test_only_letters_and_digits_count_in_a_pdf() -> None:
    """Its signs and breaks are the layout's."""
    passage, quote = shapes(FIRST_ALPHA)
    assert passage_hits(passage, [Gold("a.pdf", "alpha (beta) and-gamma")])
    assert citation_hits(quote, label(Gold("a.pdf", "alpha (beta) and-gamma")))


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("two three", True),
        ("One two three four. One  two\nthree four", True),
        ("One two three four. One  two\nthree four.", False),
        ("five", False),
    ],
)
def test_a_quote_hits_with_all_or_half_of_the_text(text: str, hits: bool) -> None:  # noqa: FBT001 - as above
    """A label may be longer than the sentence that answers, but not more than twice as long."""
    _, quote = shapes(FIRST_FOUR)
    assert citation_hits(quote, label(Gold("b.md", text))) is hits
    assert not citation_hits(quote, label(Gold("c.md", text)))
    assert citation_hits(quote, label(Gold("b.md")))


def test_short_answers_decide_where_there_are_any() -> None:
    """One of them is enough; the whole text is not."""
    _, quote = shapes(FIRST_FOUR)
    assert citation_hits(quote, label(Gold("b.md", "one two"), answers=("six", "Four")))
    assert not citation_hits(quote, label(Gold("b.md", "one two"), answers=("six",)))


def test_a_quote_without_words_is_no_half() -> None:
    """What a PDF's quote holds beside letters and digits is part of any text."""
    document = DOCUMENTS["a.pdf"]
    _, quote = shapes(Passage(document, document.text.index(","), document.text.index(",") + 1))
    assert not citation_hits(quote, label(Gold("a.pdf", "alpha")))
