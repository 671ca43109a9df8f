"""The spans that could be cited for a question, taken from the passages found."""

from collections.abc import Sequence
from dataclasses import dataclass

from index.types import Hit
from ingest.types import Kind, Passage


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span of a found passage. `rank` is its passage's, `place` its own among the spans there, from 0."""

    hit: Hit
    rank: int
    place: int

    @property
    def passage(self) -> Passage:
        """The passage."""
        return self.hit.passage

    @property
    def start(self) -> int:
        """Where it begins in its document's text."""
        return self.hit.spans[self.place].span.start

    @property
    def end(self) -> int:
        """Where it ends in its document's text."""
        return self.hit.spans[self.place].span.end

    @property
    def kind(self) -> Kind:
        """The kind of its block."""
        return self.hit.spans[self.place].span.kind

    @property
    def whole(self) -> bool:
        """Whether it is a whole list, table or code block, with the sentence that leads to it."""
        return self.hit.spans[self.place].span.whole

    @property
    def cut_off(self) -> bool:
        """Whether the note stops at its end in mid-sentence."""
        return self.hit.spans[self.place].span.cut_off

    @property
    def words(self) -> str:
        """Its plain words."""
        return self.hit.spans[self.place].span.words

    @property
    def cosine(self) -> float:
        """The cosine similarity of the question with it."""
        return self.hit.spans[self.place].cosine

    @property
    def read(self) -> float | None:
        """What the reader says of it, in log-odds; `None` if it was not read."""
        return self.hit.spans[self.place].read

    @property
    def text(self) -> str:
        """Its characters."""
        return self.passage.document.text[self.start : self.end]


def candidates(hits: Sequence[Hit]) -> list[Candidate]:
    """Give all spans of the passages of `hits`, best passage first, each in the order of the text."""
    return [Candidate(hit, rank, place) for rank, hit in enumerate(hits) for place in range(len(hit.spans))]
