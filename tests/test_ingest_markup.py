"""Words of reStructuredText, Org and AsciiDoc: what is encoded has no markup, and no word is lost."""

import pytest

from ingest.markup import MARKED, inner, words
from ingest.plain import plain
from ingest.types import Format, Kind


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Use ``a_b *c*`` and *this* **now**.", "Use a_b *c* and this now."),
        ("See `the plan <https://x.org/a_b>`_ and `notes`__ or word_.", "See the plan and notes or word."),
        (":ref:`the plan <plan>` :py:func:`~os.path.join`", "the plan ~os.path.join"),
        (".. note:: Mind this.", "note: Mind this."),
        (".. py:function:: connect(host)", "function: connect(host)"),
        (".. [1] A footnote [#n]_ here [2]_.", "A footnote here ."),
        ("| A line\n| and another", "A line and another"),
        ("- one\n- two\n\n3. three\n#. four", "one two three four"),
        (":field: value\n:other field: more", "field: value other field: more"),
        ("- ``--all`` - shows ``all``", "--all - shows all"),
        ("Run::", "Run:"),
        (r"a\*b and |version|", "a*b and version"),
        ("snake_case stays, 2 * 3 * 4 too", "snake_case stays, 2 * 3 * 4 too"),
    ],
)
def test_words_of_rst(text: str, said: str) -> None:
    """Roles, references and emphasis leave their words."""
    assert plain(text, Format.RST) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("*bold* /soft/ _under_ +gone+ =a*b*= ~c/d~", "bold soft under gone a*b* c/d"),
        ("[[https://x.org][the plan]] and [[file:a.org]]", "the plan and file:a.org"),
        ("- [X] done\n- term :: meaning", "done term: meaning"),
        ("On <2026-01-02 Fri> or [2026-01-03].", "On 2026-01-02 Fri or 2026-01-03."),
        ("[fn:1] A note[fn:2].", "A note."),
        ("end\\\\", "end"),
        ("a/b and 2*3 stay", "a/b and 2*3 stay"),
    ],
)
def test_words_of_org(text: str, said: str) -> None:
    """Emphasis, links and boxes leave their words."""
    assert plain(text, Format.ORG) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("*bold* _soft_ #mark# `a*b*` - `+c+` ``d``e", "bold soft mark a*b* - c de"),
        (
            "link:a.adoc[the plan], xref:b[], https://x.org[site^], <<c,there>>, <<d>>",
            "the plan, b, site, there, d",
        ),
        ("* one\n** two\n. three\n<1> four\n- [x] five", "one two three four five"),
        ("term:: meaning\nother;; more", "term: meaning other: more"),
        ("image:x.png[alt] {version} kbd:[Esc] footnote:[said]", "version Esc said"),
        ("NOTE: Mind this.", "NOTE: Mind this."),
        (".Title\n[source]\n+\n----\na\n----", "Title a"),
        ("line +\nbroken", "line broken"),
        ("[[anchor]]Text", "Text"),
    ],
)
def test_words_of_asciidoc(text: str, said: str) -> None:
    """Links, marks and attributes leave their words."""
    assert plain(text, Format.ASCIIDOC) == said


@pytest.mark.parametrize(
    ("written_as", "kind", "text", "said"),
    [
        (Format.RST, Kind.CODE, ".. code-block:: sh\n   :linenos:\n\n   a *b*\n", "a *b*"),
        (Format.RST, Kind.CODE, "  a :: b", "a :: b"),
        (Format.ORG, Kind.CODE, "#+begin_src sh\na =b=\n#+end_src", "a =b="),
        (Format.ORG, Kind.CODE, ": a\n: b", "a b"),
        (Format.ASCIIDOC, Kind.CODE, ".T\n[source]\n----\na *b*\n----", "a *b*"),
        (Format.RST, Kind.TABLE, "=== ===\nA   B\n=== ===\n1   *2*\n=== ===", "A B 1 2"),
        (Format.RST, Kind.TABLE, "+---+---+\n| A | B |\n+===+===+\n| 1 | 2 |\n+---+---+", "A B 1 2"),
        (Format.RST, Kind.TABLE, ".. list-table:: T\n\n   * - a\n     - b", "a b"),
        (Format.ORG, Kind.TABLE, "| A | B |\n|---+---|\n| =1= | 2 |", "A B 1 2"),
        (Format.ASCIIDOC, Kind.TABLE, "[cols=2]\n|===\n|A |B\n\n2+|1 a|`2`\n|===", "A B 1 2"),
    ],
)
def test_words_of_code_and_tables(written_as: Format, kind: Kind, text: str, said: str) -> None:
    """What frames a block is not among its words, nor are the signs that a table is drawn with."""
    assert plain(text, written_as, kind) == said
    assert plain(text.replace("\n", "\r\n"), written_as, kind) == said


@pytest.mark.parametrize(
    ("written_as", "kind", "text", "said"),
    [
        (Format.RST, Kind.TABLE, "=== ===\nA   B\n=== ===\n1   2\n", "1   2\n"),
        (Format.RST, Kind.TABLE, "+-+\n|A|\n+=+\n|1|\n+-+\n", "|1|\n+-+\n"),
        (Format.RST, Kind.TABLE, "1   2\n", "1   2\n"),
        (Format.ORG, Kind.TABLE, "| A |\n|---|\n| 1 |\n", "| 1 |\n"),
        (Format.ORG, Kind.TABLE, "| A |\n|---|\n", "| A |\n|---|\n"),
        (Format.ASCIIDOC, Kind.TABLE, "|===\n|A\n\n|1\n|===", "|1\n"),
        (Format.ORG, Kind.CODE, "#+begin_src\na\n#+end_src", "a\n"),
    ],
)
def test_what_a_part_says(written_as: Format, kind: Kind, text: str, said: str) -> None:
    """A row is quoted without the head above it, a line of code without what opens and closes the block."""
    start, end = inner(text, written_as, kind)
    assert text[start:end] == said


def test_only_marked_formats_have_these_words() -> None:
    """Each of them gives words for each kind of block."""
    for written_as in MARKED:
        assert {words("word", written_as, kind) for kind in Kind} == {"word"}
