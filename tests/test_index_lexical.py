"""The lexical index: BM25 as published, in a total order, and no damage that answers."""

import math
import random
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from limits import Limited

from index.lexical import HEADING_WEIGHT, LexicalIndex, Terms
from ingest.errors import DamagedIndexError

K1, B = 1.2, 0.75
WORDS = ["pod", "node", "volume", "claim", "deploy", "rollback", "secret", "queue", "cache", "shard"]


def opened(folder: Path, passages: Sequence[Terms]) -> LexicalIndex:
    """Write passages and open them."""
    LexicalIndex.write(folder, passages)
    return LexicalIndex.open(folder)


def bodies(*texts: str) -> list[Terms]:
    """Give passages without headings, each in a document of its own."""
    return [Terms(number, text, "") for number, text in enumerate(texts)]


def bm25(texts: Sequence[Sequence[str]], number: int, terms: Sequence[str]) -> float:
    """Give the score of a text as Robertson and Zaragoza publish it (2009), with Lucene's idf."""
    average = sum(map(len, texts)) / len(texts) or 1
    score = 0.0
    for term in terms:
        holding = sum(term in text for text in texts)
        idf = math.log(1 + (len(texts) - holding + 0.5) / (holding + 0.5))
        frequency = texts[number].count(term)
        length = 1 - B + B * len(texts[number]) / average
        score += idf * frequency * (K1 + 1) / (frequency + K1 * length)
    return score


def expected(passages: Sequence[Terms], terms: Sequence[str]) -> dict[int, float]:
    """Give the published scores of the passages that hold any of the terms."""
    texts = [passage.body.split() for passage in passages]
    headings = [passage.headings.split() for passage in passages]
    scores = {
        number: bm25(texts, number, terms) + HEADING_WEIGHT * bm25(headings, number, terms)
        for number in range(len(passages))
    }
    return {number: score for number, score in scores.items() if score > 0}


# Tantivy keeps lengths in one byte, exact below 40: https://docs.rs/tantivy (fieldnorm::code).
short = st.lists(st.sampled_from(WORDS), max_size=39).map(" ".join)
collections = st.lists(st.builds(Terms, st.integers(0, 3), short, short), min_size=1, max_size=12)


@settings(max_examples=40, deadline=None)
@given(passages=collections, terms=st.lists(st.sampled_from([*WORDS, "absent"]), min_size=1, unique=True))
def test_scores_are_those_of_the_published_formula(
    tmp_path_factory: pytest.TempPathFactory, passages: list[Terms], terms: list[str]
) -> None:
    """Each passage that holds a term is found, with BM25 of its body plus that of its headings, weighted."""
    lexical = opened(tmp_path_factory.mktemp("lexical") / "index", passages)
    found = lexical.search(terms, 100)
    wanted = expected(passages, terms)
    assert dict(found) == pytest.approx(wanted, abs=0.002)
    assert sorted(found, key=lambda pair: (-pair[1], pair[0])) == found
    for term in terms:
        assert lexical.frequency(term) == sum(term in passage.body.split() for passage in passages)


@settings(max_examples=15, deadline=None)
@given(passages=collections, seed=st.integers(0, 99))
def test_the_order_of_writing_changes_no_score(
    tmp_path_factory: pytest.TempPathFactory, passages: list[Terms], seed: int
) -> None:
    """Written in another order, as after notes were added, each passage has the score it had."""
    order = list(range(len(passages)))
    random.Random(seed).shuffle(order)  # noqa: S311 - any order will do
    folder = tmp_path_factory.mktemp("lexical")
    before = dict(opened(folder / "before", passages).search(WORDS, 100))
    after = dict(opened(folder / "after", [passages[number] for number in order]).search(WORDS, 100))
    assert {order[number]: score for number, score in after.items()} == before


def test_a_rare_word_counts_more_than_a_common_one(tmp_path: Path) -> None:
    """Of two passages that each hold one word of the question, the rarer word wins."""
    lexical = opened(tmp_path / "index", bodies("pod pod node", "pod node", "pod volume", "pod claim"))
    assert [number for number, _ in lexical.search(["node", "volume"], 3)] == [2, 1, 0]


def test_a_long_passage_counts_less(tmp_path: Path) -> None:
    """Past 40 terms lengths are a little coarser; a passage twice as long with the same word still loses."""
    lexical = opened(tmp_path / "index", bodies("pod " + "node " * 400, "pod " + "node " * 200, "node"))
    assert [number for number, _ in lexical.search(["pod"], 3)] == [1, 0]


@pytest.mark.parametrize("k", [1, 99, 100, 150])
def test_equal_scores_come_in_the_order_of_passages(tmp_path: Path, k: int) -> None:
    """Of 150 equal passages the first `k` are found, in order."""
    found = opened(tmp_path / "index", bodies(*["pod node"] * 150)).search(["pod"], k)
    assert [number for number, _ in found] == list(range(k))
    assert len({score for _, score in found}) == 1


@pytest.mark.parametrize("k", [1, 5, 100])
def test_filters_are_inside_the_search(tmp_path: Path, k: int) -> None:
    """With 200 better passages in other documents, `k` allowed ones are found, with the scores they have."""
    passages = [Terms(0, "pod", "")] * 200 + [Terms(1, "pod node", "")] * 100
    lexical = opened(tmp_path / "index", passages)
    found = lexical.search(["pod"], k, [1])
    assert [number for number, _ in found] == list(range(200, 200 + k))
    assert found == [pair for pair in lexical.search(["pod"], 300) if pair[0] >= 200][:k]
    assert lexical.search(["pod"], k, []) == []
    assert lexical.search(["pod"], k, [7]) == []


def test_nothing_asked_for_is_nothing_found(tmp_path: Path) -> None:
    """No terms, unknown ones, or no results wanted: an empty list and no error."""
    lexical = opened(tmp_path / "index", bodies("pod"))
    assert lexical.passages == 1
    assert lexical.search([], 5) == lexical.search(["absent"], 5) == lexical.search(["pod"], 0) == []
    assert lexical.frequency("absent") == 0
    empty = opened(tmp_path / "empty", [])
    assert (empty.passages, empty.search(["pod"], 5)) == (0, [])


def test_a_question_of_ten_thousand_words_is_answered(tmp_path: Path) -> None:
    """As many terms as that are searched for, and the passage that holds one of them is found."""
    lexical = opened(tmp_path / "index", bodies("pod", "node"))
    assert [n for n, _ in lexical.search([f"word{n}" for n in range(10_000)] + ["node"], 5)] == [1]


def test_files_are_readable_by_others(tmp_path: Path) -> None:
    """All files have the permissions of an ordinary one: the bot may run as another user than the build."""
    LexicalIndex.write(tmp_path / "index", bodies("pod"))
    (tmp_path / "ordinary").touch()
    modes = {path.stat().st_mode for path in (tmp_path / "index").iterdir()}
    assert modes == {(tmp_path / "ordinary").stat().st_mode}


def test_any_changed_byte_is_damage(tmp_path: Path) -> None:
    """In each file, bytes at random: changed, opening says which file it is."""
    LexicalIndex.write(tmp_path / "index", bodies(*(f"{one} {two}" for one in WORDS for two in WORDS)))
    chance = random.Random(7)  # noqa: S311 - any places will do
    names = []
    for path in sorted((tmp_path / "index").iterdir()):
        body = path.read_bytes()
        names += [path.suffix] if body else []
        for at in chance.sample(range(len(body)), min(len(body), 12)):
            changed = bytearray(body)
            changed[at] ^= 1 << chance.randrange(8)
            path.write_bytes(changed)
            with pytest.raises(DamagedIndexError, match="Run `refdesk index` to rebuild it"):
                LexicalIndex.open(tmp_path / "index")
        path.write_bytes(body)
    assert {".fast", ".fieldnorm", ".idx", ".json", ".store", ".term"} <= set(names)
    assert LexicalIndex.open(tmp_path / "index").search(["pod"], 1)


@pytest.mark.parametrize("name", ["meta.json", "checksums.json", "*.idx"])
def test_a_missing_file_is_damage(tmp_path: Path, name: str) -> None:
    """A file that is gone is damage, and is named."""
    LexicalIndex.write(tmp_path / "index", bodies("pod"))
    (path,) = (tmp_path / "index").glob(name)
    path.unlink()
    with pytest.raises(DamagedIndexError, match=path.name):
        LexicalIndex.open(tmp_path / "index")


def test_an_index_that_is_none_is_damage(tmp_path: Path) -> None:
    """A folder whose checksums are right, and which Tantivy can not open all the same, is damage."""
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "checksums.json").write_text("{}")
    with pytest.raises(DamagedIndexError, match=f"{tmp_path / 'index'} can not be read: "):
        LexicalIndex.open(tmp_path / "index")


def test_damage_under_an_open_index_is_told(tmp_path: Path) -> None:
    """Files overwritten while they are open, which Tantivy panics over, are damage and not a crash."""
    lexical = opened(tmp_path / "index", bodies("pod node", "pod"))
    for path in (tmp_path / "index").iterdir():
        with path.open("r+b") as file:
            file.write(b"\xff" * path.stat().st_size)
    with pytest.raises(DamagedIndexError, match=r"can not be read: .*Run `refdesk index`"):
        lexical.search(["pod"], 5)


class Interrupted:
    """A searcher at which somebody presses Ctrl-C."""

    def search(self, query: object, k: int, *, count: bool) -> object:
        """Raise `KeyboardInterrupt`."""
        raise KeyboardInterrupt(query, k, count)


def test_other_errors_stay_what_they_are(tmp_path: Path) -> None:
    """An error that is not Tantivy's is not called damage, nor a full disk."""

    def failing() -> Terms:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        LexicalIndex.write(tmp_path / "index", (failing() for _ in range(1)))
    lexical = replace(opened(tmp_path / "other", bodies("pod")), _searcher=Interrupted())
    with pytest.raises(KeyboardInterrupt):
        lexical.search(["pod"], 5)


def test_a_read_only_disk_is_read(tmp_path: Path) -> None:
    """On a disk mounted read-only, where Tantivy can not lock what it reads, the index opens and answers."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)]
    if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounting a disk is not permitted here")
    try:
        LexicalIndex.write(disk / "index", bodies("pod node", "pod"))
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(OSError, match="Read-only file system"):
            (disk / "file").touch()
        found = LexicalIndex.open(disk / "index").search(["node"], 5)
        assert [number for number, _ in found] == [0]
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.mark.parametrize("size", [0, 100, 200, 400, 800, 1600])
def test_a_full_disk_is_an_os_error(tmp_path: Path, limited: Limited, size: int) -> None:
    """Wherever the disk is full, writing raises an `OSError`, with the cause in its text."""
    many = [Terms(0, " ".join(f"word{number}" for number in range(999)), "")]
    with pytest.raises(OSError, match=r"Tantivy could not write: .*File too large"), limited(size):
        LexicalIndex.write(tmp_path / "index", many)
