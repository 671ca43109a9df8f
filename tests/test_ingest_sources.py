"""Sources of all kinds have names of their own, which stay from one run to the next."""

import os
from pathlib import Path

import pytest
from repositories import Project, git

from ingest.errors import SourceError, UsageError
from ingest.origin import Named, Origin, Repository
from ingest.sources import origins_of, resolve_sources, same_source


@pytest.fixture(autouse=True)
def _nobodys_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the settings of whoever runs the tests out of them."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Give a project with two branches and a folder."""
    project = Project.at(tmp_path / "team")
    project.commit({"a.md": "# A\n", "docs/b.md": "# B\n"})
    git(project.work, "checkout", "--quiet", "-b", "draft")
    project.push()
    return project


def in_git(project: Project, branch: str | None = None, folder: str = "", name: str | None = None) -> Origin:
    """Name the project's repository."""
    return Origin(Repository(project.bare.as_uri(), branch, folder), name)


def names(origins: list[Named], tmp_path: Path) -> list[str]:
    """Give the names of the sources that these become."""
    return [source.name for source in resolve_sources(origins, tmp_path / "sources")]


def test_a_repository_is_called_by_the_end_of_its_address(project: Project, tmp_path: Path) -> None:
    """With the folder in it; those that end alike are told apart by what is before, or by their branches."""
    notes = tmp_path / "x" / "notes"
    notes.mkdir(parents=True)
    assert names([in_git(project), in_git(project), in_git(project, None, "docs")], tmp_path) == [
        "notes",
        "notes/docs",
    ]
    assert names([in_git(project), notes], tmp_path) == ["team/notes", "x/notes"]
    branches = names([in_git(project, "main"), in_git(project, "draft")], tmp_path)
    assert [name.rpartition("/")[2] for name in branches] == ["notes@main", "notes@draft"]


def test_a_chosen_name_is_the_name(project: Project, tmp_path: Path) -> None:
    """Others give way to it; two of the same name are an error."""
    notes = tmp_path / "x" / "notes"
    notes.mkdir(parents=True)
    assert names([in_git(project, name="wiki"), notes], tmp_path) == ["wiki", "notes"]
    assert names([in_git(project, name="notes"), notes], tmp_path) == ["notes", "x/notes"]
    with pytest.raises(UsageError, match="two sources are called 'x'"):
        names([in_git(project, name="x"), Origin(notes, "x")], tmp_path)


def test_a_name_can_not_act_on_a_terminal(tmp_path: Path) -> None:
    """What could move the cursor is shown as something else."""
    assert "\x1b" not in names([Origin(tmp_path, "a\x1b[2J")], tmp_path)[0]


def test_the_sources_of_a_generation_can_be_named_again(project: Project, tmp_path: Path) -> None:
    """They keep their names, branches and links, so that nothing is read again."""
    notes = tmp_path / "x" / "notes"
    notes.mkdir(parents=True)
    origins: list[Named] = [in_git(project), notes, Origin(tmp_path / "team", None, "https://w/{path}")]
    sources = resolve_sources(origins, tmp_path / "sources")
    again = origins_of(sources)
    assert resolve_sources(again, tmp_path / "sources") == sources
    assert [same_source(one, two) for one in again for two in sources] == [
        row == column for row in range(3) for column in range(3)
    ]
    assert same_source(origins[0], sources[0])
    assert not same_source(in_git(project, "draft"), sources[0])
    assert origins_of(resolve_sources([notes])) == [notes]


def test_it_is_told_what_is_fetched(project: Project, tmp_path: Path) -> None:
    """A repository takes its time: who waits can see for what."""
    told: list[str] = []
    resolve_sources([tmp_path, in_git(project, "main", "docs")], tmp_path / "sources", told.append)
    assert told == [f"{project.bare.as_uri()}@main#docs"]


def test_a_repository_needs_a_place_to_be_fetched_to(project: Project) -> None:
    """Without one it is an error, and nothing is written anywhere."""
    with pytest.raises(SourceError, match="can be indexed, and not walked in place"):
        resolve_sources([in_git(project)])
