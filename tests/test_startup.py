"""What a command loads: no question should wait for a library that it does not need."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from index.build import build
from index.model import DEFAULT_MODEL

# Runs `refdesk` as its own process does, and prints on stderr, last, the top-level modules that it loaded.
PROGRAM = """
import json, sys
from bot.cli import main
try:
    main()
finally:
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
"""
TRAINING = {"onnx", "pandas", "scipy", "sentence_transformers", "sklearn", "torch", "transformers"}
SERVING = {"slack_bolt", "slack_sdk", "waitress"}
READING = {"charset_normalizer", "lxml", "pathspec", "pypdf", "trafilatura"}
ANSWERING = {"faiss", "numpy", "onnxruntime", "rich", "tantivy", "tokenizers"}


@pytest.fixture(scope="module")
def index(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a note, its index, and a configuration that names both."""
    folder = tmp_path_factory.mktemp("startup")
    (folder / "notes").mkdir()
    (folder / "notes" / "undo.md").write_text("# Undo\n\nTo undo a rollout, run `kubectl rollout undo`.\n")
    (folder / "refdesk.toml").write_text(f"sources = ['notes']\nmodels = '{models}'\n")
    build([folder / "notes"], folder / ".refdesk", DEFAULT_MODEL, models=models)
    return folder


def loaded(folder: Path, *words: str) -> tuple[subprocess.CompletedProcess[str], set[str]]:
    """Run a command in `folder`; give how it ended, and what it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words], cwd=folder, capture_output=True, text=True, check=False
    )
    return done, set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.model
@pytest.mark.parametrize("words", [("ask",), ("ask", "--json"), ("search", "--format", "json")], ids=" ".join)
def test_a_question_loads_nothing_that_trains_or_reads(index: Path, words: tuple[str, ...]) -> None:
    """Neither PyTorch and what stands on it, nor the readers of files; the command does what it says."""
    done, modules = loaded(index, *words, "how do I undo a rollout")
    assert done.returncode in {0, 1}
    assert "kubectl rollout undo" in done.stdout
    assert modules & TRAINING == set()
    assert modules & READING == set()
    assert modules & SERVING == set()
    assert modules >= ANSWERING - {"rich"}
    assert ("rich" in modules) == (words == ("ask",))


@pytest.mark.parametrize(
    "words", [("--help",), ("ask", "--help"), ("slack", "--help"), ("--version",)], ids=" ".join
)
def test_help_loads_nothing_that_answers(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Nor anything that trains or reads."""
    done, modules = loaded(tmp_path, *words)
    assert done.returncode == 0
    assert "refdesk" in done.stdout
    assert modules & (TRAINING | READING | ANSWERING | SERVING) == set()
