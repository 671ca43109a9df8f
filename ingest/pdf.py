"""PDF files: text page by page through pypdf, with headings, paragraphs and lists from how it is set."""

import logging
import re
import struct
import zlib
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from itertools import chain, islice, pairwise
from pathlib import PurePosixPath

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

from ingest.errors import UnreadableError
from ingest.faults import said
from ingest.pdf_blocks import blocks
from ingest.pdf_headings import Entry, outline_entries, outline_headings, set_headings
from ingest.pdf_lines import Line, Run, page_lines, page_runs, running_lines
from ingest.types import Document, Format, Heading, Metadata, RawFile

# What pypdf lets through where a damaged file is not what it expects there; its errors page says so. Running
# out of memory is not among them: the rest of such a file is not worth a try.
FAULTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    DependencyError,
    LookupError,
    OSError,
    PyPdfError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)

# No PDF was changed before there was PDF.
FIRST_YEAR = 1993
TITLE_CHARACTERS = 200

_MENDED_SHOWN = 3
_NO_TITLE = re.compile(
    r"(untitled|title|document|slide|presentation|powerpoint|layout|page|no title|about:blank)[\W\d]*"
    r"|untitled document|powerpoint presentation|microsoft \w+ - .*|https?://.*|[\W\d_]*"
    r"|.*\.(docx?|dvi|eps|fm|html?|indd|odp|ods|odt|pdf|pptx?|ps|qxd|rtf|tex|txt|wpd|xlsx?)",
    re.IGNORECASE,
)


def read_pdf(raw: RawFile) -> Document:
    """Read a PDF. `text` is that of the pages, each on lines of its own, in the order pypdf reads it in.

    Running headers, footers and page numbers stay in the text but are in no block. `encoding` is `None`.
    Raises `UnreadableError` for a file that is damaged, asks for a password, or holds no text.
    """
    with _warnings_of_pypdf() as mended:
        reader, pages = _opened(raw)
        runs, notes = _texts(pages)
        pictures, faults = _without_text(pages, runs)
        notes += faults
        if not any(map(_has_text, runs)):
            raise UnreadableError(_why_no_text(len(pages), len(pictures), notes))
        entries = _outline(reader, notes)
        title, updated = _title_and_date(reader)
    if pictures:
        notes.append(f"pages that hold pictures but no text: {', '.join(map(str, pictures))}")
    notes += [f"mended: {said(message)}" for message in islice(mended, _MENDED_SHOWN)]
    text, starts, lines = _joined(runs)
    running = running_lines(lines)
    kept = [[line for line in page if line not in running] for page in lines]
    headings = _headings(entries, kept)
    prose = _outside(list(chain.from_iterable(kept)), headings)
    first = headings[0].title if headings else next(chain.from_iterable(kept)).text if any(kept) else ""
    return Document(
        path=raw.path,
        source=raw.source,
        title=title or first[:TITLE_CHARACTERS] or PurePosixPath(raw.path).stem,
        text=text,
        format=Format.PDF,
        sha256=raw.sha256,
        headings=headings,
        blocks=blocks(prose, _cuts(list(chain.from_iterable(lines)), prose)),
        page_starts=starts,
        metadata=Metadata(updated=updated),
        notes=tuple(notes),
    )


class _Collector(logging.Handler):
    """Keeps what is logged, each message once."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: dict[str, None] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a message."""
        self.messages[record.getMessage()] = None


@contextmanager
def _warnings_of_pypdf() -> Iterator[Collection[str]]:
    """Collect what pypdf would log on the terminal."""
    log = logging.getLogger("pypdf")
    collector = _Collector()
    before = log.propagate
    log.addHandler(collector)
    log.propagate = False
    try:
        yield collector.messages
    finally:
        log.propagate = before
        log.removeHandler(collector)


def _opened(raw: RawFile) -> tuple[PdfReader, list[PageObject]]:
    try:
        reader = PdfReader(BytesIO(raw.body))
        pages = list(reader.pages)
    except FileNotDecryptedError as error:
        raise UnreadableError("needs a password to open; save a copy without one and index that") from error
    except FAULTS as error:
        raise UnreadableError(
            f"damaged PDF: {said(error)}; repair it (for example with qpdf) or export it again"
        ) from error
    if not pages:
        raise UnreadableError("holds no pages; export it again")
    return reader, pages


def _texts(pages: Sequence[PageObject]) -> tuple[list[list[Run]], list[str]]:
    """Give the runs of each page, and a note for each page that could not be read."""
    runs: list[list[Run]] = []
    notes: list[str] = []
    for number, page in enumerate(pages, 1):
        try:
            runs.append(page_runs(page))
        except FAULTS as error:
            runs.append([])
            notes.append(f"page {number} could not be read: {said(error)}")
    return runs, notes


def _has_text(runs: Sequence[Run]) -> bool:
    return any(run.text.strip() for run in runs)


def _without_text(pages: Sequence[PageObject], runs: Sequence[Sequence[Run]]) -> tuple[list[int], list[str]]:
    """Give the numbers of the pages with pictures and no text, and notes where that can not be told."""
    pictures: list[int] = []
    notes: list[str] = []
    for number, (page, shown) in enumerate(zip(pages, runs, strict=True), 1):
        try:
            if not _has_text(shown) and len(page.images):
                pictures.append(number)
        except FAULTS as error:
            notes.append(f"page {number} could not be searched for pictures: {said(error)}")
    return pictures, notes


def _why_no_text(pages: int, pictures: int, notes: Sequence[str]) -> str:
    if notes:
        return f"damaged PDF: no text that can be read on {_pages(pages)}; {notes[0]}"
    if not pictures:
        return f"holds no text: {_pages(pages)} without any"
    hold = "holds" if pictures == 1 else "hold"
    return (
        f"image-only: {_pages(pictures)} {hold} pictures but no text; "
        "run OCR (for example ocrmypdf) and index the result"
    )


def _pages(count: int) -> str:
    return "1 page" if count == 1 else f"{count} pages"


def _outline(reader: PdfReader, notes: list[str]) -> list[Entry]:
    try:
        return outline_entries(reader)
    except FAULTS as error:
        notes.append(f"the outline could not be read: {said(error)}")
        return []


def _title_and_date(reader: PdfReader) -> tuple[str, str | None]:
    """Give the title that the file states, if it is one, and the day it was last changed, if that is one."""
    try:
        stated = reader.metadata
        title = " ".join((stated.title or "").replace("\0", "").split()) if stated else ""
        day = (stated.modification_date or stated.creation_date) if stated else None
    except FAULTS:
        return "", None
    sensible = title if not _NO_TITLE.fullmatch(title) and title.isprintable() else ""
    return sensible[:TITLE_CHARACTERS], day.date().isoformat() if day and day.year >= FIRST_YEAR else None


def _joined(runs: Sequence[Sequence[Run]]) -> tuple[str, tuple[int, ...], list[list[Line]]]:
    """Join the pages, and give where each begins and its lines."""
    texts: list[str] = []
    starts: list[int] = []
    lines: list[list[Line]] = []
    offset = 0
    for number, page in enumerate(runs):
        starts.append(offset)
        lines.append(page_lines(page, number, offset))
        texts.append("".join(run.text for run in page))
        offset += len(texts[-1]) + 1
    return "\n".join(texts), tuple(starts), lines


def _headings(entries: Sequence[Entry], pages: Sequence[Sequence[Line]]) -> tuple[Heading, ...]:
    """Put together the headings of the outline and those that are only set as such."""
    outlined = outline_headings(entries, pages)
    deepest = max((heading.level for heading in outlined), default=0)
    rest = set_headings(_outside(list(chain.from_iterable(pages)), outlined), deepest)
    return tuple(sorted((*outlined, *rest), key=lambda heading: heading.start))


def _outside(lines: Sequence[Line], headings: Sequence[Heading]) -> list[Line]:
    """Leave out the lines that are in one of the headings, which are in order."""
    starts = [heading.start for heading in headings]
    return [
        line
        for line in lines
        if not (at := bisect_right(starts, line.start)) or line.start >= headings[at - 1].end
    ]


def _cuts(lines: Sequence[Line], prose: Sequence[Line]) -> set[int]:
    """Give the starts of the lines of prose that come right after a line that is none."""
    inside = set(prose)
    return {after.start for before, after in pairwise(lines) if before not in inside and after in inside}
