"""Answers as they are kept, made from notes that a test writes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from asking import note, passages

from bot.contract import AnswerObject, answer_object
from bot.types import Answer, Citation, Verdict
from index.types import Hit
from ingest.types import Document, Metadata, Passage, Source

TODAY = date(2026, 3, 1)


def cited(text: str, path: str = "ops/note.md") -> tuple[Citation, ...]:
    """Give a citation of each whole passage of a note."""
    return tuple(Citation(one, one.start, one.end, 0.9) for one in passages(_dated(note(text, path)), 2_000))


def quoted_part(text: str, part: str, path: str = "ops/note.md") -> Citation:
    """Give a citation of one part of a note, which stands in it once."""
    found = next(one for one in passages(_dated(note(text, path)), 2_000) if part in one.text)
    start = found.start + found.text.index(part)
    return Citation(found, start, start + len(part), 0.9)


def answered(
    *citations: Citation,
    verdict: Verdict = Verdict.ANSWERED,
    question: str = "how do I undo a rollout?",
    confidence: float = 0.9,
    further: Sequence[Passage] = (),
    read_as: str | None = None,
    link: str | None = "https://notes.example/{path}",
) -> AnswerObject:
    """Give an answer that quotes `citations`; their passages are found first, and then `further` ones."""
    found = [*dict.fromkeys(citation.passage for citation in citations), *further]
    answer = Answer(
        question=question,
        verdict=verdict,
        confidence=confidence,
        citations=() if verdict is Verdict.NOT_FOUND else citations,
        related=(),
        passages=tuple(Hit(one, 0.5, 0.5, None) for one in found),
        generation=3,
        elapsed_ms=2.0,
        read_as=read_as,
    )
    return answer_object(answer, {"notes": Source("notes", Path("/srv/notes"), link)})


def _dated(document: Document) -> Document:
    return replace(document, metadata=Metadata(updated="2026-02-28"))
