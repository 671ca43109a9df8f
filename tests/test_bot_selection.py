"""Choosing the citations among the spans."""

from collections.abc import Mapping
from itertools import combinations, permutations
from random import Random

import pytest
from asking import hit, note, passages
from hypothesis import given
from hypothesis import strategies as st

from bot.evidence import Rated, Scored
from bot.selection import FILLED, LONGEST, MOST_CITATIONS, RIVAL, selected
from bot.spans import Candidate, candidates
from bot.types import Citation
from ingest.types import Document, Passage


def spans_of(*notes: str) -> list[Candidate]:
    """Give the spans of all passages of these notes."""
    documents = [note(text, f"{number}.md") for number, text in enumerate(notes)]
    return candidates([hit(passage) for document in documents for passage in passages(document)])


def cited(shares: Mapping[str, float], spans: list[Candidate]) -> tuple[Citation, ...]:
    """Give what is cited of these spans where those of the given texts have a share, and all others none."""
    rated = [Rated(Scored(span, ()), 0.0, shares.get(span.text, 0.0)) for span in spans]
    return selected(sorted(rated, key=lambda span: -span.share))


def quotes(shares: Mapping[str, float], *notes: str) -> list[str]:
    """Give the quotes from these notes."""
    return [citation.quote for citation in cited(shares, spans_of(*notes))]


def words(count: int, name: str = "word") -> str:
    """Give a sentence of so many different words."""
    return " ".join(f"{name}{number}" for number in range(count - 1)).capitalize() + f" {name}end."


def test_nothing_is_cited_where_there_is_nothing() -> None:
    """No span, no citation."""
    assert selected([]) == ()


# What is cited beside the best


def test_the_best_comes_first_then_what_is_nearly_as_likely() -> None:
    """At most three, best first."""
    notes = ("Pods rest.", "Nodes work.", "Zebras run.", "Lions sleep.")
    likely = dict(zip(notes, (0.2, 0.4, 0.1, 0.3), strict=True))
    assert quotes(likely, *notes) == ["Nodes work.", "Lions sleep.", "Pods rest."]
    assert len(notes) > MOST_CITATIONS == 3


def test_what_is_far_less_likely_is_not_cited() -> None:
    """A further citation has a share of the likelihood of the first."""
    for share, count in ((RIVAL / 2, 2), (RIVAL / 2 - 0.001, 1)):
        likely = {"Pods rest.": 0.5, "Nodes work.": share}
        assert len(quotes(likely, "Pods rest.", "Nodes work.")) == count


def test_citations_never_overlap() -> None:
    """Of a list and one of its items the better is cited, and of the items all, where they are better."""
    text = "- Pods rest.\n- Nodes work.\n\n# Other\n"
    first, second = "- Pods rest.", "- Nodes work."
    assert quotes({text[:26]: 0.5, second: 0.4}, text) == [text[:26]]
    assert quotes({second: 0.5, text[:26]: 0.4}, text) == [second]
    assert quotes({first: 0.5, second: 0.4, text[:26]: 0.1}, text) == [text[:26]]


def test_two_lines_of_a_short_list_bring_all_of_it() -> None:
    """In the place of the better of the two, and as likely as all together; one line stays alone."""
    lines, text, other = ("- Pods rest.", "- Nodes work."), "- Pods rest.\n- Nodes work.", "Lions sleep."
    likely = {other: 0.4, lines[0]: 0.3, lines[1]: 0.2, text: 0.1}
    both = cited(likely, spans_of(text, other))
    assert [(one.quote, one.score) for one in both] == [(other, 0.4), (text, 0.6)]
    assert quotes({**likely, lines[1]: 0.0}, text, other) == [other, lines[0]]
    long = [f"- {words(LONGEST // 4, letter)}" for letter in "abcde"]
    assert quotes({long[1]: 0.4, long[3]: 0.3, "\n".join(long): 0.1}, "\n".join(long)) == [long[1], long[3]]


def test_one_note_is_not_cited_for_the_same_again() -> None:
    """Two fifths of a further quote's words must be new; stop words are none."""
    best = "Pods hold many small containers."
    for again, count in (
        ("Pods hold many big boxes.", 2),
        ("Small pods hold boxes.", 1),
        ("Pods hold containers.", 1),
        ("It is not.", 1),
    ):
        note_of_two = f"# One\n\n{best}\n\n# Two\n\n{again}\n"
        assert quotes({best: 0.5, again: 0.4}, note_of_two) == [best, again][:count]


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
    assert quotes({one: 0.5, other: 0.2}, one, other) == [one, other]


def test_two_notes_that_say_the_same_in_other_words_are_both_cited() -> None:
    """That two notes say so is worth knowing; the same words twice are not."""
    notes = ("Keys are rotated monthly.", "We rotate keys each month.", "Keys are ROTATED, monthly")
    assert quotes(dict(zip(notes, (0.4, 0.3, 0.2), strict=True)), *notes) == [*notes[:2]]
    straight, curly = "You can't rotate keys.", "You can\u2019t rotate keys."
    assert quotes({straight: 0.5, curly: 0.4}, straight, curly) == [straight]


def test_documents_of_one_path_in_two_sources_are_two() -> None:
    """What counts is the note, not its name."""
    text = "Keys are rotated every 90 days."
    other = note(text.replace("90", "30"))
    there = Document(other.path, "wiki", other.title, other.text, other.format, "1", blocks=other.blocks)
    spans = candidates([hit(Passage(document, 0, len(text))) for document in (note(text), there)])
    assert len(cited({text: 0.5, other.text: 0.4}, spans)) == 2


def test_the_quotes_are_short_together() -> None:
    """A long first quote stands alone; where a further one is too long, a shorter one may still fit."""
    most, three, two = words(LONGEST - 2), "Three more words.", "Two more."
    assert quotes({most: 0.5, three: 0.4, two: 0.3}, most, three, two) == [most, two]
    long = words(LONGEST + 1)
    assert quotes({long: 0.5, two: 0.4}, long, two) == [long]


def test_the_same_words_are_never_quoted_twice() -> None:
    """Not even where two items of one note together are the whole list of another."""
    both = "- Pods rest.\n- Nodes work."
    spans = spans_of(f"{both}\n", f"# Lists\n\n{both}\n")
    there = [span for span in spans if span.whole and span.rank == 1]
    here = [span for span in spans if not span.whole and span.rank == 0]
    rated = [Rated(Scored(span, ()), 0.0, 0.3) for span in (here[0], *there, here[1])]
    (citation,) = selected(rated)
    assert (citation.quote, citation.passage.document.path) == (both, "0.md")


# The neighbour of the best


@pytest.mark.parametrize(
    "opening",
    ["It", "its", "This", "These", "Those", "They", "However,", "**Then**", "\u201cThat\u201d", "Also"],
)
def test_a_sentence_that_leans_on_the_one_before_is_quoted_with_it(opening: str) -> None:
    """Nobody knows what "it" is otherwise; what follows is left out then."""
    best = f"{opening} goes back by one."
    assert quotes({best: 0.9}, f"First save. Undo the rollout. {best} Then rest.") == [
        f"Undo the rollout. {best}"
    ]


@pytest.mark.parametrize("opening", ["Italy", "Hermits", "A this", "Theirs", "Item"])
def test_a_sentence_that_stands_alone_is_quoted_with_the_one_after(opening: str) -> None:
    """It goes on from it; what opens with a like word leans on nothing."""
    best = f"{opening} goes back by one."
    assert quotes({best: 0.9}, f"Undo the rollout. {best} Nodes rest. Pods work.") == [f"{best} Nodes rest."]


@pytest.mark.parametrize(
    ("best", "text"),
    [
        ("It goes back.", "# Undo\n\nIt goes back. Nodes rest.\n"),
        ("It goes back.", "# One\n\nUndo the rollout.\n\n# Two\n\nIt goes back.\n"),
        ("It goes back.", "```\nundo everything\n```\n\nIt goes back.\n"),
        ("Undo it.", "Nodes rest. Undo it.\n"),
        ("Undo it.", "# One\n\nUndo it.\n\n# Two\n\nNodes rest.\n"),
        ("Undo it.", "Undo it.\n\n![A diagram](a.png)\n\nNodes rest.\n"),
        ("Undo it.", "Undo it.\n\n```\nundo everything\n```\n"),
    ],
)
def test_where_there_is_no_such_neighbour_the_best_is_quoted_alone(best: str, text: str) -> None:
    """It opens or ends its passage, or what stands beside it is a whole block or nothing to quote."""
    assert quotes({best: 0.9}, text) == [best]


def test_the_neighbour_may_be_an_item_or_of_the_next_paragraph() -> None:
    """White space is all that may stand between."""
    assert quotes({"Undo it.": 0.9}, "Undo it.\n\nNodes rest.\n") == ["Undo it.\n\nNodes rest."]
    text = "- Undo it.\n- Nodes rest.\n- Pods work.\n"
    assert quotes({"- Undo it.": 0.9}, text) == ["- Undo it.\n- Nodes rest."]


@pytest.mark.parametrize(("more", "taken"), [(0, True), (1, False)])
def test_the_neighbour_is_quoted_while_there_is_room(more: int, *, taken: bool) -> None:
    """All quotes together stay within a number of words, those of other notes too."""
    other, after = words(20, "other"), words(FILLED - 30 + more, "after")
    found = quotes({words(10): 0.5, other: 0.4}, f"{words(10)} {after}", other)
    assert found == [f"{words(10)} {after}" if taken else words(10), other]


def test_a_neighbour_that_is_cited_already_is_not_cited_again() -> None:
    """Nor is what overlaps with a citation: here the sentence that leads to the whole list."""
    assert quotes({"Undo it.": 0.5, "Nodes rest.": 0.4}, "Undo it. Nodes rest. Pods work.") == [
        "Undo it. Nodes rest."
    ]
    listed = "The stages come next\n\n- build\n- test"
    spans = spans_of(f"Undo it. {listed}\n")
    assert {listed, "The stages come next"} <= {span.text for span in spans}
    (citation,) = cited({"Undo it.": 0.5, listed: 0.25}, spans)
    assert (citation.quote, citation.score) == (f"Undo it. {listed}", 0.75)


# Merging


def test_citations_that_follow_each_other_are_one() -> None:
    """In the place of the better of them, as likely as both."""
    citations = cited(
        {"Nodes work.": 0.5, "Zebras run.": 0.25, "Pods rest.": 0.125},
        spans_of("Pods rest. Nodes work.", "Zebras run."),
    )
    assert [(citation.quote, citation.score) for citation in citations] == [
        ("Pods rest. Nodes work.", 0.625),
        ("Zebras run.", 0.25),
    ]


@pytest.mark.parametrize("order", [*permutations(("Pods rest.", "Nodes work.", "Zebras run."))])
def test_three_that_follow_each_other_are_one_in_any_order(order: tuple[str, ...]) -> None:
    """Also where the one between comes last."""
    text = "Pods rest.\nNodes work.\n\nZebras run."
    (citation,) = cited(dict(zip(order, (0.5, 0.3, 0.2), strict=True)), spans_of(text))
    assert (citation.quote, citation.score) == (text, 1.0)


def test_a_neighbour_joins_what_stands_on_both_sides_of_it() -> None:
    """The best, what follows it, and a citation behind that."""
    text = "Pods rest. Nodes work. Zebras run."
    citations = cited({"Pods rest.": 0.5, "Zebras run.": 0.25, "Lions.": 0.3}, spans_of(text, "Lions."))
    assert [(citation.quote, citation.score) for citation in citations] == [(text, 0.75), ("Lions.", 0.3)]


def test_what_is_apart_stays_apart() -> None:
    """Another sentence or a heading between, or another note."""
    text = "Pods rest. Lions sleep. Owls read. Nodes work.\n\n# Two\n\nZebras run.\n"
    likely = {"Nodes work.": 0.5, "Pods rest.": 0.4, "Zebras run.": 0.3}
    assert quotes(likely, text) == ["Nodes work.", "Pods rest.", "Zebras run."]


def test_a_citation_says_how_well_it_fits_and_whether_it_is_cut_off() -> None:
    """Its score is the span's share; a note that stops in mid-sentence is marked, where its end is quoted."""
    spans = spans_of("Keep it. Rest is up to")
    (alone,) = cited({"Rest is up to": 0.33333}, spans)
    assert (alone.score, alone.cut_off, alone.location) == (0.3333, True, "0.md:1")
    assert alone.passage is spans[0].passage
    for best in ("Keep it.", "Rest is up to"):
        (both,) = cited({"Keep it.": 0.3, "Rest is up to": 0.2} | {best: 0.5}, spans)
        assert (both.quote, both.cut_off) == ("Keep it. Rest is up to", True)
    (first,) = cited({"Keep it.": 0.9}, spans_of("Keep it.\n\n# Two\n\nRest is up to"))
    assert not first.cut_off


def test_nothing_goes_on_from_an_unfinished_sentence() -> None:
    """Neither as its neighbour nor as one quote with it, or nobody would see that the note stops there."""
    text = "Rest is up to\n\nIt works.\n"
    (stopping,) = cited({"Rest is up to": 0.9}, spans_of(text))
    assert (stopping.quote, stopping.cut_off) == ("Rest is up to", True)
    assert quotes({"It works.": 0.9}, text) == ["It works."]
    both = cited({"Rest is up to": 0.5, "It works.": 0.4}, spans_of(text))
    assert [(citation.quote, citation.cut_off) for citation in both] == [
        ("Rest is up to", True),
        ("It works.", False),
    ]


_SENTENCES = st.sampled_from(["Pods rest.", "It works.", "Nodes work hard.", "Run `ls`.", words(30)])
_BODIES = st.lists(st.lists(_SENTENCES, min_size=1, max_size=4).map(" ".join), min_size=1, max_size=3)
_NOTES = st.lists(
    _BODIES.flatmap(lambda parts: st.sampled_from(["\n\n", "\n- "]).map(lambda j: j.join(parts)))
)


@given(_NOTES, st.randoms(use_true_random=False))
def test_citations_are_few_apart_and_different(notes: list[str], draw: Random) -> None:
    """Whatever is likely: the best is in the first; none overlaps or follows another, or says the same."""
    spans = spans_of(*notes)
    rated = [Rated(Scored(span, ()), 0.0, draw.random()) for span in spans]
    citations = selected(sorted(rated, key=lambda span: -span.share))
    assert bool(citations) == bool(spans)
    assert len(citations) <= MOST_CITATIONS
    assert len({citation.quote for citation in citations}) == len(citations)
    for one, other in combinations(sorted(citations, key=lambda citation: citation.start), 2):
        if one.passage is other.passage:
            assert one.passage.document.text[one.end : other.start].strip()
    for rating in rated[:1] and [max(rated, key=lambda span: span.share)]:
        best = rating.candidate
        assert citations[0].passage is best.passage
        assert citations[0].start <= best.start < best.end <= citations[0].end
