"""What the reader's word is worth among the features of spans and answers."""

from dataclasses import replace

from asking import ENCODER, hit, note, passages

from bot.asks import Ask
from bot.evidence import ANSWER_FEATURES, Evidence, Rated, Scored, answer_features
from bot.features import SPAN_FEATURES, Question, Surroundings, span_features
from bot.spans import candidates
from index.query import Query

QUESTION = Question(Query("pods", ENCODER.encode(["pods"])[0], {}, {}), Ask.OTHER)
READ = SPAN_FEATURES.index("read")
ONE, TWO = passages(note("# A\n\nOne here. Two here.\n\n# B\n\nThree here.\n"))


def test_what_was_not_read_counts_as_the_worst_that_was() -> None:
    """The reader's word stands for a span that it has read; the lowest may be of any passage."""
    first, second = hit(ONE), hit(TWO)
    hits = [
        replace(first, spans=(replace(first.spans[0], read=1.5), first.spans[1])),
        replace(second, spans=(replace(second.spans[0], read=-2.5),)),
    ]
    said = {
        span.text: span_features(QUESTION, span, Surroundings.of(hits, span.rank))[READ]
        for span in candidates(hits)
    }
    assert said == {"One here.": 1.5, "Two here.": -2.5, "Three here.": -2.5}


def test_an_answer_is_as_likely_as_the_reader_says_of_its_best_span() -> None:
    """Whatever it says of the others."""
    nothing = (0.0,) * (len(SPAN_FEATURES) - 1)
    span = candidates([hit(ONE)])[0]
    best, other = Scored(span, (*nothing, 1.5)), Scored(span, (*nothing, 2.5))
    evidence = Evidence(QUESTION, (hit(ONE),), (best, other))
    values = answer_features(evidence, [Rated(best, 1.0, 0.75), Rated(other, 0.0, 0.25)])
    assert values[ANSWER_FEATURES.index("read")] == 1.5
    assert not evidence.read
