"""Git repositories as sources: fetched from real servers, a few objects at a time; nothing in them acts."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from repositories import NOTES, Project, files, git, local, objects, refusal, served

from ingest.checkout import digest, fetched, forget, history_of
from ingest.origin import Origin, Repository
from ingest.sources import resolve_sources
from ingest.walk import walk


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


def test_a_repository_is_fetched_over_http(project: Project, http: str, place: Path) -> None:
    """Its files lie there byte for byte; the branch and commit are known, and no password is on the disk."""
    found = fetched(Repository(http), place)
    assert files(found.root) == NOTES
    assert found.checkout.url == http
    assert (found.checkout.branch, found.checkout.asked) == ("main", None)
    assert found.checkout.commit == git(project.work, "rev-parse", "HEAD")


def test_only_what_changed_is_moved(project: Project, http: str, place: Path) -> None:
    """Old versions are never fetched, and one edit among many notes brings four objects and one new file."""
    for turn in range(5):
        project.commit({f"many/{n}.md": f"# {n}\n\nEdited {turn} times.\n" for n in range(60)})
    found = fetched(Repository(http), place)
    history = history_of(found.root, found.checkout)
    whole = objects(project.bare)
    first = objects(history)
    # Four versions of 60 notes stay where they are.
    assert first == whole - 4 * 60
    untouched = (found.root / "many" / "1.md").stat()
    project.commit({"many/0.md": "# 0\n\nEdited once more.\n"})
    again = fetched(Repository(http), place)
    # A commit, two folders and a note.
    assert objects(history) == first + 4
    assert (again.root / "many" / "0.md").read_text() == "# 0\n\nEdited once more.\n"
    kept = (again.root / "many" / "1.md").stat()
    assert (kept.st_ino, kept.st_mtime_ns) == (untouched.st_ino, untouched.st_mtime_ns)


def test_of_a_folder_only_its_own_files_are_fetched(project: Project, http: str, place: Path) -> None:
    """A folder in the repository is a source by itself: the content of the others stays on the server."""
    project.commit({"big/huge.md": "# Huge\n", "odd [a]*/d.md": "# D\n", "odd a/e.md": "# E\n"})
    found = fetched(Repository(http, None, "docs"), place)
    assert files(found.root) == {"b.md": "# B\n", "deep/c.md": "# C\n"}
    assert sorted(path.name for path in (found.root.parent).iterdir()) == ["docs"]
    history = history_of(found.root, found.checkout)
    assert objects(history) == objects(project.bare) - 4
    assert files(fetched(Repository(http, None, "docs/deep"), place).root) == {"c.md": "# C\n"}
    assert files(fetched(Repository(http, None, "odd [a]*"), place).root) == {"d.md": "# D\n"}


def test_branches_and_tags_are_told_apart(project: Project, place: Path) -> None:
    """Each branch is a checkout of its own; a tag with a message stands for its commit."""
    git(project.work, "checkout", "--quiet", "-b", "draft/one")
    draft = project.commit({"a.md": "# Draft\n"})
    git(project.work, "tag", "--annotate", "--message=first", "v1")
    project.push("v1")
    project.commit({"a.md": "# Later\n"})
    main = fetched(local(project, "main"), place)
    other = fetched(local(project, "draft/one"), place)
    tag = fetched(local(project, "v1"), place)
    assert [(one.root / "a.md").read_text() for one in (main, other, tag)] == [
        "# A\n",
        "# Later\n",
        "# Draft\n",
    ]
    assert (tag.checkout.commit, tag.checkout.branch) == (draft, "v1")
    assert fetched(local(project, "v1"), place) == tag


def test_history_that_was_rewritten_is_followed(project: Project, http: str, place: Path) -> None:
    """After a forced push the files are those of the new history, and none of the old one is left."""
    project.commit({"gone.md": "# Gone\n"})
    before = fetched(Repository(http), place)
    assert "gone.md" in files(before.root)
    git(project.work, "reset", "--quiet", "--hard", "HEAD~1")
    after = project.commit({"new.md": "# New\n"})
    found = fetched(Repository(http), place)
    assert found.checkout.commit == after
    assert files(found.root) == NOTES | {"new.md": "# New\n"}


def test_the_first_branch_of_the_repository_is_followed(project: Project, place: Path) -> None:
    """Where no branch is named it is the one that the repository shows first, whichever that is by now."""
    assert fetched(local(project), place).checkout.branch == "main"
    git(project.work, "checkout", "--quiet", "-b", "trunk")
    project.commit({"a.md": "# Trunk\n"})
    git(project.bare, "symbolic-ref", "HEAD", "refs/heads/trunk")
    found = fetched(local(project), place)
    assert (found.checkout.branch, (found.root / "a.md").read_text()) == ("trunk", "# Trunk\n")


def test_a_password_is_used_and_never_shown_or_kept(project: Project, place: Path) -> None:
    """What stands in the address opens the door; no message, record or file of ours has it."""
    (project.bare.parent / "password").write_text("ada:s3cret/x")
    with served(project.bare.parent) as address:
        host = address.removeprefix("http://")
        found = fetched(Repository(f"http://ada:s3cret%2Fx@{host}/notes.git"), place)
        assert found.checkout.url == f"{address}/notes.git"
        assert digest(Repository(f"{address}/notes.git")) == digest(
            Repository(f"http://a:b@{host}/notes.git")
        )
        said = refusal(Repository(f"http://ada:wr0ng@{host}/notes.git"), place)
        assert "git's credential helper" in said
        assert "wr0ng" not in said
        assert "git's credential helper" in refusal(Repository(f"{address}/notes.git"), place)
    assert files(found.root) == NOTES
    for path in place.rglob("*"):
        if path.is_file():
            assert b"s3cret" not in path.read_bytes(), path


def test_ssh_is_spoken_by_whatever_program_git_is_told_to_use(
    project: Project, tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`ssh://` runs the user's own ssh, here one that stays on this machine."""
    heard = tmp_path / "heard"
    ssh = tmp_path / "ssh"
    # What ssh does with the last of its arguments, the command for the other side.
    ssh.write_text(f'#!/bin/sh\necho "$@" >> "{heard}"\nfor last; do :; done\nexec sh -c "$last"\n')
    ssh.chmod(0o755)
    monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh))
    monkeypatch.setenv("GIT_SSH_VARIANT", "simple")
    found = fetched(Repository(f"ssh://git@notes.example{project.bare}", "main"), place)
    assert files(found.root) == NOTES
    assert found.checkout.url == f"ssh://git@notes.example{project.bare}"
    assert f"git@notes.example git-upload-pack '{project.bare}'" in heard.read_text()


def test_a_server_that_keeps_back_what_it_left_out_is_fetched_from_whole(
    project: Project, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over git's first protocol a server may leave content out and then not give it: all of it is fetched."""
    # A version that no longer is the file's.
    project.commit({"a.md": "# Old\n"})
    project.commit({"a.md": "# A\n"})
    settings = place.parent / "gitconfig"
    settings.write_text("[protocol]\n\tversion = 0\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    found = fetched(local(project), place)
    assert files(found.root) == NOTES
    history = history_of(found.root, found.checkout)
    assert objects(history) == objects(project.bare)
    project.commit({"a.md": "# New\n"})
    assert (fetched(local(project), place).root / "a.md").read_text() == "# New\n"
    assert objects(history) == objects(project.bare)


def test_nothing_in_a_repository_acts_or_leads_out_of_it(
    project: Project, tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Links are not followed, filters and hooks do not run, submodules stay empty, odd names are listed."""
    ran = tmp_path / "ran"
    secret = tmp_path / "secret.md"
    secret.write_text("# Secret\n")
    # A filter that the user has, and that the repository asks for.
    settings = tmp_path / "gitconfig"
    settings.write_text(f'[filter "evil"]\n\tsmudge = "touch {ran}; cat"\n\tclean = "touch {ran}; cat"\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    work = project.work
    (work / "out.md").symlink_to(secret)
    (work / "in.md").symlink_to("a.md")
    (work / "outside").symlink_to(tmp_path)
    notes = {
        "new\nline.md": "# Line\n",
        "-x.md": "# X\n",
        ".gitattributes": "*.md filter=evil text eol=crlf\n",
    }
    git(work, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(project.bare), "sub")
    project.commit(notes)
    found = resolve_sources([Origin(local(project))], place)
    walked = walk(found)
    assert {file.path for file in walked.files} == {*NOTES, "-x.md"}
    reasons = {skipped.path: skipped.reason for skipped in walked.skipped}
    assert reasons["in.md"] == "link to a.md"
    assert reasons["out.md"].startswith("link out of the source")
    assert reasons["outside"].startswith("link out of the source")
    assert [reason for path, reason in reasons.items() if "line.md" in path] == [
        "its name holds bytes or characters that can not be shown"
    ]
    assert (found[0].root / "a.md").read_bytes() == b"# A\n"
    assert list((found[0].root / "sub").iterdir()) == []
    assert not ran.exists()
    assert "has no folder 'outside'" in refusal(local(project, None, "outside"), place)


def test_what_is_no_longer_a_source_is_removed(project: Project, place: Path) -> None:
    """The folder of a repository goes once no source lies in it."""
    forget(place, [])
    one = fetched(local(project), place)
    two = fetched(local(project, "main", "docs"), place)
    # Where the index lies among notes, what is fetched is none of these.
    assert walk(resolve_sources([place.parent / "sources"])).files == ()
    forget(place, [two.root, place.parent])
    assert not one.root.exists()
    assert files(two.root) == {"b.md": "# B\n", "deep/c.md": "# C\n"}
