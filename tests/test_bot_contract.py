"""The JSON holds what other tools depend on, exactly."""

import json
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from bot.contract import (
    SearchObject,
    Verification,
    answer_object,
    build_object,
    ranked,
    read_answer,
    status_object,
    unanswerable,
    written,
)
from bot.types import Answer, Citation, Verdict
from index.types import BuildReport, FileState, Hit, SkippedFile, SourceState, Status
from ingest.types import Block, Document, Format, Kind, Metadata, Passage, Source

TEXT = "# Scaling\n\nThe HPA adds pods.\nIt never adds nodes.\n"
NOTE = Document(
    "k8s/hpa.md",
    "notes",
    "Scaling",
    TEXT,
    Format.MARKDOWN,
    "0" * 64,
    blocks=(Block(Kind.PROSE, 0, 9), Block(Kind.LIST, 11, 51, (11, 30))),
    metadata=Metadata(updated="2026-02-03"),
)
PASSAGE = Passage(NOTE, 11, 51, ("Scaling",))
HITS = (Hit(PASSAGE, 0.71239, 0.6, None), Hit(PASSAGE, -0.00001, -0.12345, 11.34567))
ANSWERED = Answer(
    question="what adds pods?",
    verdict=Verdict.ANSWERED,
    confidence=0.912345,
    citations=(Citation(PASSAGE, 11, 29, 0.88888),),
    related=(),
    passages=HITS,
    generation=12,
    elapsed_ms=7.4321,
)
CITED = {
    "source": "notes",
    "path": "k8s/hpa.md",
    "start": 11,
    "end": 29,
    "quote": "The HPA adds pods.",
    "title": "Scaling",
    "headings": ["Scaling"],
    "lines": [3, 3],
    "page": None,
    "location": "k8s/hpa.md:3",
    "link": "file:///srv/notes/k8s/hpa.md",
    "score": 0.8889,
    "cut_off": False,
    "format": "markdown",
    "updated": "2026-02-03",
    "blocks": [{"kind": "list", "start": 11, "end": 29, "head": None}],
}


RANKED = {
    "source": "notes",
    "path": "k8s/hpa.md",
    "start": 11,
    "end": 51,
    "headings": ["Scaling"],
    "text": PASSAGE.text,
    "lines": [3, 4],
    "page": None,
    "title": "Scaling",
    "location": "k8s/hpa.md:3-4",
    "link": "file:///srv/notes/k8s/hpa.md",
    "format": "markdown",
    "updated": "2026-02-03",
    "blocks": [{"kind": "list", "start": 11, "end": 51, "head": None}],
}


def test_an_answer_has_exactly_the_keys_of_the_contract() -> None:
    """Each key and value is as other tools expect it; `id`, `read_as` and `error` are absent if not set."""
    shape = json.loads(written(answer_object(ANSWERED, {"notes": Source("notes", Path("/srv/notes"))})))
    assert shape == {
        "question": "what adds pods?",
        "verdict": "answered",
        "confidence": 0.9123,
        "generation": 12,
        "elapsed_ms": 7.4,
        "citations": [CITED],
        "passages": [
            {**RANKED, "score": 0.7124, "dense": 0.6, "lexical": None, "read": None},
            {**RANKED, "score": 0.0, "dense": -0.1235, "lexical": 11.3457, "read": None},
        ],
    }


def test_quotes_and_texts_are_the_characters_of_the_document() -> None:
    """Whoever reads the JSON can check each quote against the document by its offsets."""
    shape = json.loads(written(answer_object(ANSWERED, {})))
    spans = [(c["start"], c["end"], c["quote"]) for c in shape["citations"]]
    spans += [(p["start"], p["end"], p["text"]) for p in shape["passages"]]
    assert len(spans) == 3
    assert all(TEXT[start:end] == words for start, end, words in spans)


def test_a_batch_line_begins_with_its_id_and_says_how_it_was_read() -> None:
    """`id` and `read_as` are there once they are set."""
    answer = Answer("and nodes?", Verdict.NOT_FOUND, 0.1, (), (), (), 12, 1.0, read_as="what adds nodes?")
    line = written(answer_object(answer, {}, identity=7))
    assert line.startswith('{"id": 7, "question": "and nodes?", "read_as": "what adds nodes?", ')


def test_an_answer_that_was_written_is_read_as_it_was() -> None:
    """What was written can be kept and shown later: no field is lost, whether it was set or not."""
    sources = {"notes": Source("notes", Path("/srv/notes"))}
    for answer in (ANSWERED, replace(ANSWERED, question="\ud800\u202e", read_as="so")):
        shape = answer_object(answer, sources)
        assert read_answer(written(shape)) == shape


def test_a_question_that_can_not_be_asked_is_not_found_with_an_error() -> None:
    """Such a line has the shape of every other, and the reason."""
    assert json.loads(written(unanswerable(" ", "the question is empty", 3, UNSET))) == {
        "question": " ",
        "verdict": "not_found",
        "confidence": 0.0,
        "generation": 3,
        "elapsed_ms": 0.0,
        "citations": [],
        "passages": [],
        "error": "the question is empty",
    }


def test_a_build_report_is_written_with_rounded_times() -> None:
    """`index --json` prints every field of the report."""
    skipped = (SkippedFile("a.bin", "binary"),)
    report = BuildReport(2, 1, 0, 0, 3, 4, 50, 9, skipped, {"scan": 0.01239, "total": 1.0})
    assert json.loads(written(build_object(report))) == {
        "generation": 2,
        "added": 1,
        "changed": 0,
        "moved": 0,
        "removed": 3,
        "unchanged": 4,
        "passages": 50,
        "encoded": 9,
        "skipped": [{"path": "a.bin", "reason": "binary"}],
        "seconds": {"scan": 0.012, "total": 1.0},
    }


def test_a_status_is_written_with_every_file() -> None:
    """`status --json` prints every field of the status."""
    file = FileState("notes", "a.bin", "skipped", "binary", 0)
    source = SourceState("notes", "/srv/notes", "https://host/notes.git", "main", "", "1a2b")
    status = Status(2, "2025-11-02T10:00:00Z", 12.34567, "all-MiniLM-L6-v2", 4, 50, (file,), (source,))
    assert json.loads(written(status_object(status))) == {
        "generation": 2,
        "built_at": "2025-11-02T10:00:00Z",
        "age_seconds": 12.346,
        "encoder": "all-MiniLM-L6-v2",
        "documents": 4,
        "passages": 50,
        "files": [
            {"source": "notes", "path": "a.bin", "state": "skipped", "reason": "binary", "passages": 0}
        ],
        "sources": [
            {
                "name": "notes",
                "root": "/srv/notes",
                "url": "https://host/notes.git",
                "branch": "main",
                "folder": "",
                "commit": "1a2b",
            }
        ],
    }


def test_searches_and_verifications_have_their_shapes() -> None:
    """`search --format json` and `verify --json` print one object each."""
    shape = json.loads(written(SearchObject("pods", 12, ranked(HITS[:1], {}))))
    assert list(shape) == ["query", "generation", "passages"]
    assert shape["passages"][0]["path"] == "k8s/hpa.md"
    shape = json.loads(written(Verification(sound=False, problems=("x",))))
    assert list(shape) == ["sound", "problems", "generation", "vectors", "repairs", "failures"]
    assert (shape["sound"], shape["problems"]) == (False, ["x"])
    assert list(shape["vectors"]) == ["total", "cached", "encoded", "not_encoded"]


@given(st.text(st.characters(exclude_categories=()), max_size=20))
def test_written_json_says_the_same_and_can_not_act_on_a_terminal(text: str) -> None:
    """Whatever a note holds, the JSON parses back to it, in characters that UTF-8 can hold."""
    line = written(Verification(sound=True, problems=(text,)))
    # Python joins a high surrogate with the low one after it, as any reader of JSON does.
    joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    assert json.loads(line)["problems"] == [joined]
    assert not {unicodedata.category(character) for character in line} & {"Cc", "Cs", "Zl", "Zp"}


@pytest.mark.parametrize("hostile", ["\x1b[31m", "\x9b31m", "\u202e", "\U000e0041", "\x7f"])
def test_hostile_characters_are_escaped_in_json(hostile: str) -> None:
    """Escape sequences, overrides and tags are written as JSON escapes."""
    line = written(Verification(sound=True, problems=(hostile,)))
    assert hostile[0] not in line
    assert json.loads(line)["problems"] == [hostile]
