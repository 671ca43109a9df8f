"""The words of one paragraph of a Word file, as they stand with all changes accepted."""

from collections.abc import Mapping

from lxml import etree

from ingest.types import Link
from ingest.word_package import Relation, attribute, child, local
from ingest.word_styles import Styles

# What is struck out, what makes a field, what older programs show instead, and what describes.
_LEFT_OUT = frozenset({
    "del", "moveFrom", "instrText", "delText", "delInstrText", "pPr", "rPr", "sdtPr", "tblPr", "tblGrid",
    "trPr", "tcPr", "sectPr", "Fallback", "fldData", "rt",
})  # fmt: skip
_SIGNS = {"cr": "\n", "noBreakHyphen": "\u2011", "ptab": "\t", "tab": "\t", "tc": "\n", "tr": "\n"}
_NOTES = {"footnoteReference": "footnote", "endnoteReference": "endnote"}


class Runs:
    """What is read of a paragraph or a cell: `text` with `links` into it, `boxes` of text, and `notes`."""

    def __init__(self, styles: Styles, relations: Mapping[str, Relation]) -> None:
        self.text = ""
        self.links: list[Link] = []
        self.boxes: list[etree._Element] = []
        self.notes: list[tuple[str, str]] = []
        self._styles = styles
        self._relations = relations
        self._fixed = self._other = 0

    @property
    def is_code(self) -> bool:
        """Whether all that is visible is set in type of fixed width."""
        return self._fixed > 0 and not self._other

    def read(self, element: etree._Element) -> None:
        """Read what is under `element`, in order."""
        pieces: list[str] = []
        self._walk(element, pieces, fixed=False)
        self.text = "".join(pieces)

    def _walk(self, element: etree._Element, pieces: list[str], *, fixed: bool) -> None:
        for one in element:
            name = local(one)
            if name == "t":
                self._say((one.text or "").replace("\n", " "), pieces, fixed=fixed)
            elif name == "r":
                properties = child(one, "rPr")
                if (
                    attribute(child(properties, "vanish"), "val") in {"0", "false"}
                    or child(properties, "vanish") is None
                ):
                    self._walk(one, pieces, fixed=self._styles.fixed_width(properties))
            elif name == "hyperlink":
                self._link(one, pieces)
            elif name == "txbxContent":
                self.boxes.append(one)
            elif name in _NOTES:
                self.notes.append((_NOTES[name], attribute(one, "id")))
            elif name == "br":
                pieces.append("" if attribute(one, "type") in {"page", "column"} else "\n")
            elif name not in _LEFT_OUT:
                self._walk(one, pieces, fixed=fixed)
                pieces.append("\n" if name == "p" else _SIGNS.get(name, ""))

    def _say(self, text: str, pieces: list[str], *, fixed: bool) -> None:
        pieces.append(text)
        if text.strip():
            self._fixed += fixed
            self._other += not fixed

    def _link(self, element: etree._Element, pieces: list[str]) -> None:
        start = sum(map(len, pieces))
        self._walk(element, pieces, fixed=False)
        relation = self._relations.get(attribute(element, "id"))
        title = "".join(pieces)[start:]
        if relation is not None and relation.external and relation.target and title.strip():
            self.links.append(Link(relation.target, title.strip(), start, start + len(title)))
