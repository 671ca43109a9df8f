"""Kill builds at random while somebody keeps asking: no answer may be wrong, mixed or missing.

    python scripts/soak.py [--kills 200] [--seed 1] [--models FOLDER]

The notes come in editions: each of them, in every note, tells its number. One process after another runs
`refdesk index` and is ended by SIGKILL at a random moment, one in eight is let finish; before each the next
edition is written. All the while a reader asks, in turn of an index that it holds and follows and of one that
it opens for the question. Each answer must quote its note word for word, all passages must be of one edition,
and no edition may come after a later one. Prints what was done, and ends with 1 after the first fault.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median

from bot.answer import answer
from index.live import LiveIndex
from index.search import Index
from index.verify import verify

NOTES = 12
QUESTION = "which edition of the handbook is this?"
MESSAGE = "Edition {number} of the handbook, note {note}, replaces all editions before it."


class FaultError(Exception):
    """Something that must never happen did."""


def must(holds: bool, fault: str) -> None:  # noqa: FBT001 - what must hold is the point
    if not holds:
        raise FaultError(fault)


def write_edition(notes: Path, number: int) -> None:
    """Write all notes anew. Each second edition has a note less, and one under another name."""
    notes.mkdir(exist_ok=True)
    for path in notes.iterdir():
        path.unlink()
    for note in range(NOTES - number % 2):
        name = f"moved{note}.md" if note == number % NOTES else f"note{note}.md"
        told = MESSAGE.format(number=number, note=note)
        (notes / name).write_text(f"# Handbook {note}\n\n{told}\n\n## More\n\nWords of note {note} stay.\n")


def edition_of(index: Index) -> int:
    """Ask, and give the edition that answers. Raises `FaultError` for what no answer may be."""
    reply = answer(index, QUESTION, k=50)
    must(bool(reply.citations), "no answer")
    for citation in reply.citations:
        text = citation.passage.document.text
        must(text[citation.start : citation.end] == citation.quote, "not word for word")
    told = {hit.passage.text for hit in reply.passages if hit.passage.text.startswith("Edition")}
    numbers = {int(text.split()[1]) for text in told}
    must(len(numbers) == 1, f"passages of editions {sorted(numbers)}")
    number = numbers.pop()
    must(len(told) == NOTES - number % 2, f"{len(told)} notes of edition {number}")
    return number


def read_on(root: Path, models: Path) -> None:
    """Ask until the input ends; print how often, and what the faults were."""
    first = Index.open(root, models=models)
    live = LiveIndex(root, first, lambda encoder: Index.open(root, models=models, loaded=encoder))
    asked, newest, swaps, slowest = 0, 0, 0, 0.0
    os.set_blocking(sys.stdin.fileno(), False)
    with closing(live):
        while not _input_ended():
            started = time.perf_counter()
            if asked % 2:
                with live.index() as index:
                    number = edition_of(index)
            else:
                index = Index.open(root, models=models, loaded=first.encoder)
                with closing(index.store):
                    number = edition_of(index)
            slowest = max(slowest, time.perf_counter() - started)
            must(number >= newest, f"edition {number} after {newest}")
            swaps += number > newest
            newest, asked = number, asked + 1
    print(asked, swaps, round(slowest, 3))


def _input_ended() -> bool:
    try:
        return os.read(sys.stdin.fileno(), 1) == b""
    except BlockingIOError:
        return False


def command(root: Path, notes: Path) -> list[str]:
    program = "from bot.cli import main; main()"
    return [sys.executable, "-c", program, "--index", str(root), "index", str(notes), "--json"]


def killings(root: Path, notes: Path, kills: int, chance: random.Random) -> Iterator[str]:
    """Run builds and kill them; give what became of each: killed, finished, or finished before its kill."""
    took = [2.0]
    number, killed = 1, 0
    while killed < kills:
        number += 1
        write_edition(notes, number)
        started = time.perf_counter()
        build = subprocess.Popen(command(root, notes), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        let_finish = chance.random() < 1 / 8
        try:
            status = build.wait(None if let_finish else chance.uniform(0, 1.1 * median(took[-9:])))
        except subprocess.TimeoutExpired:
            build.send_signal(signal.SIGKILL)
            build.wait()
            killed += 1
            yield "killed"
        else:
            must(status == 0, f"a build ended with {status}")
            took.append(time.perf_counter() - started)
            yield "finished"


def soak(folder: Path, models: Path, kills: int, seed: int) -> int:
    """Run all of it in `folder`; give the exit status."""
    root, notes = folder / "index", folder / "notes"
    write_edition(notes, 1)
    subprocess.run(command(root, notes), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    program = [sys.executable, __file__, "--read", str(root), "--models", str(models)]
    reader = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    done: Counter[str] = Counter()
    chance = random.Random(seed)  # noqa: S311 - any moments will do
    for outcome in killings(root, notes, kills, chance):
        done[outcome] += 1
        if reader.poll() is not None:
            break
    told, complaint = reader.communicate()
    if reader.returncode:
        print(f"after {dict(done)}: the reader failed\n{complaint.decode()}")
        return 1
    subprocess.run(command(root, notes), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    problems = list(verify(root))
    asked, swaps, slowest = told.decode().split()
    print(f"builds killed: {done['killed']}, finished: {done['finished']}; problems after them: {problems}")
    print(f"questions: {asked}, all right; editions seen: {swaps}; slowest answer: {slowest} s")
    print(
        f"left in the folder of generations: {sorted(path.name for path in (root / 'generations').iterdir())}"
    )
    return bool(problems)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--models", type=Path)
    parser.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        models = (options.models or Path(temporary) / "models").absolute()
        os.environ["REFDESK_MODELS"] = str(models)
        if options.read:
            read_on(options.read, models)
            return 0
        return soak(Path(temporary), models, options.kills, options.seed)


if __name__ == "__main__":
    sys.exit(main())
