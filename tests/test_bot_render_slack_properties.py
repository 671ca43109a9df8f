"""Whatever a note, its name or a question holds: a valid message, in which nothing acts."""

from datetime import date

import pytest
from asking import note, passages
from hypothesis import example, given, settings
from hypothesis import strategies as st
from slack_answers import TODAY, answered
from slack_shapes import shown, validate, validate_view

from bot.blocks import ShownBlock
from bot.contract import AnswerObject, CitedSpan, RankedPassage, read_answer, written
from bot.render.safe import safe_text
from bot.render.slack.answer import LEFT_OUT, answer_message, shared_message
from bot.render.slack.home import home_view
from bot.render.slack.messages import ask_team_message, help_message, said
from bot.render.slack.modals import missing_view, more_view
from bot.render.slack.text import one_line
from bot.render.slack.types import Audience, HomeFacts
from bot.types import Citation
from ingest.errors import UnreadableError
from ingest.types import Format, Kind

# Random texts cover other lines each time; what has to be covered is so elsewhere, and tracing doubles the
# time.
pytestmark = pytest.mark.no_cover

HOSTILE = (
    "<!channel>", "<!here|x>", "<@U123>", "<#C123|general>", "<!subteam^S1>", "<!date^1^{date}|x>",
    "@everyone",
    "<https://evil.example|click>", "[x](https://evil.example)", "https://evil.example", "*bold*", "_i_",
    "~s~", "`c`", "```", "```\n", "> ", "&lt;!channel&gt;", "&", "&amp;", ":tada:", "\u202e", "\u2066",
    "\u200b", "\x1b[2J", "\x00", "\ud800", "\U0001f600", "| a | b |\n", "| --- | --- |\n", "|", "- ",
    "1. ", "\n", "\n\n", "    ", "\t", "# ", "…", "word ",
)  # fmt: skip
PIECES = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(exclude_categories=()), max_size=12))
TIMES = st.sampled_from((1, 1, 9, 300))
TEXT = st.builds(lambda parts, times: "".join(parts) * times, st.lists(PIECES, max_size=12), TIMES)
LINE = st.builds("".join, st.lists(PIECES, max_size=6))
LINKS = st.none() | LINE | st.builds("https://host/{}".format, st.text("ab&<>|%?#[]();:/ ", max_size=600))
BLOCKS = st.lists(
    st.builds(
        lambda kind, start, size, head: ShownBlock(kind, start, start + size, head),
        st.sampled_from([kind.value for kind in Kind]),
        st.integers(0, 60),
        st.integers(0, 60),
        st.none() | st.just("| h |\n| --- |") | LINE,
    ),
    max_size=5,
).map(lambda blocks: tuple(sorted(blocks, key=lambda block: block.start)))
PLACE = {
    "source": LINE,
    "path": LINE,
    "start": st.just(0),
    "end": st.integers(1, 99),
    "headings": st.lists(LINE, max_size=3).map(tuple),
    "lines": st.none(),
    "page": st.none(),
    "score": st.just(0.5),
    "title": LINE,
    "location": LINE,
    "link": LINKS,
    "format": st.sampled_from([one.value for one in Format if one is not Format.EXPORT]),
    "updated": st.none() | LINE | st.dates().map(date.isoformat),
    "blocks": BLOCKS,
}
CITED = st.builds(CitedSpan, quote=TEXT, cut_off=st.booleans(), **PLACE)
RANKED = st.builds(RankedPassage, text=TEXT, dense=st.just(0.5), lexical=st.none(), **PLACE)
FACTS = {
    "confidence": st.floats(0, 1),
    "generation": st.just(1),
    "elapsed_ms": st.just(1.0),
    "question": TEXT,
    "read_as": TEXT,
    "passages": st.lists(RANKED, max_size=10).map(tuple),
}
AUDIENCES: tuple[Audience, ...] = ("ephemeral", "public", "dm")
ANSWERS = st.one_of(
    st.builds(
        AnswerObject,
        verdict=st.sampled_from(["answered", "unsure"]),
        citations=st.lists(CITED, min_size=1, max_size=3).map(tuple),
        **FACTS,
    ),
    st.builds(AnswerObject, verdict=st.just("not_found"), citations=st.just(()), **FACTS),
)


@settings(max_examples=40, deadline=None)
@given(ANSWERS, st.sampled_from(AUDIENCES))
def test_any_answer_is_a_valid_message_in_which_nothing_acts(
    answer: AnswerObject, audience: Audience
) -> None:
    """In every surface that shows it, also once it was kept."""
    for one in (answer, read_answer(written(answer))):
        validate(answer_message(one, "a1", audience=audience, today=TODAY, asked=True, team_channel="C0TEAM"))
    validate(shared_message(answer, "a1", user="U0ANA", today=TODAY), ["U0ANA"])
    validate_view(more_view(answer, "a1", today=TODAY))
    validate_view(missing_view(answer, "a1", today=TODAY))


@settings(max_examples=40, deadline=None)
@given(TEXT, LINE)
def test_any_question_is_harmless_wherever_it_is_shown(question: str, name: str) -> None:
    """Posted for the team, given as an example, on the Home tab, in a notice."""
    validate(ask_team_message(question, "U0ANA"), ["U0ANA"])
    validate(help_message([question, name]))
    validate(said(one_line(question, 300) or "?"))
    validate_view(home_view(HomeFacts(((name, 1),), 1, 2, "today", (question,) * 12, (question,) * 3)))


@settings(max_examples=60, deadline=None)
@given(TEXT.map(lambda text: "Words. " * 9 + text.encode("utf-8", "ignore").decode()))
@example("Text.\n\n| a | b |\n|---|---|\n| <!here> | \\| |\n\n```\n*x*\n```\n\n1. a\n2. b\n")
def test_the_words_of_any_note_are_shown_in_their_order(text: str) -> None:
    """Read as Markdown, nothing but signs of form is lost, or else it says that it is shortened."""
    try:
        read = note(text)
    except UnreadableError:
        return  # mostly control characters: no text
    for passage in passages(read)[:1]:
        answer = answered(Citation(passage, passage.start, passage.end, 0.5))
        message = answer_message(answer, "a1", audience="dm", today=TODAY)
        validate(message)
        words = shown(message.blocks)
        if LEFT_OUT not in words:
            said = words.partition("[1]")[2].rpartition("[1]")[0]
            assert _letters(said).startswith(_letters(safe_text(passage.text)))


def _letters(text: str) -> str:
    """Give the letters and digits but those of fences, whose language is not shown, and of list numbers."""
    lines = (line for line in text.splitlines() if not line.lstrip().startswith(("```", "~~~")))
    return "".join(character for line in lines for character in line if character.isalpha())
