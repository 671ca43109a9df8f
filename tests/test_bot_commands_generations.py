"""`refdesk generations`, `rollback` and `diff`, over a real index of a few notes."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from editions import ALL, LEASE, three_generations
from indexes import built
from pretend_desk import run
from trees import tree

from index.store import Store


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Run each command in a folder with an index of three generations."""
    with three_generations(tmp_path, monkeypatch):
        yield tmp_path


def words(text: str) -> list[list[str]]:
    """Give the words of each line that has any."""
    return [line.split() for line in text.splitlines() if line]


# generations


def test_generations_are_listed_newest_first(folder: Path) -> None:
    """With their age and what changed, and the live one marked; what is damaged says why."""
    result = run("generations")
    assert (result.exit_code, result.stderr) == (0, "")
    title, head, *lines = words(result.stdout)
    assert title == ["Generations"]
    assert " ".join(head) == "generation built documents passages added changed moved removed since MB"
    assert [" ".join(line[:-1]) for line in lines] == [
        "3 live just now 3 4 1 0 0 1 2",
        "2 just now 3 4 0 1 1 0 1",
        "1 just now 3 3 3 0 0 0 –",
    ]
    (folder / ".refdesk" / "generations" / "000003" / "dense.faiss").unlink()
    (folder / ".refdesk" / "generations" / "000001" / "manifest.json").write_bytes(b"{")
    broken = run("generations")
    assert broken.exit_code == 0
    assert [line[:4] for line in words(broken.stdout)[2:5]] == [
        ["3", "live,", "damaged", "just"],
        ["2", "just", "now", "3"],
        ["1", "damaged", "–", "–"],
    ]
    assert words(broken.stdout)[5][:2] == ["generation", "3:"]
    assert broken.stdout.splitlines()[-2].endswith("dense.faiss is missing")


def test_generations_as_json(folder: Path) -> None:
    """One object with all of it, the newest first."""
    shape = json.loads(run("generations", "--json").stdout)
    assert (shape["live"], shape["problem"]) == (3, None)
    newest, _, oldest = shape["generations"]
    assert list(newest) == [
        "number",
        "state",
        "built_at",
        "age_seconds",
        "encoder",
        "documents",
        "passages",
        "changes",
        "bytes",
        "problem",
    ]
    assert (newest["number"], newest["state"], oldest["state"]) == (3, "live", "kept")
    assert newest["changes"] == {"since": 2, "added": 1, "changed": 0, "moved": 0, "removed": 1}
    assert oldest["changes"]["since"] is None
    (folder / ".refdesk" / "generations" / "000001" / "manifest.json").write_bytes(b"{")
    assert json.loads(run("generations", "--json").stdout)["generations"][2]["age_seconds"] is None


def test_an_unknown_live_generation_ends_with_one(folder: Path) -> None:
    """The list is there all the same, with the way out."""
    (folder / ".refdesk" / "CURRENT").write_bytes(b"?")
    result = run("generations")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1].endswith(
        "does not hold the number of a generation; `refdesk rollback N` makes generation N the live one"
    )
    assert [line[0] for line in words(result.stdout)[2:5]] == ["3", "2", "1"]


@pytest.mark.parametrize(
    "words", [("generations",), ("rollback",), ("diff",), ("diff", "1", "2")], ids=" ".join
)
def test_without_an_index_the_next_command_is_named(folder: Path, words: tuple[str, ...]) -> None:
    """The error ends with status 2, and makes no folder."""
    result = run("--index", "nowhere", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"{folder / 'nowhere'}" in result.stderr
    assert not (folder / "nowhere").exists()


# rollback


def test_a_rollback_is_told_and_the_answer_names_its_generation(folder: Path) -> None:
    """The next question is answered as before; the next run of `index` brings the notes back."""
    result = run("rollback")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "Generation 2 answers now, no longer 3.",
        (
            "The notes are as they were: the next `refdesk index`, and one that runs with --watch, bring "
            "their present state back as a new generation."
        ),
    ]
    assert json.loads(run("ask", "--json", "who renews the lease").stdout)["generation"] == 2
    assert run("ask", "who renews the lease").stdout.splitlines()[-1].lower().endswith("generation 2")
    assert run("rollback", "2").stdout == "Generation 2 is live already.\n"
    assert run("rollback", "--json", "3").stdout == '{"generation": 3, "before": 2}\n'
    (folder / ".refdesk" / "CURRENT").write_bytes(b"?")
    assert run("rollback", "1").stdout.startswith("Generation 1 answers now.\n")
    assert built(folder / ".refdesk", folder / "notes").generation == 4


def test_a_rollback_that_can_not_be_is_an_error(folder: Path) -> None:
    """Status 2, one line, and nothing changes."""
    gone = run("rollback", "7")
    assert (gone.exit_code, gone.stdout) == (2, "")
    assert gone.stderr == f"error: there is no generation 7 in {folder / '.refdesk'}; there are: 1, 2, 3\n"
    (folder / "refdesk.toml").write_text('encoder = "other"\n')
    other = run("rollback")
    assert other.exit_code == 2
    assert other.stderr.startswith("error: generation 2 can not be made live, and nothing was changed: ")
    assert run("rollback", "0").exit_code == 2
    assert Store(folder / ".refdesk").current() == 3


# diff


def test_a_difference_is_listed_by_document() -> None:
    """Each with its source and path, and how many passages it has, or had before."""
    result = run("diff", "1", "3")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "From generation 1 to 3: 1 added, 1 changed, 1 moved, 1 removed, 0 unchanged.",
        "  added    notes: canary.md (1 passage)",
        "  changed  notes: pods.md (1 -> 2 passages)",
        "  moved    notes: volume.md -> notes: moved.md",
        "  removed  notes: lease.md (1 passage)",
    ]


def test_without_numbers_it_is_the_last_step() -> None:
    """From the generation before the live one; with one number, from that to the live one."""
    assert run("diff").stdout.startswith("From generation 2 to 3: 1 added, 0 changed, 0 moved, 1 removed")
    assert run("diff", "1").stdout.startswith("From generation 1 to 3: ")
    run("rollback", "1")
    first = run("diff")
    assert first.exit_code == 2
    assert first.stderr.startswith("error: there is no generation before 1 to compare with; ")
    assert run("diff", "3").stdout.startswith(
        "From generation 3 to 1: 1 added, 1 changed, 1 moved, 1 removed"
    )


def test_a_difference_as_json() -> None:
    """Documents alone, unless questions are asked."""
    shape = json.loads(run("diff", "--json").stdout)
    assert shape == {
        "documents": {
            "before": 2,
            "after": 3,
            "added": [{"source": "notes", "path": "canary.md", "passages": 1}],
            "changed": [],
            "moved": [],
            "removed": [{"source": "notes", "path": "lease.md", "passages": 1}],
            "unchanged": 2,
        }
    }
    moved = json.loads(run("diff", "--json", "1", "2").stdout)["documents"]["moved"]
    assert [(pair["before"]["path"], pair["after"]["path"]) for pair in moved] == [("volume.md", "moved.md")]


def test_answers_of_two_generations_are_compared() -> None:
    """What is found no longer is worse; the figures are those of `refdesk eval --against`."""
    result = run("diff", "2", "3", "--eval", "q.csv")
    assert result.exit_code == 0
    assert "Against generation 2, 4 questions that both have" in result.stdout
    assert "Worse: 1" in result.stdout
    worse = result.stdout.partition("Worse: 1\n")[2].splitlines()
    assert worse[0] == "  q lease: who renews the lease"
    assert worse[1].endswith("not found")
    assert "ask generation 2: 4" in result.stderr
    assert "ask generation 3: 4" in result.stderr
    assert "2 of the 3 files that should answer are not in the index" in result.stderr
    assert "not in the index" not in run("diff", "2", "1", "--eval", "q.csv").stderr
    shape = json.loads(run("diff", "2", "3", "--eval", "q.csv", "--json").stdout)
    assert list(shape) == ["documents", "answers"]
    assert [change["now"]["id"] for change in shape["answers"]["comparison"]["changes"]] == ["lease"]


def test_the_same_verdict_from_elsewhere_is_told_too(folder: Path) -> None:
    """A question that fares as before, and quotes another place, is neither worse nor better."""
    tree(folder / "notes", {"lease.md": LEASE.replace("\n\nThe", "\n\n\n\nThe")})
    built(folder / ".refdesk", folder / "notes", keep=ALL)
    shape = json.loads(run("diff", "2", "4", "--eval", "q.csv", "--json").stdout)
    otherwise = {one["now"]["id"]: one for one in shape["answers"]["otherwise"]}
    before, now = otherwise["lease"]["before"], otherwise["lease"]["now"]
    assert (before["verdict"], before["correct"]) == (now["verdict"], now["correct"])
    assert ("lease.md:3" in before["cited"], "lease.md:5" in now["cited"]) == (True, True)
    shown = run("diff", "2", "4", "--eval", "q.csv").stdout
    assert f"Otherwise, and neither worse nor better: {len(otherwise)}" in shown
    assert "lease.md:3" in shown.partition("Otherwise")[2]


@pytest.mark.parametrize(
    "arguments", [("1", "x"), ("0",), ("1", "2", "3"), ("9",), ("--eval", "none.csv")], ids=" ".join
)
def test_a_wrong_comparison_is_an_error(arguments: tuple[str, ...]) -> None:
    """A word, a number that can not be or is not there, one too many, no such set."""
    result = run("diff", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
