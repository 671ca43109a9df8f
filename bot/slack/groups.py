"""The user groups that a person is in, as far as a source is limited to any."""

import logging
import time
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

from bot.slack.audience import Rules
from bot.slack.seldom import Seldom

if TYPE_CHECKING:
    from slack_sdk import WebClient

_log = logging.getLogger(__name__)

# Who is taken out of a group sees its sources so much longer.
KEPT_SECONDS = 300.0


def groups_named(rules: Rules) -> frozenset[str]:
    """Give the ids of the user groups that the sources are limited to."""
    return frozenset(place for places in rules.values() for place in places or () if place.startswith("S"))


class Groups:
    """Tells which of the named user groups a person is in; for any number of threads.

    A group that Slack does not tell of counts as one that the person is not in, and is logged.
    """

    def __init__(self, client: "WebClient", rules: Rules, now: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._named = sorted(groups_named(rules))
        self._now = now
        self._seldom = Seldom(now)
        self._members: dict[tuple[str, str], tuple[float, frozenset[str]]] = {}
        self._lock = Lock()

    def of(self, team: str, user: str) -> frozenset[str]:
        """Give the groups that a person of a workspace is in."""
        return frozenset(group for group in self._named if user in self._in(team, group))

    def _in(self, team: str, group: str) -> frozenset[str]:
        with self._lock:
            asked, members = self._members.get((team, group), (-KEPT_SECONDS, frozenset()))
            if self._now() - asked < KEPT_SECONDS:
                return members
            members = self._asked(group)
            self._members[team, group] = self._now(), members
            return members

    def _asked(self, group: str) -> frozenset[str]:
        from slack_sdk.errors import SlackApiError

        try:
            return frozenset(self._client.usergroups_users_list(usergroup=group).get("users") or ())
        except (SlackApiError, OSError) as error:
            if self._seldom(group):
                _log.warning(
                    "Slack does not say who is in the user group %s, so nobody sees its sources for now; "
                    "the app needs the scope usergroups:read: %s",
                    group,
                    error.response["error"] if isinstance(error, SlackApiError) else error,
                )
            return frozenset()
