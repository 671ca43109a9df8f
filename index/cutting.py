"""From a document to all that a generation stores of it but its vectors."""

from index.analysis import terms
from index.encoder import Encoder
from index.passages import Found, Stored
from ingest.chunk import chunk
from ingest.encoded import encoded, heading_line
from ingest.spans import quotable
from ingest.types import Document, Passage

# Special tokens take two of what an encoder reads.
_SPECIAL = 2


def cut(document: Document, encoder: Encoder) -> Stored:
    """Cut a document into passages that `encoder` can read whole, and prepare each for both retrievers."""
    passages = chunk(
        document, lambda text: encoder.count_tokens(text) - _SPECIAL, encoder.max_tokens - _SPECIAL
    )
    texts = tuple(map(encoded, passages))
    return Stored(
        document,
        tuple(passages),
        texts,
        tuple(tuple(quotable(passage)) for passage in passages),
        tuple(map(_found, passages, texts)),
    )


def _found(passage: Passage, text: str) -> Found:
    headings = heading_line(passage.document.title, passage.headings)
    return Found(" ".join(terms(text)), " ".join(terms(headings)))
