"""Incremental equals full: after any edits, an index answers as one that is built from scratch."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from indexes import answers, built, opened, reading_in_process

from index.types import Where
from index.verify import verify

QUERIES = ["pod node", "how do I roll back", "the secret of Note 2", "zebra", "lease volume claim"]
WORDS = ["pod", "node", "lease", "volume", "claim", "secret", "roll", "back", "zebra", "Note"]
NAMES = [
    f"{folder}n{number}{suffix}" for folder in ("", "b/") for number in range(3) for suffix in (".md", ".txt")
]

words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)
# A few bodies only, so that notes are often equal; one is empty and one can not be read.
bodies = st.one_of(
    st.sampled_from(["", "\0\1", "# Same\n\nThe same pod.\n", "# Bare\n"]),
    st.builds("# {}\n\n{}\n\n## {}\n\n{}\n".format, words, words, words, words),
)


class Editing(RuleBasedStateMachine):
    """Edits notes at random; after each build the index is compared with one built from scratch."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="refdesk-editing-"))
        self.notes = self.folder / "notes"
        # A source that holds nothing to read is an error, which is tested elsewhere.
        self._write("kept.md", "# Kept\n\nA note that stays.\n")

    def teardown(self) -> None:
        """Remove all of it."""
        shutil.rmtree(self.folder)

    def _write(self, name: str, body: str) -> None:
        (self.notes / name).parent.mkdir(parents=True, exist_ok=True)
        (self.notes / name).write_text(body)

    def _there(self) -> list[str]:
        return [name for name in NAMES if (self.notes / name).exists()]

    @initialize(body=bodies)
    def begin(self, body: str) -> None:
        """Begin with two notes."""
        self._write(NAMES[0], body)
        self._write(NAMES[1], "# Zebra\n\nA zebra holds the lease.\n")

    @rule(name=st.sampled_from(NAMES), body=bodies)
    def write(self, name: str, body: str) -> None:
        """Add a note, or edit it."""
        self._write(name, body)

    @precondition(lambda self: self._there())
    @rule(place=st.integers(0, 99))
    def delete(self, place: int) -> None:
        """Delete a note."""
        there = self._there()
        (self.notes / there[place % len(there)]).unlink()

    @precondition(lambda self: self._there())
    @rule(place=st.integers(0, 99), name=st.sampled_from(NAMES))
    def rename(self, place: int, name: str) -> None:
        """Rename a note, over another one or not."""
        there = self._there()
        (self.notes / name).parent.mkdir(exist_ok=True)
        (self.notes / there[place % len(there)]).rename(self.notes / name)

    @invariant()
    def incremental_equals_full(self) -> None:
        """Build, and compare all answers with those of a build from scratch; no note that is gone answers."""
        fresh = Path(tempfile.mkdtemp(dir=self.folder))
        with reading_in_process():
            built(self.folder / "index", self.notes)
            built(fresh, self.notes)
        index, other = opened(self.folder / "index"), opened(fresh)
        for where in (None, Where(paths=("b",))):
            assert answers(index, QUERIES, 30, where) == answers(other, QUERIES, 30, where)
        assert index.status().files == other.status().files
        for query in QUERIES:
            for hit in index.search(query, 30):
                for passage in (hit.passage, *hit.also_in):
                    assert passage.text in (self.notes / passage.document.path).read_text()
        assert verify(self.folder / "index") == []


def test_any_edits_lead_where_a_full_build_leads() -> None:
    """Notes added, edited, renamed and deleted at random, equal, empty and unreadable ones among them."""
    run_state_machine_as_test(
        Editing,
        settings=settings(
            max_examples=10,
            stateful_step_count=6,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
            database=None,
        ),
    )
