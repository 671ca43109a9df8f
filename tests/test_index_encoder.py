"""The encoder: one text, one vector, whatever happens around it."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from encoders import HashEncoder
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.encoder import Encoder, OnnxEncoder, export_problems, read_card
from ingest.errors import EncoderError

TEXTS = [
    "How do I roll back a deployment?",
    "The on-call engineer acknowledges the page within five minutes. " * 30,
    "",
    "kubectl rollout undo deployment/web",
    "Резервная копия создаётся каждую ночь.",
    "How do I roll back a deployment?",
]


@pytest.fixture
def exported(models: Path, tmp_path: Path, minilm: OnnxEncoder) -> Path:
    """Give a copy of the exported encoder, to be damaged."""
    return Path(shutil.copytree(models / minilm.fingerprint, tmp_path / "encoder"))


def both(minilm: OnnxEncoder) -> Sequence[Encoder]:
    """Give each implementation; a type checker sees here that both fit the protocol."""
    return [minilm, HashEncoder()]


def test_vectors_are_float32_rows_of_length_1(minilm: OnnxEncoder) -> None:
    """Each encoder gives float32 [n, dimension], and each row has length 1."""
    for encoder in both(minilm):
        vectors = encoder.encode(TEXTS)
        assert vectors.dtype == np.float32
        assert vectors.shape == (len(TEXTS), encoder.dimension)
        assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 1e-5


def test_no_texts_give_no_vectors(minilm: OnnxEncoder) -> None:
    """No texts give an array of no rows, and of the right width."""
    for encoder in both(minilm):
        assert encoder.encode([]).shape == (0, encoder.dimension)


def test_a_vector_depends_on_its_text_alone(models: Path, minilm: OnnxEncoder) -> None:
    """One thread or two, together or alone, in any order: the vectors are equal to the last bit."""
    one = OnnxEncoder.open(models / minilm.fingerprint, threads=1)
    together = minilm.encode(TEXTS)
    assert np.array_equal(one.encode(TEXTS), together)
    assert np.array_equal(minilm.encode(TEXTS[::-1])[::-1], together)
    assert np.array_equal(np.concatenate([minilm.encode([text]) for text in TEXTS]), together)


def test_a_question_is_nearest_to_its_answer(minilm: OnnxEncoder) -> None:
    """The vectors mean something: of three sentences the one that answers is the nearest."""
    sentences = [
        "Undo a bad release with kubectl rollout undo.",
        "Lunch is at noon.",
        "Pods have IP addresses.",
    ]
    assert (minilm.encode(sentences) @ minilm.encode(TEXTS[:1])[0]).argmax() == 0


def test_progress_adds_up_in_the_calling_thread(minilm: OnnxEncoder) -> None:
    """Progress is told in the calling thread, and adds up to the number of texts."""
    for encoder in both(minilm):
        told: list[tuple[int, threading.Thread]] = []
        encoder.encode(TEXTS, listener(told))
        assert sum(more for more, _ in told) == len(TEXTS)
        assert {thread for _, thread in told} == {threading.current_thread()}


def listener(told: list[tuple[int, threading.Thread]]) -> Callable[[int], None]:
    """Give a function that keeps what it is told, and in which thread."""
    return lambda more: told.append((more, threading.current_thread()))


def test_an_interrupt_ends_the_work(minilm: OnnxEncoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while 1,000 texts are in the queue does not wait for them."""
    encoded: list[str] = []
    vector: NDArray[np.float32] = minilm.encode(["a"])[0]

    def slow(_: OnnxEncoder, text: str) -> NDArray[np.float32]:
        encoded.append(text)
        time.sleep(0.001)
        return vector

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(OnnxEncoder, "_vector", slow)
    with pytest.raises(KeyboardInterrupt):
        minilm.encode([str(n) for n in range(1000)], interrupt)
    assert len(encoded) < 1000


def test_tokens_are_counted_whole(minilm: OnnxEncoder) -> None:
    """The count has the two special tokens and does not stop at what the encoder reads."""
    assert minilm.count_tokens("") == 2
    assert minilm.count_tokens("hello world") == 4
    assert minilm.count_tokens("word " * 1000) == 1002
    assert minilm.max_tokens == 256
    assert HashEncoder().count_tokens("two words") == 4


def test_what_lies_past_the_limit_has_no_part(minilm: OnnxEncoder) -> None:
    """254 tokens and the two special ones are read: the 254th changes the vector, the 255th does not."""
    full = minilm.encode(["word " * 254])
    assert np.array_equal(minilm.encode(["word " * 254 + "other"]), full)
    assert not np.array_equal(minilm.encode(["word " * 253 + "other"]), full)


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_any_text_can_be_encoded(minilm: OnnxEncoder, text: str) -> None:
    """Control characters, half surrogate pairs, any alphabet: there is a count and a vector of length 1."""
    assert minilm.count_tokens(text) >= 2
    assert abs(float(np.linalg.norm(minilm.encode([text]))) - 1) < 1e-5


def test_opening_imports_no_torch(models: Path, minilm: OnnxEncoder) -> None:
    """A process that encodes a question has imported neither torch nor transformers."""
    program = (
        "import sys; from pathlib import Path; from index.encoder import OnnxEncoder\n"
        f"OnnxEncoder.open(Path({str(models / minilm.fingerprint)!r}), 1).encode(['a'])\n"
        "print(sorted({'torch', 'transformers', 'sentence_transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


@pytest.mark.parametrize("name", ["encoder.json", "model.onnx", "tokenizer.json", "weights.bin"])
def test_a_missing_file_is_named(exported: Path, name: str) -> None:
    """An encoder without one of its files is an error that names it and says what to do."""
    (exported / name).unlink()
    with pytest.raises(EncoderError, match=rf"{name} .*Run `refdesk index` to export it again"):
        OnnxEncoder.open(exported, 1)
    assert name in export_problems(exported)[0]


def test_a_truncated_file_is_named(exported: Path) -> None:
    """A truncated file is an error that says how much of it is there."""
    with (exported / "weights.bin").open("r+b") as file:
        file.truncate(1000)
    with pytest.raises(EncoderError, match=r"weights\.bin is truncated: 1000 of \d+ bytes"):
        OnnxEncoder.open(exported, 1)


def test_changed_bytes_are_found_by_their_checksum(exported: Path) -> None:
    """One changed byte of the weights keeps the size, and shows in the checksum."""
    assert export_problems(exported) == []
    with (exported / "weights.bin").open("r+b") as file:
        file.seek(50_000_000)
        byte = file.read(1)[0]
        file.seek(50_000_000)
        file.write(bytes([byte ^ 1]))
    assert export_problems(exported) == [f"{exported / 'weights.bin'} has changed since it was written"]


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_file_of_zeros_is_an_encoder_error(exported: Path, name: str) -> None:
    """A file of the right size and the wrong content is an `EncoderError`, whatever the library raises."""
    (exported / name).write_bytes(bytes((exported / name).stat().st_size))
    with pytest.raises(EncoderError, match="can not be loaded"):
        OnnxEncoder.open(exported, 1)


@pytest.mark.parametrize(
    ("card", "problem"),
    [
        (b"\x00\xff", "does not describe an encoder"),
        (b'"\xff"', "does not describe an encoder"),
        (b"{}", "missing required field `format_version`"),
    ],
)
def test_a_card_of_garbage_is_an_encoder_error(exported: Path, card: bytes, problem: str) -> None:
    """An `encoder.json` that is not one is an error that says so."""
    (exported / "encoder.json").write_bytes(card)
    with pytest.raises(EncoderError, match=problem):
        read_card(exported)


def test_another_export_format_is_named(exported: Path) -> None:
    """An export of another format version is an error that gives both versions."""
    card = json.loads((exported / "encoder.json").read_bytes())
    (exported / "encoder.json").write_text(json.dumps(card | {"format_version": 99}))
    with pytest.raises(EncoderError, match=r"has format 99, this refdesk reads 1\."):
        read_card(exported)


def test_the_hash_encoder_ignores_the_hash_seed() -> None:
    """The test encoder gives the same bytes in a process with another hash seed."""
    program = (
        "from encoders import HashEncoder\nprint(HashEncoder().encode(['a fixed text']).tobytes().hex())"
    )
    environment = os.environ | {"PYTHONHASHSEED": "7", "PYTHONPATH": str(Path(__file__).parent)}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, env=environment)
    assert bytes.fromhex(done.stdout.decode()) == HashEncoder().encode(["a fixed text"]).tobytes()


def test_the_hash_encoder_brings_shared_words_together() -> None:
    """Texts that share words are near, whatever the order and case; others are far; no text is empty."""
    encoder = HashEncoder()
    same, near, far = encoder.encode(["Green RED", "red blue green", "one two three"])
    question = encoder.encode(["red green"])[0]
    assert np.array_equal(same, question)
    assert near @ question > 0.7
    assert far @ question < 0.3
    assert np.linalg.norm(encoder.encode(["?!"])) == pytest.approx(1)
