"""A link or a stop names a note by its name or path, and a heading by its words."""

import pytest
from asking import note

from bot.targets import Names, Target, heading_of, same_words, section, target_of, without_suffix

PLACES = [("a", "guide.md"), ("a", "deep/er/guide.md"), ("b", "deep/guide.rst"), ("b", "Über uns.md")]


@pytest.mark.parametrize(
    ("written", "target"),
    [
        ("note", Target("note")),
        ("[[note]]", Target("note")),
        (" [[note#Heading|words]] ", Target("note", ("Heading",))),
        ("[[note\\|words]]", Target("note")),
        ("#One#Two", Target("", ("One", "Two"))),
        ("folder/note.md # Heading ", Target("folder/note.md", ("Heading",))),
        ("note#", Target("note")),
        ("", Target("")),
    ],
)
def test_a_target_is_read(written: str, target: Target) -> None:
    """With the brackets of a wikilink or without, and whatever it is called there."""
    assert target_of(written) == target


@pytest.mark.parametrize(
    ("called", "source", "path"),
    [
        ("guide", "a", "guide.md"),
        ("guide", "b", "deep/guide.rst"),
        ("guide", "c", "guide.md"),
        ("GUIDE.md", "b", "deep/guide.rst"),
        ("deep/guide", "a", "deep/guide.rst"),
        ("er/guide", "a", "deep/er/guide.md"),
        ("./guide", "a", "guide.md"),
        ("/guide", "a", "guide.md"),
        ("über uns", "a", "Über uns.md"),
        ("ide", "a", None),
        ("none", "a", None),
        ("eep/guide", "a", None),
    ],
)
def test_a_note_is_found_by_its_name_or_the_end_of_its_path(
    called: str, source: str, path: str | None
) -> None:
    """Of several, one of the same source, then the one with the shortest path."""
    number = Names(PLACES).number(called, source)
    assert (None if number is None else PLACES[number][1]) == path


def test_only_endings_by_which_files_are_read_are_taken_off() -> None:
    """A dot in a name is no ending."""
    assert [without_suffix(name) for name in ("a.md", "a.v2", "a", "b/a.PDF")] == ["a", "a.v2", "a", "b/a"]


def test_a_heading_is_found_by_its_words_or_its_address() -> None:
    """Case and signs do not matter, and the first of two wins."""
    document = note("# A\n\n## What is X?\n\none\n\n## What is: x\n\ntwo\n")
    for title in ("What is X?", "what-is-x", "WHAT IS X"):
        heading = heading_of(document, title)
        assert heading is not None
        assert heading.title == "What is X?"
    assert heading_of(document, "What is Y?") is None
    assert same_words("What is X?") == "whatisx"


def test_a_section_goes_on_to_the_next_heading_that_is_no_deeper() -> None:
    """What is deeper belongs to it, and the end of the note ends the last."""
    document = note("# A\n\n## B\n\none\n\n### C\n\ntwo\n\n## D\n\nthree\n")
    texts = {heading.title: section(document, heading).text for heading in document.headings}
    assert texts == {
        "A": document.text.rstrip(),
        "B": "## B\n\none\n\n### C\n\ntwo",
        "C": "### C\n\ntwo",
        "D": "## D\n\nthree",
    }
