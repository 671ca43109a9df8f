"""Links that lead nowhere, and notes that no link leads to."""

import re
from collections.abc import Collection, Iterator
from pathlib import PurePosixPath

from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

from bot.lint.places import Places, Reference, references
from bot.lint.types import AUTHORED, Finding, Notes, found
from bot.onboarding.paths import paths_of_file, paths_of_note
from bot.targets import heading_of, target_of
from ingest.types import Document, Format

# What a template or a shell would fill in is no address yet, and a line of code or a found text no heading.
_UNFINISHED = re.compile(r"\{\{|[<>$]|%[sd]\b")
_NO_HEADING = re.compile(r"L\d+|:~:|page=|\?|!|/")
_NUMBERED = re.compile(r"-\d{1,3}$")
_ENTRANCES = frozenset(
    {"index", "_index", "readme", "home", "start", "contents", "toc", "moc", "glossary", "faq"}
)
_NEAR = 60


def dead_links(notes: Notes) -> Iterator[Finding]:
    """Find wikilinks, embeds, relative links and images of Markdown notes that lead to nothing."""
    places = Places(notes)
    names = {PurePosixPath(document.path).stem for document in notes.documents}
    for document in notes.documents:
        if document.format is not Format.MARKDOWN or document.file:
            continue
        for reference in sorted(references(document), key=lambda one: one.start):
            if _UNFINISHED.search(reference.written):
                continue
            if what := _problem(reference, document, places, names):
                yield found("link", document, reference.start, *what)


def orphans(notes: Notes) -> Iterator[Finding]:
    """Find notes that no other note links to; a source whose notes do not link at all is left alone.

    Front pages, glossaries and onboarding paths are where one enters, and a path's stops are links.
    """
    places = Places(notes)
    linked = set(_linked(notes, places))
    linking = {source for source, _ in linked}
    for document in notes.documents:
        here = document.source, document.path
        if (
            document.format in AUTHORED
            and here[0] in linking
            and here not in linked
            and not _entrance(document)
        ):
            yield found(
                "orphan",
                document,
                0,
                "no other note links to this one",
                "link it from a note that its readers come from, or delete it",
            )


def _linked(notes: Notes, places: Places) -> Iterator[tuple[str, str]]:
    """Give the source and path of each note that another one leads to."""
    for document in notes.documents:
        targets = [places.note(reference, document) for reference in references(document)]
        for path in paths_of_note(document).paths:
            targets += [places.stop(stop.target, document.source) for stop in path.stops]
        yield from _others(targets, document)
    for file in notes.path_files:
        for path in paths_of_file(file.text, file.source, file.path).paths:
            targets = [places.stop(stop.target, file.source) for stop in path.stops]
            yield from _others(targets, None)


def _others(targets: list[Document | None], document: Document | None) -> Iterator[tuple[str, str]]:
    for target in targets:
        if target is not None and target is not document:
            yield target.source, target.path


def _entrance(document: Document) -> bool:
    path = PurePosixPath(document.path)
    called = path.stem.casefold()
    # The page of a folder may have the folder's name.
    return (
        called in _ENTRANCES or called == path.parent.name.casefold() or bool(paths_of_note(document).paths)
    )


def _problem(
    reference: Reference, document: Document, places: Places, names: Collection[str]
) -> tuple[str, str] | None:
    """Say why a reference leads nowhere, and what to do; `None` where it leads somewhere."""
    note = places.note(reference, document)
    if note is not None:
        return _lost_heading(reference, note)
    # The root of a website is not known here.
    if reference.written.startswith("/") or places.is_file(reference, document):
        return None
    written = f"[[{reference.written}]]" if reference.wiki else reference.written
    wanted = PurePosixPath(target_of(reference.written).note or reference.written).stem
    fix = _nearest(wanted, names) or "name a note or a file that exists, or take the link out"
    return f"{written} leads to no note or file", fix


def _lost_heading(reference: Reference, note: Document) -> tuple[str, str] | None:
    if note.format is not Format.MARKDOWN:
        return None
    headings = target_of(reference.written).headings if reference.wiki else _anchor(reference.written)
    for heading in headings:
        if not _has(note, heading):
            there = [one.title for one in note.headings]
            fix = _nearest(heading, there) or "name a heading that is there, or the note alone"
            return f"{note.path} has no heading “{heading}”", fix
    return None


def _nearest(wanted: str, names: Collection[str]) -> str:
    found = process.extractOne(
        wanted, sorted(names), scorer=fuzz.ratio, processor=default_process, score_cutoff=_NEAR
    )
    return f"did you mean “{found[0]}”?" if found else ""


def _anchor(written: str) -> tuple[str, ...]:
    _, _, anchor = written.partition("#")
    return (anchor,) if anchor and not _NO_HEADING.match(anchor) else ()


def _has(note: Document, heading: str) -> bool:
    if heading.startswith("^"):
        return heading in note.text
    if heading_of(note, heading) or heading_of(note, _NUMBERED.sub("", heading)):
        return True
    # Addresses of their own: `## Title {#address}`, `<a name="address">`.
    own = rf"""(?:\{{\s?\#|\b(?:id|name)\s?=\s?["']?){re.escape(heading)}(?![\w-])"""
    return re.search(own, note.text) is not None
