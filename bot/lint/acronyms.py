"""Acronyms that no note spells out."""

import re
import tomllib
from collections.abc import Iterator
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
# Words in front of the brackets, or within them, and capitalised words anywhere.
_BEFORE = r"((?:[\w'/-]+[ \n]+){1,9})\(\**_*"
_AFTER = r"s?\**_*[ \n]*(?:\(|:|,? or |\u2013|\u2014|,? (?:which )?(?:is short for|stands for|means) )[ \n]*\**_*((?:[\w'-]+[ \n]*){1,9})"
_SMALL = {"a", "and", "as", "by", "for", "in", "of", "on", "or", "the", "to", "with"}
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
    everything = list(shown.values())
    words = {word for text in everything for word in _WORD.findall(text) if word.islower()}
    told = _told(notes) | {word.upper() for word in words}
    for acronym, use in uses.items():
        if acronym not in told and not any(_spelled_out(acronym, text) for text in everything):
            many = f" in {len(use.notes)} notes" if len(use.notes) > 1 else ""
            what = f"{acronym} is used{many} and never spelled out"
            fix = f"write it out where it stands first, as in “its full name ({acronym})”, or add it to a glossary"
            yield found("acronym", use.document, use.offset, what, fix)


def _prose(document: Document) -> str:
    """Give the text with all that is no prose blanked out, so that offsets stay."""
    text = list(" " * len(document.text))
    for place in (*document.headings, *(block for block in document.blocks if block.kind is not Kind.CODE)):
        part = document.text[place.start : place.end]
        text[place.start : place.end] = _CODE.sub(lambda match: " " * len(match[0]), part)
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


def _spelled_out(acronym: str, text: str) -> bool:
    if acronym not in text:
        return False
    before = re.finditer(_BEFORE + acronym, text)
    after = re.finditer(rf"(?<!\w){acronym}{_AFTER}", text)
    if any(_stands_for(acronym, match[1]) for match in (*before, *after)):
        return True
    initials = rf"\b{'[a-z]+[ -]'.join(acronym)}[a-z]"
    return re.search(initials, text) is not None


def _stands_for(acronym: str, words: str) -> bool:
    """Tell whether an acronym's letters stand in `words` in their order, the first opening a word."""
    letters = acronym.casefold()
    said = re.findall(r"\w+", words.casefold())
    opening = (at for at, word in enumerate(said) if word.startswith(letters[0]) and word not in _SMALL)
    return any(_in_order(letters, " ".join(said[at:])) for at in opening)


def _in_order(letters: str, words: str) -> bool:
    rest = iter(words)
    return all(letter in rest for letter in letters)
