"""Who is served: people of the workspaces that are allowed, and nobody of another company."""

from dataclasses import dataclass

from bot.slack.identity import Identity
from bot.slack.jobs import Person, Place


@dataclass(frozen=True, slots=True)
class Door:
    """`workspaces` are the ids of those allowed, or of an organisation for all of its.

    None stands for the one that the bot's token is of.
    """

    workspaces: tuple[str, ...]
    identity: Identity

    def admits(self, place: Place, person: Person) -> bool:
        """Tell whether a person is served in a place; raises `PostponedError`."""
        allowed = set(self.workspaces) or {self.identity.bot().team}
        if place.enterprise in allowed and not place.outside:
            return True
        return {place.team, person.team} <= allowed
