"""What the styles of a Word file make of a paragraph: a heading, an item of a list, code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from ingest.word_package import attribute, child, local

# A style may be based on another; a chain longer than this runs in a circle.
_LONGEST_CHAIN = 20
_HEADING = re.compile(r"heading (\d)")
_CODE = re.compile(r"\b(?:code|listing|macro|preformatted|source|verbatim)\b|^plain text$")
_CODE_NAME = re.compile(r"(?<![a-z])(?:SourceCode|CodeBlock|CodeSnippet)(?![a-z])")
_HIDDEN = re.compile(r"toc \d|toc heading|table of figures|header|footer|index \d")
_FIXED = re.compile(
    r"courier|consolas|menlo|monaco|\bmono\b|monospace|lucida console|source code|fira code", re.IGNORECASE
)
_DEEPEST = 9


@dataclass(frozen=True, slots=True)
class Style:
    """What a paragraph is by its style: `level` from 1 of a heading, 0 for none."""

    level: int = 0
    is_title: bool = False
    is_list: bool = False
    is_code: bool = False
    is_hidden: bool = False


class Styles:
    """The styles of a file; without them, that of each paragraph is the plain one."""

    def __init__(self, root: etree._Element | None) -> None:
        styles = root if root is not None else ()
        self._elements = {attribute(one, "styleId"): one for one in styles if local(one) == "style"}
        self._known: dict[str, Style] = {}

    def of(self, properties: etree._Element | None) -> Style:
        """Give what a paragraph is by its style and its own properties."""
        style = self._named(attribute(child(properties, "pStyle"), "val"))
        level = _outline(properties)
        numbered = _numbered(properties)
        return Style(
            style.level if level is None else level,
            style.is_title,
            style.is_list if numbered is None else numbered,
            style.is_code,
            style.is_hidden,
        )

    def fixed_width(self, run: etree._Element | None) -> bool:
        """Say whether a run of text with these properties is set in type of fixed width, as code is."""
        fonts = child(run, "rFonts")
        if fonts is not None and _FIXED.search(attribute(fonts, "ascii")):
            return True
        named = attribute(child(run, "rStyle"), "val")
        return any(_CODE.search(name) is not None for name in self._names(named))

    def _named(self, identifier: str) -> Style:
        if identifier not in self._known:
            self._known[identifier] = self._made(identifier)
        return self._known[identifier]

    def _made(self, identifier: str) -> Style:
        names = list(self._names(identifier))
        chain = [child(one, "pPr") for one in self._chain(identifier)]
        stated = next((level for one in chain if (level := _outline(one)) is not None), 0)
        named = next((int(found[1]) for name in names if (found := _HEADING.fullmatch(name))), 0)
        numbered = next((one for each in chain if (one := _numbered(each)) is not None), None)
        return Style(
            level=named or stated,
            is_title="title" in names[:1],
            is_list=bool(numbered) or any(name.startswith("list ") for name in names),
            is_code=any(_CODE.search(name) for name in names) or _CODE_NAME.search(identifier) is not None,
            is_hidden=any(_HIDDEN.fullmatch(name) for name in names[:1]),
        )

    def _names(self, identifier: str) -> Iterator[str]:
        """Give the names of a style and of those it is based on, in lower case; built-in ones are English."""
        found = False
        for element in self._chain(identifier):
            found = True
            yield attribute(child(element, "name"), "val").lower()
        if identifier and not found:
            # A style that is not written down: its name is all there is, `Heading1`.
            yield re.sub(r"(?<=[a-z])(?=[A-Z\d])", " ", identifier).lower()

    def _chain(self, identifier: str) -> Iterator[etree._Element]:
        for _ in range(_LONGEST_CHAIN):
            element = self._elements.get(identifier)
            if element is None:
                return
            yield element
            identifier = attribute(child(element, "basedOn"), "val")


def _outline(properties: etree._Element | None) -> int | None:
    """Give the level from 1 that a paragraph states itself, 0 for body text; `None` if it states none."""
    stated = attribute(child(properties, "outlineLvl"), "val")
    if not stated.isdecimal():
        return None
    return int(stated) + 1 if int(stated) < _DEEPEST else 0


def _numbered(properties: etree._Element | None) -> bool | None:
    """Say whether a paragraph is an item by its own properties; `None` where they say nothing of it."""
    numbering = child(properties, "numPr", "numId")
    return None if numbering is None else attribute(numbering, "val") != "0"
