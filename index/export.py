"""Exporting a sentence-transformers model to ONNX, once, and refusing an export that disagrees with it."""

import importlib.util
import logging
import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from filelock import FileLock

from index.checksums import files_under, record_files
from index.disk import sync, sync_tree, writing_to
from index.encoder import (
    CARD,
    EXPORT_VERSION,
    GRAPH,
    TOKENIZER,
    WEIGHTS,
    EncoderCard,
    OnnxEncoder,
    export_problems,
    read_card,
)
from index.model import Model, find_model, is_installed
from ingest.errors import EncoderError

if TYPE_CHECKING:
    import onnx
    from sentence_transformers import SentenceTransformer

_log = logging.getLogger(__name__)

# Float32 sums in another order differ near the seventh digit; anything worse is another computation.
_AGREEMENT = 0.9999
_OPSET = 17
_NEEDED = ("onnx", "sentence_transformers", "torch", "transformers")
_EXAMPLE = "The on-call engineer acknowledges the page within five minutes."
PROBES = (
    "",
    " \t\n",
    "a",
    "OK",
    "What is a Horizontal Pod Autoscaler?",
    "How do I roll back a deployment to the revision before the last one?",
    _EXAMPLE,
    "kubectl rollout undo deployment/web --to-revision=3",
    "def area(radius: float) -> float:\n    return 3.14159 * radius**2",
    '{"replicas": 3, "image": "registry.example/app:1.29.3", "ports": [80, 443]}',
    "terminationGracePeriodSeconds kube-scheduler DEC-0054 v1.29.3-rc.1 a_b/c.d",
    "Cañón, naïve, Straße, Ærøskøbing, İstanbul",
    "混合検索は密なベクトルと語彙の両方を使います。",
    "Резервная копия создаётся каждую ночь в три часа.",
    "يتم أخذ نسخة احتياطية كل ليلة",
    "👩‍💻 ships 🚀 on Fridays 🙈",
    "x\u0000y\u200bz\ufeff control and invisible characters",
    "| host | port |\n|---|---|\n| db-1 | 5432 |",
    "supercalifragilistic" * 40,
    "One sentence that is repeated until it is longer than the model reads. " * 60,
)


def export_encoder(name: str, models: Path, on_stage: Callable[[str], None] | None = None) -> Path:
    """Give the folder of the exported encoder in `models`, exporting the model `name` first if need be.

    `name` is as for `model_folder`. An export that is there and whole is used as it is, without loading the
    model; `on_stage` is told what is going on otherwise. Processes that export at the same time wait for each
    other. Where the model itself is not installed, the newest whole export of that name is used. Raises
    `EncoderError` if the model can not be found or loaded, or if its export disagrees with it, and
    `IndexWriteError` if `models` can not be written.
    """
    if exported := exported_encoder(name, models):
        return exported
    model = find_model(name)
    folder = models / model.fingerprint
    with writing_to(models):
        models.mkdir(parents=True, exist_ok=True)
        with FileLock(models / ".lock"):
            if export_problems(folder):
                _log.info("exporting %s", model.name)
                _export(model, folder, on_stage or _ignore)
    return folder


def exported_encoder(name: str, models: Path) -> Path | None:
    """Give the folder that `export_encoder` would give, if there is nothing to export; changes nothing.

    Raises `EncoderError` if a model that is installed is not what it should be.
    """
    if not is_installed(name):
        return _exported(Path(name).name, models)
    folder = models / find_model(name).fingerprint
    return None if export_problems(folder) else folder


def _exported(name: str, models: Path) -> Path | None:
    """Give the newest whole export of a model of this name; by fingerprint, where two are as old."""
    cards = sorted(models.glob(f"[!.]*/{CARD}"), key=lambda card: (card.stat().st_mtime_ns, card.parent.name))
    for folder in (card.parent for card in reversed(cards)):
        if not export_problems(folder) and read_card(folder).name == name:
            return folder
    return None


def _export(model: Model, folder: Path, on_stage: Callable[[str], None]) -> None:
    if missing := [name for name in _NEEDED if not importlib.util.find_spec(name)]:
        raise EncoderError(
            f"exporting {model.name} needs {', '.join(missing)} once: pip install 'refdesk[export]'"
        )
    # The lock is held, so whatever is here was left by a run that was killed.
    temporary = folder.parent / ".export"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    try:
        with _quiet():
            on_stage("loading the model")
            original = _load(model)
            on_stage("exporting the encoder")
            _write(model, original, temporary)
            on_stage("comparing the export with the model")
            _compare(model, original, OnnxEncoder.open(temporary, threads=1))
        sync_tree(temporary)
        shutil.rmtree(folder, ignore_errors=True)
        os.rename(temporary, folder)  # noqa: PTH104 - as in `index.disk`
        sync(folder.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what PyTorch and its libraries say of their own ways from people who can do nothing about it.

    Tracing warns of each value it fixes; the comparison that follows is what tells whether that did harm.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from transformers.utils import logging as transformers_logging

        transformers_logging.set_verbosity_error()
        transformers_logging.disable_progress_bar()
        yield


@contextmanager
def _explaining(problem: str) -> Iterator[None]:
    """Turn whatever another library raises into an `EncoderError` that begins with `problem`."""
    try:
        yield
    except Exception as error:
        raise EncoderError(f"{problem}: {error}") from error


def _load(model: Model) -> "SentenceTransformer":
    with _explaining(f"sentence-transformers can not load the model in {model.folder}"):
        from sentence_transformers import SentenceTransformer

        # The plain attention gives the smaller graph, a tenth faster to run, and the same vectors.
        plain = {"attn_implementation": "eager"}
        return SentenceTransformer(
            str(model.folder), device="cpu", local_files_only=True, model_kwargs=plain
        ).eval()


def _write(model: Model, original: "SentenceTransformer", folder: Path) -> None:
    with _explaining(f"the model in {model.folder} can not be exported"):
        graph = _graph(original)
        tokenizer = original.tokenizer.backend_tokenizer.to_str()
    import onnx

    # Weights in a file of their own are mapped, not copied: the session opens in less than half the time.
    onnx.save_model(graph, folder / GRAPH, save_as_external_data=True, location=WEIGHTS)
    # They come readable by their owner only, and the bot may run as somebody else.
    (folder / WEIGHTS).chmod((folder / GRAPH).stat().st_mode)
    (folder / TOKENIZER).write_text(tokenizer, "utf-8")
    card = EncoderCard(
        EXPORT_VERSION,
        model.name,
        model.fingerprint,
        original.get_embedding_dimension(),
        original.max_seq_length,
        record_files(folder, files_under(folder)),
    )
    (folder / CARD).write_bytes(msgspec.json.format(msgspec.json.encode(card)) + b"\n")


def _graph(original: "SentenceTransformer") -> "onnx.ModelProto":
    """Trace the whole pipeline: token numbers in, one vector of length 1 out."""
    import onnx
    import torch

    class Pipeline(torch.nn.Module):  # type: ignore[misc] # mypy does not follow torch
        def __init__(self) -> None:
            super().__init__()
            self.model = original

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            features = self.model({"input_ids": input_ids, "attention_mask": attention_mask})
            return torch.nn.functional.normalize(features["sentence_embedding"], dim=-1)

    example = original.tokenizer(_EXAMPLE, return_tensors="pt")
    graph = BytesIO()
    any_length = {0: "texts", 1: "tokens"}
    with torch.no_grad():
        torch.onnx.export(
            Pipeline(),
            (example["input_ids"], example["attention_mask"]),
            graph,
            input_names=["input_ids", "attention_mask"],
            output_names=["embedding"],
            dynamic_axes={"input_ids": any_length, "attention_mask": any_length, "embedding": {0: "texts"}},
            opset_version=_OPSET,
            dynamo=False,
        )
    return onnx.load_model_from_string(graph.getvalue())


def _compare(model: Model, original: "SentenceTransformer", export: OnnxEncoder) -> None:
    """Raise `EncoderError` unless each probe gets the same vector from both."""
    expected = original.encode(list(PROBES), normalize_embeddings=True, show_progress_bar=False)
    cosines = (expected * export.encode(PROBES)).sum(axis=1)
    if not np.all(cosines >= _AGREEMENT):
        worst = int(cosines.argmin())
        raise EncoderError(
            f"the export of {model.name} disagrees with the model: cosine {cosines[worst]:.4f} for "
            f"{PROBES[worst][:60]!r}. This model can not be used; give another, such as all-MiniLM-L6-v2"
        )


def _ignore(_: str) -> None:
    """Report to nobody."""
