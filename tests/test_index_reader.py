"""The reader that ships with refdesk: what it reads of a piece, and what it makes of it."""

import pytest

from index.reader import ABOVE, BEFORE, QUESTION, SPAN, Piece, shipped

ASKED = "how long does a node lease last?"
ANSWER = Piece("The lease of a node lasts forty seconds.", "Leases", "")
BESIDE = Piece("Every node renews its lease.", "Leases", "")
ELSEWHERE = Piece("Bread is baked in an oven.", "Kitchen", "")


def test_the_span_that_answers_is_the_likeliest() -> None:
    """Before one that is about the same, and far before one that is not."""
    answer, beside, elsewhere = shipped().judge(ASKED, [ANSWER, BESIDE, ELSEWHERE])
    assert answer > beside > elsewhere
    assert answer > 0 > elsewhere


@pytest.mark.parametrize(
    ("asked", "right", "wrong"),
    [
        ("how do I undo a rollout", "Run kubectl rollout undo.", "A rollout replaces pods one by one."),
        ("who approves a release", "The release manager approves it.", "A release is cut on Tuesdays."),
        ("what is a canary", "A canary is a release to a few users.", "We look at canaries every hour."),
    ],
)
def test_a_span_that_answers_is_told_from_one_about_the_same(asked: str, right: str, wrong: str) -> None:
    """By what is asked for."""
    best, other = shipped().judge(asked, [Piece(right, "Releases", ""), Piece(wrong, "Releases", "")])
    assert best > other


def test_a_judgement_depends_on_its_piece_alone() -> None:
    """To the last digit, whatever is read beside it, and in whatever order."""
    pieces = [ANSWER, BESIDE, ELSEWHERE]
    together = shipped().judge(ASKED, pieces)
    assert [shipped().judge(ASKED, [piece])[0] for piece in pieces] == together
    assert shipped().judge(ASKED, pieces[::-1]) == together[::-1]
    assert shipped().judge(ASKED, []) == []


def test_what_is_read_is_question_span_and_surroundings() -> None:
    """Each part ends with the same token; the span's tokens alone are of kind 1, with that at their end."""
    ((ids, kinds),) = shipped().assembled("one two", [Piece("three", "four", "five")])
    first, end = ids[0], ids[-1]
    assert [at for at, token in enumerate(ids) if token == end] == [3, 5, 8]
    assert ids.count(first) == 1
    assert kinds == [0, 0, 0, 0, 1, 1, 0, 0, 0]


def test_parts_that_are_too_long_are_cut() -> None:
    """The beginning of the question and of the span is read, the end of what stands around it."""
    long = Piece("span " * 300 + "end", "start " + "above " * 300, "start " + "before " * 300)
    ((ids, kinds),) = shipped().assembled("question " * 300, [long])
    assert len(ids) == len(kinds) == 1 + QUESTION + 1 + SPAN + 1 + ABOVE + BEFORE + 1
    ((short, _),) = shipped().assembled(
        "question " * QUESTION, [Piece("span " * SPAN, "above " * ABOVE, "before " * BEFORE)]
    )
    assert ids == short


@pytest.mark.parametrize("text", ["", " \n", "\x00\ud800", "日本語", "x" * 5000])
def test_whatever_is_written_is_read(text: str) -> None:
    """No text is too odd."""
    (judgement,) = shipped().judge(text, [Piece(text, text, text)])
    assert -50 < judgement < 50
