"""A batch answers each line, in order, and names the line that is wrong."""

import json
from collections.abc import Sequence
from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.batch import Desk, answered
from bot.question import MAX_CHARACTERS, MAX_WORDS, readable
from bot.types import Answer, Turn, Verdict
from index.types import Where
from ingest.errors import UsageError
from ingest.types import Source


class _Clerk:
    """Answers nothing, and remembers what was asked and noted."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Sequence[Turn], Where]] = []
        self.notes: list[str] = []

    def reply(self, question: str, history: Sequence[Turn], where: Where) -> Answer:
        self.asked.append((question, history, where))
        return Answer(question, Verdict.NOT_FOUND, 0.1, (), (), (), 4, 1.0)

    def desk(self, where: Where = Where()) -> Desk:  # noqa: B008 - it is frozen
        return Desk(self.reply, 4, {"notes": Source("notes", Path("/notes"))}, self.notes.append, where)


def _lines(clerk: _Clerk, text: str, where: Where | None = None) -> list[dict[str, object]]:
    lines = text.encode().splitlines(keepends=True)
    return [json.loads(line) for line in answered(clerk.desk(where or Where()), lines, "q.jsonl")]


def test_each_line_is_answered_in_order_under_its_id() -> None:
    """Labels of a test set are ignored, blank lines are passed over, an id need not be there."""
    clerk = _Clerk()
    shapes = _lines(
        clerk,
        '\ufeff{"id": "q1", "question": "one?", "gold": [{"path": "a.md", "text": null}], "kind": "plain"}\n'
        "\n"
        '{"id": 2, "question": "two?"}\r\n'
        '{"question": "three?"}',
    )
    assert [(shape.get("id"), shape["question"], shape["generation"]) for shape in shapes] == [
        ("q1", "one?", 4),
        (2, "two?", 4),
        (None, "three?", 4),
    ]
    assert "id" not in shapes[2]


def test_history_and_filter_of_a_line_reach_the_answer() -> None:
    """A line's own filter is used in place of the command's."""
    clerk = _Clerk()
    _lines(
        clerk,
        '{"question": "and cpu?", "history": [{"role": "user", "text": "memory?"}],'
        ' "where": {"tags": ["k8s"]}}\n'
        '{"question": "plain?", "history": null, "where": null}',
        Where(paths=("runbooks",)),
    )
    assert clerk.asked == [
        ("and cpu?", (Turn("user", "memory?"),), Where(tags=("k8s",))),
        ("plain?", (), Where(paths=("runbooks",))),
    ]


def test_an_empty_question_does_not_stop_the_rest() -> None:
    """It is not found, and says why."""
    clerk = _Clerk()
    shapes = _lines(clerk, '{"id": "e", "question": " \\u0007 "}\n{"id": "n", "question": "next?"}')
    assert (shapes[0]["verdict"], shapes[0]["error"]) == ("not_found", "the question is empty")
    assert [shape["id"] for shape in shapes] == ["e", "n"]


def test_an_overlong_question_is_noted_with_its_line() -> None:
    """The user hears that only the beginning was read."""
    clerk = _Clerk()
    _lines(clerk, json.dumps({"question": "word " * 10_000}))
    assert clerk.notes == ["q.jsonl:1: the question is long: only its first 256 words are read"]
    assert clerk.asked[0][0] == " ".join(["word"] * MAX_WORDS)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("oops", "q.jsonl:2: JSON is malformed: invalid character (byte 0); "),
        ("[]", "q.jsonl:2: Expected `object`, got `array`; "),
        ('{"id": "x"}', "q.jsonl:2: Object missing required field `question`; "),
        ('{"question": 5}', "q.jsonl:2: Expected `str`, got `int` - at `$.question`; "),
        (
            '{"question": "x", "where": {"tag": []}}',
            "q.jsonl:2: Object contains unknown field `tag` - at `$.where`; ",
        ),
        (
            '{"question": "x", "history": [{"role": "bot", "text": ""}]}',
            "q.jsonl:2: Invalid enum value 'bot' - at `$.history[0].role`; ",
        ),
        ('{"question": "x", "gold": ' + "[" * 100_000, "q.jsonl:2: "),
    ],
)
def test_a_bad_line_is_named_after_the_lines_before_it_are_answered(line: str, said: str) -> None:
    """The error holds file and line, what is wrong, and a line that is right."""
    clerk = _Clerk()
    answers = answered(clerk.desk(), [b'{"question": "first?"}\n', line.encode()], "q.jsonl")
    assert json.loads(next(answers))["question"] == "first?"
    with pytest.raises(UsageError) as caught:
        next(answers)
    assert str(caught.value).startswith(said)
    assert str(caught.value).endswith(
        '; each line is an object, as in {"id": "q1", "question": "who is paged?"}'
    )


def test_a_line_that_is_not_utf8_is_named() -> None:
    """Bytes that are no text are an error of that line."""
    with pytest.raises(UsageError, match=r"q\.jsonl:1: "):
        list(answered(_Clerk().desk(), [b'{"question": "\xff\xfe"}'], "q.jsonl"))


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_a_question_fit_to_be_asked_has_words_and_no_control_characters(text: str) -> None:
    """Whatever is typed is either refused as empty or comes out as clean words in one line."""
    if all(character.isspace() or category(character) in {"Cc", "Cs"} for character in text):
        with pytest.raises(UsageError, match="the question is empty"):
            readable(text)
        return
    question, note = readable(text)
    assert question == " ".join(question.split())
    assert not {category(character) for character in question} & {"Cc", "Cs"}
    assert note is None


def test_one_endless_word_is_cut() -> None:
    """A question is bounded in characters as it is in words."""
    question, note = readable("x" * 1_000_000)
    assert question == "x" * MAX_CHARACTERS
    assert note == "the question is long: only its first 1 words are read"
