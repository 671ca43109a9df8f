"""Whole builds from a git server: what it serves is indexed, and when it does not serve nothing is lost."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from indexes import HASH, answers, opened, places, reading_in_process
from repositories import Project, git, served

from bot.commands.status import _described
from bot.links import link_of
from index.build import build
from index.manifest import SourceRecord
from index.store import Store
from index.types import BuildReport, SourceState
from index.verify import verify
from ingest.errors import ShrunkError, SourceError
from ingest.origin import Named, Origin, Repository
from ingest.sources import origins_of
from ingest.types import Source

NOTES = {f"{n}.md": f"# Pod {n}\n\nThe pod number {n} holds containers.\n" for n in range(8)}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Read files in the test's own process, and leave the settings of whoever runs the tests out of them."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    with reading_in_process():
        yield


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Give a project with eight notes."""
    project = Project.at(tmp_path / "served")
    project.commit(NOTES)
    return project


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give a place for an index."""
    return tmp_path / "index"


class Told:
    """A progress that notes the stages."""

    def __init__(self) -> None:
        self.stages: list[str] = []

    def stage(self, name: str, total: int | None) -> None:  # noqa: ARG002 - as the protocol has it
        """Note a stage."""
        self.stages.append(name)

    def advance(self, n: int = 1) -> None:
        """Note nothing."""


def updated(root: Path, *origins: Named, told: Told | None = None) -> BuildReport:
    """Bring the index up to date."""
    return build(origins, root, "hash", encoder=HASH, progress=told)


def test_the_notes_of_a_server_are_indexed_and_linked(project: Project, root: Path) -> None:
    """They answer, each with the commit it is from; the fetch is a stage of its own; the index is sound."""
    told = Told()
    with served(project.bare.parent) as address:
        url = f"{address}/notes.git"
        report = updated(root, Origin(Repository(url), link="gitea"), told=told)
        assert (report.added, told.stages[0]) == (8, f"fetch {url}")
        index = opened(root)
        commit = git(project.work, "rev-parse", "HEAD")
        hit = index.search("pod number 5", 1)[0]
        link = link_of(hit.passage, {"notes": index.sources[0]})
        assert link == f"{address}/notes/src/commit/{commit}/5.md?display=source#L3-L3"
        assert f"Source notes: {url}, main at {commit[:10]}." in _described(index.status())
        assert verify(root) == []
        assert updated(root, *origins_of(index.sources)).generation == 1
        project.commit({"5.md": "# Five\n\nA zebra lives here.\n"})
        report = updated(root, *origins_of(index.sources))
    assert (report.changed, report.unchanged, report.generation) == (1, 7, 2)
    assert places(opened(root).search("zebra", 1)) == [("5.md", 8)]
    assert opened(root).sources[0].link == "gitea"


def test_a_server_that_is_away_changes_nothing(project: Project, root: Path) -> None:
    """The index answers as before, byte for byte, and the next run that finds the server goes on."""
    with served(project.bare.parent) as address:
        origin = Origin(Repository(f"{address}/notes.git"))
        updated(root, origin)
    before = answers(opened(root), ["pod number 3"])
    with pytest.raises(SourceError, match="The index stays as it is"):
        updated(root, origin)
    assert Store(root).current() == 1
    assert answers(opened(root), ["pod number 3"]) == before
    assert verify(root) == []


def test_a_push_that_drops_most_notes_is_held_back(project: Project, root: Path) -> None:
    """A repository that suddenly holds little is treated as any source that does."""
    origin = Origin(Repository(project.bare.as_uri()))
    updated(root, origin)
    for name in list(NOTES)[1:]:
        (project.work / name).unlink()
    project.commit({})
    with pytest.raises(ShrunkError):
        updated(root, origin)
    assert len(opened(root).search("pod", 10)) == 8


def test_another_branch_is_another_source(project: Project, root: Path) -> None:
    """A switch costs what differs, and the checkout of the branch before is removed."""
    updated(root, Origin(Repository(project.bare.as_uri(), "main")))
    git(project.work, "checkout", "--quiet", "-b", "draft")
    project.commit({"5.md": "# Five\n\nA zebra lives here.\n"})
    report = updated(root, Origin(Repository(project.bare.as_uri(), "draft")))
    assert (report.changed, report.unchanged) == (1, 7)
    assert len(list((root / "sources").glob("*/"))) == 1
    assert verify(root) == []


def test_a_folder_has_no_commit() -> None:
    """It is shown by its name and its place alone, and comes back from a manifest as it went in."""
    source = Source("notes", Path("/notes"), "obsidian")
    record = SourceRecord.of(source)
    assert record.state == SourceState("notes", "/notes")
    assert record.source == source


def test_no_password_reaches_the_index(project: Project, root: Path) -> None:
    """Neither the manifest nor anything else under the index holds what opened the door."""
    (project.bare.parent / "password").write_text("ada:s3cret")
    with served(project.bare.parent) as address:
        updated(root, Origin(Repository(address.replace("//", "//ada:s3cret@") + "/notes.git")))
        assert opened(root).status().sources[0].url == f"{address}/notes.git"
        with pytest.raises(SourceError, match="nobody is asked"):
            updated(root, *origins_of(opened(root).sources))
    for path in root.rglob("*"):
        if path.is_file():
            assert b"s3cret" not in path.read_bytes(), path
