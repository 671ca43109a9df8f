"""The date shown with a note is git's, else the note's own, else the file's; a new one costs no encoding."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from indexes import HASH, answers, built, opened, reading_in_process
from repositories import Project, git
from trees import tree

from index.build import build_with
from index.dates import Dates
from index.store import Store
from index.types import BuildReport
from index.verify import verify
from ingest.origin import Origin, Repository
from ingest.sources import resolve_sources
from ingest.types import Document
from ingest.walk import walk

MAY, JUNE = "2025-05-01T12:00:00+00:00", "2025-06-01T12:00:00+00:00"
STATED = "---\nupdated: 2024-02-03\n---\n# Stated\n\nA pod that says when.\n"
PLAIN = "# Plain\n\nA pod that does not.\n"
TOUCHED = 1_700_000_000
TOUCHED_DAY = "2023-11-14"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Read files in the test's own process, and leave the settings of whoever runs the tests out of them."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    with reading_in_process():
        yield


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Give a project with a note that states its date and one that does not."""
    project = Project.at(tmp_path)
    project.commit({"stated.md": STATED, "plain.md": PLAIN}, MAY)
    return project


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give a place for an index."""
    return tmp_path / "index"


def dates(root: Path) -> dict[str, str | None]:
    """Give the date of each document by path."""
    return {one.path: one.metadata.updated for one in opened(root).store.documents()}


def fetched_and_built(root: Path, project: Project, folder: str = "") -> BuildReport:
    """Bring the index up to date with the project's bare repository."""
    origin = Origin(Repository(project.bare.as_uri(), None, folder))
    with Store(root).writing() as writer:
        sources = resolve_sources([origin], root / "sources")
        return build_with(HASH, sources, writer, root, allow_shrink=True)


def touch(path: Path) -> None:
    """Set the time of a file."""
    os.utime(path, (TOUCHED, TOUCHED))


def test_without_git_a_note_says_it_or_the_file_does(tmp_path: Path, root: Path) -> None:
    """What a note states comes before the time of its file."""
    notes = tree(tmp_path / "notes", {"stated.md": STATED, "plain.md": PLAIN})
    for path in notes.iterdir():
        touch(path)
    built(root, notes)
    assert dates(root) == {"plain.md": TOUCHED_DAY, "stated.md": "2024-02-03"}


def test_in_a_work_tree_git_says_it(project: Project, root: Path) -> None:
    """A commit comes before what a note states; edits and new files that are not committed have their own."""
    project.commit({"edited.md": PLAIN + "\nOnce.\n", "edited-stated.md": STATED + "\nOnce.\n"}, JUNE)
    edits = {
        "edited.md": PLAIN + "\nTwice.\n",
        "edited-stated.md": STATED + "\nTwice.\n",
        "new.md": "# New\n",
    }
    tree(project.work, edits)
    for path in project.work.glob("*.md"):
        touch(path)
    built(root, project.work)
    assert dates(root) == {
        "edited.md": TOUCHED_DAY,
        "edited-stated.md": "2024-02-03",
        "new.md": TOUCHED_DAY,
        "plain.md": "2025-05-01",
        "stated.md": "2025-05-01",
    }
    built(root, project.work / "plain.md")
    assert dates(root) == {"plain.md": "2025-05-01"}


def test_a_date_that_changed_alone_costs_no_encoding(project: Project, root: Path) -> None:
    """A commit of what was there already, or a touch, is published without a vector made anew."""
    tree(project.work, {"new.md": "# New\n\nA pod.\n"})
    touch(project.work / "new.md")
    built(root, project.work)
    assert dates(root)["new.md"] == TOUCHED_DAY
    project.commit({}, JUNE)
    report = built(root, project.work)
    assert (report.generation, report.encoded, report.unchanged, report.changed) == (2, 0, 3, 0)
    assert dates(root)["new.md"] == "2025-06-01"
    assert built(root, project.work).generation == 2
    (project.work / ".git").rename(project.work.parent / "away")
    report = built(root, project.work)
    assert (report.generation, report.encoded) == (3, 0)
    assert dates(root) == {
        "new.md": TOUCHED_DAY,
        "plain.md": dates(root)["plain.md"],
        "stated.md": "2024-02-03",
    }


def test_an_update_dates_as_a_first_build_does(project: Project, root: Path, tmp_path: Path) -> None:
    """Incremental equals full, for dates too, over edits, renames and a merge."""
    built(root, project.work)
    git(project.work, "mv", "plain.md", "moved.md")
    project.commit({"more.md": "# More\n\nA node.\n"}, JUNE)
    tree(project.work, {"stated.md": STATED + "\nMore.\n"})
    built(root, project.work)
    built(tmp_path / "fresh", project.work)
    assert dates(root) == dates(tmp_path / "fresh")
    assert dates(root)["moved.md"] == "2025-05-01"
    queries = ["pod", "node more"]
    assert answers(opened(root), queries) == answers(opened(tmp_path / "fresh"), queries)


def test_a_repository_is_a_source_like_any_other(project: Project, root: Path) -> None:
    """It is fetched, indexed, dated and proved; a rename in it costs nothing, and the commit is recorded."""
    first = fetched_and_built(root, project)
    assert (first.added, dates(root)) == (2, {"plain.md": "2025-05-01", "stated.md": "2025-05-01"})
    assert verify(root) == []
    (project.work / "plain.md").rename(project.work / "renamed.md")
    commit = project.commit({}, JUNE)
    second = fetched_and_built(root, project)
    assert (second.moved, second.encoded) == (1, 0)
    assert dates(root) == {"renamed.md": "2025-05-01", "stated.md": "2025-05-01"}
    record = Store(root).open_current()[0].sources[0]
    assert (record.name, record.git and record.git.commit) == ("notes", commit)
    source = opened(root).sources[0]
    assert opened(root).status().sources[0].commit == commit
    assert source.git == record.git
    # Nothing but a commit that touches no note: its number is what changes.
    later = project.commit({}, JUNE)
    third = fetched_and_built(root, project)
    assert (third.generation, third.encoded, third.unchanged) == (3, 0, 2)
    assert opened(root).status().sources[0].commit == later
    assert fetched_and_built(root, project).generation == 3


def test_the_time_of_a_fetched_file_says_nothing(project: Project, root: Path) -> None:
    """The files of a repository are as old as the fetch: with its history cut off, a note states its date."""
    history = project.work.parent / "shallow.git"
    git(project.work, "clone", "--quiet", "--bare", "--depth=1", project.bare.as_uri(), str(history))
    fetched_and_built(root, Project(history.with_name("shallow-work")))
    assert dates(root) == {"plain.md": None, "stated.md": "2024-02-03"}


def test_a_history_that_can_not_be_read_is_told_and_passed_over(
    project: Project, root: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The notes are indexed all the same, with the dates they state; so they are without git."""
    (project.work / ".git" / "HEAD").write_text("nonsense")
    built(root, project.work)
    assert "no dates are taken from git" in caplog.text
    assert dates(root)["stated.md"] == "2024-02-03"
    caplog.clear()
    monkeypatch.setenv("PATH", "")
    built(root, project.work)
    assert caplog.text == ""


def test_dates_that_can_not_be_kept_are_no_reason_to_fail(
    project: Project, root: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A disk that takes no cache costs the next run a walk of the history, and nothing else."""
    root.mkdir()
    (root / "dates").write_text("in the way")
    built(root, project.work)
    assert "not kept for the next run" in caplog.text
    assert dates(root)["plain.md"] == "2025-05-01"


def test_of_many_documents_in_a_file_each_may_have_its_date(project: Project, root: Path) -> None:
    """What a document in an archive states comes before the commit of the archive; a strange time is none."""
    built(root, project.work)
    plain, stated = opened(root).store.stored()
    found = resolve_sources([project.work])
    files = [replace(file, mtime_ns=10**30) for file in walk(found).files]
    known = Dates.of(found, files, root / "dates")

    def updated(document: Document) -> str | None:
        return known.dated([replace(plain, document=document)])[0].document.metadata.updated

    assert updated(replace(stated.document, file="plain.md", path="plain.md/1")) == "2024-02-03"
    assert updated(replace(plain.document, file="stated.md", path="stated.md/1")) == "2025-05-01"
    assert updated(replace(plain.document, path="unknown.md")) is None
    assert updated(replace(plain.document, sha256="0" * 64)) is None
