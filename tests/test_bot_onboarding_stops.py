"""Stops are found in an open index, and one that is gone is a stop without a passage."""

from pathlib import Path

import pytest
from asking import index_of
from paths import DEPLOY, NOTES, PATH, index_with_paths

from bot.onboarding.checks import checked
from bot.onboarding.grading import Grade
from bot.onboarding.stops import paths_in
from index.search import Index
from index.types import Where


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Give an index of the notes with paths."""
    return index_with_paths(tmp_path_factory.mktemp("paths"))


def test_the_paths_of_notes_and_files_are_found(index: Index) -> None:
    """By their names; one without any stop left is none."""
    assert [(path.name, len(path.stops), len(path.present)) for path in paths_in(index)] == [
        ("first-week", 4, 3),
        ("short", 2, 1),
    ]


def test_a_stop_is_a_section_or_a_whole_note(index: Index) -> None:
    """Character for character as it stands in the note, without its frontmatter."""
    week, short = paths_in(index)
    who, gone, how, whole = week.stops
    assert who.passage is not None
    assert who.passage.text == DEPLOY[DEPLOY.index("## Who") : DEPLOY.index("\n\n## When")]
    assert who.passage.headings == ("Deploys", "Who deploys?")
    assert (who.key, who.title) == ("deploys#Who deploys?", "Who deploys?")
    assert (gone.passage, gone.title) == (None, "deploys#A heading that is gone")
    assert how.passage is not None
    assert how.passage.location == "rollback.md:5-7"
    assert (whole.title, whole.key) == ("Rolling back", "rollback")
    (first,) = short.present
    assert first.passage is not None
    assert first.passage.text == DEPLOY[DEPLOY.index("# Deploys") :].rstrip()


def test_a_path_shows_only_what_may_be_seen(tmp_path: Path) -> None:
    """A note, a file and a stop of another source are not there for who may not see that source."""
    index = index_with_paths(tmp_path)
    assert paths_in(index, Where(("other",))) == ()
    seen = paths_in(index, Where(("notes",), ("first-week.md", "rollback.md")))
    assert [(path.name, [stop.key for stop in path.present]) for path in seen] == [
        ("first-week", ["rollback#How do I roll back?", "rollback"])
    ]


def test_two_paths_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """The second has its source before its name."""
    index = index_of(tmp_path, {**NOTES, "again/first-week.md": PATH})
    assert [path.name for path in paths_in(index)] == ["first-week", "notes/first-week"]


def test_a_note_without_text_is_no_stop(tmp_path: Path) -> None:
    """There is nothing to read there; in other formats the whole text is."""
    path = "---\nonboarding:\n  stops:\n    - read: empty\n    - read: plain\n---\n# P\n\nText.\n"
    empty = "---\ntitle: E\n---\n[](x)\n"
    index = index_of(tmp_path, {"p.md": path, "empty.md": empty, "plain.txt": "Words of a text.\n"})
    (found,) = paths_in(index)
    assert [stop.key for stop in found.present] == ["empty", "plain"]
    assert found.present[1].passage is not None
    assert found.present[1].passage.text == "Words of a text."


def test_a_check_is_compared_with_what_stands_at_the_stop(index: Index) -> None:
    """The quotes are those of the stop, and the same words as theirs are right."""
    stop = paths_in(index)[0].present[0]
    found = checked(index, stop, "the pipeline deploys every merge to staging within five minutes")
    assert found.grade is Grade.RIGHT
    assert [citation.passage.document.path for citation in found.answer.citations] == ["team/deploys.md"]
    assert checked(index, stop, "the database").grade is Grade.LOOK_AGAIN
