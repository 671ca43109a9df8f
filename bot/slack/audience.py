"""Who sees an answer, and which sources may answer there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from index.types import Where

ChannelKind = Literal["dm", "channel", "private", "group_dm"]

IN_DM = "dm"
Rules = Mapping[str, tuple[str, ...] | None]
"""For each source by name where it is visible, `None` for everywhere; empty where nothing is limited.

Where one source is limited, a source without an entry is one that the settings do not know, and is hidden.
"""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who would see an answer: `user`, who is in the user groups `groups`, and whoever else is in `channel`.

    `ephemeral` says that only `user` sees it, although it is shown in a channel.
    """

    team: str
    channel: str
    kind: ChannelKind
    user: str
    groups: frozenset[str] = frozenset()
    ephemeral: bool = False

    @property
    def alone(self) -> bool:
        """Whether nobody but `user` sees it."""
        return self.ephemeral or self.kind == "dm"


def allowed(audience: Audience, rules: Rules, sources: Iterable[str]) -> tuple[str, ...]:
    """Give those of `sources`, by name and in order, that all of an audience may see."""
    return tuple(source for source in sources if _visible(source, audience, rules))


def where(audience: Audience, rules: Rules, sources: Iterable[str]) -> Where | None:
    """Give what limits a search to what an audience may see; `None` if that is nothing.

    Each source is named, also where all may be seen: a filter that names none allows all.
    """
    names = allowed(audience, rules, sources)
    return Where(sources=names) if names else None


def may_see(cited: Iterable[str], audience: Audience, rules: Rules, sources: Iterable[str]) -> bool:
    """Tell whether an audience may see all that is `cited`; `sources` are those of the index now."""
    return set(cited) <= set(allowed(audience, rules, sources))


def may_share(cited: Iterable[str], channel: Audience, rules: Rules, sources: Iterable[str]) -> bool:
    """Tell whether what is `cited` may be shown to everybody in a channel, and not in a person's DM."""
    everybody = Audience(channel.team, channel.channel, channel.kind, channel.user)
    return channel.kind != "dm" and may_see(cited, everybody, rules, sources)


def _visible(source: str, audience: Audience, rules: Rules) -> bool:
    if not rules:
        return True
    places = rules.get(source, ())
    if places is None:
        return True
    return (
        (audience.kind == "dm" and IN_DM in places)
        or audience.channel in places
        or (audience.alone and not audience.groups.isdisjoint(places))
    )
