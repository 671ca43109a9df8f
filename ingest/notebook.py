"""Jupyter notebooks: the sources of their cells, one after the other, and what short text code put out."""

import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ingest.decode import decode
from ingest.errors import UnreadableError
from ingest.faults import said
from ingest.frontmatter import NONE
from ingest.links import links_and_tags
from ingest.markdown import pieces
from ingest.source_lines import code, name_in_words, source_lines
from ingest.types import Block, Document, Format, Heading, Kind, Link, Metadata, RawFile

# In characters: what a cell puts out is left out where it is longer, since then it is data.
LONGEST_OUTPUT = 1_000

_VERSION = 4  # of the format
_BETWEEN = "\n\n"
# Colours and cursor moves of a terminal, as programs print them.
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b.?")


def read_notebook(raw: RawFile) -> Document:
    """Read a notebook. `text` is its cells' sources; `encoding` is `None`. Raises `UnreadableError`."""
    cells, metadata = _parsed(decode(raw.body)[0])
    text = _Text()
    for cell in cells:
        text.add_cell(cell)
    first = next((one.title for one in text.headings if one.level == 1), "")
    return Document(
        path=raw.path,
        source=raw.source,
        title=_stated(metadata, "title") or first or name_in_words(raw.path),
        text="".join(text.parts),
        format=Format.NOTEBOOK,
        sha256=raw.sha256,
        headings=tuple(text.headings),
        blocks=tuple(text.blocks),
        links=tuple(text.links),
        metadata=Metadata(tags=tuple(text.tags), owner=_owner(metadata)),
        cell_starts=tuple(text.cells),
    )


def _parsed(written: str) -> tuple[Sequence[Mapping[str, object]], object]:
    """Give a notebook's cells and metadata, an older one's as they are written today.

    Raises `UnreadableError` for what is no notebook.
    """
    import nbformat
    from nbformat import reader

    try:
        with warnings.catch_warnings():
            # They are for those who write notebooks.
            warnings.simplefilter("ignore")
            notebook = reader.reads(written)
            if notebook.nbformat < _VERSION:
                notebook = nbformat.convert(notebook, _VERSION)
        return notebook["cells"], notebook.get("metadata")
    except (AttributeError, KeyError, TypeError, ValueError, nbformat.ValidationError) as error:
        reason = said(str(error).partition("\n")[0] or type(error).__name__)
        raise UnreadableError(f"no whole notebook: {reason}; open and save it in Jupyter") from error


@dataclass(slots=True)
class _Text:
    """The text as far as it is taken out, and what stands in it."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    cells: list[int] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    tags: dict[str, None] = field(default_factory=dict)

    def add_cell(self, cell: Mapping[str, object]) -> None:
        """Add a cell; one that is empty counts all the same, as it does for whoever looks for the next."""
        self.cells.append(self.length)
        source = _joined(cell.get("source"))
        if cell.get("cell_type") == "markdown":
            self._add_markdown(source)
        else:
            self._add_code(source)
        for output in _outputs(cell.get("outputs")):
            self._add_code(output)

    def _add_markdown(self, source: str) -> None:
        found = list(pieces(source, NONE))
        links, tags = links_and_tags(
            source,
            (Block(Kind.PROSE, one.start, one.end) if isinstance(one, Heading) else one for one in found),
        )
        at = self.length
        for one in found:
            if isinstance(one, Heading):
                self.headings.append(replace(one, start=one.start + at, end=one.end + at))
            else:
                self._add_block(one)
        self.links += (replace(link, start=link.start + at, end=link.end + at) for link in links)
        self.tags |= dict.fromkeys(tags)
        self._add(source)

    def _add_code(self, source: str) -> None:
        for block in code(source_lines(source)):
            self._add_block(block)
        self._add(source)

    def _add_block(self, block: Block) -> None:
        at = self.length
        parts = tuple(part + at for part in block.parts)
        self.blocks.append(Block(block.kind, block.start + at, block.end + at, parts))

    def _add(self, source: str) -> None:
        if source.strip():
            self.parts += (source, _BETWEEN)
            self.length += len(source) + len(_BETWEEN)


def _outputs(outputs: object) -> Iterator[str]:
    """Give what a cell put out as text, where that is short."""
    for output in outputs if isinstance(outputs, list) else ():
        shown = output.get("data")
        text = shown.get("text/plain") if isinstance(shown, Mapping) else output.get("text")
        # What stands for a picture or an interactive table in a terminal says nothing.
        rich = isinstance(shown, Mapping) and len(shown) > 1
        words = _ESCAPES.sub("", _joined(text)).strip("\n")
        if not rich and len(words) <= LONGEST_OUTPUT:
            yield words


def _joined(source: object) -> str:
    """Give a source, which may be written as a list of lines, as one text."""
    lines = source if isinstance(source, list) else [source]
    text = "".join(line for line in lines if isinstance(line, str))
    # JSON's escapes can make half a surrogate pair, which nothing downstream could write as UTF-8.
    return text.encode("utf-8", "replace").decode()


def _stated(metadata: object, name: str) -> str:
    value = metadata.get(name) if isinstance(metadata, Mapping) else None
    return " ".join(_joined(value).split()) if isinstance(value, str) else ""


def _owner(metadata: object) -> str | None:
    authors = metadata.get("authors") if isinstance(metadata, Mapping) else None
    names = (_stated(author, "name") for author in authors) if isinstance(authors, list) else ()
    return ", ".join(filter(None, names)) or None
