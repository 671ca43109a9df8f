"""Onboarding paths as an open index has them: each stop with what to read, or without where it is gone."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.onboarding.paths import OnboardingPath, Stop, path_file, paths_of_file, paths_of_note
from bot.targets import Names, heading_of, section
from index.search import Index
from index.types import Where
from ingest.frontmatter import ONBOARDING, read_frontmatter
from ingest.types import Document, Format, Heading, Passage


@dataclass(frozen=True, slots=True)
class PlacedStop:
    """A stop, and the passage to read there; `passage` is `None` where the note or heading is gone.

    `key` is the same for the same place, whatever stands before it on the path.
    """

    stop: Stop
    key: str
    passage: Passage | None

    @property
    def title(self) -> str:
        """What to call it in one line."""
        if self.passage is None:
            return self.key
        return self.passage.headings[-1] if self.passage.headings else self.passage.document.title


@dataclass(frozen=True, slots=True)
class PlacedPath:
    """A path, and all of its stops in order; `name` is unique among the paths of an index."""

    name: str
    path: OnboardingPath
    stops: tuple[PlacedStop, ...]

    @property
    def present(self) -> tuple[PlacedStop, ...]:
        """The stops that are there."""
        return tuple(stop for stop in self.stops if stop.passage)


def paths_in(index: Index, where: Where | None = None) -> tuple[PlacedPath, ...]:
    """Give the paths that the notes hold, as far as `where` allows to see them, by their names.

    A path of which no stop is left is none.
    """
    allowed = where or Where()
    library = _Library.of(index, allowed)
    placed: dict[str, PlacedPath] = {}
    for path in _written(index, allowed):
        name = path.name if path.name not in placed else f"{path.source}/{path.name}"
        found = PlacedPath(name, path, tuple(library.placed(stop, path.source) for stop in path.stops))
        if found.present:
            placed.setdefault(name, found)
    return tuple(placed[name] for name in sorted(placed))


def _written(index: Index, where: Where) -> Iterator[OnboardingPath]:
    tagged = Where(where.sources, where.paths, (ONBOARDING,))
    for number in index.store.allowed(tagged):
        yield from paths_of_note(index.store.document(number)).paths
    for source in index.sources:
        file = path_file(source) if not where.sources or source.name in where.sources else None
        if file:
            yield from paths_of_file(file.text, file.source, file.path).paths


@dataclass(frozen=True, slots=True)
class _Library:
    """The documents that may be seen, by what a path calls them."""

    index: Index
    numbers: list[int]
    names: Names

    @classmethod
    def of(cls, index: Index, where: Where) -> "_Library":
        numbers = index.store.allowed(where)
        labels = [index.store.labels[number] for number in numbers]
        return cls(index, numbers, Names((label.source, label.path) for label in labels))

    def placed(self, stop: Stop, source: str) -> PlacedStop:
        key = "#".join((stop.target.note, *stop.target.headings))
        found = self.names.number(stop.target.note, source)
        if found is None:
            return PlacedStop(stop, key, None)
        return PlacedStop(stop, key, _passage(self.index.store.document(self.numbers[found]), stop))


def _passage(document: Document, stop: Stop) -> Passage | None:
    """Give what a stop says to read: a section, or without a heading the whole note."""
    if not stop.target.headings:
        start = read_frontmatter(document.text).end if document.format is Format.MARKDOWN else 0
        text = document.text[start:].rstrip()
        return Passage(document, start, start + len(text)) if text else None
    found = [heading_of(document, title) for title in stop.target.headings]
    heading = found[-1]
    if heading is None or None in found:
        return None
    span = section(document, heading)
    return Passage(document, span.start, span.end, _above(document, heading))


def _above(document: Document, heading: Heading) -> tuple[str, ...]:
    path: list[Heading] = []
    for one in document.headings:
        if one.start > heading.start:
            break
        path = [*(above for above in path if above.level < one.level), one]
    return tuple(one.title for one in path)
