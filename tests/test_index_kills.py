"""Kill -9 during builds: what is live is one whole generation, every time, and the next run cleans up."""

import os
import random
import signal
import time
from contextlib import nullcontext
from pathlib import Path

import pytest
from generations import folders
from indexes import built, opened, printed, reading_in_process
from trees import tree

from index.verify import verify
from ingest.errors import NoIndexError

KILLS = 60
NOTES = 8


def edition(notes: Path, number: int) -> None:
    """Write all notes anew: each tells its edition, and there is one more or less than before."""
    tree(
        notes,
        {
            f"n{note}.md": f"# Note {note}\n\nEdition {number} of the notes.\n\n## More\n\nWords {number}.\n"
            for note in range(NOTES)
        },
    )
    last = notes / f"n{NOTES}.md"
    if number % 2:
        last.write_text(f"# Note {NOTES}\n\nEdition {number} of the notes.\n")
    else:
        last.unlink(missing_ok=True)


def live_edition(root: Path) -> int:
    """Give the edition that answers, after asserting that it is one, and whole."""
    hits = opened(root).search("which edition of the notes", 99)
    told = {hit.passage.text.split()[1] for hit in hits if hit.passage.text.startswith("Edition")}
    assert len(told) == 1
    number = int(told.pop())
    found = {place.document.path for hit in hits for place in (hit.passage, *hit.also_in)}
    assert found == {f"n{note}.md" for note in range(NOTES + number % 2)}
    return number


def build_until_killed(notes: Path, root: Path, first: int, told: int) -> None:
    """Build edition after edition, and write a byte to `told` after each."""
    for number in range(first, first + 999):
        edition(notes, number)
        built(root, notes)
        os.write(told, b".")


def killed(notes: Path, root: Path, kill: int, chance: random.Random) -> None:
    """Kill a process that builds, at a random moment: every second time after it published something.

    The moment is within the time that a build took before, and not known beforehand to either process.
    """
    published, told = os.pipe()
    build = os.fork()
    if build == 0:
        # Every fourth reads its notes in other processes, as a real build does.
        with nullcontext() if kill % 4 == 3 else reading_in_process():
            build_until_killed(notes, root, kill * 1_000, told)
    # What is read below ends, rather than waits for ever, if the build fails.
    os.close(told)
    started = time.perf_counter()
    if kill % 2:
        os.read(published, 1)
    time.sleep(chance.uniform(0, max(0.1, time.perf_counter() - started)))
    os.kill(build, signal.SIGKILL)
    assert os.waitpid(build, 0)[1] == signal.SIGKILL
    os.close(published)


def kill_again_and_again(folder: Path) -> None:
    """Kill builds at random moments, and prove the index after each; print the edition that was live.

    Processes are forked, not started, so that the time goes into the builds. What is looked at is looked at
    in a fork too: this process stays without threads.
    """
    notes, root = folder / "notes", folder / "index"
    chance = random.Random(7)  # noqa: S311 - any moments will do
    for kill in range(KILLS):
        killed(notes, root, kill, chance)
        look = os.fork()
        if look == 0:
            proved(notes, root)
            os._exit(0)
        assert os.waitpid(look, 0)[1] == 0


def proved(notes: Path, root: Path) -> None:
    """Assert that the live generation is whole, and print its edition."""
    try:
        number = live_edition(root)
    except NoIndexError:
        with pytest.raises(NoIndexError, match="run `refdesk index FOLDER`"):
            verify(root)
        number = -1
    else:
        # The notes may be newer than the generation: bring back those that it was built from.
        edition(notes, number)
        problems = verify(root)
        assert problems == [], problems
    print(number, flush=True)  # noqa: T201 - what the test reads


def test_random_kills_leave_one_whole_generation(tmp_path: Path) -> None:
    """SIGKILL at 60 random moments of builds of changing notes: what is live verifies, and is one edition."""
    program = "import sys; from pathlib import Path; import test_index_kills as kills\n"
    out = printed(f"{program}kills.kill_again_and_again(Path(sys.argv[1]))", tmp_path)
    editions = [int(line) for line in out.split()]
    assert len(editions) == KILLS
    assert editions == sorted(editions)
    # Every second one had published something, and of the rest some had not.
    assert KILLS / 2 <= len(set(editions)) < KILLS
    edition(tmp_path / "notes", 999_999)
    number = built(tmp_path / "index", tmp_path / "notes").generation
    assert live_edition(tmp_path / "index") == 999_999
    assert folders(tmp_path / "index") == [f"{kept:06d}" for kept in range(number - 2, number + 1)]
    assert verify(tmp_path / "index") == []
