"""Misspelt words of a question: which are mended, how, and which are left alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from encoders import HashEncoder
from hypothesis import given
from hypothesis import strategies as st
from indexes import built, opened, reading_in_process
from trees import tree

from index.spelling import respelled, vocabulary

KNOWN = {"restart": 5, "restore": 5, "deployment": 3, "deployments": 9, "node": 4, "note": 7, "café": 1}
ENGLISH = {"reboot", "nose"}


def mended(question: str, known: dict[str, int] = KNOWN) -> str:
    """Give a question as it is read beside notes that hold the words of `known`, and no others."""
    held = {word.removesuffix("s") for word in known}
    return respelled(question, lambda term: int(term in held), lambda: known, ENGLISH.__contains__)


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    """Read files in the test's own process."""
    with reading_in_process():
        yield


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("how to restrat a pod?", "how to restart a pod?"),
        ("how to resart it", "how to restart it"),
        ("how to resttart it", "how to restart it"),
        ("how to rastart it", "how to restart it"),
        ("which deploymnt is it", "which deployment is it"),
        ("Which DEPLYMENTZ?", "Which deployments?"),
        ("restrat, then restrat (restrat)!", "restart, then restart (restart)!"),
    ],
)
def test_a_misspelt_word_is_read_as_the_notes_write_it(question: str, expected: str) -> None:
    """A letter is missing, too many, wrong or swapped; two of them in a word of eight letters or more."""
    assert mended(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "how to restart the deployments",
        "how to reboot",
        "what is a nose",
        "rstrt",
        "nod nte",
        "xestart",
        "thanks, what shuld be",
        "rest4rt resta_rt",
        "restrat.io me@restrat /restrat restrat-1 restrat:80 web-restrat",
        "перезапуск",
        "",
    ],
)
def test_other_words_are_left_alone(question: str) -> None:
    """What notes or the language know, what is short, too far or begins otherwise, and parts of names."""
    assert mended(question) == question


def test_of_several_the_nearest_is_meant_then_the_most_frequent() -> None:
    """One letter away comes before two; then the word that the notes use more; then the first by letters."""
    assert mended("the deploymentt") == "the deployments"
    assert mended("the deploymemt") == "the deployment"
    assert mended("the nome") == "the note"
    assert mended("the nome", {"node": 2, "note": 2}) == "the node"


def test_words_are_counted_as_they_are_folded() -> None:
    """Names that are put together, numbers and short words are none; capitals and accents do not count."""
    texts = ["The Node restarts. kube-proxy on node web1", "Café, café; a node's pod at example.org/node"]
    assert vocabulary(texts) == [("cafe", 2), ("node", 3), ("restarts", 1)]
    assert vocabulary([]) == []


class Tokens(HashEncoder):
    """Counts a token for each word it knows, and one for each letter of others."""

    def count_tokens(self, text: str) -> int:
        """Give the number of tokens, and two for the special ones."""
        return 2 + sum(1 if word in {"nose", "reboot"} else len(word) for word in text.casefold().split())


def test_an_index_mends_by_its_notes_and_its_encoder(tmp_path: Path) -> None:
    """A word that is one token of the encoder is a word; others are compared with the words of the notes."""
    built(tmp_path / "index", tree(tmp_path / "notes", {"a.md": "# Nodes\n\nThe node restarts.\n"}))
    index = opened(tmp_path / "index", Tokens())
    assert index.respelled("does the nodr restrats, nose?") == "does the node restarts, nose?"
    assert opened(tmp_path / "index").respelled("the nodr") == "the nodr"


@given(st.text())
def test_what_is_known_is_never_changed(text: str) -> None:
    """Beside notes that hold every word, or none, a question stays as it is."""
    assert respelled(text, lambda _: 1, lambda: KNOWN, lambda _: False) == text
    assert respelled(text, lambda _: 0, dict, lambda _: False) == text
    assert respelled(text, lambda _: 0, lambda: KNOWN, lambda _: True) == text
