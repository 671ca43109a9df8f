"""Opening the encoder of a generation: the one it was built with, or none."""

from pathlib import Path

import pytest
from encoders import HashEncoder

from index.encoder import OnnxEncoder
from index.encoders import LateEncoder, exported_encoder, exporter
from index.manifest import EncoderRecord
from index.model import DEFAULT_MODEL
from ingest.errors import EncoderError

RECORD = EncoderRecord("hash", "hash-128-256", 128)


def test_an_exported_encoder_is_opened(minilm: OnnxEncoder, models: Path) -> None:
    """By the fingerprint in the manifest; where nothing was exported under it there is none."""
    record = EncoderRecord(minilm.name, minilm.fingerprint, minilm.dimension)
    opened = exported_encoder(models, 1)(record)
    assert opened is not None
    assert (opened.fingerprint, opened.name) == (minilm.fingerprint, DEFAULT_MODEL)
    assert exported_encoder(models, 1)(RECORD) is None


def test_a_damaged_export_is_an_error(tmp_path: Path) -> None:
    """The error names the file, and what exports it again."""
    (tmp_path / RECORD.fingerprint).mkdir()
    with pytest.raises(EncoderError, match=r"encoder\.json can not be read: .*Run `refdesk index` to export"):
        exported_encoder(tmp_path, 1)(RECORD)


@pytest.mark.parametrize("configured", [DEFAULT_MODEL, "elsewhere"])
def test_an_encoder_is_exported_by_its_name(
    minilm: OnnxEncoder, models: Path, tmp_path: Path, configured: str
) -> None:
    """What is there is used; else the model is looked for under the name in the manifest."""
    record = EncoderRecord(minilm.name, minilm.fingerprint, minilm.dimension)
    assert exporter(configured, models, 1)(record).fingerprint == minilm.fingerprint
    other = EncoderRecord(minilm.name, "0" * 16, minilm.dimension)
    assert exporter(configured, models, 1)(other).fingerprint == minilm.fingerprint
    with pytest.raises(EncoderError, match="no sentence-transformers model at 'nowhere'"):
        exporter("nowhere", tmp_path, 1)(None)
    with pytest.raises(EncoderError, match="no sentence-transformers model at 'a/path/to/hash'"):
        exporter("a/path/to/hash", tmp_path, 1)(RECORD)


def test_a_late_encoder_is_opened_once_and_only_when_needed() -> None:
    """What the manifest says of it needs no encoder."""
    opened = []

    def open_encoder(record: EncoderRecord | None) -> HashEncoder:
        opened.append(record)
        return HashEncoder()

    late = LateEncoder(RECORD, open_encoder)
    assert (late.name, late.fingerprint, late.dimension, opened) == ("hash", RECORD.fingerprint, 128, [])
    assert (late.max_tokens, late.count_tokens("two words")) == (256, 4)
    assert late.encode(["words"]).shape == (1, 128)
    assert opened == [RECORD]


def test_a_late_encoder_must_be_the_one_that_was_promised() -> None:
    """One with another fingerprint would give other vectors."""
    late = LateEncoder(RECORD, lambda _: HashEncoder(dimension=64))
    with pytest.raises(
        EncoderError, match=r"^the index was built with another encoder than hash as it is now"
    ):
        late.encode(["words"])
