"""A quote of prose is shown in its paragraph; lists, tables and code keep their lines."""

from hypothesis import given
from hypothesis import strategies as st

from bot.render.quotes import Excerpt, excerpt, flows
from bot.types import Citation
from ingest.types import Document, Format, Kind, Passage

ROLLBACK = (
    "Rollouts can go wrong. To undo the last one, run `kubectl rollout undo`.\n"
    "It goes back one revision.\n\n- not this\n"
)


def _passage(text: str, kind: Kind = Kind.PROSE) -> Passage:
    return Passage(Document("a.md", "notes", "", text, Format.MARKDOWN, ""), 0, len(text), (), kind)


def _citation(text: str, quote: str, kind: Kind = Kind.PROSE) -> Citation:
    start = text.index(quote)
    return Citation(_passage(text, kind), start, start + len(quote), 0.9)


def test_prose_flows_and_the_rest_does_not() -> None:
    """Lists, tables, code and headings keep their lines, wherever they stand."""
    assert flows("To undo it, run `kubectl rollout undo`.\nIt goes back one revision.", Kind.PROSE)
    assert flows("Rollouts can go wrong.", Kind.FAQ)
    assert not flows("Rollouts", Kind.CODE)
    assert not flows("To undo it:\n\n- not this", Kind.PROSE)
    for line in ("- a", "2) b", "| c |", "```sh", "~~~", "> d", "# e", "    f", "\tg", "• h", "\u2013 i", ""):
        assert not flows(f"x\n{line}\ny", Kind.PROSE)


def test_a_quote_is_shown_in_its_paragraph() -> None:
    """The paragraph ends at a blank line, at a list and at the ends of the passage."""
    around = excerpt(_citation(f"# Title\n{ROLLBACK}", "To undo the last one"))
    assert around == Excerpt(
        "Rollouts can go wrong. ",
        "To undo the last one",
        ", run `kubectl rollout undo`.\nIt goes back one revision.",
    )
    assert excerpt(_citation("one\ntwo\n- three", "two")) == Excerpt("one\n", "two", "")
    assert excerpt(_citation("one\ntwo", "one")) == Excerpt("", "one", "\ntwo")


def test_a_long_paragraph_is_cut_at_sentences_else_at_words() -> None:
    """What is left out is marked, unless it is whole sentences."""
    sentences = "First one is here. Second one. THE QUOTE. Third one. Fourth one is here."
    assert excerpt(_citation(sentences, "THE QUOTE."), 40) == Excerpt(
        "Second one. ", "THE QUOTE.", " Third one."
    )
    words = "alpha beta gamma delta THE QUOTE epsilon zeta eta theta"
    assert excerpt(_citation(words, "THE QUOTE"), 35) == Excerpt("… gamma delta ", "THE QUOTE", " epsilon …")
    assert excerpt(_citation(words, "gamma delta THE QUOTE"), 5) == Excerpt(
        "… ", "gamma delta THE QUOTE", " …"
    )


@given(st.text("ab .\n-", min_size=1, max_size=60), st.data())
def test_an_excerpt_always_holds_the_whole_quote_between_its_neighbours(
    text: str, data: st.DataObject
) -> None:
    """Before and after are the note's own characters, next to the quote, whatever is cut."""
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    around = excerpt(Citation(_passage(text), start, end, 0.5), data.draw(st.integers(0, 50)))
    assert around.quote == text[start:end]
    assert text[:start].endswith(around.before.removeprefix("… "))
    assert text[end:].startswith(around.after.removesuffix(" …"))
