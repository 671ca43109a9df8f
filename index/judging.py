"""Letting the reader judge what the search has found: which spans answer, and so what comes first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from index.analysis import terms
from index.query import Query
from index.reader import Piece, Reader
from index.types import Hit
from ingest.encoded import heading_line

# So many of the best passages are looked at, and so many of their spans read: the likeliest of each passage,
# and of the rest the likeliest of all.
READ_PASSAGES = 10
READ_SPANS = 20
# How likely a span is to be worth reading: its cosine, the share of the question that it and its headings
# cover, and the score of its passage, each times a weight that was chosen by hand.
COSINE, COVERAGE, PASSAGE = 3.0, 2.5, 5.0
# How much the reader's word counts beside the score of a passage, by the measurements in
# docs/decisions/0026-a-trained-reader.md.
WEIGHT = 0.35


@dataclass(frozen=True, slots=True)
class _Place:
    """A span of a hit, by the hit's rank and the span's place there, and how likely it is worth reading."""

    rank: int
    place: int
    value: float


def judged(reader: Reader, query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """Let `reader` judge the likeliest spans of the best passages; give all hits, ranked with what it says.

    `hits` come best first. Those whose scores stay equal keep their order.
    """
    looked = hits[:READ_PASSAGES]
    places = _chosen([at for rank, hit in enumerate(looked) for at in _places(query, rank, hit)])
    read = reader.judge(query.text, [_piece(hits[at.rank], at.place) for at in places])
    said: list[dict[int, float]] = [{} for _ in hits]
    for at, judgement in zip(places, read, strict=True):
        said[at.rank][at.place] = judgement
    return sorted(map(_with, hits, said), key=lambda hit: -hit.score)


def _places(query: Query, rank: int, hit: Hit) -> Iterator[_Place]:
    above = terms(heading_line(hit.passage.document.title, hit.passage.headings))
    for place, scored in enumerate(hit.spans):
        covered = query.coverage([*terms(scored.span.words), *above])
        yield _Place(rank, place, COSINE * scored.cosine + COVERAGE * covered + PASSAGE * hit.score)


def _chosen(places: Sequence[_Place]) -> list[_Place]:
    """Choose the best place of each hit and then the best of all, at most `READ_SPANS`."""
    best = sorted(places, key=lambda at: (-at.value, at.rank, at.place))
    first = {at.rank: at for at in reversed(best)}
    return sorted(best, key=lambda at: first[at.rank] is not at)[:READ_SPANS]


def _piece(hit: Hit, place: int) -> Piece:
    passage = hit.passage
    before = hit.spans[place - 1].span.words if place else ""
    return Piece(hit.spans[place].span.words, heading_line(passage.document.title, passage.headings), before)


def _with(hit: Hit, said: Mapping[int, float]) -> Hit:
    """Give the hit with what was said of its spans by place, and the score that follows."""
    read = replace(hit, spans=tuple(replace(span, read=said.get(at)) for at, span in enumerate(hit.spans)))
    return replace(read, score=(hit.score + WEIGHT * (read.read or 0.0)) / (1 + WEIGHT))
