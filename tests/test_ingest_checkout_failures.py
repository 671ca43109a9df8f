"""A repository that can not be fetched is an error that says what to do, and nothing is lost."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from repositories import NOTES, Project, files, git, local, refusal, served

import ingest.checkout
from ingest.checkout import fetched, history_of
from ingest.origin import Repository


@pytest.fixture(autouse=True)
def _nobodys_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the settings of whoever runs the tests out of them."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Give a project with three notes."""
    project = Project.at(tmp_path / "served")
    project.commit(NOTES)
    return project


@pytest.fixture
def http(project: Project) -> Iterator[str]:
    """Give the address of a server that has the project."""
    with served(project.bare.parent) as address:
        yield f"{address}/{project.bare.name}"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Give the folder that repositories are fetched into."""
    return tmp_path / "sources"


def test_a_server_that_is_away_leaves_the_files_as_they_were(project: Project, place: Path) -> None:
    """The message says which repository, what git said, and what to do; the files stay."""
    with served(project.bare.parent) as address:
        repository = Repository(f"{address}/notes.git")
        found = fetched(repository, place)
    said = refusal(repository, place)
    assert said.startswith(f"{repository.url}: git ls-remote failed: fatal: unable to access")
    assert said.endswith("Check the address and whether the server can be reached. The index stays as it is")
    assert files(found.root) == NOTES


def test_a_server_that_vanishes_half_way_is_an_error(
    project: Project, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The history came and the content did not: the next run that finds the server goes on from there."""
    check = ingest.checkout._check_folder
    away = project.bare.with_name("away")

    def vanish(*arguments: object) -> None:
        check(*arguments)  # type: ignore[arg-type]
        project.bare.rename(away)

    monkeypatch.setattr(ingest.checkout, "_check_folder", vanish)
    assert "git checkout failed" in refusal(local(project), place)
    monkeypatch.undo()
    away.rename(project.bare)
    assert files(fetched(local(project), place).root) == NOTES


def test_what_is_not_there_is_named(project: Project, http: str, tmp_path: Path, place: Path) -> None:
    """A wrong branch, folder or address, or a repository without a commit, is told as such."""
    git(project.work, "checkout", "--quiet", "-b", "mine")
    project.push()
    url = project.bare.as_uri()
    assert refusal(local(project, "mian"), place) == (
        f"{url} has no branch or tag called mian; there are: mine, main"
    )
    assert "has no folder 'dosc' at " in refusal(local(project, None, "dosc"), place)
    assert "has no folder 'a.md' at " in refusal(local(project, None, "a.md"), place)
    gone = refusal(Repository(f"{http}x"), place)
    assert "not found" in gone
    assert gone.endswith(". Check the address")
    empty = Project.at(tmp_path / "empty")
    assert (
        refusal(local(empty), place)
        == f"{empty.bare.as_uri()} holds no commit yet. Name it again once it does"
    )
    assert refusal(local(empty, "main"), place).endswith("called main; it has no branch at all")


def test_what_a_killed_run_left_is_mended(project: Project, place: Path) -> None:
    """Stale locks, half a checkout and strange files do no harm; half a repository is made anew."""
    found = fetched(local(project), place)
    history = history_of(found.root, found.checkout)
    (history / "index.lock").touch()
    (history / "shallow.lock").touch()
    (found.root / "a.md").write_text("half")
    (found.root / "docs" / "b.md").unlink()
    (found.root / "stray" / "x").mkdir(parents=True)
    (found.root / "stray.md").write_text("# Stray\n")
    assert files(fetched(local(project), place).root) == NOTES
    assert not (found.root / "stray").exists()
    (history / "HEAD").unlink()
    assert files(fetched(local(project), place).root) == NOTES


def test_a_folder_that_can_not_be_written_is_named(project: Project, tmp_path: Path) -> None:
    """Where the repository's folder can not be made, the message says so."""
    taken = tmp_path / "taken"
    taken.write_text("a file")
    assert "check that it may be written" in refusal(local(project), taken)


def test_a_bare_repository_beside_the_notes_may_have_vanished(project: Project, place: Path) -> None:
    """One on a disk that is not mounted is told as such; what was fetched stays."""
    found = fetched(local(project), place)
    shutil.rmtree(project.bare)
    assert refusal(local(project), place).endswith(". Check the address")
    assert files(found.root) == NOTES
