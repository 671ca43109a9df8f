"""The date of a file is the day on which what it holds was last committed, however the history came about."""

from hashlib import sha256
from pathlib import Path

import pytest
from repositories import Project, dates, git, history
from trees import tree

from ingest.errors import SourceError
from ingest.git import Git
from ingest.history import History

MAY, JUNE, JULY = "2025-05-01T12:00:00+00:00", "2025-06-01T12:00:00+00:00", "2025-07-01T12:00:00+00:00"
# Settings of a repository that name a program.
PROGRAMS = (
    "core.fsmonitor",
    "core.pager",
    "core.sshCommand",
    "core.gitProxy",
    "core.alternateRefsCommand",
    "diff.external",
    "diff.evil.command",
    "diff.evil.textconv",
    "filter.evil.clean",
    "filter.evil.smudge",
    "gpg.program",
    "remote.origin.uploadpack",
    "pager.log",
)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Give a project without a commit."""
    return Project.at(tmp_path / "served")


def test_a_file_has_the_day_of_its_last_commit_in_utc(project: Project) -> None:
    """Of an edit, not of the files that were left alone, and whatever the clock of who wrote it."""
    project.commit({"a.md": "# A\n", "b.md": "# B\n"}, MAY)
    project.commit({"b.md": "# B2\n", "c\n.md": "# C\n"}, "2025-06-02T01:00:00+09:00")
    assert dates(history(project), project.work) == {
        "a.md": "2025-05-01",
        "b.md": "2025-06-01",
        "c\n.md": "2025-06-01",
    }


def test_what_is_not_committed_has_no_date(project: Project) -> None:
    """Neither an edit nor a new file, even if they hold what was there long ago; a copy of a note does."""
    project.commit({"a.md": "# Old\n", "b.md": "# B\n"}, MAY)
    project.commit({"a.md": "# A\n"}, JUNE)
    tree(project.work, {"a.md": "# Old\n", "new.md": "# New\n", "copy.md": "# B\n"})
    assert dates(history(project), project.work) == {
        "a.md": None,
        "b.md": "2025-05-01",
        "copy.md": "2025-05-01",
        "new.md": None,
    }


def test_a_rename_and_a_change_of_mode_are_no_change_of_content(project: Project) -> None:
    """A note that only moved keeps its date; one that came back has the day on which it did."""
    project.commit({"a.md": "# A\n", "b.md": "# B\n", "c.md": "# C\n"}, MAY)
    (project.work / "a.md").rename(project.work / "moved.md")
    (project.work / "b.md").chmod(0o755)
    (project.work / "c.md").unlink()
    project.commit({}, JUNE)
    project.commit({"c.md": "# C\n"}, JULY)
    assert dates(history(project), project.work) == {
        "b.md": "2025-05-01",
        "c.md": "2025-07-01",
        "moved.md": "2025-05-01",
    }


def test_a_merge_brings_in_what_none_of_its_parents_had(project: Project) -> None:
    """A file of a branch has the day of its commit there, what the merge wrote that of the merge."""
    project.commit({"a.md": "# A\n", "b.md": "# B\n"}, MAY)
    git(project.work, "checkout", "--quiet", "-b", "side")
    project.commit({"side.md": "# Side\n", "b.md": "# Theirs\n"}, "2025-05-02T12:00:00+00:00")
    git(project.work, "checkout", "--quiet", "main")
    project.commit({"main.md": "# Main\n"}, "2025-05-03T12:00:00+00:00")
    git(project.work, "merge", "--quiet", "--no-commit", "side")
    project.commit({"b.md": "# Both\n"}, JUNE)
    assert dates(history(project), project.work) == {
        "a.md": "2025-05-01",
        "b.md": "2025-06-01",
        "main.md": "2025-05-03",
        "side.md": "2025-05-02",
    }


def test_the_end_of_a_shallow_history_tells_nothing(project: Project, tmp_path: Path) -> None:
    """All that is older than the history has no date, and gets it once the history is whole."""
    project.commit({"a.md": "# A\n"}, MAY)
    project.commit({"b.md": "# B\n"}, JUNE)
    project.commit({"c.md": "# C\n"}, JULY)
    clone = Project(tmp_path / "clone-work")
    git(tmp_path, "clone", "--quiet", "--depth=2", project.bare.as_uri(), str(clone.work))
    opened = history(clone)
    opened.save()
    assert dates(opened, clone.work) == {"a.md": None, "b.md": None, "c.md": "2025-07-01"}
    git(clone.work, "fetch", "--quiet", "--unshallow")
    assert dates(history(clone), clone.work) == {
        "a.md": "2025-05-01",
        "b.md": "2025-06-01",
        "c.md": "2025-07-01",
    }


def test_only_new_commits_are_walked(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A history that did not change costs one question to git; one that grew is read from where it ended."""
    project.commit({f"{n}.md": f"# {n}\n" for n in range(20)}, MAY)
    history(project).save()
    asked: list[tuple[str, ...]] = []
    command = Git._command

    def noting(self: Git, arguments: tuple[str, ...], work_tree: Path | None) -> list[str]:
        asked.append(arguments)
        return command(self, arguments, work_tree)

    monkeypatch.setattr(Git, "_command", noting)
    history(project)
    assert [arguments[0] for arguments in asked] == ["rev-parse"]
    before = git(project.work, "rev-parse", "HEAD")
    after = project.commit({"1.md": "# One\n"}, JUNE)
    asked.clear()
    opened = history(project)
    assert [arguments[-3] for arguments in asked if arguments[0] == "log"] == [f"{before}..{after}"]
    found = dates(opened, project.work)
    assert (found["1.md"], found["2.md"]) == ("2025-06-01", "2025-05-01")


def test_history_that_was_rewritten_is_walked_anew(project: Project) -> None:
    """What the commits that are gone said counts no more."""
    project.commit({"a.md": "# A\n"}, MAY)
    project.commit({"b.md": "# B\n"}, JUNE)
    history(project).save()
    git(project.work, "reset", "--quiet", "--hard", "HEAD~1")
    project.commit({"b.md": "# B\n"}, JULY)
    assert dates(history(project), project.work)["b.md"] == "2025-07-01"


def test_a_rename_on_an_old_branch_is_found_again(project: Project) -> None:
    """A merge may bring back, by another name, what the main branch had dropped before anything was kept."""
    project.commit({"a.md": "# A\n", "b.md": "# B\n"}, MAY)
    cache = project.work.with_name("cache") / "dates"
    History.open(Git(project.work), cache).save()
    body = cache.read_bytes()
    for damaged in (b"", b"\xff", body[:-1], body.replace(b"\xa7version\x01", b"\xa7version\x00")):
        cache.write_bytes(damaged)
        assert dates(history(project), project.work) == {"a.md": "2025-05-01", "b.md": "2025-05-01"}
    # As if the walk of before had been of a history that lacked it.
    opened = History.open(Git(project.work), cache)
    opened._cached.days.clear()
    opened._changed = True
    opened.save()
    (project.work / "a.md").rename(project.work / "c.md")
    project.commit({}, JUNE)
    assert dates(history(project), project.work) == {"b.md": "2025-05-01", "c.md": "2025-05-01"}


def test_dates_that_no_calendar_has_are_left_out(project: Project, tmp_path: Path) -> None:
    """A commit may say that it is of the year 40,000,000: that is no date."""
    project.commit({"a.md": "# A\n"}, MAY)
    commit = git(project.work, "cat-file", "commit", "HEAD")
    far = commit.replace(" 1746100800 ", " 1262304000000000 ")
    assert far != commit
    (tmp_path / "commit").write_text(far + "\n")
    made = git(project.work, "hash-object", "-t", "commit", "-w", "--literally", str(tmp_path / "commit"))
    git(project.work, "update-ref", "HEAD", made)
    assert dates(history(project), project.work) == {"a.md": None}


def test_a_file_that_changes_while_it_is_read_has_no_date(project: Project) -> None:
    """The content that was indexed is what counts; if the file no longer has it, nobody can say."""
    project.commit({"a.md": "# A\n"}, MAY)
    opened = history(project)
    digest = sha256(b"# A\n").hexdigest()
    assert opened.updated(sha256(b"another").hexdigest(), project.work / "a.md") is None
    assert opened.updated(digest, project.work / "gone.md") is None
    assert opened.updated(digest, project.work / "a.md") == "2025-05-01"
    assert opened.updated(digest, project.work / "gone.md") == "2025-05-01"


def test_repositories_with_longer_digests_are_read(tmp_path: Path) -> None:
    """Git's newer repositories call content by its SHA-256."""
    work = tmp_path / "work"
    work.mkdir()
    git(work, "init", "--quiet", "--object-format=sha256")
    tree(work, {"a.md": "# A\n"})
    git(work, "add", "--all")
    git(work, "commit", "--quiet", "--message=one", when=MAY)
    assert dates(History.open(Git(work), tmp_path / "cache"), work) == {"a.md": "2025-05-01"}


def test_only_the_history_of_the_folder_is_walked(project: Project, tmp_path: Path) -> None:
    """Of a large repository only the part that is a source; what came from elsewhere has the day it did."""
    project.commit({"a.md": "# A\n", "d [x]*/b.md": "# B\n", "d x/c.md": "# C\n"}, MAY)
    (project.work / "a.md").rename(project.work / "d [x]*" / "a.md")
    (project.work / "d [x]*" / "b.md").rename(project.work / "d [x]*" / "b2.md")
    project.commit({}, JUNE)
    folder = project.work / "d [x]*"
    opened = History.open(Git(folder), tmp_path / "dates")
    assert dates(opened, folder) == {"a.md": "2025-06-01", "b2.md": "2025-05-01"}
    assert len(opened._cached.days) == 2
    bare = History.open(Git(project.bare, own=True), tmp_path / "bare", "d [x]*")
    assert dates(bare, folder) == dates(opened, folder)
    assert len(bare._cached.days) == 2
    new = tree(project.work / "new", {"e.md": "# E\n"})
    assert dates(History.open(Git(new), tmp_path / "new"), new) == {"e.md": None}


def test_other_repositories_in_a_work_tree_have_their_own_history(project: Project) -> None:
    """A submodule is a commit in its parent, and no content."""
    project.commit({"a.md": "# A\n"}, MAY)
    git(
        project.work,
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        str(project.bare),
        "sub",
    )
    project.commit({"b.md": "# B\n"}, JUNE)
    found = History.open(Git(project.work), project.work.with_name("cache") / "dates")
    assert found.updated(sha256(b"# B\n").hexdigest(), project.work / "b.md") == "2025-06-01"


def test_the_settings_of_a_work_tree_start_nothing(project: Project, tmp_path: Path) -> None:
    """A folder of notes may come with a `.git` of a stranger's: no program that it names is run."""
    project.commit({"a.md": "# A\n", ".gitattributes": "*.md filter=evil diff=evil\n"}, MAY)
    signed = git(project.work, "cat-file", "commit", "HEAD").replace(
        "\n\n", "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n -----END PGP SIGNATURE-----\n\n", 1
    )
    (tmp_path / "commit").write_text(signed + "\n")
    made = git(project.work, "hash-object", "-t", "commit", "-w", "--literally", str(tmp_path / "commit"))
    git(project.work, "update-ref", "HEAD", made)
    ran = tmp_path / "ran"
    evil = tmp_path / "evil"
    evil.write_text(f'#!/bin/sh\necho "$0 $@" >> {ran}\n')
    evil.chmod(0o755)
    for key in PROGRAMS:
        git(project.work, "config", key, str(evil))
    git(project.work, "config", "log.showSignature", "true")
    # As if content were missing, and to be had from elsewhere.
    git(project.work, "config", "core.repositoryFormatVersion", "1")
    git(project.work, "config", "extensions.partialClone", "origin")
    git(project.work, "config", "remote.origin.promisor", "true")
    blob = git(project.work, "rev-parse", "HEAD:a.md")
    for kind, url in (("blob", project.bare.as_uri()), ("tree", "ssh://host/x"), ("none", f"ext::{evil}")):
        git(project.work, "config", "remote.origin.url", url)
        if kind == "blob":
            (project.work / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
        assert dates(history(project), project.work)["a.md"] == "2025-05-01"
    tree_of = git(project.work, "rev-parse", "HEAD^{tree}")
    (project.work / ".git" / "objects" / tree_of[:2] / tree_of[2:]).unlink()
    with pytest.raises(SourceError):
        history(project)
    assert not ran.exists()


def test_without_a_commit_there_is_no_history(project: Project, tmp_path: Path) -> None:
    """An empty repository and a folder without one are errors that say where."""
    with pytest.raises(SourceError, match="git rev-parse failed"):
        history(project)
    (tmp_path / "none").mkdir()
    with pytest.raises(SourceError, match="not a git repository"):
        History.open(Git(tmp_path / "none"), tmp_path / "cache")
