"""Reading one file: the reader that its suffix names, and one kind of error whatever goes wrong inside."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from types import MappingProxyType
from typing import Any

from ingest.errors import UnreadableError
from ingest.faults import said
from ingest.formats import SUFFIXES, suffix_of
from ingest.types import Contents, Document, Format, LeftOut, RawFile

_READERS: Mapping[Format, tuple[str, str]] = MappingProxyType(
    {
        Format.ASCIIDOC: ("ingest.asciidoc", "read_asciidoc"),
        Format.DELIMITED: ("ingest.delimited", "read_delimited"),
        Format.HTML: ("ingest.html", "read_html"),
        Format.MARKDOWN: ("ingest.markdown", "read_markdown"),
        Format.NOTEBOOK: ("ingest.notebook", "read_notebook"),
        Format.ORG: ("ingest.org", "read_org"),
        Format.PDF: ("ingest.pdf", "read_pdf"),
        Format.RST: ("ingest.rst", "read_rst"),
        Format.TEXT: ("ingest.text", "read_text"),
        Format.WORD: ("ingest.word", "read_word"),
    }
)
"""The module of each format's reader, and its name there."""

_READERS_OF_SEVERAL: Mapping[Format, tuple[str, str]] = MappingProxyType(
    {Format.EXPORT: ("ingest.export", "read_export"), Format.MAIL: ("ingest.mail", "read_mail")}
)
"""Those of files that may hold more than one document."""


def contents(raw: RawFile) -> Contents:
    """Give the documents of a file, at least one, and what in it is left out, each path once in each.

    Raises `UnreadableError`, and nothing else, as `read` does.
    """
    name = SUFFIXES.get(suffix_of(raw.path))
    if name is None or name not in _READERS_OF_SEVERAL:
        return Contents((read(raw),))
    with explaining(name):
        found: Contents = _loaded(_READERS_OF_SEVERAL[name])(raw)
    if not found.documents:
        examples = "; ".join(f"{one.path}: {one.reason}" for one in found.left_out[:3])
        raise UnreadableError(f"holds nothing to index ({examples})" if examples else "holds no text")
    reasons: dict[str, str] = {}
    for one in found.left_out:
        reasons[one.path] = f"{reasons[one.path]}; {one.reason}" if one.path in reasons else one.reason
    return Contents(found.documents, tuple(LeftOut(path, reasons[path]) for path in sorted(reasons)))


def read(raw: RawFile) -> Document:
    """Turn a file into a document. Raises `UnreadableError`, and nothing else, with the reason why not.

    A file with nothing to index, neither heading nor block, can not be. Where memory ran out, `MemoryError`
    is the error's cause.
    """
    name = SUFFIXES.get(suffix_of(raw.path))
    if name is None or name not in _READERS:
        raise UnreadableError(f"no reader for its suffix; those with one are {' '.join(sorted(SUFFIXES))}")
    with explaining(name):
        return with_text(_loaded(_READERS[name])(raw))


def with_text(document: Document) -> Document:
    """Give the document again. Raises `UnreadableError` if there is nothing in it to index."""
    if not document.blocks and not document.headings:
        raise UnreadableError("holds no text")
    return document


@contextmanager
def explaining(reader: str) -> Iterator[None]:
    """Turn all that the reader of this name may raise into `UnreadableError`."""
    try:
        yield
    except UnreadableError:
        raise
    except MemoryError as error:
        raise UnreadableError("needs more memory than there is; split it") from error
    except RecursionError as error:
        raise UnreadableError("nested too deep to be read; save a simpler copy") from error
    # Libraries fail on hostile files as they please, and one bad file never stops the rest.
    except Exception as error:
        raise UnreadableError(f"the {reader} reader failed: {type(error).__name__}: {said(error)}") from error


def _loaded(reader: tuple[str, str]) -> Callable[[RawFile], Any]:
    """Give a reader. Each brings a library along, which is loaded when it is first needed."""
    module, function = reader
    loaded: Callable[[RawFile], Any] = getattr(import_module(module), function)
    return loaded
