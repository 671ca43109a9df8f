"""What several test files share: the default encoder, exported once."""

import os
import resource
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.encoder import OnnxEncoder
from index.export import export_encoder
from index.model import DEFAULT_MODEL


@pytest.fixture(scope="session")
def models() -> Path:
    """Give a folder with the exported default encoder in it.

    It stays between runs, since an export loads PyTorch: in `REFDESK_TEST_MODELS`, or else in the system's
    folder for temporary files. A changed model or export gets another fingerprint and is exported anew.
    """
    default = Path(tempfile.gettempdir(), f"refdesk-test-models-{os.getuid()}")
    folder = Path(os.environ.get("REFDESK_TEST_MODELS") or default)
    export_encoder(DEFAULT_MODEL, folder)
    return folder


@pytest.fixture(scope="session")
def minilm(models: Path) -> OnnxEncoder:
    """Give the default encoder, which works on two texts at a time."""
    return OnnxEncoder.open(export_encoder(DEFAULT_MODEL, models), threads=2)


@pytest.fixture
def limited() -> Iterator[Callable[[int], None]]:
    """Give a function that limits the bytes of a file; past that, writing fails as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
