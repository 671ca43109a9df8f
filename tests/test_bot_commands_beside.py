"""Commands beside each other: what reads while another writes, and where nothing may be written."""

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from editions import three_generations
from indexes import built
from mounts import read_only
from pretend_desk import run
from trees import tree

import bot.commands.chat
from index.store import Store
from index.writer import Keep


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Run each command in a folder with an index of three generations."""
    with three_generations(tmp_path, monkeypatch):
        yield tmp_path


def test_a_conversation_goes_on_in_what_is_published_meanwhile(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each answer names the generation that it came from, and links to its files."""

    def typed() -> Iterator[str]:
        yield "how many pods are there"
        tree(folder / "notes", {"pods.md": "# Pods\n\nThere are 55 pods in all.\n"})
        built(folder / ".refdesk", folder / "notes", keep=Keep(1))
        yield "how many pods are there"
        built(folder / ".refdesk", folder / "notes", keep=Keep(1))
        yield "how many pods are there"

    monkeypatch.setattr(bot.commands.chat, "_lines", typed)
    result = run("chat")
    assert result.exit_code == 0
    ends = [line for line in result.stdout.splitlines() if "eneration" in line]
    assert [line.lower().partition("generation ")[2] for line in ends] == ["3", "4", "4"]
    assert "There are 4 pods" in result.stdout.partition("eneration 3")[0]
    assert "There are 55 pods" in result.stdout.partition("eneration 3")[2]


def test_a_batch_stays_where_it_began(folder: Path) -> None:
    """However long its lines take to come: each is answered from one generation, though that is removed."""
    lines = folder / "questions"
    os.mkfifo(lines)

    def write() -> None:
        # Opening it waits for the command, which has opened its generation by then.
        with lines.open("w") as pipe:
            print('{"question": "how many pods are there"}', file=pipe, flush=True)
            tree(folder / "notes", {"pods.md": "# Pods\n\nThere are 55 pods in all.\n"})
            built(folder / ".refdesk", folder / "notes", keep=Keep(1))
            print('{"question": "how many pods are there"}', file=pipe)

    thread = threading.Thread(target=write)
    thread.start()
    result = run("ask", "--batch", str(lines))
    thread.join()
    assert result.exit_code == 0
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert (first["generation"], first["citations"]) == (second["generation"], second["citations"])
    assert (first["generation"], Store(folder / ".refdesk").numbers()) == (3, [4])


def test_a_read_only_index_can_be_read_and_not_written(folder: Path) -> None:
    """Readers need not write anything; a writer is told where it may not, and that nothing was lost."""
    with read_only(folder / ".refdesk"):
        assert "  3 live" in run("generations").stdout
        assert run("diff").exit_code == 0
        assert run("diff", "--eval", "q.csv").exit_code == 0
        assert json.loads(run("ask", "--json", "how many pods are there").stdout)["generation"] == 3
        assert "generation 3" in run("chat", stdin="how many pods are there\n").stdout.lower()
        for command in (("rollback",), ("rollback", "1")):
            refused = run(*command)
            assert (refused.exit_code, refused.stdout) == (2, "")
            assert refused.stderr == (
                f"error: can not write to {folder / '.refdesk'}: Read-only file system. What was built "
                "before is untouched; make room or allow writing there, then run the same again\n"
            )
    assert run("rollback").exit_code == 0


def test_a_rollback_waits_for_nobody(folder: Path) -> None:
    """While another process writes, it is named, and the status is 2."""
    with Store(folder / ".refdesk").writing():
        refused = run("rollback")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "is writing the index in" in refused.stderr
