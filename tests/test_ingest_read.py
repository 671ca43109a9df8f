"""Reading one file, whatever its format: one kind of error, and no document without text."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdfs import Sheet, Words, pdf
from word_files import bare, paragraph

from ingest import markdown
from ingest.errors import UnreadableError
from ingest.faults import said
from ingest.formats import SUFFIXES
from ingest.read import read
from ingest.types import Document, Format, RawFile

BODIES = {
    Format.MARKDOWN: b"# Title\n\nWords.\n",
    Format.TEXT: b"Words.\n",
    Format.HTML: b"<p>Words.",
    Format.PDF: pdf([Sheet([Words("Words.", 700)])]),
    Format.WORD: bare(paragraph("Words.")),
    Format.RST: b"Title\n=====\n\nWords.\n",
    Format.ORG: b"* Title\nWords.\n",
    Format.ASCIIDOC: b"= Title\n\nWords.\n",
    Format.NOTEBOOK: b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells":'
    b' [{"cell_type": "markdown", "metadata": {}, "source": "Words."}]}',
    Format.DELIMITED: b"title\nWords.\n",
}

SEVERAL = {Format.EXPORT, Format.MAIL}


def reason(path: str, body: bytes) -> str:
    """Give the reason why a file can not be read."""
    with pytest.raises(UnreadableError) as caught:
        read(RawFile(path, "notes", body))
    return str(caught.value)


def test_every_format_has_a_reader() -> None:
    """That of one document here, those of several in `test_ingest_contents`."""
    assert set(SUFFIXES.values()) == {*BODIES, *SEVERAL}
    assert set(Format) == {*BODIES, *SEVERAL, Format.CHAT}


@pytest.mark.parametrize("suffix", [suffix for suffix in SUFFIXES if SUFFIXES[suffix] not in SEVERAL])
def test_the_suffix_names_the_reader(suffix: str) -> None:
    """In any case of letters."""
    document = read(RawFile("A" + suffix.upper(), "notes", BODIES[SUFFIXES[suffix]]))
    assert document.format is SUFFIXES[suffix]
    assert "Words." in document.text


def test_a_suffix_without_a_reader_is_named() -> None:
    """The walk leaves such files out; whoever reads one is told."""
    assert reason("a.pages", b"x").startswith("no reader for its suffix; those with one are .adoc .asciidoc ")


@pytest.mark.parametrize(
    ("path", "body"),
    [("a.md", b"\n"), ("a.txt", b" \n"), ("a.html", b"<p> "), ("a.html", b"<script>1</script>")],
)
def test_a_file_without_text_is_no_document(path: str, body: bytes) -> None:
    """There is nothing in it to index."""
    assert "holds no text" in reason(path, body)


def failing(error: BaseException) -> Callable[[RawFile], Document]:
    """Give a reader that fails."""

    def read_nothing(_: RawFile) -> Document:
        raise error

    return read_nothing


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), "needs more memory than there is; split it"),
        (RecursionError("maximum depth"), "nested too deep to be read; save a simpler copy"),
        (KeyError("x"), "the markdown reader failed: KeyError: 'x'"),
        (UnreadableError("is odd"), "is odd"),
    ],
)
def test_whatever_a_reader_raises_is_a_reason(
    error: BaseException, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cause stays with it."""
    monkeypatch.setattr(markdown, "read_markdown", failing(error))
    with pytest.raises(UnreadableError, match=f"^{expected}$") as caught:
        read(RawFile("a.md", "notes", b"x"))
    assert error in {caught.value, caught.value.__cause__}


def test_what_a_library_says_is_made_fit_to_show() -> None:
    """Short, the same each time, and nothing that a terminal would obey."""
    assert said(ValueError("object at 0x7f3a5c6d7e8f is\x1b[31m bad\n.")) == "object at … is [31m bad"
    assert said("IndirectObject(6, 0, 139735613652496)") == "IndirectObject(6, 0, …)"
    assert said(AssertionError()) == "AssertionError"
    assert len(said("word " * 1000)) <= 200


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(["a.md", "a.txt", "a.html", "a.pdf"]),
    st.one_of(st.binary(max_size=200), st.builds(lambda more: b"%PDF-1.4\n" + more, st.binary(max_size=200))),
)
def test_any_bytes_end_as_a_document_or_a_reason(path: str, body: bytes) -> None:
    """Nothing else is raised, and a document is of the bytes that were read."""
    raw = RawFile(path, "notes", body)
    with suppress(UnreadableError):
        document = read(raw)
        assert document.sha256 == raw.sha256
        assert document.text.encode()
