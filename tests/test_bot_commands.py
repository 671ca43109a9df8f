"""Each command: what it prints, where, and with which exit status. A small desk stands in for the index."""

import json
import sys
from pathlib import Path

import pytest
from pretend_desk import TEXT, build_index, pretend_modules, run

from index.manifest import SourceRecord
from index.store import Store


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run each command in an empty folder that has a folder of notes, with the small desk."""
    for name, module in pretend_modules().items():
        monkeypatch.setitem(sys.modules, name, module)
    (tmp_path / "notes").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


# Asking


def test_an_answer_is_printed_and_the_status_is_zero(folder: Path) -> None:
    """The words of the question need no quotes, and what a note holds can not act on the terminal."""
    build_index(folder)
    result = run("ask", "how", "do", "I", "undo", "a", "rollout")
    assert result.exit_code == 0
    assert result.stdout.startswith(
        "[1] To undo a rollout, run `kubectl rollout undo`.\n\n[1] undo.md:3 · Undo\n"
    )
    assert result.stderr == ""


def test_what_is_not_answered_ends_with_one(folder: Path) -> None:
    """Not found and unsure are both no answer, for a script that asks."""
    build_index(folder)
    missing, unsure = run("ask", "who is paged?"), run("ask", "rollout maybe?")
    assert (missing.exit_code, missing.stdout.splitlines()[0]) == (1, "The notes don't say.")
    assert "\x1b" not in missing.stdout
    assert (unsure.exit_code, unsure.stdout[:20]) == (1, "Closest in the notes")


def test_an_answer_as_json_is_one_object_with_k_passages(folder: Path) -> None:
    """`-k` outweighs the setting, and the links lead into the source."""
    build_index(folder)
    result = run("ask", "--json", "-k", "3", "rollout")
    shape = json.loads(result.stdout)
    assert (shape["verdict"], len(shape["passages"])) == ("answered", 3)
    assert shape["citations"][0]["link"] == (folder / "notes" / "undo.md").as_uri()
    (folder / "refdesk.toml").write_text("k = 2\n")
    assert len(json.loads(run("ask", "--json", "rollout").stdout)["passages"]) == 2
    assert run("ask", "--json", "nothing").exit_code == 1


def test_explain_adds_the_parts_of_the_scores(folder: Path) -> None:
    """Each ranked passage has its line."""
    build_index(folder)
    lines = run("ask", "--explain", "-k", "1", "rollout").stdout.splitlines()
    assert lines[-2:] == ["fused  dense  lexical  passage", "0.900  0.800     7.50  undo.md:3-4"]


def test_filters_reach_the_search_and_unknown_sources_are_named(folder: Path) -> None:
    """A source that the index does not have would silently answer nothing."""
    build_index(folder)
    assert run("ask", "--source", "notes", "--path", "undo.md", "--tag", "k8s", "rollout").exit_code == 0
    assert run("ask", "--path", "other.md", "rollout").exit_code == 1
    wrong = run("ask", "--source", "wiki", "rollout")
    assert wrong.exit_code == 2
    assert wrong.stderr == "error: --source wiki: the index has no such source; it has: notes\n"


def test_an_empty_question_is_refused_and_a_long_one_is_cut(folder: Path) -> None:
    """Control characters are no question either."""
    build_index(folder)
    for words in ((), ("",), ("\x07 \x1b",)):
        refused = run("ask", *words)
        assert (refused.exit_code, refused.stderr[:32]) == (2, "error: the question is empty; as")
    long = run("ask", "rollout " * 10_000)
    assert long.exit_code == 0
    assert long.stderr == "note: the question is long: only its first 256 words are read\n"


def test_the_first_question_builds_the_configured_index(folder: Path) -> None:
    """Nobody has to know of `refdesk index` to get a first answer."""
    (folder / "refdesk.toml").write_text('sources = ["notes"]\n')
    result = run("ask", "--json", "rollout")
    assert result.exit_code == 0
    assert result.stderr == "There is no index yet: building it once.\nscan\n"
    assert json.loads(result.stdout)["generation"] == 1
    assert (folder / ".refdesk" / "CURRENT").exists()


def test_without_index_and_sources_the_next_command_is_named(folder: Path) -> None:
    """The error says what to do."""
    result = run("ask", "rollout")
    assert (result.exit_code, result.stdout) == (2, "")
    expected = f"error: there is no index in {folder}/.refdesk yet; run `refdesk index FOLDER` to build one\n"
    assert result.stderr == expected


# Batches


def test_a_batch_is_answered_line_by_line(folder: Path) -> None:
    """It comes from a file or stdin; the status is 0 whatever the verdicts; a line's own filter wins."""
    build_index(folder)
    text = (
        '{"id": "a", "question": "rollout", "gold": []}\n'
        '{"id": "b", "question": "maybe", "history": [{"role": "user", "text": "rollout"}]}\n'
        '{"id": "c", "question": "rollout", "where": {"paths": ["undo.md"]}}\n'
    )
    (folder / "q.jsonl").write_text(text)
    result = run("ask", "--batch", "q.jsonl", "-k", "1", "--path", "other.md")
    assert result.exit_code == 0
    shapes = [json.loads(line) for line in result.stdout.splitlines()]
    verdicts = [(shape["id"], shape["verdict"]) for shape in shapes]
    assert verdicts == [("a", "not_found"), ("b", "unsure"), ("c", "answered")]
    piped = run("ask", "--batch", "-", stdin=text)
    assert [json.loads(line)["verdict"] for line in piped.stdout.splitlines()] == [
        "answered",
        "unsure",
        "answered",
    ]


def test_mistakes_in_a_batch_are_errors(folder: Path) -> None:
    """A bad line, a missing file, and a question beside a batch."""
    build_index(folder)
    bad = run("ask", "--batch", "-", stdin='{"question": "rollout"}\n{}\n')
    assert (bad.exit_code, len(bad.stdout.splitlines())) == (2, 1)
    assert bad.stderr.startswith("error: -:2: Object missing required field `question`; ")
    assert run("ask", "--batch", "nowhere.jsonl").exit_code == 2
    both = run("ask", "--batch", "-", "rollout")
    assert (both.exit_code, both.stderr) == (2, "error: give either a QUESTION or --batch FILE, not both\n")


# Searching


def test_search_has_four_formats(folder: Path) -> None:
    """Text for people, JSON exact, CSV for a spreadsheet, files for other commands."""
    build_index(folder)
    assert run("search", "rollout", "-k", "1").stdout.startswith(
        " 1. undo.md:3-4 · Undo\n    To undo a rollout, run"
    )
    shape = json.loads(run("search", "--format", "json", "-k", "2", "a", "rollout").stdout)
    assert (shape["query"], shape["generation"], len(shape["passages"])) == ("a rollout", 1, 2)
    assert run("search", "--format", "csv", "-k", "1", "rollout").stdout == (
        "rank,score,source,path,location,start,end,headings,text\n"
        f"1,0.9000,notes,undo.md,undo.md:3-4,8,{len(TEXT)},Undo,"
        '"To undo a rollout, run `kubectl rollout undo`.\n␛[31mNever in red.\n"\n'
    )
    assert run("search", "--format", "files", "rollout").stdout == f"{folder}/notes/undo.md\n"


def test_a_search_without_a_result_ends_with_one(folder: Path) -> None:
    """It says so to a person, and prints an empty table to a spreadsheet."""
    build_index(folder)
    assert (run("search", "x").exit_code, run("search", "x").stdout) == (
        1,
        "Nothing in the notes matches.\n",
    )
    assert run("search", "--format", "csv", "x").stdout.count("\n") == 1


# Conversations


def test_a_conversation_keeps_its_history(folder: Path) -> None:
    """A piped conversation ends with its last line; a follow-up shows how it was read."""
    build_index(folder)
    result = run("chat", stdin="undo a rollout\nand then?\n")
    assert result.exit_code == 0
    assert "read as: undo a rollout and then?\n" in result.stdout
    assert "? " not in result.stdout.replace("then?\n", "")


@pytest.mark.parametrize("end", ["\n", "/quit\n"])
def test_an_empty_line_or_quit_ends_a_conversation(folder: Path, end: str) -> None:
    """What comes after it is not asked."""
    build_index(folder)
    result = run("chat", stdin=f"who is paged?\n{end}undo a rollout\n")
    assert result.exit_code == 0
    assert result.stdout.startswith("The notes don't say.\n")
    assert "kubectl" not in result.stdout.split("To undo")[0]
    assert "[1]" not in result.stdout


# Indexing


def test_a_source_that_shrank_is_held_back_unless_it_may(folder: Path) -> None:
    """The error ends with status 2; `--allow-shrink` goes on."""
    run("index", "notes")
    (folder / ".refdesk" / "shrunk").touch()
    held = run("index", "notes")
    assert (held.exit_code, held.stdout) == (2, "")
    assert "error: most of it is gone" in held.stderr
    assert run("index", "--allow-shrink", "notes").exit_code == 0


def test_indexing_sums_up_what_it_did_and_what_it_left_out(folder: Path) -> None:
    """Counts, time, sources that are gone, and the first files that are not in it."""
    first = run("index", "notes")
    assert first.exit_code == 0
    assert first.stdout.splitlines() == [
        "Generation 1. Documents: 1 added, 2 changed, 3 moved, 4 removed, 5 unchanged.",
        "Passages: 1,600, of which 7 were encoded. It took 1.3 s.",
        "Not indexed: 7. `refdesk status` lists them all.",
        *(f"  {n}␛.bin: binary" for n in range(5)),
    ]
    assert first.stderr == "scan\n"
    (folder / "wiki").mkdir()
    second = run("index", "wiki")
    assert second.stdout.splitlines()[2:] == [f"No longer a source: {folder}/notes"]


def test_indexing_again_takes_the_sources_that_there_were(folder: Path) -> None:
    """Named ones come first, then configured ones, then those of the index."""
    assert run("index", "notes").exit_code == 0
    assert run("index").exit_code == 0
    assert Store(folder / ".refdesk").open_current()[0].sources == (SourceRecord("notes", f"{folder}/notes"),)
    (folder / "refdesk.toml").write_text('sources = ["wiki"]\n')
    assert f"No longer a source: {folder}/notes\n" in run("index").stdout


def test_indexing_needs_a_source(folder: Path) -> None:
    """Neither named, nor configured, nor known: also where the index is too damaged to tell."""
    said = (
        'error: no source is named; run: refdesk index FOLDER, or set in refdesk.toml: sources = ["FOLDER"]\n'
    )
    assert (run("index").exit_code, run("index").stderr) == (2, said)
    (folder / ".refdesk").mkdir()
    (folder / ".refdesk" / "CURRENT").write_text("junk")
    assert run("index").stderr == said


def test_an_index_report_as_json_is_all_of_stdout(folder: Path) -> None:
    """Progress stays on stderr; the index lies where `--index` says."""
    result = run("--index", "elsewhere", "index", "--json", "notes")
    assert json.loads(result.stdout)["seconds"] == {"scan": 0.123, "total": 1.26}
    assert (folder / "elsewhere" / "CURRENT").exists()


# Looking after it


def test_status_lists_every_file_that_is_not_indexed(folder: Path) -> None:
    """With its reason; as JSON with all files."""
    build_index(folder)
    assert run("status").stdout.splitlines() == [
        "Generation 1, built 2 hours ago (2026-02-03T10:00:00Z).",
        "1 documents, 1 passages, encoder all-MiniLM-L6-v2.",
        "Not indexed: 1.",
        "  notes: a␛.bin: binary",
    ]
    shape = json.loads(run("status", "--json").stdout)
    assert (shape["age_seconds"], len(shape["files"])) == (7300.123, 2)
    run("index")
    assert run("status").stdout.splitlines()[-1] == "Every file of the sources is indexed."
