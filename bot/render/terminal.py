"""Answers and search results for a person at a terminal, or plain for a pipe.

Every character of a note passes through `bot.render.safe`, and none is ever read as rich's own markup.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import accumulate
from typing import TextIO

from rich.console import Console
from rich.style import Style
from rich.text import Text

from bot.links import link_of
from bot.render.ages import age_of_date
from bot.render.confidence import confidence_word
from bot.render.quotes import excerpt, flows
from bot.render.safe import heading_path, safe_line, safe_text
from bot.types import Answer, Citation, Verdict
from index.types import Hit
from ingest.types import Document, Kind, Passage, Source, Span

_WIDEST = 100
_SEARCH_CHARACTERS = 300
_RELATED_CHARACTERS = 120
_SEARCH_LINES = 8
_LINE_BREAK = re.compile(r"[ \t]*\n[ \t]*")
_PARAGRAPH_END = re.compile(r"\n\s*\n")


class Page:
    """Writes text for a person on `stream`: wrapped on a terminal, line for line as it is elsewhere.

    Styles and links appear only on a terminal, and never where `plain` or `NO_COLOR` says so: nothing but
    text is written then. `sources` are those of the index by name, for links; `today` is for ages.
    """

    def __init__(
        self, stream: TextIO, sources: Mapping[str, Source], today: date, *, plain: bool = False
    ) -> None:
        console = Console(file=stream, highlight=False)
        if plain or console.no_color:
            console = Console(file=stream, highlight=False, color_system=None)
        self._console = console
        self._sources = sources
        self._today = today
        self.styled = console.color_system is not None

    def write(self, text: Text | str = "", margin: str = "", *, wrap: bool = True) -> None:
        """Write lines; `margin` stands before the first and as much space before the others."""
        text = Text(text) if isinstance(text, str) else text
        terminal = self._console.is_terminal
        if wrap and terminal:
            width = min(self._console.width, _WIDEST) - len(margin)
            lines = text.wrap(self._console, max(width, 1))
            for line in lines:
                line.rstrip()
        else:
            lines = text.split("\n", allow_blank=True)
        for line in lines:
            shown = Text.assemble((margin, "dim"), line) if line else Text()
            if terminal:
                self._console.print(shown, soft_wrap=True)
            else:
                # Past rich, which would turn the tabs of a quoted Makefile into spaces.
                self._console.file.write(f"{shown.plain}\n")
            margin = " " * len(margin)

    def markdown(self, text: str) -> None:
        """Write a note's Markdown: laid out on a terminal, as it stands elsewhere."""
        if not self._console.is_terminal:
            self.write(safe_text(text))
            return
        from bot.render.notes import Laid

        self._console.print(Laid(text), width=min(self._console.width, _WIDEST))

    def place(self, span: Span, passage: Passage) -> Text:
        """Give one line: where a span is, linked, under which headings, and how old its note says it is."""
        style = Style(color="cyan", link=link_of(span, self._sources, passage.headings))
        text = Text.assemble((safe_line(span.location), style))
        if passage.headings:
            text.append(" · ").append(heading_path(passage.headings))
        if updated := self._updated(span.document):
            text.append(" · ").append(updated, "dim")
        return text

    def _updated(self, document: Document) -> str | None:
        written = document.metadata.updated
        if written is None:
            return None
        age = age_of_date(written, self._today)
        return f"updated {safe_line(written)}" + (f" ({age})" if age else "")


def show_answer(page: Page, answer: Answer) -> None:
    """Show the quotes, their sources and how sure it is; or that the notes don't say, and what is related."""
    if answer.read_as is not None:
        page.write(Text(f"read as: {safe_line(answer.read_as)}", "dim"))
        page.write()
    if answer.verdict is Verdict.NOT_FOUND:
        _show_not_found(page, answer.related)
        page.write(Text(f"Generation {answer.generation}", "dim"))
        return
    if answer.verdict is Verdict.UNSURE:
        page.write(Text("Closest in the notes (not sure it answers):", "yellow"))
        page.write()
    show_citations(page, answer.citations)
    sure = _confidence(answer.confidence)
    page.write(Text(f"Confidence: {sure} · generation {answer.generation}", "dim"))


def show_citations(page: Page, citations: Sequence[Citation]) -> None:
    """Show quotes, and then the place of each."""
    for number, citation in enumerate(citations, 1):
        _show_quote(page, citation, f"[{number}] ")
        page.write()
    for number, citation in enumerate(citations, 1):
        page.write(page.place(citation.span, citation.passage), f"[{number}] ")


def show_hits(page: Page, hits: Sequence[Hit]) -> None:
    """Show what a search found, best first, each with its place and its first words."""
    if not hits:
        page.write("Nothing in the notes matches.")
    for number, hit in enumerate(hits, 1):
        margin = f"{number:>2}. "
        page.write(page.place(hit.passage, hit.passage), margin)
        _show_passage(page, hit.passage)
        if hit.also_in:
            places = ", ".join(safe_line(other.location) for other in hit.also_in)
            page.write(Text(f"also in {places}", "dim"), "    ")
        page.write()


def show_scores(page: Page, hits: Sequence[Hit]) -> None:
    """Show the parts of each score: one line a passage, best first. What was read has a column of its own."""
    read = any(hit.read is not None for hit in hits)
    column = "   read" if read else ""
    page.write(Text(f"fused  dense  lexical{column}  passage", "dim"), wrap=False)
    for hit in hits:
        lexical = "      -" if hit.lexical is None else f"{hit.lexical:7.2f}"
        judged = "      -" if hit.read is None else f"{hit.read:7.3f}"
        scores = f"{hit.score:5.3f} {hit.dense:6.3f}  {lexical}{judged if read else ''}"
        page.write(f"{scores}  {safe_line(hit.passage.location)}", wrap=False)


def _show_quote(page: Page, citation: Citation, margin: str) -> None:
    if flows(citation.quote, citation.passage.kind):
        page.write(_in_its_paragraph(citation, styled=page.styled), margin)
    else:
        quote = Text(safe_text(citation.quote.rstrip()), "bold")
        page.write(quote, margin, wrap=_may_wrap(citation.passage))
    if citation.cut_off:
        page.write(Text("(the note stops here in mid-sentence)", "italic"), " " * len(margin))


def _may_wrap(passage: Passage) -> bool:
    """Say whether long lines may be broken: not those of code, to be copied whole, nor those of tables."""
    return passage.kind not in {Kind.CODE, Kind.TABLE}


def _in_its_paragraph(citation: Citation, *, styled: bool) -> Text:
    """Give the quote bold in its dimmed paragraph; where nothing can be bold or dim, the quote alone."""
    around = excerpt(citation)
    quote = Text(_joined(around.quote).strip(), "bold")
    if not styled:
        return quote
    return Text.assemble((_joined(around.before), "dim"), quote, (_joined(around.after), "dim"))


def _joined(text: str) -> str:
    """Join the lines of running prose."""
    return _LINE_BREAK.sub(" ", safe_text(text))


def _show_not_found(page: Page, related: Sequence[Hit]) -> None:
    page.write(Text("The notes don't say.", "yellow"))
    if not related:
        return
    page.write()
    page.write("Related sections:")
    for hit in related:
        page.write(page.place(hit.passage, hit.passage), "  - ")
        first_paragraph = _PARAGRAPH_END.split(hit.passage.text.strip())[0]
        page.write(Text(_first_words(first_paragraph, _RELATED_CHARACTERS), "dim"), "    ")


def _show_passage(page: Page, passage: Passage) -> None:
    if flows(passage.text, passage.kind):
        page.write(Text(_first_words(passage.text, _SEARCH_CHARACTERS), "dim"), "    ")
        return
    lines = safe_text(passage.text.rstrip()).split("\n")
    # The lines that begin within the room, so that one long line is not the first of many.
    starts = accumulate(map(len, lines), initial=0)
    shown = [line for line, start in zip(lines, starts, strict=False) if start < _SEARCH_CHARACTERS]
    page.write(Text("\n".join(shown[:_SEARCH_LINES]), "dim"), "    ", wrap=_may_wrap(passage))


def _first_words(text: str, limit: int) -> str:
    words = safe_line(" ".join(text[: 2 * limit].split()))
    return words if len(words) <= limit else f"{words[:limit].rsplit(' ', 1)[0]} …"


def _confidence(value: float) -> str:
    return f"{confidence_word(value)} ({value:.0%})"
