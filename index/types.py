"""The shapes of a search: what is asked for, what is found, and what a build reports."""

from dataclasses import dataclass

from ingest.types import Passage


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
class Hit:
    """A passage that was found.

    `score` is the fused score that ranks it, in [0, 1]. `dense` is the cosine similarity of question and
    passage, `lexical` the BM25 score; `None` where that retriever did not list it. `heading` is the cosine
    similarity of the question and the passage's last heading. `also_in` are passages with the same words.
    """

    passage: Passage
    score: float
    dense: float | None
    lexical: float | None
    also_in: tuple[Passage, ...] = ()
    heading: float = 0.0


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
class Status:
    """What `refdesk status --json` prints. `built_at` is ISO 8601 in UTC."""

    generation: int
    built_at: str
    age_seconds: float
    encoder: str
    documents: int
    passages: int
    files: tuple[FileState, ...]
