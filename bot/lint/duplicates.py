"""The same said twice: notes with the same words, and passages that are nearly alike."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

from bot.lint.types import Finding, Notes, found
from ingest.types import Block, Document, Kind

# Shorter ones are alike by chance, or by good habit: a greeting, a sentence that leads to a list.
_FEWEST_WORDS = 30
_FEWEST_IN_NOTE = 10
_SHINGLE = 5
# One shingle in so many is looked up; at this share of common ones, two passages are nearly alike.
_SAMPLED = 8
_ALIKE = 0.8
# What stands in more places than this finds nobody a partner.
_BOILERPLATE = 40
_WORD = re.compile(r"\w+")
# Whose words are the same wherever it stands: comments, tags, short codes, and the addresses of links.
_MARKUP = re.compile(r"<!--.{0,2000}?-->|<[^<>]{1,300}>|\{\{[^{}]{1,300}\}\}|\]\([^()\s]{1,500}\)", re.DOTALL)
_FIX = "keep it in one place and link to that, or delete the copy"


@dataclass(frozen=True, slots=True)
class _Passage:
    document: Document
    block: Block
    shingles: frozenset[int]


def duplicates(notes: Notes) -> Iterator[Finding]:
    """Find notes with the same words as an earlier one, and passages nearly alike in two notes.

    Of two notes with several such passages, the first is named.
    """
    whole: dict[tuple[str, ...], Document] = {}
    different: list[Document] = []
    for document in notes.documents:
        said = tuple(word for block in document.blocks for word in _words(document, block))
        first = whole.setdefault(said, document)
        if first is document or len(said) < _FEWEST_IN_NOTE:
            different.append(document)
        else:
            yield found("duplicate", document, 0, f"has the same words as {_name(first, document)}", _FIX)
    yield from _alike(different)


def _alike(documents: list[Document]) -> Iterator[Finding]:
    """Compare each passage with those of the documents before."""
    by_shingle: dict[int, list[_Passage]] = {}
    for document in documents:
        passages = list(_passages(document))
        partners: dict[int, list[tuple[_Passage, _Passage]]] = {}
        for passage in passages:
            if other := _partner(passage, by_shingle):
                partners.setdefault(id(other.document), []).append((passage, other))
        for pairs in partners.values():
            yield _finding(pairs)
        for passage in passages:
            for shingle in _sampled(passage):
                by_shingle.setdefault(shingle, []).append(passage)


def _finding(pairs: list[tuple[_Passage, _Passage]]) -> Finding:
    passage, other = pairs[0]
    place = f"{_name(other.document, passage.document)}:{other.document.line(other.block.start)}"
    more = f", as do {len(pairs) - 1} more here" if len(pairs) > 1 else ""
    return found("duplicate", passage.document, passage.block.start, f"says the same as {place}{more}", _FIX)


def _name(one: Document, beside: Document) -> str:
    return one.path if one.source == beside.source else f"{one.source}: {one.path}"


def _passages(document: Document) -> Iterator[_Passage]:
    for block in document.blocks:
        if block.kind in {Kind.PROSE, Kind.LIST}:
            said = _words(document, block)
            if len(said) >= _FEWEST_WORDS:
                runs = (" ".join(said[at : at + _SHINGLE]) for at in range(len(said) - _SHINGLE + 1))
                yield _Passage(document, block, frozenset(crc32(run.encode()) for run in runs))


def _words(document: Document, block: Block) -> list[str]:
    return _WORD.findall(_MARKUP.sub(" ", document.text[block.start : block.end]).casefold())


def _sampled(passage: _Passage) -> list[int]:
    return [shingle for shingle in passage.shingles if shingle % _SAMPLED == 0]


def _partner(passage: _Passage, by_shingle: dict[int, list[_Passage]]) -> _Passage | None:
    """Give the passage of an earlier document that is most alike, if any is nearly so."""
    held: dict[int, _Passage] = {}
    common: Counter[int] = Counter()
    for shingle in sorted(_sampled(passage)):
        for other in by_shingle.get(shingle, ())[:_BOILERPLATE]:
            held[id(other)] = other
            common[id(other)] += 1
    near = [other for key, _ in common.most_common(3) if _likeness(passage, other := held[key]) >= _ALIKE]
    return near[0] if near else None


def _likeness(one: _Passage, other: _Passage) -> float:
    """Give the share of the shingles of both that both have."""
    return len(one.shingles & other.shingles) / len(one.shingles | other.shingles)
