"""Whole indexes for tests, built with the instant encoder, and processes that build and search them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from unittest.mock import patch

from encoders import HashEncoder

import index.build
import index.run
from index.build import Gate, build_with
from index.encoder import Encoder
from index.progress import Progress
from index.search import Index
from index.store import Store
from index.types import BuildReport, Hit, Where
from index.writer import Keep
from ingest.errors import UnreadableError
from ingest.origin import Named
from ingest.read import contents
from ingest.sources import resolve_sources
from ingest.types import RawFile
from ingest.walk import MAX_BYTES, FoundFile
from ingest.wire import ReadResult

HASH = HashEncoder()


def built(
    root: Path,
    *sources: Named,
    encoder: Encoder = HASH,
    max_bytes: int = MAX_BYTES,
    progress: Progress | None = None,
    gate: Gate | None = None,
    allow_shrink: bool = True,
    keep: Keep = Keep(),  # noqa: B008 - it can not be changed
) -> BuildReport:
    """Bring the index in `root` up to date with `sources`."""
    with Store(root).writing() as writer:
        return build_with(
            encoder,
            resolve_sources(sources),
            writer,
            root,
            max_bytes=max_bytes,
            progress=progress,
            gate=gate,
            allow_shrink=allow_shrink,
            keep=keep,
        )


def opened(root: Path, encoder: Encoder = HASH) -> Index:
    """Open the live generation."""
    return Index.of(*Store(root).open_current(), encoder)


def places(hits: Sequence[Hit]) -> list[tuple[str, int]]:
    """Give the path and start of each hit."""
    return [(hit.passage.document.path, hit.passage.start) for hit in hits]


def answers(index: Index, queries: Sequence[str], k: int = 10, where: Where | None = None) -> bytes:
    """Give all that a search gives for each query, as JSON."""
    return json.dumps([[_shown(hit) for hit in index.search(query, k, where)] for query in queries]).encode()


def _shown(hit: Hit) -> list[object]:
    passages = [hit.passage, *hit.also_in]
    found = [(p.document.source, p.document.path, p.start, p.text, p.headings, p.kind) for p in passages]
    spans = [(one.span.start, one.span.end, one.span.words, one.cosine) for one in hit.spans]
    return [found, hit.score, hit.dense, hit.lexical, hit.heading, spans]


class InProcess:
    """Reads files as `ReaderPool` does, without the third of a second that its processes take to start."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave nothing behind."""

    def read_all(self, files: Iterator[FoundFile]) -> Iterator[ReadResult]:
        """Read files; give the results in their order."""
        for file in files:
            try:
                found = contents(RawFile(file.path, file.source, file.location.read_bytes()))
            except UnreadableError as error:
                yield ReadResult(file.source, file.path, str(error))
            else:
                yield ReadResult(file.source, file.path, found.documents, found.left_out)


@contextmanager
def reading_in_process() -> Iterator[None]:
    """Let builds read files in their own process for a while."""
    with patch.object(index.run, "ReaderPool", InProcess):
        yield


def python(program: str, *arguments: object, **variables: str) -> subprocess.Popen[bytes]:
    """Start a program that may import what lies beside the tests; coverage does not slow it down."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        env=environment | {"PYTHONPATH": str(Path(__file__).parent)} | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def printed(program: str, *arguments: object, **variables: str) -> bytes:
    """Give what a program prints, after asserting that it ends well."""
    with python(program, *arguments, **variables) as run:
        out, err = run.communicate(timeout=120)
    assert run.returncode == 0, err.decode()
    return out
