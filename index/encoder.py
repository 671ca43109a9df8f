"""Turning texts into vectors. At question time this needs ONNX Runtime and a tokenizer, nothing else."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from index.checksums import FileRecord, content_problems, size_problems
from ingest.errors import EncoderError, IncompatibleIndexError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession, SessionOptions
    from tokenizers import Tokenizer

# The layout of an exported encoder's folder; part of its fingerprint.
EXPORT_VERSION = 1
CARD, GRAPH, WEIGHTS, TOKENIZER = "encoder.json", "model.onnx", "weights.bin", "tokenizer.json"


class Encoder(Protocol):
    """What turns texts into vectors. A text's vector depends on that text alone."""

    @property
    def name(self) -> str:
        """What a person calls it."""
        ...

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        ...

    @property
    def fingerprint(self) -> str:
        """The same for two encoders only if they give the same vectors."""
        ...

    @property
    def max_tokens(self) -> int:
        """How many tokens of a text it reads, special ones included; the rest has no part in the vector."""
        ...

    def encode(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Give the vectors of `texts`: float32 [n, dimension], each row of length 1.

        `on_progress` is told, in the calling thread, how many more texts are done.
        """
        ...

    def count_tokens(self, text: str) -> int:
        """Give the number of tokens of the whole of `text`, special ones included."""
        ...


class EncoderCard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an exported encoder's folder holds, as `encoder.json`; `files` are its other files."""

    format_version: int
    name: str
    fingerprint: str
    dimension: int
    max_tokens: int
    files: dict[str, FileRecord]


class OnnxEncoder:
    """An exported encoder, run by ONNX Runtime on the CPU in float32.

    Texts are encoded one by one, each on one thread: whatever the batch, the order or the number of threads,
    a text gets the same vector to the last bit. `threads` texts are encoded at a time.
    """

    def __init__(
        self, card: EncoderCard, session: "InferenceSession", tokenizer: "Tokenizer", threads: int
    ) -> None:
        self._card = card
        self._session = session
        self._tokenizer = tokenizer
        self._threads = threads
        self._longest = card.max_tokens - tokenizer.num_special_tokens_to_add(is_pair=False)

    @classmethod
    def open(cls, folder: Path, threads: int) -> Self:
        """Open the encoder in `folder`. Raises `EncoderError` if it is missing or damaged."""
        card = read_card(folder)
        if problems := size_problems(folder, card.files):
            raise damaged_encoder("; ".join(problems))
        try:
            return cls(card, _session(folder / GRAPH), _tokenizer(folder / TOKENIZER), threads)
        except Exception as error:  # neither library has a root for its errors
            raise damaged_encoder(f"{folder} can not be loaded: {error}") from error

    @property
    def name(self) -> str:
        """The name of the model that was exported."""
        return self._card.name

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        return self._card.dimension

    @property
    def fingerprint(self) -> str:
        """Hexadecimal, from the model's files and the layout of the export."""
        return self._card.fingerprint

    @property
    def max_tokens(self) -> int:
        """How many tokens of a text it reads, special ones included."""
        return self._card.max_tokens

    def encode(
        self, texts: Sequence[str], on_progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Give the vectors of `texts`: float32 [n, dimension], each row of length 1.

        `on_progress` is told, in the calling thread, how many more texts are done.
        """
        vectors = np.empty((len(texts), self.dimension), np.float32)
        if self._threads == 1 or len(texts) == 1:
            _collect(map(self._vector, texts), vectors, on_progress)
            return vectors
        pool = ThreadPoolExecutor(self._threads)
        try:
            _collect(pool.map(self._vector, texts), vectors, on_progress)
        finally:
            # Without this an interrupted run would first encode all that is still in the queue.
            pool.shutdown(cancel_futures=True)
        return vectors

    def count_tokens(self, text: str) -> int:
        """Give the number of tokens of the whole of `text`, special ones included."""
        return len(self._tokenizer.encode(encodable(text)).ids)

    def _vector(self, text: str) -> NDArray[np.float32]:
        encoding = self._tokenizer.encode(encodable(text), add_special_tokens=False)
        encoding.truncate(self._longest)
        ids = np.array([self._tokenizer.post_process(encoding).ids], np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        vector: NDArray[np.float32] = self._session.run(None, inputs)[0][0]
        return vector


def read_card(folder: Path) -> EncoderCard:
    """Read `encoder.json` of an exported encoder. Raises `EncoderError`."""
    path = folder / CARD
    try:
        card = msgspec.json.decode(path.read_bytes(), type=EncoderCard)
    except OSError as error:
        raise damaged_encoder(f"{path} can not be read: {error.strerror}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise damaged_encoder(f"{path} does not describe an encoder: {error}") from error
    if card.format_version != EXPORT_VERSION:
        raise damaged_encoder(f"{path} has format {card.format_version}, this refdesk reads {EXPORT_VERSION}")
    return card


def export_problems(folder: Path) -> list[str]:
    """Read every file of an exported encoder; say in words what is missing or changed."""
    try:
        return content_problems(folder, read_card(folder).files)
    except EncoderError as error:
        return [str(error)]


def check_encoder(built_with: str, configured: str | None, root: Path) -> None:
    """Raise `IncompatibleIndexError` if the index in `root` was not built with the configured encoder."""
    if configured is not None and Path(configured).name != built_with:
        raise IncompatibleIndexError(
            f"the index in {root} was built with the encoder {built_with}, the configuration names "
            f"{configured}; run `refdesk index` to rebuild it, or name {built_with}"
        )


def damaged_encoder(problem: str) -> EncoderError:
    """Give the error to raise for an exported encoder that can not be used: the problem, and the way out."""
    return EncoderError(f"the encoder can not be used: {problem}. Run `refdesk index` to export it again")


def _collect(
    results: Iterable[NDArray[np.float32]],
    vectors: NDArray[np.float32],
    on_progress: Callable[[int], None] | None,
) -> None:
    for row, vector in enumerate(results):
        vectors[row] = vector
        if on_progress:
            on_progress(1)


def encodable(text: str) -> str:
    """Give `text` without the halves of surrogate pairs that undecodable bytes leave in a command line."""
    return text.encode("utf-8", "replace").decode()


def _session(path: Path) -> "InferenceSession":
    from onnxruntime import InferenceSession

    return InferenceSession(path, session_options(), providers=["CPUExecutionProvider"])


def session_options() -> "SessionOptions":
    """Give the options under which a model gives the same numbers each time: one thread for each text."""
    from onnxruntime import SessionOptions

    options = SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # A thread that waits in a loop takes the core from the one that works.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def _tokenizer(path: Path) -> "Tokenizer":
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_buffer(path.read_bytes())
    # Models ship limits of their own in this file; the limit that counts is the card's.
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
