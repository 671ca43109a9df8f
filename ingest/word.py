"""Word files (.docx): text with headings, lists, tables, code, notes and links, all changes accepted."""

from collections.abc import Iterator, Mapping

from lxml import etree

from ingest.errors import UnreadableError
from ingest.source_lines import name_in_words
from ingest.stated import metadata
from ingest.types import Document, Format, Metadata, RawFile
from ingest.word_package import Package, attribute, child, local
from ingest.word_styles import Styles
from ingest.word_text import WordText


def read_word(raw: RawFile) -> Document:
    """Read a Word file. `text` is taken out of it; `encoding` is `None`. Raises `UnreadableError`."""
    package = Package(raw.body)
    body = child(package.main, "body")
    if body is None:
        raise UnreadableError(
            "no Word file: its document has no body; open and save it in Word or LibreOffice"
        )
    written = WordText(Styles(package.related("/styles")), package.relations, dict(_notes(package)))
    written.write(body)
    core = package.core()
    first = next((one.title for one in sorted(written.headings, key=lambda one: one.level)), "")
    return Document(
        path=raw.path,
        source=raw.source,
        title=written.title or _stated_title(core) or first or name_in_words(raw.path),
        text="".join(written.pieces),
        format=Format.WORD,
        sha256=raw.sha256,
        headings=tuple(written.headings),
        blocks=tuple(written.blocks),
        links=tuple(written.links),
        metadata=_metadata(core),
    )


def _notes(package: Package) -> Iterator[tuple[tuple[str, str], etree._Element]]:
    for kind in ("footnote", "endnote"):
        root = package.related(f"/{kind}s")
        for note in root if root is not None else ():
            # Those of a type are the lines that set notes apart from the page.
            if local(note) == kind and not attribute(note, "type"):
                yield (kind, attribute(note, "id")), note


def _stated_title(core: Mapping[str, str]) -> str:
    """Give the title that the file states, unless a program put a file's name there."""
    title = core.get("title", "")
    return (
        ""
        if title.lower().startswith("microsoft word") or title.lower().endswith((".doc", ".docx"))
        else title
    )


def _metadata(core: Mapping[str, str]) -> Metadata:
    return metadata({
        "tags": core.get("keywords", ""),
        "status": core.get("contentStatus", ""),
        "owner": core.get("creator", ""),
        "updated": core.get("modified", ""),
    })  # fmt: skip
