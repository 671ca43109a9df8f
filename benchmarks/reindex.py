"""What reindexing costs after nothing, and after 1% of the files, was touched, beside a build from nothing.

    python benchmarks/reindex.py --notes FOLDER [--copies 10] [--rounds 5] [--scratch FOLDER]

Each run is `refdesk index` as a whole process. `--copies` makes the corpus larger: each copy of the notes has
a word in seven exchanged for another one, by a seed, so that hardly any text in it was encoded before.
`--scratch` keeps the notes and the index, and with them the time of the build from nothing, for another run.
Prints each run's time and its split, the medians, and their ratios to the build from nothing. Ends with 1
where a ratio is over what is asked: .05 after 1%, .02 after nothing.
"""

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

MOST_AFTER_ONE_PERCENT = 0.05
MOST_AFTER_NOTHING = 0.02
STAGES = ("start-up", "scan", "read", "encode", "write")
_WORD = re.compile(r"[a-z]{4,}")
_EXCHANGED = 1 / 7


@dataclass(frozen=True, slots=True)
class Run:
    """One run: `seconds` of the whole process, and of its stages by name."""

    seconds: float
    stages: dict[str, float]
    encoded: int

    def __str__(self) -> str:
        split = ", ".join(f"{name} {self.stages[name]:.2f}" for name in STAGES)
        return f"{self.seconds:8.2f} s ({split}; {self.encoded:,} texts encoded)"


def prepare(notes: Path, copies: int, folder: Path) -> None:
    """Write `copies` of the Markdown files of `notes` into the new `folder`, the first as it is."""
    files = sorted(path for path in notes.rglob("*.md") if path.is_file())
    texts = {path.relative_to(notes): path.read_text("utf-8", "replace") for path in files}
    words = sorted({word for text in texts.values() for word in _WORD.findall(text)})
    for copy in range(copies):
        rng = random.Random(copy)  # noqa: S311 - a seeded rewrite, nothing secret
        for path, text in texts.items():
            target = folder / f"copy-{copy:02d}" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(_rewritten(text, words, rng) if copy else text, "utf-8")


def _rewritten(text: str, words: Sequence[str], rng: random.Random) -> str:
    return _WORD.sub(lambda found: rng.choice(words) if rng.random() < _EXCHANGED else found[0], text)


def touch(folder: Path, share: float, seed: int) -> int:
    """Add a sentence to a seeded `share` of the files; give how many that are."""
    rng = random.Random(seed)  # noqa: S311 - as above
    files = sorted(folder.rglob("*.md"))
    chosen = rng.sample(files, max(1, round(len(files) * share)))
    for path in chosen:
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\n\nThe check of round {seed} found number {rng.randrange(10**9)} here.\n")
    return len(chosen)


def run(index: Path, folder: Path) -> Run:
    """Run `refdesk index` once and time it."""
    command = [sys.executable, "-c", "from bot.cli import main; main()"]
    command += ["--index", str(index), "index", str(folder), "--json"]
    started = time.perf_counter()
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    seconds = time.perf_counter() - started
    report = json.loads(done.stdout)
    stages = {name: value for name, value in report["seconds"].items() if name in STAGES}
    return Run(seconds, stages | {"start-up": seconds - sum(stages.values())}, report["encoded"])


def from_nothing(scratch: Path, notes: Path) -> Run:
    """Give the first build: run it now, or read what it took when the scratch folder was made."""
    record = scratch / "first.json"
    if not record.exists():
        first = run(scratch / "index", notes)
        record.write_text(json.dumps([first.seconds, first.stages, first.encoded]))
    return Run(*json.loads(record.read_text()))


def compare(name: str, runs: Sequence[Run], first: Run, most: float) -> bool:
    """Print what runs took beside the first one; say whether that is within `most` of it."""
    middle = median(one.seconds for one in runs)
    for one in runs:
        print(f"{name}: {one}")
    share = middle / first.seconds
    print(f"{name}: median {middle:.2f} s, {share:.4f} of the build from nothing; {most} asked")
    return share <= most


def main() -> int:
    """Run the benchmark; 1 where a ratio is over what is asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--notes", type=Path, required=True)
    parser.add_argument("--copies", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scratch", type=Path)
    parser.add_argument("--models", type=Path)
    options = parser.parse_args()
    if options.models:
        os.environ["REFDESK_MODELS"] = str(options.models.absolute())
    with tempfile.TemporaryDirectory() as temporary:
        scratch = options.scratch or Path(temporary)
        notes = scratch / "notes"
        if not notes.exists():
            prepare(options.notes, options.copies, notes)
        first = from_nothing(scratch, notes)
        print(f"from nothing: {first}")
        still = [run(scratch / "index", notes) for _ in range(options.rounds)]
        touched = []
        for _ in range(options.rounds):
            count = touch(notes, 0.01, seed=time.time_ns())
            touched.append(run(scratch / "index", notes))
        kept = [
            compare("nothing touched", still, first, MOST_AFTER_NOTHING),
            compare(f"{count} files touched", touched, first, MOST_AFTER_ONE_PERCENT),
        ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
