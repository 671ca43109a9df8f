"""Whether the index holds the files that a set expects to answer."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.evaluation.labels import Label
from ingest.errors import UsageError

if TYPE_CHECKING:
    from index.search import Index

_SHOWN = 3


def missing(labels: Sequence[Label], index: "Index") -> str | None:
    """Give what to tell the user of expected files that the index does not hold; `None` if it holds all.

    Raises `UsageError` if it holds none of them: then the set is about other notes.
    """
    known = {file.path for file in index.status().files if file.state == "indexed"}
    expected = {gold.path for label in labels if label.answerable for gold in label.gold}
    unknown = sorted(expected - known)
    if not unknown:
        return None
    names = ", ".join(unknown[:_SHOWN]) + (", …" if len(unknown) > _SHOWN else "")
    text = (
        f"{len(unknown):,} of the {len(expected):,} files that should answer are not in the index ({names})"
    )
    if len(unknown) == len(expected):
        raise UsageError(
            f"{text}: the questions are about other notes. Index those, as in: "
            "refdesk --index FOLDER index SET/corpus. A path is relative to its source"
        )
    return f"{text}; the questions that only they answer count as missed"
