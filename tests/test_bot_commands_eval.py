"""`refdesk eval` and `refdesk index --gate`, over the small desk that stands in for the index."""

import json
import sys
from pathlib import Path

import pytest
from pretend_desk import build_index, pretend_modules, run

ROLLOUT = "how do I undo a rollout"
TABLE = f"question,path,kind\n{ROLLOUT},undo.md,how\nwho is paged?,undo.md,who\nwho won?,,who\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run each command in a folder with notes and a table of questions, with the small desk."""
    for name, module in pretend_modules().items():
        monkeypatch.setitem(sys.modules, name, module)
    (tmp_path / "notes").mkdir()
    (tmp_path / "q.csv").write_text(TABLE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_table_of_questions_is_asked_and_measured(folder: Path) -> None:
    """One of two is found, and the one that the notes don't answer is not answered."""
    build_index(folder)
    result = run("eval", "q.csv")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[:3] == [
        "",
        "Generation 1: 3 questions, 2 answerable",
        "  figure                             value",
    ]
    assert lines[3].split() == ["recall@1", "0.500"]
    assert "By kind" in lines
    assert result.stderr == "ask: 3\n"


def test_json_has_the_figures_and_every_question(folder: Path) -> None:
    """Nothing else is on stdout, and nothing is compared unless that is asked for."""
    build_index(folder)
    shape = json.loads(run("eval", "q.csv", "--json").stdout)
    assert list(shape) == [
        "format_version",
        "generation",
        "total",
        "kinds",
        "sets",
        "risk_coverage",
        "calibration",
        "outcomes",
    ]
    assert (shape["total"]["recall@1"], shape["total"]["abstained_unanswerable"]) == (0.5, 1.0)
    assert [one["id"] for one in shape["outcomes"]] == ["2", "3", "4"]


def test_a_saved_run_can_be_compared_with(folder: Path) -> None:
    """What changed is listed by question, in text and in JSON."""
    build_index(folder)
    assert run("eval", "q.csv", "--save", "before.json").exit_code == 0
    saved = (folder / "before.json").read_text()
    (folder / "before.json").write_text(saved.replace('"verdict": "answered"', '"verdict": "unsure"'))
    lines = run("eval", "q.csv", "--against", "before.json").stdout.splitlines()
    assert lines[-3:] == [
        "Better: 1",
        f"  q 2: {ROLLOUT}",
        "    unsure (right), found at 1 -> answered (right), found at 1",
    ]
    shape = json.loads(run("eval", "q.csv", "--json", "--against", "before.json").stdout)
    assert [change["direction"] for change in shape["comparison"]["changes"]] == ["better"]


def test_curves_are_drawn_where_asked(folder: Path) -> None:
    """The pictures are named on stderr; a run to compare with is drawn too."""
    build_index(folder)
    alone = run("eval", "q.csv", "--plot", "alone", "--save", "before.json")
    assert alone.stderr.splitlines()[1:] == ["drawn: alone/risk-coverage.png", "drawn: alone/calibration.png"]
    assert run("eval", "q.csv", "--plot", "both", "--against", "before.json").exit_code == 0
    pictures = [(folder / name / "calibration.png").read_bytes() for name in ("alone", "both")]
    assert pictures[0] != pictures[1]


def test_files_that_the_index_does_not_hold_are_counted(folder: Path) -> None:
    """If it holds none of them, the questions are about other notes."""
    build_index(folder)
    (folder / "q.csv").write_text(TABLE + "why?,other\x1b.md,\n")
    note = run("eval", "q.csv").stderr.splitlines()[0]
    assert note == (
        "note: 1 of the 2 files that should answer are not in the index (other␛.md); "
        "the questions that only they answer count as missed"
    )
    (folder / "q.csv").write_text("question,path\nwhy?,other.md\n")
    none = run("eval", "q.csv")
    assert none.exit_code == 2
    assert "the questions are about other notes" in none.stderr


def test_what_is_wrong_with_a_set_is_said_before_anything_is_asked(folder: Path) -> None:
    """So are a missing set, and a saved run that is not there."""
    build_index(folder)
    (folder / "bad.csv").write_text("question\nwhy?\n")
    for words, message in (
        (("bad.csv",), "error: bad.csv:1: the first line must name the columns"),
        (("q.csv", "--against", "gone.json"), "error: gone.json does not exist; write it with"),
        ((), "Usage: "),
    ):
        result = run("eval", *words)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith(message)


def test_a_stopped_run_saves_nothing(folder: Path) -> None:
    """Ctrl-C ends it as it ends every command."""
    build_index(folder)
    (folder / "q.csv").write_text("question,path\nstop,undo.md\n")
    result = run("eval", "q.csv", "--save", "run.json")
    assert result.exit_code == 130
    assert not (folder / "run.json").exists()


def test_a_gate_lets_through_what_answers_as_well() -> None:
    """What it compared is on stderr, the report on stdout as ever."""
    first = run("index", "notes", "--gate", "q.csv")
    assert first.exit_code == 0
    assert first.stdout.startswith("Generation 1. Documents: ")
    assert first.stderr.endswith("The gate compared nothing: there is no live generation yet.\n")
    second = run("index", "notes", "--gate", "q.csv", "--gate-tolerance", "0", "--json")
    assert second.exit_code == 0
    assert json.loads(second.stdout)["generation"] == 2
    assert "Against generation 1\n" in second.stderr


def test_a_gate_refuses_what_answers_worse(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Status 1, what fell, which questions, and where the refused generation is."""
    build_index(folder)
    desk = pretend_modules()
    answer = vars(desk["bot.answer"])["answer"]

    def forgetful(index: object, question: str, **options: object) -> object:
        # From the second generation on nothing is found any more.
        generation = vars(index)["manifest"].number
        return answer(index, question if generation == 1 else "?", **options)

    vars(desk["bot.answer"])["answer"] = forgetful
    monkeypatch.setitem(sys.modules, "bot.answer", desk["bot.answer"])
    refused = run("index", "notes", "--gate", "q.csv")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.splitlines()[-5:] == [
        "",
        "Worse: 1",
        f"  q 2: {ROLLOUT}",
        "    answered (right), found at 1 -> not found, not found",
        "refused: it was refused",
    ]
    shape = json.loads(run("index", "notes", "--gate", "q.csv", "--json").stdout)
    assert Path(shape["refused"]).parent == folder / ".refdesk" / "generations"
    assert (shape["live"], shape["fallen"]) == (1, ["recall@5", "answered_right"])


def test_a_wrong_set_at_the_gate_stops_before_the_build(folder: Path) -> None:
    """Nothing is built that could not be judged."""
    result = run("index", "notes", "--gate", "gone.csv")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: gone.csv does not exist; a set is a folder")
    assert not (folder / ".refdesk").exists()
