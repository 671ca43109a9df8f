"""Exports of Slack: threads and days, who and when, and what is left out."""

import json

import pytest
from exports import (
    ANA,
    BO,
    BOT,
    CHANNELS,
    NOON,
    archive,
    blocks,
    headings,
    left_out,
    message,
    read,
    reason,
    slack,
    texts,
    thread,
)

from ingest.slack_text import readable
from ingest.types import Document, Format, Metadata

DAY = "deploys/2026-03-04.json"
THREAD = f"deploys/2026-03-04/p{NOON}000000"
PEOPLE = {ANA: "Ana Lima", BO: "Bo Chen"}
READ_FOR = {"channels.json": "read for the channels", "users.json": "read for the names"}


def only(body: bytes) -> Document:
    """Give the one document of an export."""
    (document,) = read(body).documents
    return document


def test_a_thread_with_a_question_has_it_as_heading() -> None:
    """What its author adds, and the answers, stand under it, each by whom and when."""
    found = only(slack({DAY: thread("How do I roll back?\nIt hangs.", "Run `undo`.", "Thanks.")}))
    assert found.text == (
        "#deploys\n\n"
        "2026-03-04 10:12 UTC\nAna Lima\nHow do I roll back?\n\n"
        "Ana Lima: It hangs.\n\n"
        "2026-03-04 10:15 UTC\nBo Chen: Run `undo`.\n\n"
        "2026-03-04 10:18 UTC\nBo Chen: Thanks.\n\n"
    )
    assert headings(found) == [(1, "#deploys"), (2, "How do I roll back?")]
    assert found.title == "How do I roll back?"
    assert [text for _, text in blocks(found)] == [
        "Ana Lima: It hangs.",
        "Bo Chen: Run `undo`.",
        "Bo Chen: Thanks.",
    ]
    assert (found.path, found.file, found.format) == (f"export.zip/{THREAD}", "export.zip", Format.CHAT)
    assert found.metadata == Metadata(owner="Ana Lima", updated="2026-03-04")


def test_a_thread_that_tells_something_begins_with_it() -> None:
    """It can be quoted; a question too long for a heading can, too."""
    found = only(slack({DAY: thread("The freeze begins on Friday.", "Good.")}))
    assert found.title == "#deploys: The freeze begins on Friday."
    assert [text for _, text in blocks(found)] == ["Ana Lima: The freeze begins on Friday.", "Bo Chen: Good."]
    long = "Who knows " + "more " * 60 + "?"
    found = only(slack({DAY: thread(long, "Nobody.")}))
    assert found.title.endswith(" …")
    assert len(headings(found)) == 1
    found = only(slack({DAY: thread("The host is db1. Is it down?", "No.")}))
    assert found.blocks[0].start > found.headings[0].end
    found = only(slack({DAY: thread("Is db1.example.org down? It was.", "No.")}))
    assert headings(found) == [(1, "#deploys"), (2, "Is db1.example.org down?")]
    assert [text for _, text in blocks(found)] == ["Ana Lima: It was.", "Bo Chen: No."]


def test_what_nobody_answered_is_a_document_a_day() -> None:
    """In the order of time, whatever file it stands in; a thread that spans days is whole."""
    asked, answered = thread("Who?", "Bo.", at=10)
    body = slack(
        {
            DAY: [message("Second.", 100), asked, message("First.", 5)],
            "deploys/2026-03-05.json": [message("Next.", 86_400), {**answered, "ts": f"{NOON + 90_000:.6f}"}],
        }
    )
    found = read(body)
    assert list(texts(found)) == [
        "deploys/2026-03-04",
        f"deploys/2026-03-04/p{NOON + 10}000000",
        "deploys/2026-03-05",
    ]
    first, asking, second = found.documents
    assert [text for _, text in blocks(first)] == ["Ana Lima: First.", "Ana Lima: Second."]
    assert (first.title, first.metadata.owner) == ("#deploys: 2026-03-04", None)
    assert "2026-03-05 11:12 UTC\nBo Chen: Bo." in asking.text
    assert asking.metadata.updated == "2026-03-05"
    assert "Next." in second.text
    assert left_out(found) == READ_FOR


def test_messages_with_lists_and_code_keep_them_whole() -> None:
    """Each is a block of its own kind, with the places where it may be cut."""
    said = "Do this:\n• first\n• second\n\n```kubectl get pods\nkubectl top pods```\nAnd that."
    found = only(slack({DAY: [message(said), message("```echo```", 60)]}))
    assert blocks(found) == [
        ("prose", "Ana Lima: Do this:"),
        ("list", "• first\n• second"),
        ("code", "kubectl get pods\nkubectl top pods"),
        ("prose", "And that."),
        ("prose", "Ana Lima:"),
        ("code", "echo"),
    ]
    listed, code = found.blocks[1], found.blocks[2]
    assert [found.text[at : at + 6] for at in (*listed.parts, *code.parts)] == [
        "• firs",
        "• seco",
        "kubect",
        "kubect",
    ]


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("ask <@U02BO> or <@U99>", "ask @Bo Chen or @U99"),
        ("ask <@U99|zoe>", "ask @zoe"),
        ("in <#C01|deploys> and <#C02>", "in #deploys and #C02"),
        ("<!here> and <!subteam^S1|@ops> <!date^1392734382^{date}|on Monday>", "@here and @ops on Monday"),
        ("see <https://e.org/a?b=1&amp;c|the page>", "see the page (https://e.org/a?b=1&c)"),
        ("see <https://e.org/a>, <https://e.org|e.org>", "see https://e.org/a, https://e.org"),
        ("<mailto:ana@e.org|ana@e.org>", "ana@e.org"),
        ("*bold* and _soft_, ~gone~ and *_both_*", "bold and soft, gone and both"),
        ("2*3*4, snake_case_name and a * b * c", "2*3*4, snake_case_name and a * b * c"),
        ("`*kept*` ```_kept_```", "`*kept*` ```_kept_```"),
        ("a &lt; b &amp;&amp; c &gt; d &amp;copy;", "a < b && c > d &copy;"),
        ("1 < 2 <", "1 < 2 <"),
    ],
)
def test_what_slack_writes_is_turned_into_what_is_seen(written: str, seen: str) -> None:
    """Names for numbers, links with their addresses; code as it is."""
    assert readable(written, PEOPLE) == seen


def test_odd_code_and_lists_are_no_trouble() -> None:
    """Code without any, and a list without a line that leads to it."""
    found = only(slack({DAY: [message("``` ```"), message("```a```\n- x\n- y", 1)]}))
    assert blocks(found) == [
        ("prose", "Ana Lima:"),
        ("prose", "Ana Lima:"),
        ("code", "a"),
        ("list", "- x\n- y"),
    ]


def test_links_are_kept() -> None:
    """Each with its address and its place."""
    found = only(slack({DAY: [message("See <https://e.org/a|the page>, and <https://e.org/b>.")]}))
    assert [link.target for link in found.links] == ["https://e.org/a", "https://e.org/b"]
    assert [found.text[link.start : link.end] for link in found.links] == [
        "https://e.org/a",
        "https://e.org/b",
    ]


def test_what_no_person_wrote_is_left_out_and_counted() -> None:
    """Bots, notices, messages without words, and lines that are none."""
    day = [
        message("Kept."),
        message("deployed", 1, BOT),
        message("deployed", 2, bot_id="B1"),
        message("deployed", 3, subtype="bot_message"),
        message("Hi there", 4, "USLACKBOT"),
        message("joined", 5, subtype="channel_join"),
        message("", 6),
        message("no time", ts="soon"),
        {"text": 1},
    ]
    assert left_out(read(slack({DAY: day}))) == READ_FOR | {
        "deploys/": (
            "left out: damaged messages (2), messages of bots (4), messages without words (1), "
            "notices such as who joined (1)"
        )
    }


def test_a_day_without_words_of_people_is_listed() -> None:
    """So is one that is damaged; an export with nothing else holds nothing to index."""
    found = read(slack({DAY: [message("Kept.")], "general/2026-03-04.json": [message("x", bot_id="B1")]}))
    assert left_out(found)["general/2026-03-04.json"] == "no words of people in it"
    found = read(slack({DAY: [message("Kept.")]}, more={"general/2026-03-04.json": "{"}))
    assert left_out(found)["general/2026-03-04.json"] == "damaged: not the JSON of a Slack export"
    assert reason(slack({})).startswith("holds nothing to index (export.zip/channels.json: read for")


def test_private_conversations_are_left_out() -> None:
    """Nobody is shown here what they could not see there."""
    private = {"D01/2026-03-04.json": "[]", "D01/2026-03-05.json": "[]", "secret/2026-03-04.json": "[]"}
    found = read(slack({DAY: [message("Kept.")]}, more=private | {"groups.json": "[]"}))
    assert len(found.documents) == 1
    assert left_out(found) == READ_FOR | {
        "D01/": "2 files (2 .json): each not of a public channel",
        "secret/2026-03-04.json": "not of a public channel",
        "groups.json": "not of a public channel",
    }


def test_shared_files_are_named_and_previews_speak_where_nothing_else_does() -> None:
    """The files themselves are not in an export."""
    day = [
        message("The plan:", files=[{"title": "Plan 2026", "name": "plan.pdf"}, {"mode": "tombstone"}]),
        message("", 1, attachments=[{"fallback": "Forwarded words."}]),
        message("", 2, files=[{"name": "notes.txt"}]),
    ]
    assert [text for _, text in blocks(only(slack({DAY: day})))] == [
        "Ana Lima: The plan:\n(Plan 2026)",
        "Ana Lima: Forwarded words.",
        "Ana Lima: (notes.txt)",
    ]


def test_people_are_called_as_well_as_is_known() -> None:
    """By the list of members, else by the message, else by their number."""
    users = [
        {"id": "U1", "profile": {"real_name": "One"}},
        {"id": "U2", "real_name": "Two"},
        {"id": "U3", "profile": {"display_name": "Three"}},
        {"id": "U4", "name": "four"},
        {"id": "U5", "name": " "},
        {"no": "member"},
    ]
    day = [message("x", number, f"U{number}") for number in range(1, 7)]
    day += [message("x", 7, "U7", user_profile={"display_name": "Seven"}), message("x", 8, "")]
    found = only(slack({DAY: day}, users=users))
    assert [text.partition(":")[0] for _, text in blocks(found)] == [
        "One",
        "Two",
        "Three",
        "four",
        "U5",
        "U6",
        "Seven",
        "somebody",
    ]


def test_an_export_may_lie_in_a_folder_and_lack_its_members() -> None:
    """As when it was unpacked and packed again."""
    entries = {"team/channels.json": json.dumps(CHANNELS), f"team/{DAY}": json.dumps([message("Words.")])}
    found = read(archive(entries))
    assert list(texts(found)) == ["deploys/2026-03-04"]
    assert left_out(found) == {"team/channels.json": "read for the channels"}
    assert "U01ANA: Words." in found.documents[0].text


def test_a_damaged_list_of_channels_is_no_export() -> None:
    """Which channels are public can not be told then."""
    assert reason(archive({"channels.json": "{}"})) == "damaged: not the JSON of a Slack export"


def test_a_thread_can_not_name_a_place_elsewhere() -> None:
    """A number that is none is passed over."""
    found = read(slack({DAY: [message("Words.", thread_ts="../../etc")]}))
    assert list(texts(found)) == ["deploys/2026-03-04"]


def test_a_message_that_stands_twice_is_read_once() -> None:
    """Its time is its number."""
    found = only(slack({DAY: [message("Words."), message("Words.")]}))
    assert len(found.blocks) == 1
