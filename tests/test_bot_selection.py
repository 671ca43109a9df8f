"""Choosing the citations among the spans."""

from collections.abc import Sequence

import pytest
from asking import ENCODER, hit, logistic, note

from bot.asks import Ask
from bot.evidence import Evidence, Scored
from bot.features import SPAN_FEATURES, Question
from bot.selection import LONGEST, selected
from bot.spans import Candidate
from ingest.types import Document, Kind, Passage

# One feature is the log-odds.
MODEL = logistic(SPAN_FEATURES, 0.0, rank=1.0)
LIKELY, LESS, UNLIKELY = 2.0, 1.0, -2.0


def whole(text: str, path: str = "note.md") -> Passage:
    """Give a note as one passage."""
    document = note(text, path)
    return Passage(document, 0, len(text))


def span(
    passage: Passage, said: str, odds: float, *, rank: int = 0, cosine: float = 0.0, coverage: float = 0.0
) -> Scored:
    """Give the span of a passage that says this, with these log-odds and this closeness to the question."""
    start = passage.document.text.index(said)
    candidate = Candidate(hit(passage), rank, start, start + len(said), Kind.PROSE)
    features = {"rank": odds, "cosine": cosine, "coverage": coverage}
    return Scored(candidate, said, tuple(features.get(name, 0.0) for name in SPAN_FEATURES))


def quotes(*spans: Scored) -> list[str]:
    """Give what is cited of these spans."""
    question = Question("pods", ENCODER.encode(["pods"])[0], {}, Ask.OTHER)
    citations = selected(Evidence(question, (), spans), MODEL)
    return [citation.quote for citation in citations]


def one_note(*sentences: str) -> tuple[Passage, Sequence[str]]:
    """Give a note of these sentences."""
    return whole(" ".join(sentences)), sentences


def test_nothing_is_cited_where_there_is_nothing() -> None:
    """No span, no citation."""
    assert quotes() == []


def test_the_best_comes_first_then_what_adds_to_it() -> None:
    """At most three, each at least six tenths as likely as the best."""
    passage, said = one_note("Pods rest.", "Nodes work.", "Zebras run.", "Lions sleep.")
    odds = (LESS, LIKELY, LIKELY, LIKELY)
    assert quotes(*(span(passage, *pair) for pair in zip(said, odds, strict=True))) == [*said[1:]]
    assert quotes(span(passage, said[0], UNLIKELY), span(passage, said[1], LIKELY)) == [said[1]]


def test_citations_never_overlap() -> None:
    """Of a list and its items one is cited."""
    passage, (first, second) = one_note("Pods rest.", "Nodes work.")
    both = span(passage, f"{first} {second}", LIKELY)
    assert quotes(both, span(passage, second, LIKELY)) == [f"{first} {second}"]
    assert quotes(span(passage, second, LIKELY), both) == [second]
    assert quotes(span(passage, first, LIKELY), span(passage, second, LIKELY)) == [first, second]


def test_one_note_is_not_cited_for_the_same_again() -> None:
    """Two fifths of a further quote's words must be new; stop words are none."""
    passage, said = one_note("Pods hold many small containers.", "Pods hold containers.", "It is not.")
    assert quotes(*(span(passage, sentence, LIKELY) for sentence in said)) == [said[0]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Keys are rotated every 90 days.", "Keys are rotated every 30 days."),
        ("Commit secrets to Git.", "Do not commit secrets to Git."),
        ("You can deploy on Fridays.", "You can\u2019t deploy on Fridays."),
        ("Ana leads the desk.", "Ben leads the desk."),
    ],
)
def test_two_notes_that_disagree_are_both_cited(one: str, other: str) -> None:
    """One word is enough: a number, a name, a "not"."""
    here, there = whole(one, "a.md"), whole(other, "b.md")
    assert quotes(span(here, one, LIKELY), span(there, other, LESS)) == [one, other]


@pytest.mark.parametrize(
    ("odds", "rank", "cosine", "coverage", "both"),
    [
        (0.0, 1, 0.5, 0.9, True),
        (0.0, 1, 0.42, 0.9, False),
        (0.0, 1, 0.5, 0.8, False),
        (0.0, 0, 0.5, 0.9, False),
        (-1.2, 1, 0.5, 0.9, False),
    ],
)
def test_a_note_ranked_lower_is_cited_if_it_is_as_close(
    odds: float, rank: int, cosine: float, coverage: float, *, both: bool
) -> None:
    """In meaning and in words; but not a span of the best passage, nor one that is most unlikely."""
    here, there = whole("Keys live 90 days.", "a.md"), whole("Keys live 30 days.", "b.md")
    best = span(here, here.text, 3.0, cosine=0.5, coverage=1.0)
    other = span(there, there.text, odds, rank=rank, cosine=cosine, coverage=coverage)
    assert quotes(best, other) == ([here.text, there.text] if both else [here.text])


def test_two_notes_that_say_the_same_in_other_words_are_both_cited() -> None:
    """That two notes say so is worth knowing; the same words twice are not."""
    here, there = whole("Keys are rotated monthly.", "a.md"), whole("We rotate keys each month.", "b.md")
    again = whole("Keys are ROTATED, monthly", "c.md")
    spans = [span(passage, passage.text, LIKELY) for passage in (here, there, again)]
    assert quotes(*spans) == ["Keys are rotated monthly.", "We rotate keys each month."]


def test_the_quotes_are_short_together() -> None:
    """A long first quote stands alone; a shorter further one may still fit."""
    passage, said = one_note(" ".join(f"word{n}" for n in range(LONGEST - 2)), "Three more words", "Two more")
    assert quotes(*(span(passage, sentence, LIKELY) for sentence in said)) == [said[0], said[2]]
    long = whole(" ".join(f"word{n}" for n in range(LONGEST + 1)))
    assert quotes(span(long, long.text, LIKELY), span(passage, "Two more", LIKELY)) == [long.text]


def test_a_citation_says_how_well_it_fits_and_whether_it_is_cut_off() -> None:
    """Its score is the span's probability; a note that stops in mid-sentence is marked."""
    passage = whole("Keep it up to")
    candidate = Candidate(hit(passage), 0, 0, 13, Kind.PROSE, cut_off=True)
    evidence = Evidence(
        Question("", ENCODER.encode([""])[0], {}, Ask.OTHER),
        (),
        (Scored(candidate, passage.text, (0.0,) * len(SPAN_FEATURES)),),
    )
    (citation,) = selected(evidence, MODEL)
    assert (citation.score, citation.cut_off, citation.location) == (0.5, True, "note.md:1")
    assert citation.passage is passage


def test_documents_of_one_path_in_two_sources_are_two() -> None:
    """What counts is the note, not its name."""
    text = "Keys are rotated every 90 days."
    here = whole(text)
    other = note(text.replace("90", "30"))
    there = Passage(Document(other.path, "wiki", other.title, other.text, other.format, "1"), 0, len(text))
    assert len(quotes(span(here, text, LIKELY), span(there, there.text, LIKELY))) == 2
