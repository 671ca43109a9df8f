"""Joining what the two retrievers found into one ranking."""

from collections.abc import Mapping

# Chosen on development questions of three kinds; docs/decisions/0006-fusion.md has the table.
DENSE_WEIGHT = 0.4
LINE_WEIGHT = 0.6
HEADING_WEIGHT = 0.2
# In characters: a passage this short counts half, since it matches by little but its headings.
SHORT = 60
# The second passage of a document counts this much less, the third and all after it twice that, so that one
# page does not fill the list, yet a long page of many subjects is not shut out.
REPEATED = 0.8
MOST_REPEATED = 2


def scaled(scores: Mapping[int, float]) -> dict[int, float]:
    """Give the scores on a scale from 0, the lowest among them, to 1, the highest (min-max)."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    if high == low:
        return dict.fromkeys(scores, 1.0)
    return {item: (score - low) / (high - low) for item, score in scores.items()}


def fused(
    dense: Mapping[int, float],
    lexical: Mapping[int, float],
    lines: Mapping[int, float],
    headings: Mapping[int, float],
    lengths: Mapping[int, int],
) -> dict[int, float]:
    """Give one score in [0, 1] to each passage that either retriever listed.

    `lines` and `headings` hold the question's cosines with the heading line and the last heading of each,
    `lengths` its characters.
    """
    by_meaning, by_words = scaled(dense), scaled(lexical)
    most = 1 + LINE_WEIGHT + HEADING_WEIGHT
    return {
        item: (
            DENSE_WEIGHT * by_meaning.get(item, 0.0)
            + (1 - DENSE_WEIGHT) * by_words.get(item, 0.0)
            + LINE_WEIGHT * max(lines[item], 0.0)
            + HEADING_WEIGHT * max(headings[item], 0.0)
        )
        / most
        * lengths[item]
        / (lengths[item] + SHORT)
        for item in dense.keys() | lexical.keys()
    }


def ranked(scores: Mapping[int, float], documents: Mapping[int, int]) -> list[tuple[int, float]]:
    """Rank passages by score, then by number, further ones of a document counting `REPEATED` times less."""
    seen: dict[int, int] = {}
    result = []
    for item in sorted(scores, key=lambda item: (-scores[item], item)):
        before = seen.get(documents[item], 0)
        seen[documents[item]] = before + 1
        result.append((item, scores[item] * REPEATED ** min(before, MOST_REPEATED)))
    return sorted(result, key=lambda pair: (-pair[1], pair[0]))
