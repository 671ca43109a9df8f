"""Archives of pages in HTML or Markdown, as Confluence, Notion and other wikis export them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from ingest.archive import Archive, Entry
from ingest.errors import UnreadableError
from ingest.export_marks import read_exported_html, read_exported_markdown
from ingest.formats import SUFFIXES, suffix_of
from ingest.place import Place
from ingest.read import explaining, with_text
from ingest.types import Contents, Document, Format, LeftOut, RawFile

_READERS = {Format.HTML: read_exported_html, Format.MARKDOWN: read_exported_markdown}
# What Notion puts behind each page's title in the names of files and folders.
_NOTION_ID = re.compile(r"[ _-]?[0-9a-f]{32}(?=(?:\.\w+)?(?:/|\Z))")
# What is left of a name that was more than such a number.
_STEM = re.compile(r"[^.]")
_KINDS_NAMED = 4


def is_page(entry: Entry) -> bool:
    """Tell whether an entry is a page, by its suffix."""
    return SUFFIXES.get(suffix_of(entry.path)) in _READERS


def read_pages(archive: Archive, place: Place) -> Contents:
    """Read each page of an archive as a document; all else is left out, file by file or summed by folder."""
    documents: list[Document] = []
    left_out: list[LeftOut] = []
    for entry, name in _named(filter(is_page, archive.entries)):
        try:
            documents.append(place.held(_page(RawFile(name, place.source, archive.read(entry))), name))
        except UnreadableError as error:
            if isinstance(error.__cause__, MemoryError):
                raise
            left_out.append(place.left_out(entry.path, str(error)))
    others = (_NOTION_ID.sub("", entry.path) for entry in archive.entries if not is_page(entry))
    left_out += (place.left_out(name, reason) for name, reason in summed(others, "not a page"))
    return Contents(tuple(documents), tuple(left_out))


def summed(paths: Iterable[str], reason: str) -> Iterator[tuple[str, str]]:
    """Give each path with the reason; of several in a folder, the folder with their number and kinds."""
    folders: dict[str, list[str]] = {}
    for path in paths:
        folders.setdefault(path.rpartition("/")[0], []).append(path)
    for folder, inside in folders.items():
        if len(inside) == 1:
            yield inside[0], reason
            continue
        kinds = Counter(suffix_of(path) or "no suffix" for path in inside).most_common()
        named = ", ".join(f"{count:,} {kind}" for kind, count in kinds[:_KINDS_NAMED])
        more = ", …" if len(kinds) > _KINDS_NAMED else ""
        yield f"{folder}/", f"{len(inside):,} files ({named}{more}): each {reason}"


def _named(entries: Iterable[Entry]) -> Iterator[tuple[Entry, str]]:
    """Give each page and what it is to be called: without Notion's numbers, where that is still one name."""
    taken = set[str]()
    pages = list(entries)
    whole = {entry.path for entry in pages}
    for entry in pages:
        name = _NOTION_ID.sub("", entry.path)
        if name in taken or name in whole or not all(_STEM.match(part) for part in name.split("/")):
            name = entry.path
        taken.add(name)
        yield entry, name


def _page(raw: RawFile) -> Document:
    written_as = SUFFIXES[suffix_of(raw.path)]
    with explaining(written_as):
        return with_text(_READERS[written_as](raw))
