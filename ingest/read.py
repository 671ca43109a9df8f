"""Reading one file: the reader that its suffix names, and one kind of error whatever goes wrong inside."""

from collections.abc import Callable

from ingest.errors import UnreadableError
from ingest.faults import said
from ingest.formats import SUFFIXES, suffix_of
from ingest.types import Document, Format, RawFile


def read(raw: RawFile) -> Document:
    """Turn a file into a document. Raises `UnreadableError`, and nothing else, with the reason why not.

    A file with nothing to index, neither heading nor block, can not be. Where memory ran out, `MemoryError`
    is the error's cause.
    """
    name = SUFFIXES.get(suffix_of(raw.path))
    if name is None:
        raise UnreadableError(f"no reader for its suffix; those with one are {' '.join(sorted(SUFFIXES))}")
    try:
        document = _reader(name)(raw)
    except UnreadableError:
        raise
    except MemoryError as error:
        raise UnreadableError("needs more memory than there is; split it") from error
    except RecursionError as error:
        raise UnreadableError("nested too deep to be read; save a simpler copy") from error
    # Libraries fail on hostile files as they please, and one bad file never stops the rest.
    except Exception as error:
        raise UnreadableError(f"the {name} reader failed: {type(error).__name__}: {said(error)}") from error
    if not document.blocks and not document.headings:
        raise UnreadableError("holds no text")
    return document


def _reader(name: Format) -> Callable[[RawFile], Document]:
    """Give the reader of a format. Each brings a library along, which is loaded when it is first needed."""
    if name is Format.PDF:
        from ingest.pdf import read_pdf

        return read_pdf
    if name is Format.HTML:
        from ingest.html import read_html

        return read_html
    if name is Format.MARKDOWN:
        from ingest.markdown import read_markdown

        return read_markdown
    from ingest.text import read_text

    return read_text
