"""Small indexes of notes written in a test, and probabilities that are made up rather than fitted."""

from collections.abc import Mapping
from itertools import chain, repeat, starmap
from pathlib import Path

from encoders import HashEncoder

from bot.answer import judged
from bot.confidence import Confidence, Linear
from bot.evidence import ANSWER_FEATURES, evidence_for
from bot.features import SPAN_FEATURES
from bot.types import Citation
from index.build import build_with
from index.search import Index
from index.store import Store
from index.types import Hit, Scored, Where
from ingest.chunk import chunk
from ingest.markdown import read_markdown
from ingest.spans import quotable
from ingest.types import Document, Passage, RawFile, Source

ENCODER = HashEncoder()


def note(text: str, path: str = "note.md") -> Document:
    """Read a Markdown note."""
    return read_markdown(RawFile(path, "notes", text.encode()))


def passages(document: Document, limit: int = 200) -> list[Passage]:
    """Cut a document into passages of at most `limit` words."""
    return chunk(document, lambda text: len(text.split()), limit)


def hit(passage: Passage, score: float = 0.5, *cosines: float) -> Hit:
    """Give a passage as if it were found by both retrievers; its spans have these cosines, further ones 0."""
    spans = zip(quotable(passage), chain(cosines, repeat(0.0)), strict=False)
    return Hit(passage, score, score, 10 * score, score / 2, tuple(starmap(Scored, spans)))


def index_of(folder: Path, notes: Mapping[str, str], encoder: HashEncoder = ENCODER) -> Index:
    """Write the notes, by path, under `folder` and index them."""
    for path, text in notes.items():
        file = folder / "notes" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    store = Store(folder / "index")
    with store.writing() as writer:
        build_with(encoder, [Source("notes", folder / "notes")], writer, store.root)
    return Index.of(*store.open_current(), encoder)


def linear(features: tuple[str, ...], bias: float = 0.0, **weights: float) -> Linear:
    """Give a model with these weights and no others."""
    return Linear(features, tuple(weights.get(name, 0.0) for name in features), bias)


# A span fits by the words that it shares with the question, and an answer is likely by its best passage.
MODEL = Confidence(
    span=linear(SPAN_FEATURES, coverage=6.0, cosine=4.0),
    answer=linear(ANSWER_FEATURES, -6.0, score=20.0),
    answered=0.5,
    unsure=0.2,
)


def cited(index: Index, question: str, *paths: str) -> tuple[Citation, ...]:
    """Give what is cited by the made-up probabilities, of these paths if there are any."""
    return judged(evidence_for(index, question, 10, Where(paths=paths)), MODEL)[2]
