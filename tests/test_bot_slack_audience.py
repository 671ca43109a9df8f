"""Who may see which source: nobody sees more than the rule of each source says, whatever the rules."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.audience import Audience, ChannelKind, Rules, allowed, may_see, may_share, where
from index.types import Where

SOURCES = ("open", "channel", "group", "dm", "mixed", "none", "unknown")
RULES: Rules = {
    "open": None,
    "channel": ("C1",),
    "group": ("S1", "S2"),
    "dm": ("dm",),
    "mixed": ("C2", "S2", "dm"),
    "none": (),
}
PUBLIC = Audience("T1", "C1", "channel", "U1", frozenset({"S1"}))
EPHEMERAL = replace(PUBLIC, ephemeral=True)
DM = Audience("T1", "D1", "dm", "U1", frozenset({"S1"}))


@pytest.mark.parametrize(
    ("audience", "visible"),
    [
        (PUBLIC, {"open", "channel"}),
        (EPHEMERAL, {"open", "channel", "group"}),
        (replace(EPHEMERAL, groups=frozenset()), {"open", "channel"}),
        (replace(EPHEMERAL, channel="C2", groups=frozenset({"S2"})), {"open", "group", "mixed"}),
        (replace(PUBLIC, channel="C2", kind="private"), {"open", "mixed"}),
        (replace(PUBLIC, channel="C9"), {"open"}),
        (replace(PUBLIC, channel="G9", kind="group_dm"), {"open"}),
        (DM, {"open", "dm", "mixed", "group"}),
        (replace(DM, groups=frozenset()), {"open", "dm", "mixed"}),
        (replace(DM, groups=frozenset({"S3"})), {"open", "dm", "mixed"}),
    ],
)
def test_a_source_is_visible_where_its_rule_says(audience: Audience, visible: set[str]) -> None:
    """A channel's in it, a group's to its members where nobody else looks on, `dm` in direct messages alone.

    One without a rule is visible everywhere, one with an empty rule or that the settings don't know nowhere.
    """
    names = allowed(audience, RULES, SOURCES)
    assert set(names) == visible
    assert names == tuple(name for name in SOURCES if name in visible)
    assert where(audience, RULES, SOURCES) == Where(sources=names)


def test_without_rules_all_is_visible() -> None:
    """By name, so that a filter never allows more than was looked at."""
    for audience in (PUBLIC, EPHEMERAL, DM):
        assert where(audience, {}, SOURCES) == Where(sources=SOURCES)
    assert where(PUBLIC, {}, ()) is None


def test_where_nothing_is_visible_nothing_may_answer() -> None:
    """A filter without a name would allow all, so there is none."""
    assert where(PUBLIC, RULES, ("group", "dm", "none", "unknown")) is None
    assert where(PUBLIC, {"a": ()}, ("a",)) is None


def test_what_was_given_is_judged_again() -> None:
    """By what is visible now: a source that is gone from the index is no longer shown."""
    assert may_see(["open", "group"], DM, RULES, SOURCES)
    assert not may_see(["open", "group"], PUBLIC, RULES, SOURCES)
    assert not may_see(["open", "gone"], DM, {}, SOURCES)
    assert may_see([], PUBLIC, RULES, SOURCES)


def test_an_answer_is_shared_only_where_all_may_see_it() -> None:
    """Not by what the sharer may see, and never into a direct message."""
    assert may_share(["open", "channel"], EPHEMERAL, RULES, SOURCES)
    assert may_share(["open"], replace(PUBLIC, channel="C9"), RULES, SOURCES)
    assert not may_share(["open", "group"], EPHEMERAL, RULES, SOURCES)
    assert not may_share(["channel"], replace(PUBLIC, channel="C9"), RULES, SOURCES)
    assert not may_share(["open"], DM, RULES, SOURCES)
    assert not may_share(["gone"], PUBLIC, {}, SOURCES)


NAMES = st.sampled_from(["a", "b", "c", "d"])
PLACES = st.sampled_from(["C1", "C2", "G1", "S1", "S2", "dm"])
KINDS: list[ChannelKind] = ["dm", "channel", "private", "group_dm"]
AUDIENCES = st.builds(
    Audience,
    st.just("T1"),
    st.sampled_from(["C1", "C2", "G1", "D1"]),
    st.sampled_from(KINDS),
    st.just("U1"),
    st.frozensets(st.sampled_from(["S1", "S2"])),
    st.booleans(),
)
ANY_RULES = st.dictionaries(NAMES, st.none() | st.lists(PLACES, max_size=3).map(tuple))


@given(AUDIENCES, ANY_RULES, st.lists(NAMES, unique=True))
def test_an_answer_for_one_is_never_narrower_than_for_all(
    audience: Audience, rules: Rules, sources: list[str]
) -> None:
    """What everybody in a channel may see, each of them may see alone; more groups never hide anything."""
    everybody = replace(audience, kind="channel", ephemeral=False)
    alone = replace(everybody, ephemeral=True)
    assert set(allowed(everybody, rules, sources)) <= set(allowed(alone, rules, sources))
    assert allowed(everybody, rules, sources) == allowed(
        replace(everybody, groups=frozenset()), rules, sources
    )
    joined = replace(audience, groups=audience.groups | {"S1"})
    assert set(allowed(audience, rules, sources)) <= set(allowed(joined, rules, sources))


@given(AUDIENCES, ANY_RULES, st.lists(NAMES, unique=True), NAMES, PLACES)
def test_a_rule_never_opens_another_source(
    audience: Audience, rules: Rules, sources: list[str], name: str, place: str
) -> None:
    """One more place in a source's rule shows that source to more people, and no other one to anybody."""
    before = rules.get(name) or ()
    wider = {**rules, name: (*before, place)}
    if not rules or rules.get(name, ()) is None:
        return
    others = [source for source in sources if source != name]
    assert allowed(audience, wider, others) == allowed(audience, rules, others)
    assert set(allowed(audience, rules, sources)) <= set(allowed(audience, wider, sources))


@given(AUDIENCES, ANY_RULES, st.lists(NAMES, unique=True))
def test_sharing_needs_what_everybody_may_see(audience: Audience, rules: Rules, sources: list[str]) -> None:
    """What may be shared is visible in an answer for all in that channel, each source of it."""
    for source in sources:
        shared = may_share([source], audience, rules, sources)
        public = replace(audience, groups=frozenset(), ephemeral=False)
        assert shared == (audience.kind != "dm" and source in allowed(public, rules, sources))
