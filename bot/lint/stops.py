"""Onboarding paths that are written wrongly, or lead to what is no longer there."""

from collections.abc import Iterator

from bot.lint.places import Places
from bot.lint.types import Finding, Notes
from bot.onboarding.paths import Stop, Written, paths_of_file, paths_of_note
from bot.targets import heading_of
from ingest.types import Document


def lost_stops(notes: Notes) -> Iterator[Finding]:
    """Find mistakes in onboarding paths, and stops whose note or heading does not exist."""
    places = Places(notes)
    for document in notes.documents:
        yield from _of(paths_of_note(document), document.source, document.path, places)
    for file in notes.path_files:
        yield from _of(paths_of_file(file.text, file.source, file.path), file.source, file.path, places)


def _of(written: Written, source: str, file: str, places: Places) -> Iterator[Finding]:
    for mistake in written.mistakes:
        yield Finding("path", source, file, mistake.line, mistake.what, mistake.fix)
    for stop in (stop for path in written.paths for stop in path.stops):
        if what := _lost(stop, places.stop(stop.target, source)):
            fix = "name a note and a heading that exist; until then newcomers don't see this stop"
            yield Finding("path", source, file, stop.line, what, fix)


def _lost(stop: Stop, note: Document | None) -> str:
    if note is None:
        return f"there is no note {stop.target.note}"
    gone = (title for title in stop.target.headings if not heading_of(note, title))
    return next((f"{note.path} has no heading “{title}”" for title in gone), "")
