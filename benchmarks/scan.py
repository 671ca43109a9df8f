"""How long it takes to find all files of a large tree and to see whether their content has changed.

    python benchmarks/scan.py [--files 50000] [--rounds 5]

Writes a tree of short notes, fifty to a folder, and reads it once, so that it is warm. Then times the walk,
with its ignore rules, and the SHA-256 of every file, which is what a build compares. Prints each round and
the median. Ends with 1 where that is over 5 s.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from index.checksums import sha256_of
from ingest.sources import resolve_sources
from ingest.walk import walk

MOST_SECONDS = 5.0
A_FOLDER = 50
WORDS = "the queue of each node holds a lease on its volume " * 15


def plant(root: Path, files: int) -> None:
    for number in range(files):
        folder = root / f"team{number // A_FOLDER // 20:03d}" / f"topic{number // A_FOLDER % 20:02d}"
        if number % A_FOLDER == 0:
            folder.mkdir(parents=True)
        (folder / f"note{number % A_FOLDER:02d}.md").write_text(f"# Note {number}\n\n{WORDS}\n")


def scanned(root: Path) -> tuple[float, float]:
    """Give the seconds of the walk and of the hashing."""
    started = time.perf_counter()
    files = walk(resolve_sources([root])).files
    found = time.perf_counter()
    for file in files:
        sha256_of(file.location)
    return found - started, time.perf_counter() - found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        plant(Path(temporary), options.files)
        scanned(Path(temporary))
        rounds = [scanned(Path(temporary)) for _ in range(options.rounds)]
    for walked, hashed in rounds:
        print(f"{options.files:,} files: walked in {walked:.2f} s, hashed in {hashed:.2f} s")
    middle = median(sum(one) for one in rounds)
    print(f"median {middle:.2f} s; {MOST_SECONDS:g} asked")
    return 0 if middle <= MOST_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
