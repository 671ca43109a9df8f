"""What several test files share: the default encoder, exported once."""

import os
import signal
import tempfile
from pathlib import Path

import pytest
from limits import Limited, file_size_limited

from index.encoder import OnnxEncoder
from index.export import export_encoder
from index.model import DEFAULT_MODEL

# Most tests are about what is found and shown, not about who has read it; reading takes a tenth of a second a
# question. Those that are about the reader ask for it.
os.environ["REFDESK_READER"] = "false"

# What a shell starts in the background ignores Ctrl-C, and so would all that the tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)


# Minutes each: begun last, they would be waited for alone. On a busy machine they may take so many seconds.
LONGEST, PATIENCE = {"test_index_incremental", "test_robustness", "test_seeds"}, 1_200


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, and wait longer for them."""
    items.sort(key=lambda item: item.path.stem not in LONGEST)
    for item in items:
        if item.path.stem in LONGEST:
            item.add_marker(pytest.mark.timeout(PATIENCE))


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
def limited() -> Limited:
    """Give what limits the bytes of a file in a `with`; past that, writing fails as on a full disk.

    No longer than the block: pytest itself writes to a file, where its output goes to one.
    """
    return file_size_limited
