"""What a person sees: the quote first, then its place; and never a note's control characters."""

import io
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.terminal import Page, show_answer, show_hits, show_scores
from bot.types import Answer, Citation, Verdict
from index.types import Hit, Scored
from ingest.types import Document, Format, Kind, Metadata, Passage, Quotable, Source

TODAY = date(2026, 2, 3)
ROLLBACK = (
    "Rollouts can go wrong. To undo the last one, run `kubectl rollout undo`.\n"
    "It goes back one revision.\n\n- not this\n"
)
ARROW = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}"
BIDIRECTIONAL = set(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=30)


class _Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> _Terminal:
    """Give a terminal of 60 columns that knows colours."""
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("LINES", "20")
    return _Terminal()


def _document(text: str, path: str = "k8s/rollbacks.md", updated: str | None = "2025-11-02") -> Document:
    return Document(path, "notes", "Rollbacks", text, Format.MARKDOWN, "", metadata=Metadata(updated=updated))


def _citation(
    text: str, quote: str, kind: Kind = Kind.PROSE, *, cut_off: bool = False, path: str = "a.md"
) -> Citation:
    passage = Passage(_document(text, path), 0, len(text), ("Rollbacks", "Undo a rollout"), kind)
    start = text.index(quote)
    return Citation(passage, start, start + len(quote), 0.9, cut_off)


def _answer(
    *citations: Citation,
    verdict: Verdict = Verdict.ANSWERED,
    related: tuple[Hit, ...] = (),
    read_as: str | None = None,
) -> Answer:
    return Answer("undo?", verdict, 0.91, citations, related, (), 3, 5.0, read_as)


def _shown(answer: Answer, stream: io.StringIO | None = None, *, plain: bool = False) -> str:
    stream = stream or io.StringIO()
    show_answer(Page(stream, {"notes": Source("notes", Path("/notes"))}, TODAY, plain=plain), answer)
    return stream.getvalue()


def _without_styles(shown: str) -> str:
    return re.sub(r"\x1b\[[\d;]*m|\x1b\]8;[^\x1b]*\x1b\\", "", shown)


def test_an_answer_in_a_pipe_is_plain_and_whole() -> None:
    """Quotes first, each with a number, then the numbered sources; code keeps its lines and tabs."""
    makefile = "deploy:\n\tkubectl apply -f " + "very/long/" * 12 + "path.yaml\n"
    answer = _answer(
        _citation(ROLLBACK, "To undo the last one, run `kubectl rollout undo`.\nIt goes back one revision."),
        _citation(makefile, makefile, Kind.CODE, path="Makefile.md"),
    )
    assert _shown(answer) == (
        "[1] To undo the last one, run `kubectl rollout undo`. It goes back one revision.\n"
        "\n"
        "[2] deploy:\n"
        f"    \tkubectl apply -f {'very/long/' * 12}path.yaml\n"
        "\n"
        f"[1] a.md:1-2 · Rollbacks {ARROW} Undo a rollout · updated 2025-11-02 (3 months ago)\n"
        f"[2] Makefile.md:1-2 · Rollbacks {ARROW} Undo a rollout · updated 2025-11-02 (3 months ago)\n"
        "Confidence: high (91%) · generation 3\n"
    )


def test_an_unsure_answer_says_so_first_and_how_the_question_was_read() -> None:
    """So does the note that stops in mid-sentence."""
    citation = _citation(
        "Persistent storage is provisioned by", "Persistent storage is provisioned by", cut_off=True
    )
    shown = _shown(_answer(citation, verdict=Verdict.UNSURE, read_as="who provisions storage?")).splitlines()
    assert shown[:6] == [
        "read as: who provisions storage?",
        "",
        "Closest in the notes (not sure it answers):",
        "",
        "[1] Persistent storage is provisioned by",
        "    (the note stops here in mid-sentence)",
    ]


def test_notes_that_do_not_say_leave_what_is_related() -> None:
    """Each related section has its place and how its first paragraph begins; without any it is one line."""
    text = "Word " * 60
    hits = (
        Hit(Passage(_document(text, updated=None), 0, len(text)), 0.5, 0.4, 3.0),
        Hit(Passage(_document("short\nnote\n\n| a |\n", "b.md", "soon"), 0, 18, ("B",)), 0.4, 0.4, 3.0),
    )
    assert _shown(_answer(verdict=Verdict.NOT_FOUND, related=hits)).splitlines() == [
        "The notes don't say.",
        "",
        "Related sections:",
        "  - k8s/rollbacks.md:1",
        f"    {('Word ' * 24).strip()} …",
        "  - b.md:1-4 · B · updated soon",
        "    short note",
        "Generation 3",
    ]
    assert _shown(_answer(verdict=Verdict.NOT_FOUND)) == "The notes don't say.\nGeneration 3\n"


@pytest.mark.parametrize(
    ("confidence", "words"), [(0.8, "high (80%)"), (0.5, "fair (50%)"), (0.0, "low (0%)")]
)
def test_confidence_has_a_word_and_a_figure(confidence: float, words: str) -> None:
    """The figure is the calibrated one."""
    answer = Answer("q", Verdict.ANSWERED, confidence, (_citation("It is so.", "It is so."),), (), (), 1, 1.0)
    assert _shown(answer).endswith(f"Confidence: {words} · generation 1\n")


def test_a_terminal_shows_the_quote_bold_in_its_dimmed_paragraph(terminal: _Terminal) -> None:
    """The place is a link to the file, and the lines are wrapped to the terminal with their margin."""
    shown = _shown(
        _answer(_citation(ROLLBACK, "To undo the last one, run `kubectl rollout undo`.")), terminal
    )
    assert "\x1b[2mRollouts can go wrong. \x1b[0m\x1b[1mTo undo the last one, run" in shown
    assert re.search(r"\x1b\]8;id=\d+;file:///notes/a\.md\x1b\\\x1b\[36ma\.md:1\x1b", shown) or re.search(
        r"\x1b\[36m\x1b\]8;id=\d+;file:///notes/a\.md\x1b\\a\.md:1", shown
    )
    assert _without_styles(shown).splitlines()[:3] == [
        "[1] Rollouts can go wrong. To undo the last one, run",
        "    `kubectl rollout undo`. It goes back one revision.",
        "",
    ]


def test_code_is_never_wrapped_but_lists_are(terminal: _Terminal) -> None:
    """A command can be copied from the terminal in one piece."""
    command = "kubectl rollout undo deployment/" + "x" * 70
    assert command in _without_styles(_shown(_answer(_citation(command, command, Kind.CODE)), terminal))
    item = "- " + "word " * 20
    shown = _without_styles(_shown(_answer(_citation(item, item, Kind.LIST)), _Terminal()))
    assert max(map(len, shown.splitlines()[:2])) <= 60


@pytest.mark.parametrize("how", ["flag", "NO_COLOR", "dumb"])
def test_a_terminal_without_styles_gets_nothing_but_text(
    terminal: _Terminal, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """`--no-color`, `NO_COLOR`, a dumb terminal: no escapes, nor words around the quote to mistake for it."""
    if how == "NO_COLOR":
        monkeypatch.setenv("NO_COLOR", "1")
    if how == "dumb":
        monkeypatch.setenv("TERM", "dumb")
    shown = _shown(_answer(_citation(ROLLBACK, "It goes back one revision.")), terminal, plain=how == "flag")
    assert "\x1b" not in shown
    assert shown.startswith("[1] It goes back one revision.\n\n[1] a.md:2 · ")


@given(ANY_TEXT.filter(lambda text: bool(text.strip())), st.sampled_from(Kind), st.booleans())
def test_no_note_acts_on_a_terminal(text: str, kind: Kind, on_terminal: bool) -> None:  # noqa: FBT001 - drawn
    """Path, headings, date and text of a note may hold anything: only our own styles reach the terminal."""
    note = Document(text, "notes", text, text, Format.MARKDOWN, "", metadata=Metadata(updated=text))
    passage = Passage(note, 0, len(text), (text, text), kind)
    hit = Hit(passage, 0.5, 0.5, 0.5, also_in=(passage,))
    stream = _Terminal() if on_terminal else io.StringIO()
    page = Page(stream, {}, TODAY)
    show_answer(page, _answer(Citation(passage, 0, len(text), 0.5, cut_off=True), read_as=text))
    show_answer(page, _answer(verdict=Verdict.NOT_FOUND, related=(hit,)))
    show_hits(page, (hit,))
    show_scores(page, (hit,))
    seen = re.sub(r"\x1b\[[\d;]*m", "", stream.getvalue())
    assert not {category(character) for character in seen if character not in "\n\t"} & {
        "Cc",
        "Cs",
        "Zl",
        "Zp",
    }
    assert not set(seen) & BIDIRECTIONAL


def test_markup_of_a_note_is_shown_as_it_stands(terminal: _Terminal) -> None:
    """Square brackets are words, not rich's styles."""
    quote = "Set [bold red]x[/] and :smile: in [link=http://x]y[/link]."
    assert quote in _without_styles(_shown(_answer(_citation(quote, quote)), terminal)).replace("\n    ", " ")


def test_search_results_have_place_and_first_words() -> None:
    """Prose is joined, code and lists keep their first lines, and twins are named."""
    steps = "".join(f"{n}. step\n" for n in range(1, 12))
    row = f"| {'x' * 400} |\n| next |\n"
    twin = Passage(_document("x", "twin.md"), 0, 1)
    hits = (
        Hit(Passage(_document("one\ntwo", "a.md", None), 0, 7, ("A",)), 0.91, 0.5, 2.0, also_in=(twin,)),
        Hit(Passage(_document(steps, "b.md", None), 0, len(steps), (), Kind.LIST), 0.5, 0.25, None),
        Hit(Passage(_document(row, "c.md", None), 0, len(row), (), Kind.TABLE), 0.4, -0.125, None),
    )
    stream = io.StringIO()
    page = Page(stream, {}, TODAY)
    show_hits(page, hits)
    show_scores(page, hits)
    show_hits(page, ())
    assert stream.getvalue() == (
        " 1. a.md:1-2 · A\n    one two\n    also in twin.md:1\n\n"
        " 2. b.md:1-11\n" + "".join(f"    {n}. step\n" for n in range(1, 9)) + "\n"
        f" 3. c.md:1-2\n    | {'x' * 400} |\n\n"
        "fused  dense  lexical  passage\n"
        "0.910  0.500     2.00  a.md:1-2\n"
        "0.500  0.250        -  b.md:1-11\n"
        "0.400 -0.125        -  c.md:1-2\n"
        "Nothing in the notes matches.\n"
    )


def test_what_the_reader_says_has_a_column_where_it_has_read() -> None:
    """Of a passage that it has not read there is a dash."""
    passage = Passage(_document("one", "a.md", None), 0, 3)
    span = Quotable(0, 3, Kind.PROSE, whole=False, cut_off=False, words="one")
    read = Hit(passage, 0.91, 0.5, 2.0, spans=(Scored(span, 0.5, 2.0), Scored(span, 0.5, -1.0)))
    stream = io.StringIO()
    show_scores(Page(stream, {}, TODAY), (read, replace(read, spans=(Scored(span, 0.5),))))
    assert stream.getvalue() == (
        "fused  dense  lexical   read  passage\n"
        "0.910  0.500     2.00  0.881  a.md:1\n"
        "0.910  0.500     2.00      -  a.md:1\n"
    )
