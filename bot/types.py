"""The shapes of an answer."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from index.types import Hit
from ingest.types import Passage, Span


class Verdict(StrEnum):
    """`ANSWERED`: the citations answer. `UNSURE`: they are the closest there is. `NOT_FOUND`: nothing is."""

    ANSWERED = "answered"
    UNSURE = "unsure"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A span inside a passage, quoted word for word. `score` in [0, 1] is how well it fits the question.

    `cut_off` says that the note itself stops in mid-sentence at the end of the quote.
    """

    passage: Passage
    start: int
    end: int
    score: float
    cut_off: bool = False

    @property
    def span(self) -> Span:
        """The quoted span of the document."""
        return Span(self.passage.document, self.start, self.end)

    @property
    def quote(self) -> str:
        """The quoted characters, as they stand in the document."""
        return self.span.text

    @property
    def location(self) -> str:
        """Where a person finds the quote: `guide.md:12-15`, `handbook.pdf p. 3`."""
        return self.span.location


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to one question.

    `confidence` in [0, 1] is calibrated: of the answers at 0.8, four in five are right. `citations` are one
    to three when `verdict` is `ANSWERED` or `UNSURE`, none when it is `NOT_FOUND`. `passages` is the ranked
    retrieval whatever the verdict; `related` are the hits worth showing when nothing answers. `read_as` is
    the question as it was understood in the light of the turns before, when that differs from `question`.
    """

    question: str
    verdict: Verdict
    confidence: float
    citations: tuple[Citation, ...]
    related: tuple[Hit, ...]
    passages: tuple[Hit, ...]
    generation: int
    elapsed_ms: float
    read_as: str | None = None
