"""Modals and the Home tab."""

from dataclasses import replace

from slack_answers import TODAY, answered, cited, quoted_part
from slack_shapes import elements, shown, validate_view

from bot.render.slack.actions import MISSING_BLOCK, MISSING_INPUT, MISSING_VIEW, MORE_VIEW
from bot.render.slack.answer import LEFT_OUT
from bot.render.slack.elements import divider
from bot.render.slack.home import home_view
from bot.render.slack.limits import ROOMS, TOTAL, VIEW_BLOCKS, fitted, weight
from bot.render.slack.modals import missing_view, more_view, stale_view, thanks_view
from bot.render.slack.types import HomeFacts

NOTE = "# Rollbacks\n\nRun `undo`.\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n"
FURTHER = [
    one.passage for name in "abcd" for one in cited(f"# Note {name}\n\nWords of {name}.\n", f"{name}.md")
]
ANSWER = answered(quoted_part(NOTE, "Run `undo`."), further=FURTHER)
FACTS = HomeFacts((("handbook", 16), ("runbooks <!here>", 1)), 17, 1_240, "2 hours ago")


def test_more_passages_are_shown_best_first_with_their_places() -> None:
    """Those that were quoted too: now in their passage; a table is aligned lines, for a modal takes none."""
    view = more_view(ANSWER, "a1", today=TODAY)
    validate_view(view)
    assert (view["callback_id"], view["private_metadata"]) == (MORE_VIEW, "a1")
    words = shown(view["blocks"])
    places = [
        "1. Rollbacks · ops/note.md:3-7",
        *(f"{n}. Note {x} · {x}.md:3" for n, x in enumerate("abcd", 2)),
    ]
    assert [words.index(place) for place in places] == sorted(words.index(place) for place in places)
    assert "a  b\n-  -\n1  2" in words
    assert "Words of d." in words


def test_many_long_passages_are_shortened_or_fewer() -> None:
    """Rather than none at all; that a note goes on is said."""
    long = [
        one.passage for name in "abcdefghij" for one in cited(f"# {name}\n\n{'word ' * 600}\n", f"{name}.md")
    ]
    view = more_view(answered(further=long), "a1", today=TODAY)
    validate_view(view)
    assert shown(view["blocks"]).count(LEFT_OUT) == 10
    hostile = replace(
        ANSWER.passages[0], text="&" * 5_000, blocks=(), title="&" * 999, link=f"https://a/{'&' * 99}"
    )
    view = more_view(replace(ANSWER, passages=(hostile,) * 10), "a1", today=TODAY)
    validate_view(view)
    assert shown(view["blocks"]).count(LEFT_OUT) >= 3


def test_what_was_missing_is_asked_beside_the_next_passages() -> None:
    """Writing is optional: sending says it too. What was quoted is not shown again."""
    view = missing_view(ANSWER, "a1", today=TODAY)
    validate_view(view)
    assert (view["callback_id"], view["private_metadata"]) == (MISSING_VIEW, "a1")
    [asked] = elements(view["blocks"], "input")
    assert (asked["block_id"], asked["element"]["action_id"]) == (MISSING_BLOCK, MISSING_INPUT)
    assert asked["optional"]
    words = shown(view["blocks"])
    assert "Was it one of these?" in words
    assert [name in words for name in ("Run `undo`", "Words of a", "Words of c", "Words of d")] == [
        False,
        True,
        True,
        False,
    ]


def test_without_further_passages_only_what_was_missing_is_asked() -> None:
    """There is nothing to ask about."""
    view = missing_view(replace(ANSWER, passages=()), "a1", today=TODAY)
    validate_view(view)
    assert "one of these" not in shown(view["blocks"])


def test_modals_that_only_tell_are_closed_and_not_sent() -> None:
    """Thanks, and that an answer is no longer kept."""
    for view in (thanks_view(), stale_view()):
        validate_view(view)
    assert "ask the question again" in shown(stale_view()["blocks"])


def test_home_says_what_there_is_and_what_was_asked() -> None:
    """Counts, age and sources; the person's own questions; examples to press."""
    facts = replace(FACTS, recent=("who *is* <!here>?",), examples=("What is a pod?",))
    view = home_view(facts)
    validate_view(view)
    words = shown(view["blocks"])
    assert "17 notes, 1,240 passages; read 2 hours ago." in words
    assert "handbook: 16 notes\nrunbooks <!here>: 1 note\n" in words
    assert "Your recent questions\nwho *is* <!here>?\nOnly you see these." in words
    assert [one["value"] for one in elements(view["blocks"], "button")] == ["What is a pod?"]


def test_an_empty_home_has_no_empty_lists() -> None:
    """Before anything is indexed or asked."""
    view = home_view(HomeFacts((), 0, 0, "just now"))
    validate_view(view)
    assert "recent" not in shown(view["blocks"])


def test_home_has_room_for_onboarding_at_its_top() -> None:
    """And never more blocks than Slack takes."""
    view = home_view(replace(FACTS, onboarding=(divider(),) * VIEW_BLOCKS))
    validate_view(view)
    assert len(view["blocks"]) == VIEW_BLOCKS
    assert home_view(replace(FACTS, onboarding=(divider(),)))["blocks"][1:] == home_view(FACTS)["blocks"]


def test_home_with_many_long_names_fits() -> None:
    """Names and questions are cut."""
    facts = HomeFacts((("&" * 500, 1),) * 40, 1, 1, "today", ("<" * 900,) * 40, (">" * 900,) * 5)
    validate_view(home_view(facts))


def test_what_fits_in_no_room_is_shown_as_far_as_it_fits() -> None:
    """Nothing is worse than no answer."""
    blocks = [{"type": "divider", "block_id": "x" * 200}] * 60
    kept = fitted(lambda _: blocks, most=50)
    assert kept == blocks[: len(kept)]
    assert weight(kept) <= TOTAL < weight(blocks[: len(kept) + 1]) or len(kept) == 50
    assert fitted(lambda _: blocks[:1] * 10) == blocks[:10]
    assert len(fitted(lambda _: [{"type": "divider"}] * 60)) == 50


def test_the_widest_room_that_fits_is_taken() -> None:
    """No quote is shortened without need."""
    tried = []

    def build(room: object) -> list[dict[str, object]]:
        tried.append(room)
        return [{"type": "x" * (TOTAL if len(tried) < 3 else 1)}]

    fitted(build)
    assert tried == list(ROOMS[:3])
