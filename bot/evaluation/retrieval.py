"""How well rankings put the labelled passages first, by the measures of ir_measures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.errors import UsageError

DEPTH = 10
RETRIEVAL = ("recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10")


@dataclass(frozen=True, slots=True)
class Ranking:
    """The first passages for a question, as the files that they come from: `None` for one that misses.

    `wanted` are the labelled files, at least one.
    """

    found: tuple[str | None, ...]
    wanted: frozenset[str]


def retrieval_figures(rankings: Sequence[Ranking]) -> list[dict[str, float]]:
    """Give the figures of `RETRIEVAL` for each ranking, by name, each in [0, 1].

    Recall@k is 1 if one of the first k passages hits. For nDCG each labelled file counts once, at the first
    of its passages that hits. Raises `UsageError` where ir_measures is not installed.
    """
    try:
        import ir_measures
        from ir_measures import RR, Qrel, ScoredDoc, Success, nDCG
    except ImportError as error:
        raise UsageError('evaluation needs ir-measures; run: pip install "refdesk[eval]"') from error
    measures = (Success @ 1, Success @ 5, Success @ 10, RR @ DEPTH, nDCG @ DEPTH)
    names = dict(zip(measures, RETRIEVAL, strict=True))
    figures = [dict.fromkeys(RETRIEVAL, 0.0) for _ in rankings]
    wanted = [Qrel(str(n), name, 1) for n, one in enumerate(rankings) for name in _names(one).values()]
    found = [ScoredDoc(str(n), *scored) for n, one in enumerate(rankings) for scored in _scored(one)]
    for metric in ir_measures.iter_calc(measures, wanted, found):
        figures[int(metric.query_id)][names[metric.measure]] = metric.value
    return figures


def _names(ranking: Ranking) -> dict[str, str]:
    # Not the paths themselves: what stands behind ir_measures takes neither NUL nor undecodable bytes.
    return {path: str(number) for number, path in enumerate(sorted(ranking.wanted))}


def _scored(ranking: Ranking) -> Iterator[tuple[str, float]]:
    """Give each passage's name and falling score; misses and a file's later hits get names of no label."""
    names = _names(ranking)
    for place, path in enumerate(ranking.found[:DEPTH]):
        yield names.pop(path or "", f"miss {place}"), float(DEPTH - place)
