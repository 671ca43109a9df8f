"""Labelled questions, as a set's folder holds them and as a person writes them into a table."""

from pathlib import Path

import pytest

from bot.evaluation.labels import Gold, Label, read_sets
from bot.types import Turn
from ingest.errors import UsageError

FOLDER = Path(__file__).parent / "data" / "evaluation"
PAGED = "who is paged?"
# What is wrong in each file, and at which line.
REFUSED = {
    "no-object.jsonl": ":2: Expected `object`, got `array`; each line is an object, as in {",
    "no-path.jsonl": ":1: no path says which file answers; name one, or write",
    "null-question.jsonl": ":2: the question is empty",
    "answerable-by-nothing.jsonl": ":1: it is said to be answerable, but no path says",
    "same-id.jsonl": ":2: the id x is taken by ",
    "undecodable.jsonl": ":1: 'utf-8' codec can't decode byte",
    "bad-history.jsonl": ":1: Expected `object`, got `str` - at `$.history[0]`",
    "empty.jsonl": " holds no question; write one a line",
    "no-column.csv": ":1: the first line must name the columns, with one path among them; it names: q",
    "two-columns.csv": ":1: the first line must name the columns, with one path among them",
    "no-header.csv": ":1: the first line must name the columns, with one question among them",
    "unquoted.csv": ":2: it has 3 cells and there are 2 columns; put quotes around",
    "short.csv": ":4: it has no cell for the path",
    "answerable.csv": ":2: answerable is 'perhaps'; write yes or no",
    "no-question.csv": ":2: the question is empty",
    "nothing.csv": " holds no question",
    "latin.csv": ":3: it is not UTF-8; save the table as CSV in UTF-8",
}


def test_a_folder_holds_questions_and_their_places() -> None:
    """Several places may answer; what a line leaves out is derived, and what is not known is left alone."""
    rota = (Gold("on-call.md", "The first on the rota."), Gold("rota.pdf", None, 2))
    before = (Turn("user", PAGED), Turn("assistant", "The first on the rota."))
    then = (Gold("on-call.md", "Then the second."),)
    assert read_sets([FOLDER / "set"]) == (
        Label("set", "q1", PAGED, rota, answerable=True, kind="plain", answers=("the first",)),
        Label("set", "2", "and after that?", then, answerable=True, history=before),
        Label("set", "4", "who won?", (), answerable=False),
        Label("set", "5", "who lost?", (), answerable=False),
        Label("set", "6", "who drew?", (), answerable=False),
    )


def test_a_table_is_read_as_a_spreadsheet_writes_it() -> None:
    """Semicolons, a byte order mark, cells over lines, columns in any order and case; an id is the line."""
    on_call = (Gold("on-call.md"),)
    history = (Turn("user", PAGED), Turn("user", "since when?"))
    assert read_sets([FOLDER / "table.csv"]) == (
        Label("table", "2", PAGED, on_call, answerable=True, kind="plain"),
        Label("table", "later", 'and "after"\r\nthat; then?', on_call, answerable=True, history=history),
        Label("table", "8", "who won?", (), answerable=False),
        Label("table", "9", "who lost?", on_call, answerable=False),
    )


def test_tabs_may_separate_too() -> None:
    """Then a comma needs no quotes; columns of other names are left alone."""
    (label,) = read_sets([FOLDER / "tabs.tsv"])
    assert (label.set, label.question, label.gold) == (
        "tabs",
        "who is paged, and when?",
        (Gold("on-call.md"),),
    )


def test_sets_keep_their_order_and_need_names_of_their_own(tmp_path: Path) -> None:
    """A name is the folder's, or the file's without its ending."""
    both = read_sets([FOLDER / "tabs.tsv", FOLDER / "set"])
    assert [label.set for label in both] == ["tabs"] + ["set"] * 5
    (tmp_path / "tabs.jsonl").write_text('{"question": "a?", "path": "a.md"}\n')
    with pytest.raises(UsageError, match=r"are both called tabs; rename one of them"):
        read_sets([FOLDER / "tabs.tsv", tmp_path / "tabs.jsonl"])


def test_every_refused_file_has_its_reason() -> None:
    """No file is without a test, and no test without a file."""
    assert {path.name for path in (FOLDER / "refused").iterdir()} == set(REFUSED)


@pytest.mark.parametrize("name", REFUSED)
def test_an_error_names_file_and_line(name: str) -> None:
    """It says what is wrong, where, and what to do."""
    file = FOLDER / "refused" / name
    with pytest.raises(UsageError) as caught:
        read_sets([file])
    assert str(caught.value).startswith(f"{file}{REFUSED[name]}")


def test_a_set_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A folder without questions is no set either."""
    for path, named in ((tmp_path / "x.csv", "x.csv"), (tmp_path, "questions.jsonl")):
        with pytest.raises(UsageError, match=rf"{named} does not exist; a set is a folder with"):
            read_sets([path])


def test_a_table_that_csv_refuses_is_named(tmp_path: Path) -> None:
    """A quote that never ends swallows the rest of the file."""
    file = tmp_path / "long.csv"
    file.write_text('question,path\n"' + "a" * 140_000)
    with pytest.raises(UsageError, match=r"long\.csv:2: field larger than field limit"):
        read_sets([file])
