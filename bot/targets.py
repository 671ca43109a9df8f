"""What a link or a stop names: a note by its name or path, and a heading in it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from ingest.formats import SUFFIXES, suffix_of
from ingest.types import Document, Heading, Span

_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Target:
    """A note, empty for the one that the link stands in, and headings in it, outermost first."""

    note: str
    headings: tuple[str, ...] = ()


def target_of(written: str) -> Target:
    """Read `note`, `note#Heading` or `#Heading#Heading below`, with the brackets of a wikilink or without."""
    inside = written.strip().removeprefix("[[").removesuffix("]]").partition("|")[0].removesuffix("\\")
    note, *headings = (part.strip() for part in inside.split("#"))
    return Target(note, tuple(filter(None, headings)))


def without_suffix(name: str) -> str:
    """Give a file's name without the ending by which it is read, if it has one."""
    suffix = suffix_of(name)
    return name[: -len(suffix)] if suffix in SUFFIXES else name


def same_words(text: str) -> str:
    """Give what is the same for a heading however it is linked: `What is X?` and `what-is-x`."""
    return _NO_WORD.sub("", text.casefold())


class Names:
    """Finds notes by what people call them; `places` are the source and path of each."""

    def __init__(self, places: Iterable[tuple[str, str]]) -> None:
        self._places = tuple(places)
        self._by_stem: dict[str, list[int]] = {}
        for number, (_, path) in enumerate(self._places):
            self._by_stem.setdefault(PurePosixPath(_called(path)).name, []).append(number)

    def number(self, note: str, source: str) -> int | None:
        """Give the place of the note that is called so, by its name or by the end of its path.

        Of several, one of the same `source`, then the one with the shortest path.
        """
        called = _called(note.removeprefix("./").removeprefix("/"))
        found = [
            number
            for number in self._by_stem.get(PurePosixPath(called).name, ())
            if f"/{_called(self._places[number][1])}".endswith(f"/{called}")
        ]
        return min(found, key=lambda number: self._rank(number, source), default=None)

    def _rank(self, number: int, source: str) -> tuple[bool, int, str, str]:
        where, path = self._places[number]
        return where != source, len(path), path, where


def _called(path: str) -> str:
    return without_suffix(path).casefold()


def heading_of(document: Document, title: str) -> Heading | None:
    """Give the first heading with this title, or with this one as its address."""
    wanted = same_words(title)
    return next((heading for heading in document.headings if same_words(heading.title) == wanted), None)


def section(document: Document, heading: Heading) -> Span:
    """Give a heading and all that stands under it, up to the next one that is no deeper."""
    later = (one for one in document.headings if one.start > heading.start and one.level <= heading.level)
    end = min((one.start for one in later), default=len(document.text))
    return Span(document, heading.start, heading.start + len(document.text[heading.start : end].rstrip()))
