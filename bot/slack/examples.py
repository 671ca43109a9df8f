"""Questions to begin with, from the notes themselves: those that their own headings ask."""

from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from index.types import Where
from ingest.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.search import Index

MOST = 3
# So many passages are looked at, spread over all the notes.
LOOKED_AT = 400
_LONGEST = 70


def examples(index: "Index", where: Where) -> tuple[str, ...]:
    """Give up to three questions that the allowed notes answer, from as many of them as there are.

    Where no heading asks anything, they are the titles of notes.
    """
    found = tuple(islice(_spread(_asked(index, where)), MOST))
    return found or tuple(islice(_spread(_titles(index, where)), MOST))


def _asked(index: "Index", where: Where) -> "Iterator[tuple[int, str]]":
    """Give headings that are questions, each with its document."""
    numbers = index.store.passages_of(index.store.allowed(where))
    rows = index.store.rows(numbers[:: len(numbers) // LOOKED_AT + 1])
    for row in rows:
        if row.headings and (row.kind is Kind.FAQ or row.headings[-1].rstrip().endswith("?")):
            yield row.document, row.headings[-1]


def _titles(index: "Index", where: Where) -> "Iterator[tuple[int, str]]":
    documents = index.store.allowed(where)
    for number in documents[:: max(1, len(documents) // MOST)]:
        yield number, index.store.document(number).title


def _spread(found: "Iterator[tuple[int, str]]") -> "Iterator[str]":
    """Give what is fit to be shown, first one of each document, then the second of each, and so on."""
    seen: set[str] = set()
    depth: Counter[int] = Counter()
    ranked: list[tuple[int, int, str]] = []
    for place, (document, text) in enumerate(found):
        shown = " ".join(text.split())
        if shown and len(shown) <= _LONGEST and shown.casefold() not in seen:
            seen.add(shown.casefold())
            ranked.append((depth[document], place, shown))
            depth[document] += 1
    return (shown for _, _, shown in sorted(ranked))
