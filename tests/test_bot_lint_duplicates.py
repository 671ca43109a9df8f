"""The same said twice is found at the second place, and what is only alike is not."""

from dataclasses import replace
from pathlib import Path

from linting import notes_of, told

from bot.lint.rules import findings
from ingest.types import Source

LONG = " ".join(f"word{number} follows word{number + 1}" for number in range(0, 40, 2))
OTHER = " ".join(f"thing{number} is not thing{number + 1}" for number in range(0, 40, 2))


def test_a_copy_of_a_note_is_found(tmp_path: Path) -> None:
    """Another title in the frontmatter, other line ends and capitals make no other note."""
    text = "# A\n\nThese are more than ten words, so that it counts as a note.\n"
    written = {"a.md": text, "b.md": f"---\ntitle: B\n---\n{text.upper()}".replace("\n", "\r\n")}
    assert told(tmp_path, "duplicate", written) == ["b.md:1: has the same words as a.md"]


def test_notes_of_a_few_words_may_be_alike(tmp_path: Path) -> None:
    """Two that say `to be written` are no copies of each other."""
    assert told(tmp_path, "duplicate", {"a.md": "# A\n\nto come\n", "b.md": "# B\n\nto come\n"}) == []


def test_a_passage_that_is_nearly_the_same_is_found(tmp_path: Path) -> None:
    """At its line, with the place of the first; code and short ones do not count."""
    near = LONG.replace("word20", "token20")
    written = {
        "a.md": f"# A\n\nOwn words.\n\n{LONG}\n\n{OTHER}\n\n```\n{LONG}\n```\n\na short one\n",
        "b.md": f"# B\n\nOther words.\n\n{near}\n",
        "c.md": f"# C\n\n- {OTHER}\n\nBetween.\n\n{LONG}\n",
        "d.md": f"# D\n\nOnly code.\n\n```\n{LONG}\n```\n\na short one\n",
    }
    assert told(tmp_path, "duplicate", written) == [
        "b.md:5: says the same as a.md:5",
        "c.md:3: says the same as a.md:7, as do 1 more here",
    ]


def test_a_passage_that_shares_half_of_its_words_is_none(tmp_path: Path) -> None:
    """Two notes may treat one subject."""
    half = LONG[: len(LONG) // 2] + " " + OTHER[: len(OTHER) // 2]
    assert told(tmp_path, "duplicate", {"a.md": f"# A\n\n{LONG}\n", "b.md": f"# B\n\n{half}\n"}) == []


def test_what_stands_everywhere_is_found_once_a_note(tmp_path: Path) -> None:
    """Each later note is told of, with an earlier one."""
    written = {f"{number:02}.md": f"# N{number}\n\nNote {number}.\n\n{LONG}\n" for number in range(50)}
    found = told(tmp_path, "duplicate", written)
    assert len(found) == 49
    assert found[0] == "01.md:5: says the same as 00.md:5"


def test_a_copy_in_another_source_is_named_with_it(tmp_path: Path) -> None:
    """So that it can be found."""
    notes = notes_of(tmp_path, {"a.md": f"# A\n\n{LONG}\n"})
    (one,) = notes.documents
    both = replace(
        notes,
        documents=(one, replace(one, source="wiki")),
        sources={**notes.sources, "wiki": Source("wiki", tmp_path)},
    )
    (found,) = findings(both, {"duplicate"})
    assert (found.source, found.what) == ("wiki", "has the same words as notes: a.md")
