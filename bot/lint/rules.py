"""All rules, by the names under which they are chosen."""

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from bot.lint.acronyms import unknown_acronyms
from bot.lint.dates import stale
from bot.lint.duplicates import duplicates
from bot.lint.files import frontmatter, unread
from bot.lint.headings import empty_headings
from bot.lint.lengths import too_long
from bot.lint.links import dead_links, orphans
from bot.lint.stops import lost_stops
from bot.lint.types import Finding, Notes, Rule

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "acronym": unknown_acronyms,
        "duplicate": duplicates,
        "empty-heading": empty_headings,
        "frontmatter": frontmatter,
        "link": dead_links,
        "long": too_long,
        "orphan": orphans,
        "path": lost_stops,
        "stale": stale,
        "unread": unread,
    }
)


def findings(notes: Notes, rules: Collection[str]) -> tuple[Finding, ...]:
    """Give what the rules of these names find, in the order of sources, paths, lines and rules."""
    order = {name: number for number, name in enumerate(notes.sources)}

    def place(one: Finding) -> tuple[int, str, int, str, str]:
        return order[one.source], one.path, one.line, one.rule, one.what

    return tuple(sorted(_all(notes, rules), key=place))


def _all(notes: Notes, rules: Collection[str]) -> Iterator[Finding]:
    for name, rule in RULES.items():
        if name in rules:
            yield from rule(notes)
