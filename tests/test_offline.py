"""Nothing leaves the machine: building and asking work where every socket is refused."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

# Runs `refdesk` where a socket, even of the same machine, and a look-up of a name are errors.
PROGRAM = """
import socket

def refused(*arguments, **options):
    raise SystemExit("a socket was asked for")

socket.socket.__init__ = refused
socket.getaddrinfo = socket.gethostbyname = socket.create_connection = refused

from bot.cli import main

main()
"""


def refdesk(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command in `folder` without sockets."""
    command = [sys.executable, "-c", PROGRAM, *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.model
def test_an_index_is_built_and_asked_without_sockets(models: Path, tmp_path: Path) -> None:
    """With the encoder exported, of a Markdown note, a page and a text."""
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "undo.md").write_text("# Undo\n\nTo undo a rollout, run `kubectl rollout undo`.\n")
    (notes / "page.html").write_text('<p>A page with <img src="https://example.org/a.png"> a picture.</p>')
    (notes / "plain.txt").write_text("Plain words about a pod.\n")
    (tmp_path / "refdesk.toml").write_text(f"sources = ['notes']\nmodels = '{models}'\n")
    built = refdesk(tmp_path, "index", "--json")
    assert built.returncode == 0, built.stderr
    assert json.loads(built.stdout)["added"] == 3
    asked = refdesk(tmp_path, "ask", "--json", "how do I undo a rollout")
    assert json.loads(asked.stdout)["passages"][0]["path"] == "undo.md", asked.stderr


def test_a_socket_would_be_an_error(tmp_path: Path) -> None:
    """The net that the test above spreads catches what falls into it."""
    program = PROGRAM.partition("from bot.cli")[0] + "import urllib.request\n"
    for attempt in ("socket.socket()", "urllib.request.urlopen('http://127.0.0.1:9')"):
        done = subprocess.run(
            [sys.executable, "-c", program + attempt],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (1, "a socket was asked for\n")
