"""A limited source within another one, whose notes are then in both."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bot.slack.audience import Rules

if TYPE_CHECKING:
    from index.passages import Label
    from ingest.types import Source


def overlaps(sources: Iterable["Source"], labels: Iterable["Label"], rules: Rules) -> Iterator[str]:
    """Give in words each limited source whose notes another one shows to others; `labels` are all notes."""
    roots = {source.name: source.root for source in sources if source.git is None}
    found = {
        (name, label.source)
        for label in labels
        for name in _limited_around(roots, label, rules)
        if rules.get(label.source, ()) != rules[name]
    }
    for name, other in sorted(found):
        yield (
            f"notes of {name}, which is limited, are in {other} too and seen wherever that is: name its "
            f"folder in a .refdeskignore in {other}, and run `refdesk index`"
        )


def _limited_around(roots: dict[str, Path], label: "Label", rules: Rules) -> Iterator[str]:
    """Give the limited sources that a note of another one lies in."""
    if label.source not in roots:
        return
    place = roots[label.source] / label.path
    for name, root in roots.items():
        if rules.get(name) is not None and name != label.source and place.is_relative_to(root):
            yield name
