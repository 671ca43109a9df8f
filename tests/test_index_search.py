"""Searching a generation: which passage wins, in which order, for whom, and the same each time."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from encoders import HashEncoder
from indexes import HASH, answers, built, opened, places, printed, reading_in_process
from trees import tree

from index.encoder import OnnxEncoder
from index.model import DEFAULT_MODEL
from index.search import Index
from index.types import FileState, Where
from ingest.errors import EncoderError, IncompatibleIndexError, NoIndexError

NOTES = {
    "hpa.md": "---\ntags: [k8s/scaling]\n---\n# Autoscaling\n\nThe Horizontal Pod Autoscaler adds pods.\n",
    "b/backup.md": "---\ntags: [ops]\n---\n# Backups\n\n## Restore\n\nRestore the database from a copy.\n",
    "b/lease.md": "# Leases\n\nEvery node renews its lease.\n\n## Details\n\nA lease lasts forty seconds.\n",
    "copy.md": "# Copies\n\nEvery  NODE renews its lease.\n",
}
QUERIES = ["How do I restore the database?", "who renews the lease", "autoscaler", "zebra", ""]


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    """Read files in the test's own process."""
    with reading_in_process():
        yield


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an index of a few notes."""
    folder = tmp_path_factory.mktemp("search")
    built(folder / "index", tree(folder / "notes", NOTES))
    return folder / "index"


@pytest.mark.parametrize(
    ("query", "path", "words"),
    [
        ("How do I restore the database?", "b/backup.md", "Restore the database from a copy."),
        ("horizontal pod autoscaler", "hpa.md", "The Horizontal Pod Autoscaler adds pods."),
        ("how many seconds does a lease last", "b/lease.md", "A lease lasts forty seconds."),
    ],
)
def test_the_passage_that_answers_wins(root: Path, query: str, path: str, words: str) -> None:
    """The best hit is the passage that holds the answer, with its words as they stand in the note."""
    best = opened(root).search(query, 3)[0]
    assert (best.passage.document.path, best.passage.text) == (path, words)
    assert best.passage.document.text[best.passage.start : best.passage.end] == words
    assert best.dense is not None
    assert best.lexical is not None


@pytest.mark.parametrize(
    ("query", "words", "named"),
    [
        ("how do I restore", "Restore the database from a copy.", 1.0),
        ("what are leases", "Every node renews its lease.", 1.0),
        ("what are leases", "A lease lasts forty seconds.", 0.0),
    ],
)
def test_a_question_names_a_heading_or_the_note_that_opens_there(
    root: Path, query: str, words: str, named: float
) -> None:
    """The last heading names a passage, the title the first passage of its note alone."""
    (hit,) = [hit for hit in opened(root).search(query, 10) if hit.passage.text == words]
    assert hit.signs
    assert hit.signs.named == named


def test_equal_passages_are_one_hit(root: Path) -> None:
    """Passages that differ in white space and case alone are one hit, which names the other place."""
    hits = opened(root).search("every node renews its lease", 9)
    assert places(hits)[0] in {("b/lease.md", 10), ("copy.md", 10)}
    assert {hits[0].passage.document.path, *(p.document.path for p in hits[0].also_in)} == {
        "b/lease.md",
        "copy.md",
    }
    assert len(hits) == 4
    (only,) = opened(root).search("every node renews its lease", 1, Where(paths=("copy.md",)))
    assert (only.passage.document.path, only.also_in) == ("copy.md", ())


@pytest.mark.parametrize(
    ("where", "paths"),
    [
        (Where(paths=("b",)), {"b/backup.md", "b/lease.md"}),
        (Where(paths=("./b/", "hpa.md")), {"b/backup.md", "b/lease.md", "hpa.md"}),
        (Where(paths=("*/le*.md",)), {"b/lease.md"}),
        (Where(paths=(".",)), set(NOTES)),
        (Where(tags=("k8s",)), {"hpa.md"}),
        (Where(tags=("#K8S/Scaling", "ops")), {"hpa.md", "b/backup.md"}),
        (Where(tags=("k8",)), set()),
        (Where(sources=("notes",)), set(NOTES)),
        (Where(sources=("other",)), set()),
        (Where(sources=("notes",), paths=("b",), tags=("ops",)), {"b/backup.md"}),
    ],
)
def test_only_allowed_documents_answer(root: Path, where: Where, paths: set[str]) -> None:
    """A filter allows what satisfies each of its parts, and of these documents all are found."""
    hits = opened(root).search("restore a lease of the autoscaler copies", 9, where)
    found = {passage.document.path for hit in hits for passage in (hit.passage, *hit.also_in)}
    assert found == paths


def test_filters_give_as_many_hits_as_asked_for(tmp_path: Path) -> None:
    """Behind 300 better passages that are not allowed, `k` allowed ones are found."""
    better = {f"a/n{n}.md": f"# Pod {n}\n\nThe pod, pod, pod number {n}.\n" for n in range(300)}
    allowed = {
        f"z/n{n}.md": f"# Other {n}\n\nSome words about a pod and number {n} of other things.\n"
        for n in range(20)
    }
    built(tmp_path / "index", tree(tmp_path / "notes", better | allowed))
    hits = opened(tmp_path / "index").search("pod", 15, Where(paths=("z",)))
    assert len(hits) == 15
    assert all(hit.passage.document.path.startswith("z/") for hit in hits)


def test_equal_scores_come_by_path_then_start(tmp_path: Path) -> None:
    """Passages that fit equally come in the order of their paths, and within a note from its beginning."""
    body = "# Pods\n\n## One\n\nThe pod one.\n\n## One\n\nOne the pod.\n"
    built(tmp_path / "index", tree(tmp_path / "notes", {f"{name}.md": body for name in "cab"}))
    hits = opened(tmp_path / "index").search("pod one", 9)
    assert places(hits) == [("a.md", body.index("The")), ("a.md", body.index("One the"))]
    assert [[p.document.path for p in hit.also_in] for hit in hits] == [["b.md", "c.md"]] * 2
    assert hits[0].score > 0


def test_status_tells_what_is_there(root: Path) -> None:
    """The status is of the generation that is open, with every file of the sources."""
    status = opened(root).status()
    assert (status.generation, status.encoder, status.documents, status.passages) == (1, "hash", 4, 5)
    assert status.built_at.endswith("+00:00")
    assert status.age_seconds >= 0
    assert status.files == tuple(
        FileState("notes", path, "indexed", None, 2 if path == "b/lease.md" else 1) for path in sorted(NOTES)
    )


def test_another_encoder_can_not_search(root: Path) -> None:
    """An encoder of another fingerprint than the index's is refused, with what to do."""
    with pytest.raises(EncoderError, match="not the one that the index was built with; run `refdesk index`"):
        opened(root, HashEncoder(dimension=64))


def test_opening_says_what_is_wrong(root: Path, tmp_path: Path, models: Path) -> None:
    """No index, another encoder in the configuration, and an export that is gone: each says what to do."""
    with pytest.raises(NoIndexError, match="run `refdesk index FOLDER` to build one"):
        Index.open(tmp_path, DEFAULT_MODEL, models=models)
    with pytest.raises(
        IncompatibleIndexError, match=f"with the encoder hash, the configuration names {DEFAULT_MODEL}"
    ):
        Index.open(root, DEFAULT_MODEL, models=models)
    with pytest.raises(
        EncoderError, match=r"hash-128-256/encoder\.json can not be read: .* Run `refdesk index`"
    ):
        Index.open(root, models=models)


def test_the_default_encoder_opens_by_its_name(tmp_path: Path, minilm: OnnxEncoder, models: Path) -> None:
    """An index of the default encoder opens with the exported encoder, and answers by meaning."""
    built(tmp_path / "index", tree(tmp_path / "notes", NOTES), encoder=minilm)
    index = Index.open(tmp_path / "index", DEFAULT_MODEL, models=models)
    assert places(index.search("bring data back after a loss", 1)) == [
        ("b/backup.md", NOTES["b/backup.md"].index("Restore the"))
    ]


def test_a_generation_stays_as_it_was_opened(tmp_path: Path) -> None:
    """An open index answers as before after notes were edited and its generation was pruned."""
    notes = tree(tmp_path / "notes", NOTES)
    built(tmp_path / "index", notes)
    index = opened(tmp_path / "index")
    before = answers(index, QUERIES[:2])
    for number in range(4):
        tree(notes, {"b/backup.md": f"# Backups\n\nEdition {number}.\n"})
        built(tmp_path / "index", notes)
    assert not (tmp_path / "index" / "generations" / "000001").exists()
    assert answers(index, QUERIES) != answers(opened(tmp_path / "index"), QUERIES)
    assert answers(index, QUERIES[:2]) == before


def test_readers_see_one_generation_while_another_is_published(tmp_path: Path) -> None:
    """Two threads open and search all the time while eight editions are published: each answer is of one."""
    notes, root = tmp_path / "notes", tmp_path / "index"

    def publish(number: int) -> None:
        tree(notes, {f"n{note}.md": f"# Note {note}\n\nEdition {number}.\n" for note in range(6)})
        built(root, notes)

    publish(0)
    done = threading.Event()
    seen: list[set[str]] = []

    def search() -> None:
        while not done.is_set():
            hits = opened(root).search("which edition of the note", 9)
            passages = [passage for hit in hits for passage in (hit.passage, *hit.also_in)]
            seen.append({passage.text for passage in passages} if len(passages) == 6 else set())

    readers = [threading.Thread(target=search) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1, 9):
        publish(number)
    done.set()
    for reader in readers:
        reader.join()
    assert all(len(texts) == 1 for texts in seen)
    editions = [int(next(iter(texts)).split()[1].strip(".")) for texts in seen]
    assert len(set(editions)) > 2
    assert set(editions) <= set(range(9))


SEARCH = """if True:
    import socket, sys; from pathlib import Path
    class Refused(socket.socket):
        def __init__(self, *_, **__):
            raise OSError("no network here")
    socket.socket = socket.create_connection = socket.getaddrinfo = Refused
    from index.build import build
    from index.search import Index
    from indexes import answers
    notes, root, models, name, threads = sys.argv[1:]
    build([Path(notes)], Path(root), name, models=Path(models), threads=int(threads))
    queries = ["How do I restore the database?", "who renews the lease", "autoscaler", "zebra", ""]
    sys.stdout.buffer.write(answers(Index.open(Path(root), name, models=Path(models)), queries))
"""


def test_builds_and_answers_are_the_same_everywhere_and_offline(
    tmp_path: Path, models: Path, minilm: OnnxEncoder
) -> None:
    """Whatever the hash seed and the threads, builds answer with the same bytes; no network is needed."""
    notes = tree(tmp_path / "notes", NOTES)
    told = {
        printed(
            SEARCH,
            notes,
            tmp_path / seed,
            models,
            DEFAULT_MODEL,
            threads,
            PYTHONHASHSEED=seed,
            OMP_NUM_THREADS=threads,
        )
        for seed, threads in (("0", "1"), ("1", "2"), ("2", "2"))
    }
    (only,) = told
    built(tmp_path / "here", notes, encoder=minilm)
    here = Index.open(tmp_path / "here", models=models)
    assert only == answers(here, QUERIES)
    assert json.loads(only)[0][0][0][0][1] == "b/backup.md"


def test_hash_encoder_and_index_agree(root: Path) -> None:
    """The cosine of a hit is that of the question and what was encoded for it."""
    index = opened(root)
    (best, *_) = index.search("Restore the database from a copy", 1)
    encoded = "Backups: Restore. Restore the database from a copy."
    question, passage = HASH.encode(["Restore the database from a copy", encoded])
    assert best.dense == pytest.approx(float(question @ passage), abs=2e-6)
