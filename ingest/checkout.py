"""Bringing the files of a git repository onto the disk, and up to date, a few objects at a time.

A repository has a folder of its own, called by a digest of what is wanted of it:

FOLDER/a1b2c3…/git/     its history: all commits and trees, and the content of only the files that are wanted
FOLDER/a1b2c3…/files/   the files as they are in the branch's last commit, byte for byte
"""

import re
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path

from ingest.errors import SourceError
from ingest.git import ASK_SECONDS, NETWORK_SECONDS, Git
from ingest.origin import Repository, redacted
from ingest.types import Checkout

TIP = "refs/refdesk/tip"
_BRANCHES_NAMED = 5
# A file in the repository's folder, once its server has shown that all must be fetched.
_WHOLE = "refdesk-whole"
# Over all that a repository says of its files: line ends, filters and key words stay as they are committed.
_ATTRIBUTES = "* -text -eol -ident -filter -working-tree-encoding\n"
_GLOB = re.compile(r"([\\*?\[])|( )(?=/?$)")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A repository on the disk: `root` is the folder that was wanted, `git` the folder of its history."""

    root: Path
    checkout: Checkout


class _IncompleteError(SourceError):
    """The server would not give the content of files that it had left out."""


@dataclass(frozen=True, slots=True)
class _Tip:
    """The last commit of what was asked for, by its full name; `branch` is how a person calls it."""

    ref: str
    branch: str
    commit: str


def fetched(repository: Repository, folder: Path) -> Fetched:
    """Bring what is wanted of a repository up to date under `folder`; the caller holds the index's lock.

    An unchanged repository costs one question to the server. Raises `SourceError` where git or the server
    fails, and where there is no such branch or folder; then the files of before stay as they were.
    """
    home = folder / digest(repository)
    git = Git(home / "git", own=True, url=repository.url)
    _prepare(git)
    tip = _tip(git, repository)
    try:
        commit = _brought(git, repository, tip)
    except _IncompleteError:
        # The server leaves content out when asked to, and does not hand it out later.
        shutil.rmtree(git.folder)
        _prepare(git)
        (git.folder / _WHOLE).touch()
        commit = _brought(git, repository, tip)
    shown = redacted(repository.url)
    return Fetched(
        home / "files" / repository.folder,
        Checkout(shown, tip.branch, commit, repository.folder, repository.branch),
    )


def _brought(git: Git, repository: Repository, tip: _Tip) -> str:
    """Fetch what is missing and write the files; give their commit."""
    if _local(git) != tip.commit:
        _fetch(git, tip)
    # The branch may have moved on since it was asked for.
    commit = git.line("rev-parse", "--verify", f"{TIP}^{{commit}}")
    _check_folder(git, repository, commit)
    _check_out(git, repository, git.folder.with_name("files"), commit)
    return commit


def digest(repository: Repository) -> str:
    """Give the name of a repository's folder; a password that is renewed is no other repository."""
    wanted = "\0".join((redacted(repository.url), repository.branch or "", repository.folder))
    return sha256(wanted.encode()).hexdigest()[:16]


def history_of(root: Path, checkout: Checkout) -> Path:
    """Give the folder of the history that goes with the files under `root`."""
    above = len([part for part in checkout.folder.split("/") if part])
    return root.parents[above] / "git"


def forget(folder: Path, used: Collection[Path]) -> None:
    """Remove every repository under `folder` that none of the sources at `used` lies in."""
    homes = list(folder.iterdir()) if folder.is_dir() else []
    for home in homes:
        if not any(root.is_relative_to(home) for root in used):
            shutil.rmtree(home, ignore_errors=True)


def _prepare(git: Git) -> None:
    """Make the repository's folder where there is none, and mend what a kill left of one."""
    try:
        if not (git.folder / "HEAD").is_file():
            shutil.rmtree(git.folder, ignore_errors=True)
            git.folder.mkdir(parents=True)
            # Where the index lies in a folder of notes, these are not notes of that folder.
            (git.folder.parents[1] / ".gitignore").write_text("*\n")
            git.run("init", "--quiet", "--bare", "--template=")
        # The index's own lock is held: nobody else is at work here.
        for lock in git.folder.rglob("*.lock"):
            lock.unlink()
        (git.folder / "info").mkdir(exist_ok=True)
        (git.folder / "info" / "attributes").write_text(_ATTRIBUTES)
    except OSError as error:
        raise SourceError(f"{git.folder}: {error.strerror}; check that it may be written") from error


def _tip(git: Git, repository: Repository) -> _Tip:
    """Ask the server for the last commit of what is wanted."""
    wanted = repository.branch
    names = ("HEAD",) if wanted is None else (f"refs/heads/{wanted}", f"refs/tags/{wanted}")
    refs, heads = _remote(git, *names)
    for name in names:
        if commit := refs.get(f"{name}^{{}}") or refs.get(name):
            return _Tip(name, wanted or heads.get(name, name).removeprefix("refs/heads/"), commit)
    address = redacted(repository.url)
    if wanted is None:
        raise SourceError(f"{address} holds no commit yet. Name it again once it does")
    raise SourceError(f"{address} has no branch or tag called {wanted}; {_there_are(git, wanted)}")


def _remote(git: Git, *names: str) -> tuple[dict[str, str], dict[str, str]]:
    """Give the server's names with their commits, and what those that stand for another one stand for."""
    peeled = [f"{name}^{{}}" for name in names if name.startswith("refs/tags/")]
    listing = git.run("ls-remote", "--symref", "origin", *names, *peeled, seconds=ASK_SECONDS)
    refs: dict[str, str] = {}
    heads: dict[str, str] = {}
    for line in listing.decode("utf-8", "surrogateescape").splitlines():
        value, _, name = line.partition("\t")
        if value.startswith("ref: "):
            heads[name] = value.removeprefix("ref: ")
        else:
            refs[name] = value
    return refs, heads


def _there_are(git: Git, wanted: str) -> str:
    refs, _ = _remote(git, "refs/heads/*")
    names = sorted(name.removeprefix("refs/heads/") for name in refs)
    nearest = get_close_matches(wanted, names, n=1, cutoff=0.5)
    others = [name for name in names if name not in nearest][: _BRANCHES_NAMED - len(nearest)]
    return f"there are: {', '.join([*nearest, *others])}" if names else "it has no branch at all"


def _local(git: Git) -> str | None:
    try:
        return git.line("rev-parse", "--verify", "--quiet", f"{TIP}^{{commit}}")
    except SourceError:
        return None


def _fetch(git: Git, tip: _Tip) -> None:
    # Commits and folders tell when a note was changed; the content of old versions is not needed.
    leaving_out = () if (git.folder / _WHOLE).exists() else ("--filter=blob:none",)
    git.run(
        "fetch",
        "--quiet",
        "--force",
        "--no-tags",
        "--no-write-fetch-head",
        # All there is. Said so, git also takes the end of a history that is cut off at the server for its
        # end; it would ask for the rest without end, each process starting the next.
        "--depth=2147483647",
        "--update-shallow",
        *leaving_out,
        "origin",
        f"+{tip.ref}:{TIP}",
        seconds=NETWORK_SECONDS,
        lazy=False,
    )


def _check_folder(git: Git, repository: Repository, commit: str) -> None:
    if not repository.folder:
        return
    try:
        kind = git.line("cat-file", "-t", f"{commit}:{repository.folder}")
    except SourceError:
        kind = "missing"
    if kind != "tree":
        raise SourceError(
            f"{redacted(repository.url)} has no folder {repository.folder!r} at {commit[:10]}. Check its name"
        )


def _check_out(git: Git, repository: Repository, files: Path, commit: str) -> None:
    """Write the files of a commit, only those that differ; what else lies there is removed."""
    files.mkdir(exist_ok=True)
    # Without the slashes of a folder the pattern is for everything.
    pattern = _GLOB.sub(r"\\\g<0>", repository.folder)
    (git.folder / "info" / "sparse-checkout").write_text(f"/{pattern}/\n" if pattern else "/*\n")
    try:
        git.run(
            "checkout", "--quiet", "--force", "--detach", commit, seconds=NETWORK_SECONDS, work_tree=files
        )
    except SourceError as error:
        if "unadvertised object" in str(error):
            raise _IncompleteError(str(error)) from error
        raise
    git.run("clean", "--quiet", "-ffdx", work_tree=files)
