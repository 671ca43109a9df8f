"""The git program runs alone: no other repository, no prompt, no endless wait, no secret in a message."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest
from repositories import Project, git

from ingest.errors import SourceError
from ingest.git import Git, environment, in_work_tree, program


def test_only_what_says_how_to_connect_is_passed_on() -> None:
    """Within a hook git's own variables name another repository: they stay behind."""
    ours = {
        "PATH": "/bin",
        "GIT_DIR": "/elsewhere",
        "GIT_WORK_TREE": "/elsewhere",
        "GIT_INDEX_FILE": "x",
        "GIT_CONFIG_PARAMETERS": "'core.worktree=/elsewhere'",
        "GIT_ALLOW_PROTOCOL": "ext",
        "GIT_SSH_COMMAND": "ssh -i key",
        "GIT_SSL_CAINFO": "ca",
        "GIT_CONFIG_GLOBAL": "settings",
        "GIT_CONFIG_COUNT": "0",
    }
    assert environment(ours) == {
        "PATH": "/bin",
        "GIT_SSH_COMMAND": "ssh -i key",
        "GIT_SSL_CAINFO": "ca",
        "GIT_CONFIG_GLOBAL": "settings",
        "GIT_CONFIG_COUNT": "0",
        "GIT_ALLOW_PROTOCOL": "file:http:https:ssh",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "LC_ALL": "C",
    }


def test_the_address_is_passed_behind_what_the_user_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings that the user passes in the environment count as before."""
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "user.name")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "Ada")
    runner = Git(tmp_path, url="https://host/notes.git")
    assert runner.line("config", "user.name") == "Ada"
    assert runner.line("config", "remote.origin.url") == "https://host/notes.git"


def test_a_command_that_takes_too_long_is_ended_with_all_it_started(tmp_path: Path) -> None:
    """Its children too, and the message says how long it was given."""
    project = Project.at(tmp_path)
    project.commit({"a.md": "# A\n"})
    pid = tmp_path / "pid"
    git(project.work, "config", "alias.wait", f"!echo $$ > {pid}; sleep 60 & wait")
    with pytest.raises(SourceError, match=r"git wait took over 1 s\. The index stays as it is"):
        Git(project.work).run("wait", seconds=1)
    assert _ends(int(pid.read_text()))


def test_an_interrupted_wait_ends_the_command(tmp_path: Path) -> None:
    """After Ctrl-C no git runs on behind anybody's back."""
    project = Project.at(tmp_path)
    pid = tmp_path / "pid"
    git(project.work, "config", "alias.wait", f"!echo $$ > {pid}; sleep 60")

    def interrupt() -> None:
        while not (pid.exists() and pid.read_text()):
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    with pytest.raises(KeyboardInterrupt):
        Git(project.work).run("wait")
    assert _ends(int(pid.read_text()))


def _ends(pid: int) -> bool:
    """Tell whether a process ends soon; one that nobody has waited for yet has ended."""
    for _ in range(500):
        try:
            status = Path(f"/proc/{pid}/stat").read_text()
        except OSError:
            return True
        if status.rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.01)
    return False


def test_what_git_says_is_shown_safely_and_shortly(tmp_path: Path) -> None:
    """Escape sequences and secrets are taken out of it, and it has an end."""
    project = Project.at(tmp_path)
    git(
        project.work,
        "config",
        "alias.fail",
        "!printf 'warning: x\\n\\033[31mfor ada:pw%%2F1 and pw/1\\n' >&2; exit 3",
    )
    git(project.work, "config", "alias.mute", "!exit 3")
    git(project.work, "config", "alias.long", "!yes no | head -c 9000 >&2; exit 3")
    git(project.work, "config", "alias.key", "!echo 'Host key verification failed.' >&2; exit 3")
    git(project.work, "config", "alias.theirs", "!echo 'detected dubious ownership' >&2; exit 3")
    runner = Git(project.work, url="https://ada:pw%2F1@host/n.git")
    said = _failure(runner, "fail")
    assert said.startswith("https://host/n.git: git fail failed: [31mfor *** and ***. Check the address")
    assert _failure(Git(project.work), "mute") == f"{project.work}: git mute failed: it gave no reason"
    assert len(_failure(Git(project.work), "long")) < 600
    git(project.work, "config", "alias.port", "!echo 'no host at port 40340, 40140 or 40440' >&2; exit 3")
    assert _failure(runner, "port").endswith("whether the server can be reached. The index stays as it is")
    assert _failure(runner, "key").endswith("Connect to it once by hand with ssh, so that its key is known")
    assert _failure(runner, "theirs").endswith("if you trust it, add it to git's safe.directory")
    secret = Git(project.work, url="ssh://git:pw%2F1@host/n.git")
    assert "pw/1" not in _failure(secret, "fail")


def _failure(runner: Git, command: str) -> str:
    with pytest.raises(SourceError) as caught:
        runner.run(command)
    return str(caught.value)


def test_without_git_a_repository_is_an_error_and_a_folder_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says what to install; whether a folder lies in a work tree then does not matter."""
    project = Project.at(tmp_path)
    assert in_work_tree(project.work / "a" / "b")
    assert not in_work_tree(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not in_work_tree(project.work)
    with pytest.raises(SourceError, match="Install git"):
        program()
