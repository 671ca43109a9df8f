"""Acronyms that no note spells out."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from bot.lint.types import AUTHORED, Finding, Notes, found
from ingest.types import Document, Kind

# Two to six capitals, alone or in the plural, and no part of an identifier, a file name or a number.
_ACRONYM = re.compile(r"(?<![\w./@#$%&-])([A-Z]{2,6})s?(?![\w@/]|[-.]\w)")
_WORD = re.compile(r"[A-Za-z][a-z]+")
_CODE = re.compile(
    r"(`{1,3})(?!`)[^`\n]{1,400}\1|\]\([^()\n]{0,1000}\)|\[\[[^\[\]\n]{1,300}\]\]|https?://\S+|<[^<>\n]{1,300}>|\{\{.{0,300}?\}\}"
)
# Words before the brackets, or within them, and what spells an acronym with its own capitals: a run of words
# that open with them, or one word in which they stand.
_BEFORE = re.compile(r"((?:[\w'/-]+[ \n]+){1,9})\(\**_*$")
_AFTER = re.compile(
    r"s?\**_*[ \n]*(?:\(|:|,? or |\u2013|\u2014|,? (?:which )?(?:is short for|stands for|means) )"
    r"[ \n]*\**_*((?:[\w'-]+[ \n]*){1,9})"
)
# In characters: as far as the words of an acronym are looked for.
_NEAR = 120
_RUN = re.compile(r"(?:[A-Z][a-z]+(?:[ -]|[ \n](?:and|of|the|for) )){1,7}[A-Z][a-z]+")
_CAMEL = re.compile(r"(?:[A-Z][a-z]+){2,6}")
_CAPITAL = re.compile(r"[A-Z]")
_SMALL = {"a", "and", "as", "by", "for", "in", "of", "on", "or", "the", "to", "with"}
_FIX = "write it out where it stands first, with the short form in brackets, or add it to a glossary"
_GLOSSARY = re.compile(r"gloss|abbrev|acronym|terminology", re.IGNORECASE)


@dataclass
class _Use:
    """Where an acronym stands first, and in how many notes."""

    document: Document
    offset: int
    notes: set[str] = field(default_factory=set)


def unknown_acronyms(notes: Notes) -> Iterator[Finding]:
    """Find acronyms that are spelled out in no note, once each, where they stand first.

    Those that everybody knows are left alone (`acronyms.toml`), and those of a glossary, an alias or a title.
    """
    uses: dict[str, _Use] = {}
    shown = {id(document): _prose(document) for document in notes.documents}
    for document in notes.documents:
        if document.format in AUTHORED:
            for match in _ACRONYM.finditer(shown[id(document)]):
                use = uses.setdefault(match[1], _Use(document, match.start()))
                use.notes.add(f"{document.source}/{document.path}")
    told = _told(notes) | _spelled_by_capitals(shown.values()) | _lower_case_words(shown.values())
    for acronym, use in uses.items():
        if acronym not in told and not any(_explained(acronym, text) for text in shown.values()):
            many = f" in {len(use.notes)} notes" if len(use.notes) > 1 else ""
            yield found(
                "acronym", use.document, use.offset, f"{acronym} is used{many} and never spelled out", _FIX
            )


def _prose(document: Document) -> str:
    """Give the text with all that is no prose blanked out, so that offsets stay."""
    text = list(" " * len(document.text))
    blocks = (block for block in document.blocks if block.kind is not Kind.CODE)
    spans = [(one.start, one.end) for one in document.headings] + [(one.start, one.end) for one in blocks]
    for start, end in spans:
        part = document.text[start:end]
        text[start:end] = _CODE.sub(lambda match: " " * len(match[0]), part)
    return "".join(text)


def _told(notes: Notes) -> set[str]:
    """Give the acronyms that need no spelling out: well-known ones, aliases, and all that a glossary has."""
    told = set(_well_known())
    for document in notes.documents:
        told.update(document.metadata.aliases)
        told.add(document.title)
        if _GLOSSARY.search(f"{document.path} {document.title}"):
            told.update(match[1] for match in _ACRONYM.finditer(document.text))
    return told


@cache
def _well_known() -> frozenset[str]:
    table = tomllib.loads((files("bot.lint") / "acronyms.toml").read_text(encoding="utf-8"))
    return frozenset(word for line in table["known"] for word in line.split())


def _lower_case_words(texts: Iterable[str]) -> set[str]:
    """Give, in capitals, the words that are also written small: those are only shouted."""
    words = {word for text in texts for word in _WORD.findall(text)}
    return {word.upper() for word in words if word.islower()}


def _spelled_by_capitals(texts: Iterable[str]) -> set[str]:
    """Give what the capitals of names spell, whole or in part: `HPA` of `Horizontal Pod Autoscaler`."""
    names = {name for text in texts for pattern in (_RUN, _CAMEL) for name in pattern.findall(text)}
    spelled = {"".join(_CAPITAL.findall(name)) for name in names}
    return {run[at:end] for run in spelled for at in range(len(run)) for end in range(at + 2, len(run) + 1)}


def _explained(acronym: str, text: str) -> bool:
    """Tell whether its words stand right beside it, as in `service mesh (SM)` and `SM: service mesh`."""
    at = text.find(acronym)
    while at >= 0:
        end = at + len(acronym)
        beside = _BEFORE.search(text[max(at - _NEAR, 0) : at]), _AFTER.match(text[end : end + _NEAR])
        if any(words and _stands_for(acronym, words[1]) for words in beside):
            return True
        at = text.find(acronym, end)
    return False


def _stands_for(acronym: str, words: str) -> bool:
    """Tell whether an acronym's letters stand in `words` in their order, the first opening a word."""
    letters = acronym.casefold()
    said = re.findall(r"\w+", words.casefold())
    opening = (at for at, word in enumerate(said) if word.startswith(letters[0]) and word not in _SMALL)
    return any(_in_order(letters, " ".join(said[at:])) for at in opening)


def _in_order(letters: str, words: str) -> bool:
    rest = iter(words)
    return all(letter in rest for letter in letters)
