"""Proving an index: each kind of damage and each changed source is a line that says what to do."""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from indexes import HASH, built, opened, reading_in_process
from trees import tree

from index.generation import Texts, Vectors, write_generation
from index.layout import TEXT_FINGERPRINT
from index.manifest import Counts, EncoderRecord, SourceRecord
from index.passages import Stored
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


def test_each_damaged_file_is_named(root: Path) -> None:
    """A changed byte anywhere in a file of the live generation is a line that names the file."""
    folder = root / "generations" / "000001"
    for path in [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size]:
        body = path.read_bytes()
        for at in (0, len(body) // 2, len(body) - 1):
            path.write_bytes(body[:at] + bytes([body[at] ^ 4]) + body[at + 1 :])
            (problem,) = verify(root)
            assert problem.startswith(f"{path} ")
            assert problem.endswith("; run `refdesk index` to rebuild it")
        path.write_bytes(body)
    assert verify(root) == []


@pytest.mark.parametrize("name", ["passages.sqlite", "spans.faiss", "lexical/meta.json", "manifest.json"])
def test_a_missing_and_a_cut_file_are_named(root: Path, name: str) -> None:
    """A file that is cut short or gone is a line that names it."""
    path = root / "generations" / "000001" / name
    path.write_bytes(path.read_bytes()[:-2])
    (problem,) = verify(root)
    assert problem.startswith(f"{path} ")
    path.unlink()
    (problem,) = verify(root)
    assert re.match(f"{re.escape(str(path))} (is missing|can not be read: No such file)", problem)


def test_a_damaged_pointer_is_named(root: Path) -> None:
    """A `CURRENT` of garbage is a line; the generations, which nobody can choose from, are looked at too."""
    (root / "CURRENT").write_bytes(b"x")
    assert verify(root) == [
        f"{root}/CURRENT does not hold the number of a generation; run `refdesk index` to rebuild it"
    ]
    dense = root / "generations" / "000001" / "dense.faiss"
    dense.unlink()
    assert verify(root)[1:] == [
        f"generation 1, which no longer answers: {dense} is missing; delete {dense.parent}"
    ]


def test_a_damaged_older_generation_is_named(root: Path, notes: Path) -> None:
    """Damage in a generation that is kept is a line that says that nothing answers from it."""
    tree(notes, {"new.md": "# New\n\nJust written.\n"})
    built(root, notes)
    older = root / "generations" / "000001"
    body = (older / "dense.faiss").read_bytes()
    (older / "dense.faiss").write_bytes(body[:-1] + bytes([body[-1] ^ 1]))
    assert verify(root) == [
        (
            f"generation 1, which no longer answers: {older}/dense.faiss has changed since it was written; "
            f"delete {older}"
        )
    ]
    (older / "manifest.json").write_text('{"format_version": 99}')
    assert verify(root) == []


def test_what_was_never_published_is_no_problem(root: Path) -> None:
    """A folder above the live generation, which a killed run left, is the next run's to clean up."""
    (root / "generations" / "000002").mkdir()
    assert verify(root) == []


def test_changed_and_missing_sources_are_named(root: Path, notes: Path) -> None:
    """A note that was edited or removed since is a line with its file, the generation, and what to do."""
    tree(notes, {"a.md": "# Pods\n\nA pod holds one container.\n"})
    (notes / "old.txt").unlink()
    update = "run `refdesk index` to bring the index up to date"
    assert verify(root) == [
        f"{notes}/a.md has changed since generation 1 was built; {update}",
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
        return replace(stored, passages=passages, encoded=("words",) * len(spans), spans=((),) * len(spans))

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
        (
            f"passages of a.md in {folder} are out of place; "
            f"delete {folder}, then run `refdesk index` to build it afresh"
        )
    ]


def test_spans_out_of_place_are_told(root: Path, notes: Path) -> None:
    """What could be quoted of a passage and does not lie in it is a line with its note."""
    folder = root / "generations" / "000002"
    assert tampered(root, notes, misquoted) == [
        (
            f"spans of a.md in {folder} are out of place; "
            f"delete {folder}, then run `refdesk index` to build it afresh"
        )
    ]


def test_another_text_than_the_files_is_told(root: Path, notes: Path) -> None:
    """A text that is not the file's own, though the file did not change, is told."""
    (problem,) = tampered(root, notes, retold)
    assert problem.startswith(
        f"{notes}/a.md has not changed, and generation 2 holds another text of it; delete "
    )


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
    assert np.all([problem.endswith("to build it afresh") for problem in problems])


def test_deleting_what_verify_says_mends_the_index(root: Path, notes: Path) -> None:
    """After the generation is deleted, as told, the next run builds afresh and all is sound."""
    (problem,) = tampered(root, notes, retold)
    doomed = re.findall(r"delete (\S+), then", problem)[0]
    for path in sorted(Path(doomed).rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    Path(doomed).rmdir()
    built(root, notes)
    assert verify(root) == []


def test_a_writer_that_publishes_meanwhile_is_no_problem(
    root: Path, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A generation that is published and prunes what was being read is proved in its place."""
    current = Store.open_current
    overtaken = iter([True])

    def overtake(store: Store) -> object:
        opened_now = current(store)
        if next(overtaken, False):
            for number in range(4):
                tree(notes, {"a.md": f"# Pods\n\nEdition {number}.\n"})
                built(root, notes)
            assert not opened_now[1].exists()
        return opened_now

    monkeypatch.setattr(Store, "open_current", overtake)
    assert verify(root) == []
