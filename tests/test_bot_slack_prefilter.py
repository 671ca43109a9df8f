"""What makes the bot speak, and in which words it was asked."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_requests import ALICE, command, direct, event, mention, press
from slack_stand_in import TEAM

from bot.slack.jobs import Opened, Person, Place, Press, Question, decoded, encoded
from bot.slack.prefilter import Silence, commanded, delivery_of, heard, interaction_of, pressed
from bot.slack.wording import is_greeting, plain_words

JSON = st.sampled_from([None, True, 0, "", "x", "1.2", "im", "<@U1>", [], [1], {}, {"id": 1}])


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("<@U0BOT> how do I undo a rollout?", "how do I undo a rollout?"),
        ("how, <@U0BOT|refdesk>, do I  undo it?", "how, , do I undo it?"),
        ("is a &lt; b &amp;&amp; c &gt; d?", "is a < b && c > d?"),
        (
            "see <https://example.org/a|the page> and <https://example.org/b>",
            "see the page and https://example.org/b",
        ),
        (
            "mail <mailto:a@example.org|a@example.org> or <mailto:b@example.org>",
            "mail a@example.org or b@example.org",
        ),
        ("in <#C0GENERAL|general> or <#C0OTHER>", "in #general or"),
        ("<!here> <!channel|channel> <!subteam^S01|@team> on <!date^1^{date}|Friday>", "@team on Friday"),
        ("a `<b>` c", "a ` ` c".replace("` `", "`b`")),
        ("", ""),
    ],
)
def test_a_message_is_read_as_it_was_typed(written: str, typed: str) -> None:
    """Mentions are left out; links, channels, groups and dates are read by their words."""
    assert plain_words(written) == typed


@pytest.mark.parametrize(
    "text", ["", " ", "help", "HELP!", "Hi there", "hello, ", "what can you do?", "good morning"]
)
def test_a_greeting_is_no_question(text: str) -> None:
    """Nor is a call for help."""
    assert is_greeting(text)


@pytest.mark.parametrize(
    "text", ["help me restart the database", "hi, who is paged?", "how?", "high availability"]
)
def test_what_only_begins_as_a_greeting_is_a_question(text: str) -> None:
    """So it is answered."""
    assert not is_greeting(text)


def test_what_was_asked_survives_the_queue() -> None:
    """Each kind of job is the same after it was written and read."""
    asked = heard(mention("why?"), time.time())
    for job in (asked, commanded(command("why?", "https://example.org/1")), pressed(press("share", "1", ""))):
        assert not isinstance(job, Silence)
        assert decoded(encoded(job)) == job


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("general", "channel"),
        ("privategroup", "private"),
        ("mpdm-a--b-1", "group_dm"),
        ("directmessage", "dm"),
    ],
)
def test_the_kind_of_a_channel_is_read_from_its_name(name: str, kind: str) -> None:
    """Slack's ids tell private channels from public ones no longer."""
    assert commanded(command("why?", "", name=name)).place.kind == kind


def test_an_organisation_is_named_where_it_is() -> None:
    """And stands for the workspace where there is none."""
    body = command("why?", "") | {"enterprise_id": "E0ORG"}
    assert commanded(body).place == Place(TEAM, "C0GENERAL", "channel", enterprise="E0ORG")
    whole = press("share", "1", "") | {"team": None, "enterprise": {"id": "E0ORG"}}
    assert pressed(whole).place.team == "E0ORG"
    assert pressed(whole).person == Person(ALICE, TEAM)


def test_an_event_is_known_by_its_id_and_its_message() -> None:
    """What is no new message has only its id: its `ts` may be that of a message."""
    body = mention("why?")
    inner = body["event"]
    known = delivery_of(body)
    assert (known.team, known.event, known.channel, known.ts) == (
        TEAM,
        body["event_id"],
        inner["channel"],
        inner["ts"],
    )
    assert delivery_of(event(inner | {"subtype": "message_deleted"})).ts is None
    assert delivery_of(event({"type": "app_home_opened", "channel": "D1"})).ts is None
    assert interaction_of(command("why?", "") | {"trigger_id": "9"}).event == "trigger:9"
    assert interaction_of({"team_id": TEAM}).event is None


def test_silence_has_its_reason() -> None:
    """Each reason is another one, and says it."""
    now = time.time()
    deleted = {"type": "message", "subtype": "message_deleted", "channel": "C1", "channel_type": "channel"}
    assert heard(event(deleted), now) is Silence.NOT_DIRECT
    assert heard(event(deleted | {"channel_type": "im"}), now) is Silence.NOT_WRITTEN
    by_bot = {"channel_type": "im", "previous_message": {"bot_id": "B1"}}
    assert heard(event(deleted | by_bot), now) is Silence.ANOTHER_BOT
    assert heard(event({"type": "app_home_opened"}), now) is Silence.NOBODY
    assert heard(event({"type": "channel_created"}), now) is Silence.UNKNOWN
    assert heard(direct("why?", ts="never"), now) is Silence.OLD
    assert heard(direct("why?"), now + 90_000) is Silence.OLD
    assert isinstance(heard(event({"type": "app_home_opened", "user": ALICE}), now), Opened)


@given(st.dictionaries(st.sampled_from(["type", "subtype", "user", "channel", "ts", "text", "bot_id"]), JSON))
def test_no_event_is_an_error(inner: dict[str, object]) -> None:
    """Whatever stands in one: it is a job, or there is a reason for silence."""
    found = heard(event(inner | {"type": "message", "channel_type": "im"}), 0.0)
    assert isinstance(found, Question | Silence | Opened | Press) or found
