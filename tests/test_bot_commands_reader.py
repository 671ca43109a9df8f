"""The commands with the reader that ships with refdesk, and without."""

import json
from pathlib import Path

import pytest
from indexes import built
from pretend_desk import run

from index.encoder import OnnxEncoder

NOTES = {
    "leases.md": "# Leases\n\nEvery node renews its lease. It runs out after forty seconds.\n",
    "bread.md": "# Bread\n\nBread is baked in an oven at dawn.\n",
}
QUESTION = "after how many seconds does the lease of a node run out?"


@pytest.fixture
def folder(tmp_path: Path, minilm: OnnxEncoder, models: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with an index of a few notes, and go there; the settings name no reader."""
    (tmp_path / "notes").mkdir()
    for name, text in NOTES.items():
        (tmp_path / "notes" / name).write_text(text)
    built(tmp_path / ".refdesk", tmp_path / "notes", encoder=minilm)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("REFDESK_MODELS", str(models))
    monkeypatch.delenv("REFDESK_READER")
    return tmp_path


@pytest.mark.model
@pytest.mark.usefixtures("folder")
def test_what_is_found_is_read_unless_the_settings_say_no(folder: Path) -> None:
    """The reader's word is in the JSON and in the scores; the answer is verbatim either way."""
    shape = json.loads(run("ask", "--json", QUESTION).stdout)
    answers, other = shape["passages"]
    assert answers["path"] == "leases.md"
    assert answers["read"] > 0.5 > other["read"]
    assert "forty seconds" in shape["citations"][0]["quote"]
    assert "  read  passage" in run("ask", "--explain", QUESTION).stdout
    assert json.loads(run("search", "--format", "json", QUESTION).stdout)["passages"][0]["read"] > 0.5

    (folder / "refdesk.toml").write_text("reader = false\n")
    unread = json.loads(run("ask", "--json", QUESTION).stdout)
    assert {passage["read"] for passage in unread["passages"]} == {None}
    assert "read  passage" not in run("ask", "--explain", QUESTION).stdout
