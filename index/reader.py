"""Judging how well a span answers a question: a cross-encoder, which reads the two together.

The vectors of a question and a span are made apart, and so tell that both are about the same; whether the one
answers the other takes reading both. What it was trained on, and how, is in reading/CARD.md.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Protocol

import numpy as np

from index.encoder import encodable, session_options

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

# Of each part, in tokens, so much is read: the beginning of the question and of the span, and the end of what
# stands above and before. All together stay below what the model has positions for, 512.
QUESTION, SPAN, ABOVE, BEFORE = 48, 112, 24, 24
# Pieces are read one by one, each on one thread, so that no judgement depends on another; so many at a time.
THREADS = 2
# In log-odds, rounded, since sums in another order differ in the last digits.
DIGITS = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """What is read: the words of a span, the line of headings above it, and the words just before it."""

    span: str
    above: str
    before: str


class Reader(Protocol):
    """What judges whether spans answer a question. Each judgement depends on one span alone."""

    def judge(self, question: str, pieces: Sequence[Piece]) -> list[float]:
        """Give for each piece how probable it is that it answers, in log-odds."""
        ...


class OnnxReader:
    """The reader that ships with refdesk, run by ONNX Runtime on the CPU."""

    def __init__(self, session: "InferenceSession", tokenizer: "Tokenizer") -> None:
        self._session = session
        self._tokenizer = tokenizer
        self._first, self._between = tokenizer.encode("").ids

    def judge(self, question: str, pieces: Sequence[Piece]) -> list[float]:
        """Give for each piece how probable it is that it answers, in log-odds."""
        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(self._judged, self.assembled(question, pieces)))

    def assembled(self, question: str, pieces: Sequence[Piece]) -> list[tuple[list[int], list[int]]]:
        """Give what the model reads for each piece: token ids, and their kinds.

        The span is of kind 1; the question before it, and what stands around it in the note, of kind 0.
        """
        asked = [self._first, *self._tokens(question)[:QUESTION], self._between]
        return [self._assembled(asked, piece) for piece in pieces]

    def _assembled(self, asked: Sequence[int], piece: Piece) -> tuple[list[int], list[int]]:
        span = [*self._tokens(piece.span)[:SPAN], self._between]
        around = [*self._tokens(piece.above)[-ABOVE:], *self._tokens(piece.before)[-BEFORE:], self._between]
        return [*asked, *span, *around], [0] * len(asked) + [1] * len(span) + [0] * len(around)

    def _judged(self, read: tuple[Sequence[int], Sequence[int]]) -> float:
        ids, kinds = (np.array([one], np.int64) for one in read)
        said = self._session.run(None, {"input_ids": ids, "token_type_ids": kinds})
        return round(float(said[0][0]), DIGITS)

    def _tokens(self, text: str) -> list[int]:
        found: list[int] = self._tokenizer.encode(encodable(text), add_special_tokens=False).ids
        return found


@cache
def shipped() -> OnnxReader:
    """Open the reader that ships with refdesk; once, for all who ask."""
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

    folder = files("index") / "reading"
    tokenizer = Tokenizer.from_buffer((folder / "tokenizer.json").read_bytes())
    model = (folder / "model.onnx").read_bytes()
    return OnnxReader(
        InferenceSession(model, session_options(), providers=["CPUExecutionProvider"]), tokenizer
    )
