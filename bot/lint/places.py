"""Where links lead: to a note, to a heading in it, to another file of the source, or nowhere."""

import os
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bot.lint.types import Notes
from bot.targets import Names, Target, target_of, without_suffix
from ingest.types import Document, Format, Kind

# What a folder shows when it is linked itself.
_FRONT_PAGES = ("index", "_index", "readme")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
# `[name]: target`, which other lines then link by name.
_DEFINITION = re.compile(
    r"^ {0,3}\[(?!\^)[^\[\]\n]{1,300}\]:[ \t]{0,9}<?(?P<target>[^\s<>]{1,1000})", re.MULTILINE
)
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,300}\]\(<?(?P<target>[^()\s<>]{1,1000})")
_CODE = re.compile(r"(`{1,3})(?!`)[^`\n]{1,400}\1")


@dataclass(frozen=True, slots=True)
class Reference:
    """Something in a document that leads elsewhere: as it is written, and the offset where."""

    written: str
    start: int
    wiki: bool


def references(document: Document) -> Iterator[Reference]:
    """Give what leads from a document to other places, in no order; not what leads out to the network."""
    for link in document.links:
        wiki = document.text.startswith(("[[", "![["), link.start)
        if wiki or not _SCHEME.match(link.target):
            yield Reference(link.target, link.start, wiki)
    if document.format is Format.MARKDOWN:
        yield from _written_out(document)


def _written_out(document: Document) -> Iterator[Reference]:
    """Give Markdown's definitions of links, and its images, but for those in code."""
    for block in document.blocks:
        if block.kind is Kind.CODE:
            continue
        shown = _CODE.sub(lambda code: " " * len(code[0]), document.text[block.start : block.end])
        for pattern in (_DEFINITION, _IMAGE):
            for match in pattern.finditer(shown):
                if not _SCHEME.match(match["target"]):
                    yield Reference(match["target"], block.start + match.start(), wiki=False)


@dataclass(frozen=True)
class Places:
    """Everything that a link may lead to."""

    notes: Notes

    @cached_property
    def _names(self) -> Names:
        return Names((document.source, document.path) for document in self.notes.documents)

    @cached_property
    def _by_path(self) -> dict[tuple[str, str], Document]:
        """Documents by their source and path without its ending; a folder's front page by the folder too."""
        found: dict[tuple[str, str], Document] = {}
        for document in self.notes.documents:
            path = without_suffix(document.path)
            found[document.source, path] = document
            folder, _, name = path.rpartition("/")
            if name.casefold() in _FRONT_PAGES:
                found.setdefault((document.source, folder), document)
        return found

    @cached_property
    def _by_alias(self) -> dict[str, Document]:
        found: dict[str, Document] = {}
        for document in self.notes.documents:
            for name in (*document.metadata.aliases, document.title):
                found.setdefault(name.casefold(), document)
        return found

    @cached_property
    def _files(self) -> set[str]:
        """The names of all files of the sources, whatever they are, in lower case."""
        roots = [source.root for source in self.notes.sources.values()]
        return {name.casefold() for root in roots for _, _, names in os.walk(root) for name in names}

    def note(self, reference: Reference, document: Document) -> Document | None:
        """Give the note that a reference in `document` leads to; `None` for anything else."""
        if reference.wiki:
            return self.called(target_of(reference.written), document)
        path = self._path(reference, document)
        candidates = [path, *self._tails(path)] if reference.written.startswith("/") else [path]
        # A site that shows `a/b.md` as the folder `a/b/` counts from there.
        candidates.append(_joined(without_suffix(document.path), _target(reference)))
        return next(filter(None, (self._by_path.get((document.source, one)) for one in candidates)), None)

    def called(self, target: Target, document: Document) -> Document | None:
        """Give the note that people call so, by its name, path, alias or title."""
        if not target.note:
            return document
        return self.stop(target, document.source) or self._by_alias.get(target.note.casefold())

    def stop(self, target: Target, source: str) -> Document | None:
        """Give the note that a stop of a path in `source` names: by its name or path alone."""
        number = self._names.number(target.note, source)
        return None if number is None else self.notes.documents[number]

    def is_file(self, reference: Reference, document: Document) -> bool:
        """Say whether a reference leads to a file or folder that is there, though it is no note."""
        if reference.wiki:
            return target_of(reference.written).note.rpartition("/")[2].casefold() in self._files
        source = self.notes.sources[document.source]
        from_here = (posixpath.dirname(document.path), without_suffix(document.path))
        return any(_exists(source.root / folder / _target(reference)) for folder in from_here)

    def _path(self, reference: Reference, document: Document) -> str:
        target = _target(reference)
        if not target:
            return without_suffix(document.path)
        return _joined(posixpath.dirname(document.path), target)

    @staticmethod
    def _tails(path: str) -> list[str]:
        """Give the ends of an address of a website, whose root may lie above the source or beside it."""
        parts = path.split("/")
        return ["/".join(parts[first:]) for first in range(1, len(parts))]


def _target(reference: Reference) -> str:
    return unquote(urlsplit(reference.written).path)


def _joined(folder: str, target: str) -> str:
    path = posixpath.normpath(posixpath.join(folder, target)).strip("/")
    return "" if path == "." else without_suffix(path)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
