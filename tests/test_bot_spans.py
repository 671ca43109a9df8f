"""The spans that could be cited for a question."""

from asking import hit, note, passages

from bot.spans import candidates
from ingest.types import Kind

TEXT = "# One\n\nPods rest. Run **this**:\n\n```\nls\n```\n\n# Two\n\n- Nodes work.\n- Owls keep to the\n"


def test_all_spans_come_by_rank_and_place() -> None:
    """Each knows what it is, what it says, and how near the question is."""
    first, second = passages(note(TEXT))
    hits = [hit(second, 0.75, 0.5, 0.25), hit(first, 0.5, 0.125)]
    found = candidates(hits)
    assert [(span.rank, span.place, span.text, span.words, span.cosine) for span in found] == [
        (0, 0, "- Nodes work.", "Nodes work.", 0.5),
        (0, 1, "- Owls keep to the", "Owls keep to the", 0.25),
        (0, 2, "- Nodes work.\n- Owls keep to the", "Nodes work. Owls keep to the", 0.0),
        (1, 0, "Pods rest.", "Pods rest.", 0.125),
        (1, 1, "Run **this**:\n\n```\nls\n```", "Run this: ls", 0.0),
    ]
    assert [span.kind for span in found] == [Kind.LIST] * 3 + [Kind.PROSE, Kind.CODE]
    assert [span.whole for span in found] == [False, False, True, False, True]
    assert [span.cut_off for span in found] == [False, True, True, False, False]
    assert all(span.hit is hits[span.rank] and span.passage is span.hit.passage for span in found)
    assert all(TEXT[span.start : span.end] == span.text for span in found)


def test_where_nothing_is_found_there_is_nothing_to_cite() -> None:
    """Nor in a passage without a span."""
    (passage,) = passages(note("# Stages\n\nab\n"))
    assert candidates([]) == candidates([hit(passage)]) == []
