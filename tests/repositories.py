"""Git repositories for tests: written commit by commit, and served over HTTP on 127.0.0.1."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from trees import tree

from ingest.checkout import fetched
from ingest.errors import SourceError
from ingest.git import Git
from ingest.history import History
from ingest.origin import Repository

SERVER = Path(__file__).parent / "git_server.py"
NOTES = {"a.md": "# A\n", "docs/b.md": "# B\n", "docs/deep/c.md": "# C\n"}
NOON = "2025-03-04T12:00:00+00:00"
_PERSON = {
    f"GIT_{who}_{what}": "ada@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
}


def git(folder: Path, *arguments: str, when: str = NOON) -> str:
    """Run git in `folder`, with nobody's own settings, as of the time `when`; give what it prints."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        env=variables
        | _PERSON
        | {
            "GIT_AUTHOR_DATE": when,
            "GIT_COMMITTER_DATE": when,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
        },
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return os.fsdecode(done.stdout).strip()


@dataclass(frozen=True, slots=True)
class Project:
    """A work tree where notes are written, and the bare repository, beside it, that they are pushed to."""

    work: Path

    @classmethod
    def at(cls, folder: Path, name: str = "notes") -> "Project":
        """Make an empty project in `folder`; its bare repository is `NAME.git`."""
        project = cls(folder / f"{name}-work")
        project.work.mkdir(parents=True)
        git(project.work, "init", "--quiet", "--initial-branch=main")
        git(folder, "init", "--quiet", "--bare", "--initial-branch=main", f"{name}.git")
        git(project.bare, "config", "uploadpack.allowFilter", "true")
        git(project.work, "remote", "add", "origin", str(project.bare))
        return project

    @property
    def bare(self) -> Path:
        """The repository that is pushed to."""
        return self.work.with_name(self.work.name.removesuffix("-work") + ".git")

    def commit(self, files: Mapping[str, str | bytes], when: str = NOON) -> str:
        """Write files and commit all there is; give the commit. It is pushed."""
        tree(self.work, files)
        git(self.work, "add", "--all")
        git(self.work, "commit", "--quiet", "--allow-empty", "--message=more", when=when)
        self.push()
        return git(self.work, "rev-parse", "HEAD")

    def push(self, *arguments: str) -> None:
        """Push the branch that is checked out."""
        git(self.work, "push", "--quiet", "--force", "origin", *(arguments or ("HEAD",)))


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the repositories in `folder` over HTTP for a while; give the address, `http://127.0.0.1:PORT`."""
    with subprocess.Popen([sys.executable, str(SERVER), str(folder)], stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def objects(repository: Path) -> int:
    """Count the objects that a repository holds."""
    listing = git(repository, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)")
    return len(listing.splitlines())


def local(project: Project, branch: str | None = None, folder: str = "") -> Repository:
    """Give the project's repository as it is on this disk."""
    return Repository(project.bare.as_uri(), branch, folder)


def files(root: Path) -> dict[str, str]:
    """Give the content of all files under `root` by path."""
    return {
        path.relative_to(root).as_posix(): path.read_text()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def refusal(repository: Repository, place: Path) -> str:
    """Give the message of the error that fetching ends with."""
    with pytest.raises(SourceError) as caught:
        fetched(repository, place)
    return str(caught.value)


def history(project: Project) -> History:
    """Open the history of a project, with a cache beside it."""
    return History.open(Git(project.work), project.work.with_name("cache") / "dates")


def dates(opened: History, folder: Path) -> dict[str, str | None]:
    """Give the dates of all files in `folder` by path."""
    return {
        path.relative_to(folder).as_posix(): opened.updated(sha256(path.read_bytes()).hexdigest(), path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.parts
    }
