"""How long one question takes in a process of its own, beside a short sentence-transformers + FAISS script.

    python benchmarks/cold_ask.py --notes FOLDER [--pairs 5] [--models FOLDER]

Indexes the notes, saves the same passages and vectors for the script, then runs both in turn. Prints each
pair, both medians and their ratio, and the parts of refdesk's time. Ends with 1 where the ratio is under 8.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import faiss

from index.build import build
from index.model import DEFAULT_MODEL, model_folder
from index.search import Index

LEAST_RATIO = 8.0
QUESTION = "how do I undo a rollout?"

SCRIPT = """\
import json, sys
import faiss
from sentence_transformers import SentenceTransformer
folder, model_folder, question = sys.argv[1:]
model = SentenceTransformer(model_folder, device="cpu")
index = faiss.read_index(f"{folder}/flat.faiss")
passages = json.load(open(f"{folder}/passages.json"))
vector = model.encode([question], normalize_embeddings=True)
scores, rows = index.search(vector, 1)
print(scores[0][0], passages[rows[0][0]])
"""

# Imports and runs what `refdesk ask` does, and prints the milliseconds of each step.
PARTS = """\
import sys, time
steps = [("", time.perf_counter())]
def done(name): steps.append((name, time.perf_counter()))
from pathlib import Path
import bot.answer, bot.cli, bot.contract, onnxruntime, tokenizers
from index.search import Index
from index.types import Where
done("imports")
index = Index.open(Path(sys.argv[1]), models=Path(sys.argv[2]))
done("open")
query = index.query(sys.argv[3])
done("encode")
index.search_for(query, 10, Where())
done("search")
bot.answer.answer(index, sys.argv[3])
done("answer (encode, search and spans)")
for (_, before), (name, after) in zip(steps, steps[1:]):
    print(f"  {name}: {1000 * (after - before):.0f} ms")
"""


def prepare(notes: Path, scratch: Path, models: Path) -> tuple[list[str], list[str]]:
    """Index the notes twice, for refdesk and for the script; give the command of each."""
    build([notes], scratch / "index", DEFAULT_MODEL, models=models)
    index = Index.open(scratch / "index", models=models)
    passages = [text for stored in index.store.stored() for text in stored.encoded]
    flat = faiss.IndexFlatIP(index.encoder.dimension)
    flat.add(index.encoder.encode(passages))
    faiss.write_index(flat, str(scratch / "flat.faiss"))
    (scratch / "passages.json").write_text(json.dumps(passages), "utf-8")
    (scratch / "script.py").write_text(SCRIPT, "utf-8")
    (scratch / "refdesk.toml").write_text(f"models = {json.dumps(str(models))}\n", "utf-8")
    options = ["--config", str(scratch / "refdesk.toml"), "--index", str(scratch / "index")]
    run = "from bot.cli import main; main()"
    print(f"{len(passages)} passages in {notes}")
    return (
        [sys.executable, "-c", run, *options, "ask", QUESTION],
        [
            sys.executable,
            str(scratch / "script.py"),
            str(scratch),
            str(model_folder(DEFAULT_MODEL)),
            QUESTION,
        ],
    )


def seconds(command: Sequence[str]) -> float:
    """Give how long a whole process takes; its exit status 1 says that nothing answers, and is no failure."""
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    started = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    took = time.perf_counter() - started
    if done.returncode not in {0, 1} or not done.stdout:
        raise SystemExit(done.stderr.decode("utf-8", "replace"))
    return took


def main() -> int:
    """Read the command line, measure, and give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--notes", type=Path, required=True, help="folder of notes to index")
    parser.add_argument("--models", type=Path, help="folder that keeps the exported encoder")
    parser.add_argument("--pairs", type=int, default=5, help="how often both are run")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        models = (options.models or scratch / "models").resolve()
        ours, theirs = prepare(options.notes.resolve(), scratch, models)
        # Once each to fill the disk's cache; then in turn, so that a busy moment meets both.
        pairs = [(seconds(ours), seconds(theirs)) for _ in range(options.pairs + 1)][1:]
        for number, (fast, slow) in enumerate(pairs, 1):
            print(f"pair {number}: refdesk {fast:.2f} s, script {slow:.2f} s")
        parts = [sys.executable, "-c", PARTS, str(scratch / "index"), str(models), QUESTION]
        shown = subprocess.run(parts, capture_output=True, text=True, check=True).stdout
    fast, slow = (median(column) for column in zip(*pairs, strict=True))
    print(f"median: refdesk {fast:.2f} s, script {slow:.2f} s, ratio {slow / fast:.1f}")
    print(f"parts of refdesk's time, in one more process:\n{shown}", end="")
    return 0 if slow / fast >= LEAST_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
