"""A path is read from a note or a file, and a mistake in it is told with its line, never raised."""

from pathlib import Path

import pytest
from asking import note
from paths import FILE, PATH

from bot.onboarding.paths import (
    Mistake,
    OnboardingPath,
    PathFile,
    Stop,
    path_file,
    paths_of_file,
    paths_of_note,
)
from bot.targets import Target
from ingest.types import Source


def _front(onboarding: str) -> str:
    return f"---\ntitle: A path\nonboarding:{onboarding}\n---\n# A path\n\nText.\n"


def test_a_path_is_read_from_a_note() -> None:
    """Called by the note, titled as it is, each stop with its line."""
    written = paths_of_note(note(PATH, "deep/first-week.md"))
    assert written.mistakes == ()
    assert written.paths == (
        OnboardingPath(
            "first-week",
            "First week",
            "everybody who is new",
            (
                Stop(
                    Target("deploys", ("Who deploys?",)),
                    "Your first change goes this way.",
                    "Who deploys every merge to staging?",
                    6,
                ),
                Stop(Target("deploys", ("A heading that is gone",)), "", "", 9),
                Stop(Target("rollback", ("How do I roll back?",)), "", "How do I roll back?", 10),
                Stop(Target("rollback"), "", "", 12),
            ),
            "notes",
            "deep/first-week.md",
        ),
    )


def test_paths_are_read_from_a_file() -> None:
    """A table for each; one without a title is called as its table."""
    written = paths_of_file(FILE, "notes", "paths.toml")
    assert [(path.name, path.title, len(path.stops)) for path in written.paths] == [
        ("short", "Short one", 2),
        ("lost", "Lost", 1),
    ]
    assert [stop.line for stop in written.paths[0].stops] == [5, 7]


def test_a_note_that_is_no_path_holds_none() -> None:
    """Nor does one whose frontmatter can not be read, which another rule tells of."""
    for text in ("# A\n", "---\ntags: [onboarding]\n---\n# A\n", "---\nonboarding: [\n---\n# A\n"):
        written = paths_of_note(note(text))
        assert (written.paths, written.mistakes) == ((), ())


@pytest.mark.parametrize(
    ("onboarding", "line", "what"),
    [
        (" yes", 3, "the path note is no table of values"),
        ("\n  for: all", 3, "the path note has no stops"),
        ("\n  stops: a", 3, "the path note has no stops"),
        ("\n  stops: []", 3, "the path note has no stops"),
        ("\n  stops:\n    - why: none", 5, "stop 1 names no note"),
        ("\n  stops:\n    - read: '#Heading'", 5, "stop 1 names no note"),
        ("\n  stops:\n    - {}", 4, "stop 1 names no note"),
    ],
)
def test_what_is_no_path_is_a_mistake_with_its_line(onboarding: str, line: int, what: str) -> None:
    """And there is no path then."""
    written = paths_of_note(note(_front(onboarding)))
    assert written.paths == ()
    assert [(one.line, one.what) for one in written.mistakes] == [(line, what)]


def test_an_unknown_key_is_told_and_the_rest_is_read() -> None:
    """With the nearest one, or with all there are."""
    text = _front("\n  four: all\n  stops:\n    - read: a\n      wy: so\n      zzz: no\n    - b#C")
    written = paths_of_note(note(text))
    assert [stop.target.note for stop in written.paths[0].stops] == ["a", "b"]
    assert written.mistakes == (
        Mistake(4, "`four` is no part of a path", "did you mean `for`?"),
        Mistake(7, "`wy` is no part of a path", "did you mean `why`?"),
        Mistake(8, "`zzz` is no part of a path", "there are: read, why, check"),
    )


def test_what_is_written_in_another_way_than_it_reads_has_the_line_before() -> None:
    """An escape in a text, as YAML allows it: the line is near, and the stop is right."""
    written = paths_of_note(note(_front('\n  stops:\n    - read: "\\x61bc#D"\n    - e')))
    assert [(stop.target.note, stop.line) for stop in written.paths[0].stops] == [("abc", 3), ("e", 6)]


def test_a_file_that_is_no_toml_is_a_mistake_with_its_line() -> None:
    """And it holds no path."""
    written = paths_of_file('[a]\ntitle = "x\n', "notes", "paths.toml")
    assert written.paths == ()
    assert written.mistakes[0].line == 2
    assert written.mistakes[0].what.startswith("it is no TOML: ")
    deep = paths_of_file("a = " + "[" * 100_000, "notes", "paths.toml")
    assert (deep.paths, deep.mistakes[0].line) == ((), 1)


def test_the_file_of_a_source_lies_at_its_top(tmp_path: Path) -> None:
    """One that is missing, or no text, is none."""
    source = Source("notes", tmp_path)
    assert path_file(source) is None
    (tmp_path / "paths.toml").write_bytes(b"\xef\xbb\xbf[a]\n")
    assert path_file(source) == PathFile("notes", "paths.toml", "[a]\n")
    (tmp_path / "paths.toml").write_bytes(b"\xff\xff")
    assert path_file(source) is None
