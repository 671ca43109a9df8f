"""Misspelt words of a question: which are mended, how, and which are left alone."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from string import ascii_lowercase

import pytest
from encoders import PieceEncoder
from hypothesis import assume, given
from hypothesis import strategies as st
from indexes import built, opened, reading_in_process
from trees import tree

from index.analysis import QUESTION_WORDS, terms
from index.spelling import LONG, SHORTEST, respelled, vocabulary

KNOWN = {
    "restart": 5,
    "restore": 5,
    "rollback": 8,
    "deployment": 3,
    "deployments": 9,
    "node": 4,
    "note": 7,
    "caf\u00e9": 1,
}
ENGLISH = {"reboot", "nose"}


def written(known: dict[str, int]) -> Callable[[str], int]:
    """Give what tells how often notes hold a word."""
    return lambda word: known.get(word, 0)


def mended(question: str, known: dict[str, int] = KNOWN) -> str:
    """Give a question as it is read beside notes that hold the words of `known`, and no others."""
    held = {term for word in known for term in terms(word)}
    return respelled(
        question, lambda term: int(term in held), lambda: known, written(known), ENGLISH.__contains__
    )


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    """Read files in the test's own process."""
    with reading_in_process():
        yield


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("rolback", "rollback"),
        ("how to restrat a pod?", "how to restart a pod?"),
        ("how to resart it", "how to restart it"),
        ("how to resttart it", "how to restart it"),
        ("how to rastart it", "how to restart it"),
        ("which deploymnt is it", "which deployment is it"),
        ("a rolllbakc of the deplyomnet", "a rollback of the deployment"),
        ("Which DEPLYMENTZ?", "Which deployments?"),
        ("restrat, then restrat (restrat)!", "restart, then restart (restart)!"),
        ("the restrat's log", "the restart's log"),
        ("wats a node", "whats a node"),
        ("ndoe", "node"),
        ("wich note", "which note"),
        ("thanks, what shuld be", "thanks, what should be"),
    ],
)
def test_a_misspelt_word_is_read_as_the_notes_write_it(question: str, expected: str) -> None:
    """A letter is missing, too many, wrong or swapped; two of them in a word of eight letters or more."""
    assert mended(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "how to restart the deployments",
        "how are deployments restarting",
        "how to reboot",
        "what is a nose",
        "rstrt",
        "rsetrat",
        "nod nte",
        "nite",
        "xestart",
        "rest4rt resta_rt restrat2",
        "restrat.io me@restrat /restrat restrat/ restrat-1 restrat:80 web-restrat --restrat",
        "it noten't, noten\u2019t",
        "\u043f\u0435\u0440\u0435\u0437\u0430\u043f\u0443\u0441\u043a",
        "\uff9e\uff9e\uff9e\uff9e",
        "r" * 41,
        "",
    ],
)
def test_other_words_are_left_alone(question: str) -> None:
    """What notes or the language know, what is short, too far or begins otherwise, and parts of names."""
    assert mended(question) == question


def test_of_several_the_nearest_is_meant_then_the_most_frequent() -> None:
    """One letter away before two; then a word that asks; then what the notes use more; then by letters."""
    assert mended("the deploymentt") == "the deployments"
    assert mended("the deploymemt") == "the deployment"
    assert mended("the stake", {"state": 2, "stage": 7}) == "the stage"
    assert mended("the stake", {"state": 2, "stage": 2}) == "the stage"
    assert mended("it shoud", {"shout": 9}) == "it should"
    assert mended("it shoutt", {"shout": 9}) == "it shout"


def test_identifiers_of_the_notes_stay_as_they_are_typed() -> None:
    """`OOMKilled` is known by its parts, and folded it is among the words."""

    def typed(question: str) -> str:
        known = {"oomkilled": 1, "oomkiller": 2, "oomkills": 3}
        return respelled(
            question, lambda term: int(term == "kill"), lambda: known, written(known), ENGLISH.__contains__
        )

    for name in ("OOMKilled", "OOMKill", "Oomkilled", "oomkilled"):
        assert typed(f"my pod was {name}") == f"my pod was {name}"
    assert typed("my pod was oomkiled") == "my pod was oomkilled"


def test_words_are_counted_as_they_are_folded() -> None:
    """Names that are put together, numbers and short words are none; capitals and accents do not count."""
    texts = [
        "The Node restarts. kube-proxy on node web1",
        "Caf\u00e9, cafe; a node's pod at example.org/node",
    ]
    assert vocabulary(texts) == [("cafe", 2), ("node", 3), ("restarts", 1)]
    assert vocabulary([]) == []


def test_a_word_of_marks_alone_harms_no_question() -> None:
    """There is nothing left of it once it is folded, neither in the notes nor in a question."""
    known = dict(vocabulary(["\uff9e\uff9e\uff9e\uff9e and a rollback"]))
    assert "" in known
    assert mended("the rolback \uff9e\uff9e\uff9e\uff9e", known) == "the rollback \uff9e\uff9e\uff9e\uff9e"


def test_an_index_mends_by_its_notes_and_its_encoder(tmp_path: Path) -> None:
    """A word that is one token of the encoder is a word; others are compared with the words of the notes."""
    built(tmp_path / "index", tree(tmp_path / "notes", {"a.md": "# Nodes\n\nThe node restarts.\n"}))
    index = opened(tmp_path / "index", PieceEncoder(whole=frozenset({"nose", "reboot"})))
    assert index.respelled("does the ndoe restrats, nose?") == "does the node restarts, nose?"
    assert opened(tmp_path / "index").respelled("the ndoe") == "the ndoe"


LETTERS = st.sampled_from(ascii_lowercase)
VOCABULARY = st.dictionaries(
    st.text(LETTERS, min_size=SHORTEST, max_size=12), st.integers(1, 9), min_size=1, max_size=8
)
JOINTS = st.sampled_from([" ", ", ", "? ", "\n", " (", "! ", " 7 ", " kube-proxy ", " a_b ", " \u4f60 "])


def joined(words: list[str], joints: list[str]) -> str:
    """Give words with these between them; the last of both stand alone if there are more."""
    return "".join(word + joint for word, joint in zip(words, joints, strict=False))


@given(st.data(), VOCABULARY, st.lists(JOINTS, min_size=6, max_size=6))
def test_a_text_of_known_words_is_as_it_was(
    data: st.DataObject, known: dict[str, int], joints: list[str]
) -> None:
    """However near they are to each other."""
    text = joined(data.draw(st.lists(st.sampled_from(sorted(known)), max_size=6)), joints)
    assert mended(text, known) == text


@given(VOCABULARY, st.lists(st.text(LETTERS, max_size=12), max_size=6), st.lists(JOINTS, max_size=6))
def test_what_is_mended_is_a_known_word_and_all_else_stays(
    known: dict[str, int], words: list[str], joints: list[str]
) -> None:
    """It begins with the same letter; what stands between the words does not change."""
    text = joined(words, joints)
    before, after = (re.split(r"([^\W\d_]+)", each) for each in (text, mended(text, known)))
    assert len(before) == len(after)
    for was, now in zip(before, after, strict=True):
        assert was == now or (now in {*known, *QUESTION_WORDS} and now[0] == was[0])


def inserted(word: str, place: int, letter: str) -> str:
    """Put a letter in."""
    return word[:place] + letter + word[place:]


def omitted(word: str, place: int, _: str) -> str:
    """Leave a letter out."""
    return word[:place] + word[place + 1 :]


def substituted(word: str, place: int, letter: str) -> str:
    """Put a letter for another."""
    return word[:place] + letter + word[place + 1 :]


def swapped(word: str, place: int, _: str) -> str:
    """Change the places of a letter and the next."""
    return word[:place] + word[place : place + 2][::-1] + word[place + 2 :]


Slip = Callable[[str, int, str], str]
WRONG_LETTERS: st.SearchStrategy[Slip] = st.sampled_from([inserted, omitted, substituted])
SLIPS = WRONG_LETTERS | st.just(swapped)


def drawn_slip(data: st.DataObject, word: str, slip: Slip) -> str:
    """Misspell a word behind its first letter."""
    return slip(word, data.draw(st.integers(1, len(word) - 1)), data.draw(LETTERS))


def unknown(word: str, known: dict[str, int]) -> bool:
    """Tell whether neither the notes nor the language know a word."""
    held = {term for other in known for term in terms(other)}
    return held.isdisjoint(terms(word)) and word not in QUESTION_WORDS | ENGLISH


@given(st.data(), VOCABULARY, SLIPS)
def test_a_slip_is_mended(data: st.DataObject, known: dict[str, int], slip: Slip) -> None:
    """To a word of the notes or of questions; the one that was meant, if there is no other."""
    meant = data.draw(st.sampled_from(sorted(known)))
    wrong = drawn_slip(data, meant, slip)
    assume(len(wrong) >= SHORTEST and unknown(wrong, known))
    assume(slip is not substituted or len(wrong) > SHORTEST)
    assert mended(wrong, known) in {*known, *QUESTION_WORDS}
    assert mended(wrong, {meant: 1}) in {meant, *QUESTION_WORDS}


@given(st.data(), st.text(LETTERS, min_size=LONG + 2, max_size=20), WRONG_LETTERS, WRONG_LETTERS)
def test_two_slips_are_mended_in_a_long_word(data: st.DataObject, meant: str, one: Slip, other: Slip) -> None:
    """Wherever they are, behind the first letter."""
    wrong = drawn_slip(data, drawn_slip(data, meant, one), other)
    assume(unknown(wrong, {meant: 1}))
    assert mended(wrong, {meant: 1}) == meant


@given(st.data(), SLIPS)
def test_a_misspelt_part_of_a_name_is_left_alone(data: st.DataObject, slip: Slip) -> None:
    """Identifiers, paths, addresses, options: who knows what they are called."""
    wrong = drawn_slip(data, data.draw(st.sampled_from(sorted(KNOWN))), slip)
    for name in ("web-{}", "{}-1", "{}_x", "a/{}", "{}/b", "{}.yaml", "{}2", "--{}", "me@{}", "{}:80"):
        assert mended(name.format(wrong)) == name.format(wrong)


@given(st.text())
def test_what_is_known_is_never_changed(text: str) -> None:
    """Beside notes that hold every word a question stays as it is, and so do words of the language."""
    assert respelled(text, lambda _: 1, lambda: KNOWN, written(KNOWN), lambda _: False) == text
    assert respelled(text, lambda _: 0, lambda: KNOWN, written(KNOWN), lambda _: True) == text
