"""Proving an index: each kind of damage and each changed source is a line that says what to do."""

import codecs
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from indexes import HASH, built, opened, reading_in_process
from trees import tree

from index.faults import REPAIR
from index.generation import Texts, Vectors, write_generation
from index.layout import TEXT_FINGERPRINT
from index.manifest import Counts, EncoderRecord, SourceRecord, read_manifest
from index.passages import Found, Stored
from index.previous import previous_generation
from index.store import Store
from index.verify import verify
from ingest.errors import NoIndexError
from ingest.types import Passage

ENCODER = EncoderRecord(HASH.name, HASH.fingerprint, HASH.dimension)


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    """Read files in the test's own process."""
    with reading_in_process():
        yield


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Give a folder of notes in several encodings and formats."""
    return tree(
        tmp_path / "notes",
        {
            "a.md": "# Pods\n\nA pod holds containers.\n\n## More\n\nAnd more of them.\n",
            "crlf.txt": b"One line.\r\n\r\nAnother line.\r\n",
            "marked.md": codecs.BOM_UTF8 + "# Café\n\nCrème brûlée.\n".encode(),
            "wide.txt": "A note in UTF-16, with a mark.\n".encode("utf-16"),
            "old.txt": "Une crème brûlée coûte cher à Paris, où l'été finit.\n".encode("cp1252"),
            "stray.md": b"# Stray\n\nOne stray \xff byte in text that is UTF-8: caf\xc3\xa9.\n",
            "page.html": "<html><body><article><h1>Page</h1><p>Words of a page.</p></article></body></html>",
        },
    )


@pytest.fixture
def root(tmp_path: Path, notes: Path) -> Path:
    """Give the index of the notes."""
    assert built(tmp_path / "index", notes).skipped == ()
    return tmp_path / "index"


def test_a_sound_index_has_no_problems(root: Path) -> None:
    """Whatever the encoding and format of the notes."""
    assert verify(root) == []


def test_no_index_is_an_error(tmp_path: Path) -> None:
    """Where there is no index there is nothing to prove, and the error says how to build one."""
    with pytest.raises(NoIndexError, match=r"no index in .* yet; run `refdesk index FOLDER`"):
        verify(tmp_path)


def test_changed_and_missing_sources_are_named(root: Path, notes: Path) -> None:
    """A note that was edited or removed since is a line with its file, the generation, and what to do."""
    tree(notes, {"a.md": "# Pods\n\nA pod holds one container.\n"})
    (notes / "old.txt").unlink()
    update = "run `refdesk index` to bring the index up to date"
    assert verify(root) == [
        f"{notes}/a.md has changed since generation 1 was built, which quotes it as it was; {update}",
        f"{notes}/old.txt, which generation 1 quotes, can not be read: No such file or directory; {update}",
    ]
    built(root, notes)
    assert verify(root) == []


def test_a_source_that_is_a_file_is_found(tmp_path: Path, notes: Path) -> None:
    """A file that is itself a source is compared, and named when it is gone."""
    root = tmp_path / "single"
    built(root, notes / "a.md")
    assert verify(root) == []
    (notes / "a.md").unlink()
    (problem,) = verify(root)
    assert problem.startswith(f"{notes}/a.md, which generation 1 quotes, can not be read: No such file")


Tamper = Callable[[Stored], Stored]


def moved(*spans: tuple[int, int]) -> Tamper:
    """Give a change of a document's passages to these spans."""

    def tamper(stored: Stored) -> Stored:
        passages = tuple(Passage(stored.document, start, end, ("Pods",)) for start, end in spans)
        n = len(spans)
        return replace(
            stored,
            passages=passages,
            encoded=("words",) * n,
            spans=((),) * n,
            found=(Found("words", "pods"),) * n,
        )

    return tamper


def misquoted(stored: Stored) -> Stored:
    """Let the spans of a document's first passage begin a character before it."""
    first, *rest = stored.spans
    return replace(
        stored, spans=(tuple(replace(span, start=stored.passages[0].start - 1) for span in first), *rest)
    )


def retold(stored: Stored) -> Stored:
    """Change a document's text and leave the rest."""
    document = replace(stored.document, text=stored.document.text.replace("pod", "cup"))
    passages = tuple(replace(passage, document=document) for passage in stored.passages)
    return replace(stored, document=document, passages=passages)


def tampered(root: Path, notes: Path, tamper: Tamper, *, more: int = 0) -> list[str]:
    """Publish a generation with a changed first document, and counts that are `more`; give what is wrong."""
    before = previous_generation(Store(root), HASH.fingerprint)
    assert before
    first, *rest = before.documents.values()
    documents = [tamper(first), *rest]
    texts = Texts.of(documents)
    with Store(root).writing() as writer:
        folder = writer.stage()
        write_generation(folder, documents, before.files, Vectors(*map(HASH.encode, texts)))
        writer.publish(
            encoder=ENCODER,
            text_fingerprint=TEXT_FINGERPRINT,
            sources=(SourceRecord("notes", str(notes)),),
            counts=Counts(*(count + more for count in (len(documents), *map(len, texts)))),
        )
    return verify(root)


@pytest.mark.parametrize(
    "spans", [((3, 3),), ((5, 2),), ((-1, 4),), ((0, 999),), ((4, 9), (0, 3)), ((0, 6), (5, 9))]
)
def test_passages_out_of_place_are_told(root: Path, notes: Path, spans: tuple[tuple[int, int], ...]) -> None:
    """Passages that are empty, outside the text, out of order or overlapping are a line with their note."""
    folder = root / "generations" / "000002"
    assert tampered(root, notes, moved(*spans)) == [
        (f"passages of a.md in {folder}/passages.sqlite are out of place; {REPAIR}")
    ]


def test_spans_out_of_place_are_told(root: Path, notes: Path) -> None:
    """What could be quoted of a passage and does not lie in it is a line with its note."""
    folder = root / "generations" / "000002"
    assert tampered(root, notes, misquoted) == [
        (f"spans of a.md in {folder}/passages.sqlite are out of place; {REPAIR}")
    ]


def test_another_text_than_the_files_is_told(root: Path, notes: Path) -> None:
    """A text that is not the file's own, though the file did not change, is told."""
    (problem,) = tampered(root, notes, retold)
    assert problem == f"{notes}/a.md has not changed, and generation 2 holds another text of it; {REPAIR}"


def test_counts_that_disagree_are_told(root: Path, notes: Path) -> None:
    """Each count that is not the manifest's is a line with both figures."""
    folder = root / "generations" / "000002"
    problems = tampered(root, notes, lambda stored: stored, more=1)
    documents, passages = 7, len(opened(root).search("words", 99))
    spans, headings = opened(root)._spans.rows, opened(root)._headings.rows
    assert [problem.partition("; ")[0] for problem in problems] == [
        f"{folder} should hold {documents + 1} documents in passages.sqlite and holds {documents}",
        f"{folder} should hold {passages + 1} passages in passages.sqlite and holds {passages}",
        f"{folder} should hold {spans + 1} spans in passages.sqlite and holds {spans}",
        f"{folder} should hold {passages + 1} passages in lexical and holds {passages}",
        f"{folder} should hold {passages + 1} vectors in dense.faiss and holds {passages}",
        f"{folder} should hold {spans + 1} vectors in spans.faiss and holds {spans}",
        f"{folder} should hold {headings + 1} vectors in headings.faiss and holds {headings}",
    ]
    assert {problem.partition("; ")[2] for problem in problems} == {REPAIR}


def test_a_writer_that_publishes_meanwhile_is_no_problem(
    root: Path, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A generation that is published and prunes what was being read is proved in its place."""
    read = read_manifest
    overtaken = iter([True])

    def overtake(folder: Path) -> object:
        if next(overtaken, False):
            for number in range(4):
                tree(notes, {"a.md": f"# Pods\n\nEdition {number}.\n"})
                built(root, notes)
            assert not folder.exists()
        return read(folder)

    monkeypatch.setattr("index.verify.read_manifest", overtake)
    assert verify(root) == []
    assert next(overtaken, None) is None
    assert Store(root).current() == 5
