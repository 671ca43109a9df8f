"""The JSON that other tools depend on, and nothing that is not in it.

Scores and times are rounded, so that equal answers give equal bytes. Offsets are in characters of the
document's text. A field that is `UNSET` is left out of the JSON.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msgspec import UNSET, UnsetType, convert, to_builtins

from bot.blocks import ShownBlock, blocks_in
from bot.links import link_of
from bot.render.safe import safe_json
from bot.types import Answer, Citation, Verdict
from index.types import BuildReport, Hit, Status
from ingest.types import Source

if TYPE_CHECKING:
    from bot.evaluation.generations import AnswerChanges
    from bot.lint.types import Finding
    from index.difference import Difference
    from index.history import History
    from index.repair import Repair

_SCORE_DIGITS = 4
_MILLISECOND_DIGITS = 1
_SECOND_DIGITS = 3


@dataclass(frozen=True, slots=True)
class CitedSpan:
    """One entry of `citations`: `quote` is the document's text from `start` to `end`.

    `format` is how the document is written, `updated` the date that it has, and `blocks` what the quote is
    made of.
    """

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
    format: str
    updated: str | None
    blocks: tuple[ShownBlock, ...]


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """One entry of `passages`: `text` is the document's text from `start` to `end`; the rest as above.

    `read` is how probable it is, by the reader, that a span of it answers; null where none was read.
    """

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
    read: float | None
    title: str
    location: str
    link: str | None
    format: str
    updated: str | None
    blocks: tuple[ShownBlock, ...]


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
class LintObject:
    """What `lint --json` prints: how many notes were looked at, and what was found in them."""

    notes: int
    findings: "tuple[Finding, ...]"


@dataclass(frozen=True, slots=True)
class SearchObject:
    """What `search --format json` prints."""

    query: str
    generation: int
    passages: tuple[RankedPassage, ...]


@dataclass(frozen=True, slots=True)
class ComparedVectors:
    """How many vectors there are, how many were compared with cached ones and with texts encoded anew.

    `not_encoded` says why no text was.
    """

    total: int = 0
    cached: int = 0
    encoded: int = 0
    not_encoded: str | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """What `verify --json` prints; `problems` is empty where all is sound.

    `repairs` and `failures` are what `--repair` did, and what it could not do.
    """

    sound: bool
    problems: tuple[str, ...]
    generation: int | None = None
    vectors: ComparedVectors = ComparedVectors()
    repairs: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DifferenceObject:
    """What `diff --json` prints; `answers` only where questions were asked."""

    documents: "Difference"
    answers: "AnswerChanges | UnsetType" = UNSET


def answer_object(
    answer: Answer, sources: Mapping[str, Source], *, identity: str | int | UnsetType = UNSET
) -> AnswerObject:
    """Give the JSON shape of an answer; `sources` are those of its index by name, for the links."""
    return AnswerObject(
        id=identity,
        question=answer.question,
        verdict=answer.verdict.value,
        confidence=_score(answer.confidence),
        generation=answer.generation,
        elapsed_ms=_rounded(answer.elapsed_ms, _MILLISECOND_DIGITS),
        citations=tuple(_cited(citation, sources) for citation in answer.citations),
        passages=ranked(answer.passages, sources),
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


def ranked(hits: Sequence[Hit], sources: Mapping[str, Source]) -> tuple[RankedPassage, ...]:
    """Give the JSON shapes of hits, best first as they come; `sources` by name, for the links."""
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
            read=None if hit.read is None else _score(hit.read),
            title=passage.document.title,
            location=passage.location,
            link=link_of(passage, sources, passage.headings),
            format=passage.document.format.value,
            updated=passage.document.metadata.updated,
            blocks=blocks_in(passage),
        )
        for hit in hits
    )


def build_object(report: BuildReport) -> BuildReport:
    """Give a report as `index --json` prints it, its times rounded."""
    return replace(report, seconds={name: _rounded(s, _SECOND_DIGITS) for name, s in report.seconds.items()})


def verification(repair: "Repair") -> Verification:
    """Give what `verify --json` prints of an index that was proved, and perhaps repaired before that."""
    proof = repair.proof
    return Verification(
        sound=not proof.faults,
        problems=proof.problems,
        generation=proof.generation,
        vectors=ComparedVectors(proof.vectors, proof.cached, proof.encoded, proof.not_encoded),
        repairs=repair.done,
        failures=repair.failed,
    )


def status_object(status: Status) -> Status:
    """Give a status as `status --json` prints it, its age rounded."""
    return replace(status, age_seconds=_rounded(status.age_seconds, _SECOND_DIGITS))


def history_object(history: "History") -> "History":
    """Give the generations as `generations --json` prints them, their ages rounded."""
    return replace(
        history,
        generations=tuple(
            one
            if one.age_seconds is None
            else replace(one, age_seconds=_rounded(one.age_seconds, _SECOND_DIGITS))
            for one in history.generations
        ),
    )


def written(shape: object) -> str:
    """Write one line of JSON. What could act on a terminal is escaped, undecodable file names too."""
    return safe_json(json.dumps(to_builtins(shape), ensure_ascii=False))


def read_answer(line: str) -> AnswerObject:
    """Read what `written` wrote of an answer: it is the same again."""
    return convert(json.loads(line), AnswerObject)


def _cited(citation: Citation, sources: Mapping[str, Source]) -> CitedSpan:
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
        link=link_of(span, sources, citation.passage.headings),
        score=_score(citation.score),
        cut_off=citation.cut_off,
        format=document.format.value,
        updated=document.metadata.updated,
        blocks=blocks_in(span),
    )


def _score(value: float) -> float:
    return _rounded(value, _SCORE_DIGITS)


def _rounded(value: float, digits: int) -> float:
    # Adding zero turns -0.0, which JSON would show, into 0.0; `float` takes numpy's scalars along.
    return round(float(value), digits) + 0.0
