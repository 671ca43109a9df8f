"""An answer in Slack: the notes' own words, their place and age, how sure it is, and what to do next."""

from dataclasses import replace

import pytest
from asking import note
from slack_answers import TODAY, answered, cited, quoted_part
from slack_shapes import elements, shown, validate

from bot.contract import AnswerObject, read_answer, written
from bot.render.slack.answer import LEFT_OUT, NOTE_STOPS, answer_message, nearest, shared_message
from bot.render.slack.types import Audience
from bot.types import Citation
from ingest.types import Passage

NOTE = (
    "# Rollbacks\n\nAll about it.\n\n## How do I undo it?\n\nRun `kubectl rollout undo`. It takes a minute.\n"
)
UNDO = "Run `kubectl rollout undo`."
ANSWER = answered(
    quoted_part(NOTE, UNDO), further=[one.passage for one in cited("# Pods\n\nA pod.\n", "pods.md")]
)
UNSURE = replace(ANSWER, verdict="unsure", confidence=0.3)
NOTHING = replace(ANSWER, verdict="not_found", citations=(), confidence=0.1)


def buttons(
    *, audience: Audience = "ephemeral", answer: AnswerObject = ANSWER, team: str | None = "C0TEAM"
) -> list[str]:
    """Give the names of the buttons under an answer."""
    message = answer_message(answer, "a1", audience=audience, today=TODAY, team_channel=team)
    validate(message)
    return [one["text"]["text"] for one in elements(message.blocks, "button")]


def test_an_answer_has_its_quote_its_place_and_its_confidence() -> None:
    """In the order in which a person reads; the question only where it can't be seen."""
    message = answer_message(ANSWER, "a1", audience="ephemeral", today=TODAY, asked=True)
    validate(message)
    assert shown(message.blocks).splitlines()[:7] == [
        "Question: how do I undo a rollout?",
        "[1] ",
        UNDO,
        "[1] Rollbacks › How do I undo it? · ops/note.md:7 · updated 2026-02-28 (1 day ago)",
        "<https://notes.example/ops/note.md|Open note 1>",
        "Confidence: high · Quoted word for word, no generative AI",
        "Share to channel",
    ]
    message = answer_message(ANSWER, "a1", audience="dm", today=TODAY)
    assert shown(message.blocks).splitlines()[0] == "[1] "


def test_a_notification_is_the_answer_and_its_source() -> None:
    """Whoever reads only that has the first quote and knows where it is from."""
    message = answer_message(ANSWER, "a1", audience="dm", today=TODAY)
    assert message.text == f"{UNDO} — Rollbacks › How do I undo it?"
    message = answer_message(UNSURE, "a1", audience="dm", today=TODAY)
    assert message.text.startswith(f"Closest in the notes (not sure it answers): {UNDO}")
    message = answer_message(NOTHING, "a1", audience="dm", today=TODAY)
    assert message.text == "The notes don't say. Nearest: Rollbacks › How do I undo it?"
    message = answer_message(replace(NOTHING, passages=()), "a1", audience="dm", today=TODAY)
    assert message.text == "The notes don't say."


def test_an_unsure_answer_says_so_first() -> None:
    """In words, above the quotes and beside the confidence."""
    message = answer_message(UNSURE, "a1", audience="public", today=TODAY)
    validate(message)
    assert shown(message.blocks).startswith("Closest in the notes (not sure it answers):\n")
    assert "Confidence: low ·" in shown(message.blocks)


def test_where_the_notes_dont_say_the_nearest_sections_are_named() -> None:
    """With their places; nothing is quoted, and there is a way on."""
    message = answer_message(NOTHING, "a1", audience="ephemeral", today=TODAY, team_channel="C0TEAM")
    validate(message)
    words = shown(message.blocks)
    assert words.startswith(
        "The notes don't say.\n Other words, or more of them, may find it.\nNearest sections:\n"
    )
    assert "\n(1) Rollbacks › How do I undo it? · ops/note.md:7 ·" in words
    assert "\n(2) Pods · pods.md:3 ·" in words
    assert "<https://notes.example/pods.md|Open note 2>" in words
    assert elements(message.blocks, "rich_text_quote") == []
    empty = answer_message(replace(NOTHING, passages=()), "a1", audience="ephemeral", today=TODAY)
    validate(empty)
    assert "Nearest" not in shown(empty.blocks)


def test_the_nearest_are_those_that_nothing_is_quoted_from() -> None:
    """Best first, and three at most."""
    assert [one.path for one in nearest(ANSWER)] == ["pods.md"]
    assert [one.path for one in nearest(NOTHING)] == ["ops/note.md", "pods.md"]
    assert len(nearest(replace(NOTHING, passages=NOTHING.passages * 3))) == 3


@pytest.mark.parametrize(
    ("audience", "offered"),
    [
        ("ephemeral", ["Share to channel", "More passages", "Not what I asked"]),
        ("public", ["More passages", "Not what I asked"]),
        ("dm", ["More passages", "Not what I asked"]),
    ],
)
def test_only_what_one_person_sees_in_a_channel_can_be_shared(audience: Audience, offered: list[str]) -> None:
    """What everybody sees is shared already, and a direct message stays one."""
    assert buttons(audience=audience) == offered


def test_the_team_can_be_asked_where_the_notes_are_not_sure() -> None:
    """If there is a channel for it; not where they answer."""
    assert "Ask the team" not in buttons()
    assert buttons(answer=UNSURE)[-1] == "Ask the team"
    assert buttons(answer=NOTHING) == ["More passages", "Not what I asked", "Ask the team"]
    assert "Ask the team" not in buttons(answer=NOTHING, team=None)
    assert buttons(answer=replace(NOTHING, passages=())) == ["Not what I asked", "Ask the team"]


def test_asking_the_team_says_first_where_the_question_will_be_posted() -> None:
    """And that the name of who asks will stand there."""
    message = answer_message(NOTHING, "a1", audience="dm", today=TODAY, team_channel="C0TEAM")
    confirm = elements(message.blocks, "button")[-1]["confirm"]
    assert confirm["text"]["text"].startswith("Your question and your name will be posted in <#C0TEAM>")


def test_buttons_carry_the_id_of_the_answer_and_nothing_of_it() -> None:
    """Each of them, feedback too, which says the opinion with it."""
    message = answer_message(UNSURE, "a1", audience="ephemeral", today=TODAY, team_channel="C0TEAM")
    assert {one["value"] for one in elements(message.blocks, "button")} == {"a1"}
    [feedback] = elements(message.blocks, "feedback_buttons")
    assert feedback["positive_button"]["value"] == "good:a1"
    assert feedback["negative_button"]["value"] == "bad:a1"


def test_a_shared_answer_names_who_shared_it_and_the_question() -> None:
    """Others did not see the question; they can't share it again."""
    message = shared_message(ANSWER, "a1", user="U0ANA", today=TODAY)
    validate(message, ["U0ANA"])
    assert message.text == f"Shared: {UNDO} — Rollbacks › How do I undo it?"
    assert shown(message.blocks).startswith(
        " shared an answer from the notes.\nQuestion: how do I undo a rollout?\n"
    )
    assert "Share to channel" not in shown(message.blocks)


def test_how_a_question_was_read_is_shown() -> None:
    """Where it was mended or taken with the one before."""
    message = answer_message(replace(ANSWER, read_as="undo *it*"), "a1", audience="dm", today=TODAY)
    validate(message)
    assert shown(message.blocks).startswith("Read as: undo *it*\n")


def test_a_note_that_stops_or_goes_on_says_so() -> None:
    """Both are true of a quote that is cut here of a note that is cut there."""
    quote = replace(ANSWER.citations[0], quote="word " * 4_000, blocks=(), cut_off=True)
    message = answer_message(replace(ANSWER, citations=(quote,)), "a1", audience="dm", today=TODAY)
    validate(message)
    assert f"{LEFT_OUT} {NOTE_STOPS}" in shown(message.blocks)


def test_only_links_to_the_web_are_links() -> None:
    """A file's place is named all the same, and a note without a date has no age."""
    quote = replace(ANSWER.citations[0], link="file:///srv/notes/ops/note.md", updated=None)
    message = answer_message(replace(ANSWER, citations=(quote,)), "a1", audience="dm", today=TODAY)
    validate(message)
    assert "\n[1] Rollbacks › How do I undo it? · ops/note.md:7\nConfidence" in shown(message.blocks)
    dated = replace(quote, updated="2999-01-01")
    message = answer_message(replace(ANSWER, citations=(dated,)), "a1", audience="dm", today=TODAY)
    assert "· updated 2999-01-01\n" in shown(message.blocks)


def test_a_table_and_code_of_a_note_stay_what_they_are() -> None:
    """The first table as one, a second one as aligned lines."""
    text = "# Ports\n\n| name | port |\n| --- | --- |\n| web | 80 |\n\n```\nls\n```\n"
    message = answer_message(answered(*cited(text), *cited(text, "b.md")), "a1", audience="dm", today=TODAY)
    validate(message)
    assert len(elements(message.blocks, "table")) == 1
    code = [shown([one]) for one in elements(message.blocks, "rich_text_preformatted")]
    assert code == ["ls", "name  port\n----  ----\nweb   80", "ls"]


def test_a_huge_table_is_shown_as_far_as_it_goes() -> None:
    """Forty thousand characters of it: its first rows stay a table, and that it goes on is said."""
    rows = "".join(f"| <!channel> {number} | {'&' * 20} |\n" for number in range(1_000))
    table = f"| name | sign |\n| --- | --- |\n{rows}"
    assert len(table) > 40_000
    document = note(table)
    whole = Citation(Passage(document, 0, len(table)), 0, len(table), 1.0)
    message = answer_message(answered(whole), "a1", audience="dm", today=TODAY)
    validate(message)
    [shown_table] = elements(message.blocks, "table")
    assert len(shown_table["rows"]) > 10
    assert LEFT_OUT in shown(message.blocks)


def test_an_answer_that_was_kept_is_shown_as_at_first() -> None:
    """All that is shown is in what is kept."""
    for answer in (ANSWER, UNSURE, replace(NOTHING, read_as="so")):
        first, later = (
            answer_message(one, "a1", audience="public", today=TODAY)
            for one in (answer, read_answer(written(answer)))
        )
        assert first == later


def test_three_long_quotes_share_a_message() -> None:
    """None is lost for another, and each has its source."""
    long = answered(*(one for name in "abc" for one in cited("word " * 900, f"{name}.md")))
    message = answer_message(long, "a1", audience="dm", today=TODAY)
    validate(message)
    assert len(elements(message.blocks, "rich_text_quote")) == 3
    assert shown(message.blocks).count(LEFT_OUT) == 3
