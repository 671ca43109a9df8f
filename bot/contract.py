"""The JSON that other tools depend on, and nothing that is not in it.

Scores and times are rounded, so that equal answers give equal bytes. Offsets are in characters of the
document's text. A field that is `UNSET` is left out of the JSON.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from msgspec import UNSET, UnsetType, to_builtins

from bot.render.safe import safe_json
from bot.types import Answer, Citation, Verdict
from index.types import BuildReport, Hit, Status
from ingest.types import Document, Span

_SCORE_DIGITS = 4
_MILLISECOND_DIGITS = 1
_SECOND_DIGITS = 3


@dataclass(frozen=True, slots=True)
class CitedSpan:
    """One entry of `citations`: `quote` is the document's text from `start` to `end`."""

    source: str
    path: str
    start: int
    end: int
    quote: str
    title: str
    headings: tuple[str, ...]
    lines: tuple[int, int] | None
    page: int | None
    location: str
    link: str | None
    score: float
    cut_off: bool


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """One entry of `passages`: `text` is the document's text from `start` to `end`."""

    source: str
    path: str
    start: int
    end: int
    text: str
    headings: tuple[str, ...]
    lines: tuple[int, int] | None
    page: int | None
    score: float
    dense: float
    lexical: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerObject:
    """What `ask --json` prints, and a line of what `ask --batch` prints: only there are `id` and `error`."""

    id: str | int | UnsetType = UNSET
    question: str
    read_as: str | UnsetType = UNSET
    verdict: str
    confidence: float
    generation: int
    elapsed_ms: float
    citations: tuple[CitedSpan, ...]
    passages: tuple[RankedPassage, ...]
    error: str | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class SearchObject:
    """What `search --format json` prints."""

    query: str
    generation: int
    passages: tuple[RankedPassage, ...]


@dataclass(frozen=True, slots=True)
class Verification:
    """What `verify --json` prints; `problems` is empty where all is sound."""

    sound: bool
    problems: tuple[str, ...]


def answer_object(
    answer: Answer, roots: Mapping[str, Path], *, identity: str | int | UnsetType = UNSET
) -> AnswerObject:
    """Give the JSON shape of an answer; `roots` are the places of the sources by name, for the links."""
    return AnswerObject(
        id=identity,
        question=answer.question,
        verdict=answer.verdict.value,
        confidence=_score(answer.confidence),
        generation=answer.generation,
        elapsed_ms=_rounded(answer.elapsed_ms, _MILLISECOND_DIGITS),
        citations=tuple(_cited(citation, roots) for citation in answer.citations),
        passages=ranked(answer.passages),
        read_as=UNSET if answer.read_as is None else answer.read_as,
    )


def unanswerable(question: str, error: str, generation: int, identity: str | int | UnsetType) -> AnswerObject:
    """Give the shape of a batch's question that can not be asked: nothing found, and why."""
    return AnswerObject(
        id=identity,
        question=question,
        verdict=Verdict.NOT_FOUND.value,
        confidence=0.0,
        generation=generation,
        elapsed_ms=0.0,
        citations=(),
        passages=(),
        error=error,
    )


def ranked(hits: Sequence[Hit]) -> tuple[RankedPassage, ...]:
    """Give the JSON shapes of hits, best first as they come."""
    return tuple(
        RankedPassage(
            source=(passage := hit.passage).document.source,
            path=passage.document.path,
            start=passage.start,
            end=passage.end,
            text=passage.text,
            headings=passage.headings,
            lines=passage.lines,
            page=passage.page,
            score=_score(hit.score),
            dense=_score(hit.dense),
            lexical=None if hit.lexical is None else _score(hit.lexical),
        )
        for hit in hits
    )


def file_of(document: Document, roots: Mapping[str, Path]) -> Path | None:
    """Give the absolute path of a document's file; `None` for a source that is not among `roots`."""
    root = roots.get(document.source)
    if root is None:
        return None
    # A source may be one file, whose documents are itself.
    return root.absolute() if root.is_file() else root.absolute() / document.path


def link(span: Span, roots: Mapping[str, Path]) -> str | None:
    """Give the `file://` address of a span, with its page where it has one; `None` for an unknown source."""
    file = file_of(span.document, roots)
    if file is None:
        return None
    # Readers of PDF open at this fragment; editors differ on one for lines, and some openers refuse any.
    return file.as_uri() + ("" if span.page is None else f"#page={span.page}")


def build_object(report: BuildReport) -> BuildReport:
    """Give a report as `index --json` prints it, its times rounded."""
    return replace(report, seconds={name: _rounded(s, _SECOND_DIGITS) for name, s in report.seconds.items()})


def status_object(status: Status) -> Status:
    """Give a status as `status --json` prints it, its age rounded."""
    return replace(status, age_seconds=_rounded(status.age_seconds, _SECOND_DIGITS))


def written(shape: AnswerObject | SearchObject | Verification | BuildReport | Status) -> str:
    """Write one line of JSON. What could act on a terminal is escaped, undecodable file names too."""
    return safe_json(json.dumps(to_builtins(shape), ensure_ascii=False))


def _cited(citation: Citation, roots: Mapping[str, Path]) -> CitedSpan:
    document, span = citation.passage.document, citation.span
    return CitedSpan(
        source=document.source,
        path=document.path,
        start=citation.start,
        end=citation.end,
        quote=citation.quote,
        title=document.title,
        headings=citation.passage.headings,
        lines=span.lines,
        page=span.page,
        location=citation.location,
        link=link(span, roots),
        score=_score(citation.score),
        cut_off=citation.cut_off,
    )


def _score(value: float) -> float:
    return _rounded(value, _SCORE_DIGITS)


def _rounded(value: float, digits: int) -> float:
    # Adding zero turns -0.0, which JSON would show, into 0.0; `float` takes numpy's scalars along.
    return round(float(value), digits) + 0.0
