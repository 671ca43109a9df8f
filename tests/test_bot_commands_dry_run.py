"""`refdesk index --dry-run`: what it prints, and that it does nothing."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pretend_desk import run
from trees import tree

import index.plan
from index.plan import NEVER_WRITTEN, Plan
from index.types import SkippedFile

PLAN = Plan(
    generation=7,
    publishes=True,
    added=1_200,
    changed=2,
    moved=0,
    removed=3,
    unchanged=40,
    skipped=(),
    held_back=None,
    seconds={"load": 0.2, "scan": 1.234567, "read": 0.0, "encode": 400.0, "write": 2.0, "total": 403.434567},
    passages=5_000,
    texts=20_000,
    to_encode=9_000,
    rate=22.512,
    sampled=256,
)


def lines(monkeypatch: pytest.MonkeyPatch, made: Plan) -> list[str]:
    """Give what is printed for a plan."""
    monkeypatch.setattr(index.plan, "plan", lambda *_, **__: made)
    result = run("index", "notes", "--dry-run")
    assert result.exit_code == 0
    return result.stdout.splitlines()


def test_a_plan_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counts, what is to encode, the outcome, and the time with what it is made of."""
    assert lines(monkeypatch, PLAN) == [
        "Nothing is changed by this. A build now would find:",
        "Documents: 1,200 added, 2 changed, 0 moved, 3 removed, 40 unchanged.",
        "To encode: 9,000 of the 20,000 texts of 5,000 passages.",
        "It would publish a new generation.",
        "Estimated time: 7 min (scan 1 s, encode 7 min, write 2 s; 23 texts a second, measured on 256).",
    ]


def test_files_that_are_left_out_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reason, and safely; where they are many, JSON has them all."""
    few = lines(monkeypatch, replace(PLAN, skipped=(SkippedFile("a\x1b.bin", "binary"),)))
    assert few[3:5] == ["Not indexed: 1.", "  a␛.bin: binary"]
    many = lines(monkeypatch, replace(PLAN, skipped=(SkippedFile("a.bin", "binary"),) * 21))
    assert many[3] == "Not indexed: 21; --json lists them all."
    assert many.count("  a.bin: binary") == 20


def test_a_plan_that_is_held_back_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of what it would publish."""
    told = lines(monkeypatch, replace(PLAN, held_back="source notes: 2 documents"))
    assert "It would be held back: source notes: 2 documents." in told
    assert "It would publish a new generation." not in told


def test_with_nothing_to_do_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """No stage takes long, and nothing was measured."""
    seconds: dict[str, float | None] = dict.fromkeys(PLAN.seconds, 0.01)
    made = replace(PLAN, publishes=False, rate=None, sampled=0, seconds=seconds)
    assert lines(monkeypatch, made)[-2:] == [
        "There is nothing to do: generation 7 is up to date.",
        "Estimated time: 1 s.",
    ]


def test_what_is_not_known_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an exported encoder there are files and a note, and neither texts nor a time."""
    made = replace(PLAN, to_encode=None, seconds={"scan": 1.0, "total": None}, notes=("no encoder yet",))
    assert lines(monkeypatch, made)[2:] == ["Note: no encoder yet.", "It would publish a new generation."]


def test_a_plan_as_json_is_one_object(monkeypatch: pytest.MonkeyPatch) -> None:
    """Times and the rate are rounded; what is not known is null."""
    made = replace(PLAN, skipped=(SkippedFile("a\x1b.bin", "binary"),), notes=(NEVER_WRITTEN,))
    monkeypatch.setattr(index.plan, "plan", lambda *_, **__: made)
    result = run("index", "notes", "--dry-run", "--json")
    shape = json.loads(result.stdout)
    assert (result.exit_code, result.stdout.count("\n")) == (0, 1)
    assert (shape["dry_run"], shape["to_encode"], shape["rate"]) == (True, 9_000, 22.5)
    assert shape["seconds"]["scan"] == 1.235
    assert shape["skipped"] == [{"path": "a\x1b.bin", "reason": "binary"}]
    assert "\x1b" not in result.stdout


@pytest.mark.model
def test_a_dry_run_changes_nothing(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole command on real notes, with the real encoder; the index is not even begun."""
    tree(tmp_path / "notes", {"keel.md": "# Keel\n\nThe keel of a ship.\n", "ship.png": "pixels"})
    (tmp_path / "refdesk.toml").write_text(f"sources = ['notes']\nmodels = '{models}'\n")
    monkeypatch.chdir(tmp_path)
    result = run("index", "--dry-run")
    assert result.exit_code == 0
    assert "Documents: 1 added, 0 changed, 0 moved, 0 removed, 0 unchanged." in result.stdout
    assert "To encode: 3 of the 3 texts of 1 passages." in result.stdout
    assert "  ship.png: no reader for .png files" in result.stdout
    assert result.stderr.splitlines() == ["scan", "read: 1", "measure"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes", "refdesk.toml"]
