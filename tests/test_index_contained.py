"""Files that hold many documents: kept, moved, changed and deleted as a whole, answered one by one."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from exports import archive, mail, mailbox, message, slack, thread
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from indexes import answers, built, opened, reading_in_process
from trees import tree

from index.search import Index
from index.types import FileState, Where
from index.verify import verify
from ingest.isolate import ReaderPool
from ingest.scan import FoundFile
from ingest.wire import ReadResult

DAY = "deploys/2026-03-04.json"
ASKED = thread("How do I roll back?", "Undo the rollout with kubectl.")
SECRET = message("The old password of the zebra is swordfish.", 60)


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Give a folder with an export, a mailbox and a note."""
    return tree(
        tmp_path / "notes",
        {
            "chat/export.zip": slack({DAY: [*ASKED, SECRET]}, more={"D1/2026-03-04.json": "[]"}),
            "list.mbox": mailbox(mail("The freeze begins."), mail("It ends.", "End")),
            "note.md": "# Note\n\nThe note stays.\n",
        },
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give the place of the index."""
    return tmp_path / "index"


def paths(found: Index, query: str, where: Where | None = None) -> list[str]:
    """Give the paths of what a search finds, best first."""
    return [hit.passage.document.path for hit in found.search(query, 20, where)]


def skipped(states: tuple[FileState, ...]) -> dict[str, str | None]:
    """Give the reasons for what is not in the index."""
    return {file.path: file.reason for file in states if file.state == "skipped"}


def same_as_afresh(root: Path, notes: Path) -> bool:
    """Tell whether an index answers and lists as one that is built from scratch."""
    fresh = Path(tempfile.mkdtemp(dir=root.parent))
    built(fresh, notes)
    ours, other = opened(root), opened(fresh)
    queries = ["roll back", "zebra password", "the freeze", "note"]
    return (
        answers(ours, queries, 30) == answers(other, queries, 30)
        and ours.status().files == other.status().files
    )


def test_each_document_of_a_file_is_found_and_all_else_is_listed(notes: Path, root: Path) -> None:
    """In real reading processes; filters take the file for a folder."""
    report = built(root, notes)
    assert report.added == 5
    found = opened(root)
    assert {file.path for file in found.status().files if file.state == "indexed"} == {
        "chat/export.zip/deploys/2026-03-04",
        "chat/export.zip/deploys/2026-03-04/p1772619120000000",
        "list.mbox/2026-03-04-End",
        "list.mbox/2026-03-04-Rollout-of-checkout",
        "note.md",
    }
    assert skipped(found.status().files) == {
        "chat/export.zip/channels.json": "read for the channels",
        "chat/export.zip/users.json": "read for the names",
        "chat/export.zip/D1/2026-03-04.json": "not of a public channel",
    }
    assert paths(found, "roll back kubectl")[0] == "chat/export.zip/deploys/2026-03-04/p1772619120000000"
    only = paths(found, "the freeze begins", Where(paths=("chat/export.zip",)))
    assert only
    assert all(path.startswith("chat/export.zip/") for path in only)
    assert set(paths(found, "ends", Where(paths=("list.mbox/*-End",)))) == {"list.mbox/2026-03-04-End"}
    (hit, *_) = found.search("roll back kubectl", 1)
    assert hit.passage.lines is None
    assert hit.passage.location == hit.passage.document.path


def test_an_unchanged_file_is_neither_read_nor_encoded_again(notes: Path, root: Path) -> None:
    """Not even where a note beside it changed; what was left out of it stays listed."""
    built(root, notes)
    before = opened(root).status().files
    again = built(root, notes)
    assert (again.generation, again.unchanged, again.encoded, len(again.skipped)) == (1, 5, 0, 3)
    tree(notes, {"note.md": "# Note\n\nThe note changed.\n"})
    changed = built(root, notes)
    assert (changed.generation, changed.unchanged, changed.changed) == (2, 4, 1)
    assert skipped(opened(root).status().files) == skipped(before)
    assert same_as_afresh(root, notes)


def test_a_changed_file_is_read_again_and_what_left_it_never_answers(notes: Path, root: Path) -> None:
    """A message that was deleted, a thread that grew; what stayed as it was is not encoded again."""
    built(root, notes)
    assert "swordfish" in opened(root).search("zebra password", 1)[0].passage.text
    grown = [*thread("How do I roll back?", "Undo the rollout with kubectl.", "Then watch it.")]
    tree(notes, {"chat/export.zip": slack({DAY: [*grown, message("Lunch is at noon.", 70)]})})
    report = built(root, notes)
    assert (report.added, report.changed, report.removed) == (0, 2, 0)
    for query in ("zebra password", "swordfish"):
        assert all("swordfish" not in hit.passage.text for hit in opened(root).search(query, 20))
    assert same_as_afresh(root, notes)
    tree(notes, {"chat/export.zip": slack({DAY: ASKED})})
    report = built(root, notes)
    assert report.removed == 1
    assert same_as_afresh(root, notes)


def test_a_moved_file_moves_its_documents_without_encoding(notes: Path, root: Path) -> None:
    """All of them, and what was left out."""
    built(root, notes)
    (notes / "chat/export.zip").rename(notes / "team.zip")
    report = built(root, notes)
    assert (report.moved, report.added, report.removed, report.encoded) == (2, 0, 0, 0)
    assert "team.zip/users.json" in skipped(opened(root).status().files)
    assert same_as_afresh(root, notes)


def test_a_removed_file_takes_its_documents_along(notes: Path, root: Path) -> None:
    """And what was left out of it."""
    built(root, notes)
    (notes / "chat/export.zip").unlink()
    report = built(root, notes)
    assert report.removed == 2
    assert skipped(opened(root).status().files) == {}
    assert same_as_afresh(root, notes)


def test_a_file_that_becomes_unreadable_is_listed_and_tried_when_it_changes(notes: Path, root: Path) -> None:
    """As any other: the reason stays until its bytes change, and nothing of it answers."""
    whole = (notes / "chat/export.zip").read_bytes()
    built(root, notes)
    tree(notes, {"chat/export.zip": whole[:-30]})
    for _ in range(2):
        built(root, notes)
        reasons = skipped(opened(root).status().files)
        assert list(reasons) == ["chat/export.zip"]
        assert str(reasons["chat/export.zip"]).startswith("damaged zip archive: ")
    tree(notes, {"chat/export.zip": whole})
    assert built(root, notes).added == 2
    assert same_as_afresh(root, notes)


def test_a_source_that_is_one_file_has_its_documents_under_its_name(notes: Path, root: Path) -> None:
    """A mailbox or export may be named itself."""
    built(root, notes / "list.mbox")
    found = opened(root)
    assert paths(found, "the freeze begins")[0] == "list.mbox/2026-03-04-Rollout-of-checkout"
    assert verify(root) == []


def test_verify_reads_the_file_again(notes: Path, root: Path) -> None:
    """A changed file is told once; documents that it never held so, each."""
    tree(notes, {"pages.zip": archive({"a.md": "# A\n\nWords.\n", "b.html": "<h1>B</h1><p>Words."})})
    built(root, notes)
    assert verify(root) == []
    tree(notes, {"pages.zip": archive({"a.md": "# A\n\nOther words.\n"})})
    (problem,) = verify(root)
    assert "pages.zip has changed since generation 1 was built" in problem


def test_verify_finds_a_document_that_its_file_never_held(
    notes: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its bytes are as they were, and yet it is read otherwise."""
    built(root, notes)

    def unread(_: ReaderPool, files: Iterable[FoundFile]) -> Iterator[ReadResult]:
        for file in files:
            yield ReadResult(file.source, file.path, "can not be read")

    monkeypatch.setattr(ReaderPool, "read_all", unread)
    problems = verify(root)
    assert len(problems) == 4
    assert all("holds another text of" in problem for problem in problems)


class Archives(RuleBasedStateMachine):
    """Edits an archive, a mailbox and a note at random; each build is compared with one from scratch."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="refdesk-archives-"))
        self.notes = tree(self.folder / "notes", {"kept.md": "# Kept\n\nA note that stays.\n"})

    def teardown(self) -> None:
        """Remove all of it."""
        shutil.rmtree(self.folder)

    @initialize()
    def begin(self) -> None:
        """Begin with an export."""
        tree(self.notes, {"a.zip": archive({"roll.md": "# Roll\n\nRoll back.\n", "x.png": "x"})})

    @rule(
        name=st.sampled_from(["a.zip", "b/c.zip"]),
        pages=st.dictionaries(
            st.sampled_from(["roll.md", "zebra.md", "x.png", "../up.md", "f/freeze.html"]),
            st.sampled_from(["", "# Zebra\n\nThe zebra password.\n", "# Freeze\n\nthe freeze\n"]),
            max_size=4,
        ),
        cut=st.sampled_from([0, 0, 0, 20]),
    )
    def write(self, name: str, pages: dict[str, str], cut: int) -> None:
        """Write an archive, now and then a damaged one."""
        body = archive(pages)
        tree(self.notes, {name: body[: len(body) - cut]})

    @rule(words=st.lists(st.sampled_from(["roll back", "zebra", "the freeze"]), max_size=3))
    def receive(self, words: list[str]) -> None:
        """Write a mailbox; one without mails is none."""
        tree(self.notes, {"m.mbox": mailbox(*map(mail, words)) or b"none"})

    @rule(name=st.sampled_from(["a.zip", "b/c.zip", "m.mbox"]), to=st.sampled_from(["d.zip", "a.zip", ""]))
    def move(self, name: str, to: str) -> None:
        """Rename a file, over another one or not, or delete it."""
        if not (self.notes / name).exists() or name == to:
            return
        if to:
            (self.notes / name).rename(self.notes / to)
        else:
            (self.notes / name).unlink()

    @invariant()
    def incremental_equals_full(self) -> None:
        """Build, and compare with a build from scratch."""
        with reading_in_process():
            built(self.folder / "index", self.notes)
            assert same_as_afresh(self.folder / "index", self.notes)


def test_any_edits_of_archives_lead_where_a_full_build_leads() -> None:
    """Pages that come, go and change; archives that are moved, damaged and deleted."""
    run_state_machine_as_test(
        Archives,
        settings=settings(
            max_examples=12,
            stateful_step_count=6,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
            database=None,
        ),
    )
