"""The shapes of a search: what is asked for, what is found, and what a build reports."""

import math
from dataclasses import dataclass

from index.fusion import Signs
from ingest.types import Passage, Quotable


@dataclass(frozen=True, slots=True)
class Where:
    """Which documents may answer; an empty part allows all.

    `sources` are names of sources, `paths` are globs or folders relative to a source, `tags` are note tags
    (`k8s` allows `k8s/storage` too). A document must satisfy each part; within a part one match is enough.
    """

    sources: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.sources or self.paths or self.tags)


@dataclass(frozen=True, slots=True)
class Scored:
    """A span that could be quoted, and the cosine similarity of the question with it.

    `read` is what the reader says: in log-odds, how probable it is that the span answers; `None` if nobody
    has read it.
    """

    span: Quotable
    cosine: float
    read: float | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found.

    `score` is the score that ranks it, in [0, 1]. `dense` and `heading` are the cosine similarities of the
    question with the passage and with its last heading. `lexical` is the BM25 score; `None` where that
    retriever did not list it. `spans` are those of the passage that could be quoted. `also_in` are passages
    with the same words. `signs` are all that the score was made of, but for what the reader says.
    """

    passage: Passage
    score: float
    dense: float
    lexical: float | None
    heading: float = 0.0
    spans: tuple[Scored, ...] = ()
    also_in: tuple[Passage, ...] = ()
    signs: Signs | None = None

    @property
    def read(self) -> float | None:
        """How probable it is that a span of the passage answers, by the one that the reader likes best.

        `None` where it has read none.
        """
        read = [span.read for span in self.spans if span.read is not None]
        return 1 / (1 + math.exp(-max(read))) if read else None


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file that is not in the index, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What one run of `refdesk index` did: the object that `index --json` prints. `seconds` by stage."""

    generation: int
    added: int
    changed: int
    moved: int
    removed: int
    unchanged: int
    passages: int
    encoded: int
    skipped: tuple[SkippedFile, ...]
    seconds: dict[str, float]


@dataclass(frozen=True, slots=True)
class FileState:
    """One line of `refdesk status`: `state` is `indexed` or `skipped`, `reason` is set when it is skipped."""

    source: str
    path: str
    state: str
    reason: str | None
    passages: int


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source as `refdesk status` shows it: where its files are and, for one in git, what they are from."""

    name: str
    root: str
    url: str | None = None
    branch: str | None = None
    folder: str | None = None
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class Status:
    """What `refdesk status --json` prints. `built_at` is ISO 8601 in UTC."""

    generation: int
    built_at: str
    age_seconds: float
    encoder: str
    documents: int
    passages: int
    files: tuple[FileState, ...]
    sources: tuple[SourceState, ...] = ()
