"""Sources are read as the index reads them, without an index, and git repositories without a trace."""

from datetime import date
from pathlib import Path

from repositories import NOTES, Project

from bot.config import Settings
from bot.lint.reading import guessed, reach, read_notes
from index.build import build
from ingest.origin import named

TODAY = date(2026, 11, 27)


def test_notes_are_read_with_what_could_not_be(tmp_path: Path) -> None:
    """A damaged file is told of; an empty one is how some sites name a folder."""
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "a.md").write_text("# A\n\nText.\n")
    (notes / "empty.md").write_text("---\ntitle: E\n---\n")
    (notes / "b.pdf").write_bytes(b"%PDF-1.4 broken")
    (notes / "paths.toml").write_text("[p]\n")
    with read_notes([notes], Settings(index=tmp_path / "index"), TODAY, 30) as found:
        assert [document.path for document in found.documents] == ["a.md"]
        assert [path for _, path, _ in found.unread] == ["b.pdf"]
        assert [file.text for file in found.path_files] == ["[p]\n"]
        assert (found.today, found.stale_days, found.reach.exact) == (TODAY, 30, False)
        assert list(found.sources) == ["notes"]
    assert not (tmp_path / "index").exists()


def test_a_git_repository_is_fetched_and_leaves_nothing(tmp_path: Path) -> None:
    """Its files are there as long as the notes are looked at."""
    project = Project.at(tmp_path)
    project.commit(NOTES)
    settings = Settings(index=tmp_path / "index")
    with read_notes([named(f"git+file://{project.bare}", tmp_path)], settings, TODAY, 30) as found:
        assert [document.path for document in found.documents] == sorted(NOTES)
        (source,) = found.sources.values()
        assert source.root.is_dir()
    assert not source.root.exists()
    assert not settings.index.exists()


def test_the_encoder_of_the_index_counts_where_there_is_one(tmp_path: Path, models: Path) -> None:
    """Then the number of tokens is exact, without special ones."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text("# A\n\nText of it.\n")
    settings = Settings(index=tmp_path / "index", models=models)
    build([tmp_path / "notes"], settings.index, settings.encoder, models=models)
    found = reach(settings)
    assert (found.exact, found.limit, found.count("one two")) == (True, 254, 2)


def test_a_guess_counts_words_signs_and_long_words_more() -> None:
    """About as an encoder does."""
    assert guessed("two words, done.") == 5
    assert guessed("terminationGracePeriodSeconds") == 4
