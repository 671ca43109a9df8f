"""Running the `git` program: what it may do, what it is told, and what its failures mean.

No hook runs, nobody is asked for a password, and only HTTP, SSH and files are spoken. Attributes and
submodules of a repository have no effect, so nothing that is in it can start a program.
"""

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from threading import Event, Timer
from typing import IO, cast
from urllib.parse import unquote, urlsplit

from ingest.errors import SourceError
from ingest.origin import redacted

LOCAL_SECONDS = 300.0
ASK_SECONDS = 120.0
NETWORK_SECONDS = 3600.0

_SETTINGS = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.quotePath=false",
    "core.symlinks=true",
    "core.sparseCheckout=true",
    "core.sparseCheckoutCone=false",
    "fetch.recurseSubmodules=false",
    "submodule.recurse=false",
    "gc.autoDetach=false",
    "maintenance.autoDetach=false",
    "advice.detachedHead=false",
    # A server that sends nothing for a minute is away.
    "http.lowSpeedLimit=1",
    "http.lowSpeedTime=60",
)
# A variable that names another repository, as within a hook, must not reach it; what says how to connect may.
_PASSED_ON = re.compile(
    r"GIT_(?:SSH|SSH_\w+|ASKPASS|SSL_\w+|PROXY_\w+|HTTP_\w+|EXEC_PATH|TRACE\w*"
    r"|CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+))"
)
_REFUSED = re.compile(
    r"Authentication failed|could not read (?:Username|Password)|Permission denied"
    r"|returned error: 40[13]"
)
_NOT_FOUND = re.compile(
    r"not found|does not appear to be a git repository|does not exist|returned error: 404"
)
_MOST_SAID = 400
_TRY_AGAIN = ". The index stays as it is"
_HIDDEN = re.compile(r"[^ -~\u00a0-\uffff]+")


@dataclass(frozen=True, slots=True)
class Git:
    """The git program at work in `folder`: a repository's own folder, or one inside a work tree.

    `own` says that `folder` is the repository's own. `url` is where it fetches from; it may hold a password,
    which is passed on through the environment, where neither the disk nor the list of processes has it.
    """

    folder: Path
    own: bool = False
    url: str | None = None

    def run(
        self,
        *arguments: str,
        seconds: float = LOCAL_SECONDS,
        work_tree: Path | None = None,
        lazy: bool = True,
    ) -> bytes:
        """Run a command and give what it prints; `lazy` lets it fetch what is missing for that.

        Raises `SourceError` with what git said where it fails.
        """
        with self.reading(*arguments, seconds=seconds, work_tree=work_tree, lazy=lazy) as output:
            return output.read()

    def line(self, *arguments: str) -> str:
        """Run a command that prints one line, and give it. Raises `SourceError`."""
        return os.fsdecode(self.run(*arguments)).removesuffix("\n")

    @contextmanager
    def reading(
        self,
        *arguments: str,
        seconds: float = LOCAL_SECONDS,
        work_tree: Path | None = None,
        lazy: bool = True,
    ) -> Iterator[IO[bytes]]:
        """Run a command and give its output as a file, however long it is. As `run` else."""
        with TemporaryFile() as output, TemporaryFile() as errors:
            command, variables = self._command(arguments, work_tree), self._environment(lazy=lazy)
            status = _waited(command, variables, output, errors, seconds)
            if status is None:
                raise SourceError(f"{self._place}: git {arguments[0]} took over {seconds:g} s{_TRY_AGAIN}")
            if status:
                errors.seek(0)
                raise SourceError(f"{self._place}: {self._explained(arguments[0], errors.read(1 << 16))}")
            output.seek(0)
            yield cast("IO[bytes]", output)

    @property
    def _place(self) -> str:
        return str(self.folder) if self.url is None else redacted(self.url)

    def _command(self, arguments: tuple[str, ...], work_tree: Path | None) -> list[str]:
        where = [f"--git-dir={self.folder}"] if self.own else ["-C", str(self.folder)]
        if work_tree:
            where.append(f"--work-tree={work_tree}")
        settings = [part for setting in _SETTINGS for part in ("-c", setting)]
        return [program(), "--no-pager", *where, *settings, *arguments]

    def _environment(self, *, lazy: bool) -> dict[str, str]:
        variables = environment(os.environ)
        if not lazy or self.url is None:
            # For git 2.44 and later; what follows, and how `fetch` is called, see to those before.
            variables["GIT_NO_LAZY_FETCH"] = "1"
        if self.url is None:
            # A repository that lacks an object would ask the server that its own settings name.
            return variables | {"GIT_ALLOW_PROTOCOL": "none"}
        count = int(variables.get("GIT_CONFIG_COUNT") or 0)
        return variables | {
            "GIT_CONFIG_COUNT": str(count + 1),
            f"GIT_CONFIG_KEY_{count}": "remote.origin.url",
            f"GIT_CONFIG_VALUE_{count}": self.url,
        }

    def _explained(self, command: str, errors: bytes) -> str:
        said = errors.decode("utf-8", "replace")
        for secret in _secrets(self.url):
            said = said.replace(secret, "***")
        lines = [line for line in said.splitlines() if line.strip() and not line.startswith("warning:")]
        told = _HIDDEN.sub(" ", " ".join(lines)).strip()[:_MOST_SAID] or "it gave no reason"
        return f"git {command} failed: {told}{_way_out(told) if self.url else ''}"


def program() -> str:
    """Give the path of git. Raises `SourceError` where it is not installed."""
    found = shutil.which("git")
    if found is None:
        raise SourceError("git is not installed, and a source is a git repository. Install git")
    return found


def in_work_tree(place: Path) -> bool:
    """Say whether a folder or file lies in a work tree of git, as its dates may then be asked for."""
    return shutil.which("git") is not None and any((one / ".git").exists() for one in (place, *place.parents))


def environment(ours: Mapping[str, str]) -> dict[str, str]:
    """Give the variables that git gets: ours, but for those that would lead it elsewhere or let it ask."""
    kept = {
        name: value
        for name, value in ours.items()
        if not name.startswith("GIT_") or _PASSED_ON.fullmatch(name)
    }
    return kept | {
        "GIT_ALLOW_PROTOCOL": "file:http:https:ssh",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "LC_ALL": "C",
    }


def _waited(
    command: list[str], variables: Mapping[str, str], output: object, errors: object, seconds: float
) -> int | None:
    """Run a command and give its exit status; `None` if it had to be ended, with all that it started."""
    process = subprocess.Popen(  # noqa: S603 - a list of arguments, each made or checked here
        command,
        stdin=subprocess.DEVNULL,
        stdout=cast("IO[bytes]", output),
        stderr=cast("IO[bytes]", errors),
        env=dict(variables),
        # With no terminal, ssh can not ask for a password either.
        start_new_session=True,
    )
    late = Event()

    def end() -> None:
        late.set()
        _kill(process)

    clock = Timer(seconds, end)
    clock.daemon = True
    clock.start()
    try:
        status = process.wait()
    except BaseException:
        _kill(process)
        process.wait()
        raise
    finally:
        clock.cancel()
    return None if late.is_set() else status


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started, which its session is a group of."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _secrets(url: str | None) -> list[str]:
    """Give the parts of an address that nobody may read, the longest first, as written and as meant."""
    netloc = urlsplit(url or "").netloc
    user, at, _ = netloc.rpartition("@")
    if not at:
        return []
    whole = {user, user.partition(":")[2]} if not (url or "").startswith("ssh:") else {user.partition(":")[2]}
    return sorted({form for part in whole if part for form in (part, unquote(part))}, key=len, reverse=True)


def _way_out(told: str) -> str:
    """Say what to do about what git said of a server."""
    if _REFUSED.search(told):
        return ". Check that you may read it: nobody is asked, git's credential helper or an SSH key must do"
    if "Host key verification failed" in told:
        return ". Connect to it once by hand with ssh, so that its key is known"
    if "dubious ownership" in told:
        return ". It belongs to another user; if you trust it, add it to git's safe.directory"
    if _NOT_FOUND.search(told):
        return ". Check the address"
    return f". Check the address and whether the server can be reached{_TRY_AGAIN}"
