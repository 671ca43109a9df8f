"""Markup is taken out and the words are kept, in time linear in the text."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from notes import NOTES

from ingest.plain import DEEPEST_PARSED, LONGEST_PARSED, plain
from ingest.types import Format, Kind

_FILLER = "These words fill the note. "
_LONG = _FILLER * (LONGEST_PARSED // len(_FILLER) + 1)


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("", ""),
        ("As it stands, so it is.", "As it stands, so it is."),
        ("two\nlines,  many   blanks", "two lines, many blanks"),
        (
            "**bold**, *soft*, __strong__, _weak_, ~~gone~~ and ==marked==",
            "bold, soft, strong, weak, gone and marked",
        ),
        (
            "in**side** and snake_case and 2 * 3 * 4 and a == b",
            "inside and snake_case and 2 * 3 * 4 and a == b",
        ),
        ("==**both**== and x==y", "both and x==y"),
        ("`code_one` and ``a `tick` in it``", "code_one and a `tick` in it"),
        ("`[[x]] == **y**`", "[[x]] == **y**"),
        ('[label](https://example.org "title") and ![alt](x.png)', "label and alt"),
        ("[one][1], [two][] and <https://example.org>", "one, two and https://example.org"),
        ('[1]: https://example.org "title"', ""),
        ("\\*kept\\* and AT&amp;T &copy; 2025", "*kept* and AT&T © 2025"),
        ("a<br>b<br/>c <b>d</b>e <!-- gone --> f", "a b c de f"),
        ("<!-- a <!-- b --> c", "<!-- a c"),
        ("<!-- never closed", "<!-- never closed"),
        ("<div>\n<p>one</p><p>two &lt;</p>\n</div>", "one two <"),
        ("<script>\nlet hidden;\n</script>", ""),
        ("<style>\np { color: red }\n</style>", ""),
        ("# Title #\n\ntext", "Title text"),
        ("Title\n===\n\ntext", "Title text"),
        ("Title {#the-title}", "Title"),
        ("- one\n- [x] two\n  1. three", "one [x] two three"),
        ("> quote\n> > deeper", "quote deeper"),
        ("> [!tip]+ Look here\n> text", "Tip: Look here text"),
        ("a\n\n---\n\nb", "a b"),
        ("```sh\nrun it # now\n```", "run it # now"),
        ("    indented *code*", "indented *code*"),
        ("| a | b |\n|---|---|\n| [[c\\|d]] | ![[e.png\\|80]] |", "a b d e.png"),
        ("a | b\n:-- | --:\n1 | 2 | 3", "a b 1 2 3"),
        ("one | bar", "one | bar"),
        ("[[Note]], [[Note#Part]], [[Note|alias]], ![[image.png|300]]", "Note, Note#Part, alias, image.png"),
        ("a[^1] b[^long-name]\n\n[^1]: c", "a b c"),
        ("shown %%hidden%% at 5% or 6%", "shown at 5% or 6%"),
        ("%%\nhidden\n%%", ""),
        ('{{< glossary_tooltip text="Pods" term_id="pod" >}} run', "Pods run"),
        ('{{% heading "prerequisites" %}}', "prerequisites"),
        ('{{< figure src="a.png" title = "A title" >}}', "A title"),
        ("{{< note >}}\nread *this*\n{{< /note >}}", "read this"),
        ("{{ not a shortcode }}", "{{ not a shortcode }}"),
        ("$x_1 + \\alpha$", "$x_1 + \\alpha$"),
        ("![](data:image/png;base64,AAAA+/=) after", "after"),
        ("~~~\n[[x]]\n~~~\n\n[[y]]", "[[x]] y"),
        ("```\n[[x]] is never closed", "[[x]] is never closed"),
        ("``` not a `fence`", "``` not a fence"),
        ("#tag and C# and 100%", "#tag and C# and 100%"),
    ],
)
def test_markdown(markdown: str, words: str) -> None:
    """What a reader sees is left, on one line; signs that are no markup stay."""
    assert plain(markdown, Format.MARKDOWN) == words
    assert plain(markdown.replace("\n", "\r\n"), Format.MARKDOWN) == words
    assert plain(markdown.replace("\n", "\r"), Format.MARKDOWN) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- one\n• two\n– three\n> - four\n## five", "one two three four five"),
        ("> - * nested", "nested"),
        ("**bold** and _soft_ `code` ~~x~~", "bold and soft code x"),
        ("[[Note|alias]] and [label](target.md)", "alias and label"),
        ("a < b > c, 2 * 3 and snake_case", "a < b > c, 2 * 3 and snake_case"),
        ("- a dash - in between", "a dash - in between"),
        ("100 MB — done", "100 MB — done"),
        ("a\r\n- b\r- c", "a b c"),
    ],
)
def test_text(text: str, words: str) -> None:
    """In plain text the signs that people type for items and emphasis go, wherever they stand."""
    assert plain(text, Format.TEXT) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("exam-\nple and well-known", "example and well-known"),
        ("exam\u00ad\r\nple, exam\u00adple, exam\u2010 \n  ple", "example, example, example"),
        ("Jean-\nLuc and 2024-\n2025", "Jean- Luc and 2024- 2025"),
        (
            "p\u0159i-\n\u0161el and \u043f\u0440\u0438-\n\u0448\u0451\u043b",
            "p\u0159i\u0161el and \u043f\u0440\u0438\u0448\u0451\u043b",
        ),
        ("e\ufb03cient \ufb01nd", "efficient find"),
        ("\uff21\uff22\uff23 e\u0301", "ABC \u00e9"),
        ("- a list\n# no markup", "- a list # no markup"),
        ("page\fbreak", "page break"),
    ],
)
def test_pdf(text: str, words: str) -> None:
    """Words cut at a line's end are joined, ligatures opened; nothing is markup."""
    assert plain(text, Format.PDF) == words


def test_html() -> None:
    """The text of a page has no markup left: only white space is put in order."""
    assert plain(" **a**\n<b> \u00a0 &amp;\ufb01 ", Format.HTML) == "**a** <b> &amp;\ufb01"


@pytest.mark.parametrize("written_as", [Format.MARKDOWN, Format.TEXT])
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ('```sh {a=1}\n# run\necho "**a**" == <b> [[ x ]]\n```', '# run echo "**a**" == <b> [[ x ]]'),
        ("~~~\n_x_\n~~~", "_x_"),
        ("    - a part * of code", "- a part * of code"),
        ("    last line\n```", "last line"),
        ("Run this:\n```sh\nmake\n```", "Run this: sh make"),
        ("```\n\n```", ""),
    ],
)
def test_code(written_as: Format, code: str, words: str) -> None:
    """Of code only the fences go, whole or in part."""
    assert plain(code, written_as, Kind.CODE) == words


@pytest.mark.parametrize("written_as", [Format.MARKDOWN, Format.TEXT])
@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("| a | b |\n|:--|--:|\n| `c` | **d** |", "a b c d"),
        ("| only | rows |\n| of | it |", "only rows of it"),
        ("a | b\n--- | ---\nc | d | e", "a b c d e"),
        ("    | a |", "a"),
    ],
)
def test_tables(written_as: Format, table: str, words: str) -> None:
    """Of a table the bars and the row of dashes go, whole or in part, and no cell is lost."""
    assert plain(table, written_as, Kind.TABLE) == words


def test_a_bar_in_a_cell_stays() -> None:
    """In a table an escaped bar is a character of its cell."""
    assert plain("| a \\| b | c |", Format.MARKDOWN, Kind.TABLE) == "a | b c"


def test_long_text_is_not_parsed_but_loses_its_markup() -> None:
    """A text too long for the parser is freed from its signs by expressions, and keeps its words."""
    text = f"{_LONG}\n\n- **bold** [label](x.md) <b>tag</b> `code` and [[Note|alias]]"
    assert plain(text, Format.MARKDOWN) == f"{_LONG}bold label tag code and alias"


def test_deep_text_keeps_its_words() -> None:
    """What is nested deeper than the parser goes keeps its words all the same."""
    for sign in ("> ", "- ", "1. "):
        assert plain(sign * DEEPEST_PARSED + "*deep*", Format.MARKDOWN).endswith("deep")
        assert plain(f"above\n\n{sign * 500}deep\n\nbelow", Format.MARKDOWN).split()[-1] == "below"


_SIGNS = (
    *("[", "]", "[a](", "![", "[[", "[[a|", "[^", "[!", "[a][", "*", "*a ", "**a", "_a ", "`", "`a", "```\n"),
    *(
        "~",
        "~~~a\n",
        "<",
        "<a ",
        "<!--",
        "<!-- ",
        "<script ",
        "&",
        "\\",
        "%",
        "%%",
        "%% a",
        "{{<",
        "{#",
        "==",
    ),
    *(
        '{{% heading "',
        "= =",
        "> ",
        ">\n",
        "- ",
        "- a\n",
        "# ",
        "|",
        "|-",
        "|-\n",
        "a|",
        "-\n",
        "a-\n",
        "\n",
        "\r",
    ),
    *(" ", "\t", "data:a;base64,", "\u0301\u0316", "\ufdfa", "\u00ad\n", "$", "\0"),
)


# Others are read as one of these is.
_READ_APART = (
    *(Format.MARKDOWN, Format.TEXT, Format.HTML, Format.PDF),
    *(Format.RST, Format.ORG, Format.ASCIIDOC),
)


# Short texts cover what these do; the coverage would double their time.
@pytest.mark.no_cover
@pytest.mark.parametrize("sign", _SIGNS)
def test_hostile_text(sign: str) -> None:
    """A sign repeated without end takes no longer than its length allows; the words behind it are kept."""
    for length in (LONGEST_PARSED - 5, 100_000):
        text = sign * (length // len(sign)) + "\n\nend"
        for kind in (Kind.PROSE, Kind.LIST, Kind.CODE, Kind.TABLE):
            assert {plain(text, written_as, kind)[-3:] for written_as in _READ_APART} == {"end"}


@settings(max_examples=200)
@given(NOTES, st.sampled_from(Format), st.sampled_from([Kind.PROSE, Kind.LIST, Kind.CODE, Kind.TABLE]))
def test_any_text_gives_one_line(text: str, written_as: Format, kind: Kind) -> None:
    """Whatever the text, what comes out is one line of words with single blanks, the same each time."""
    words = plain(text, written_as, kind)
    assert words == " ".join(words.split())
    assert plain(text, written_as, kind) == words


@given(st.text(), st.sampled_from([Format.PDF, Format.HTML]))
def test_plain_words_stay_plain(text: str, written_as: Format) -> None:
    """Where signs mean nothing, plain words given in again come out as they are."""
    words = plain(text, written_as)
    assert plain(words, written_as) == words


_LETTERS = st.text("abcdefgh\u00e9\u6f22", min_size=1, max_size=8)


@given(
    st.lists(_LETTERS, min_size=1, max_size=30),
    st.sampled_from(Format),
    st.sampled_from(["\n", " ", "\r\n", "\n\n"]),
)
def test_words_without_markup_are_all_kept(parts: list[str], written_as: Format, between: str) -> None:
    """Letters come out as they went in, in every format."""
    assert plain(between.join(parts), written_as) == " ".join(parts)


@given(st.lists(_LETTERS, min_size=1, max_size=12), st.data())
def test_words_inside_of_markup_are_all_kept(parts: list[str], data: st.DataObject) -> None:
    """Emphasis, links, wikilinks, code, quotes and items around words leave just the words."""
    shapes = [
        "{}",
        "**{}**",
        "`{}`",
        "[{}](x.md)",
        "[[x|{}]]",
        "[[{}]]",
        "<b>{}</b>",
        "==" + "{}" + "==",
        "\n> {}\n\n",
        "\n- {}\n\n",
    ]
    text = " ".join(data.draw(st.sampled_from(shapes)).format(part) for part in parts)
    assert re.findall(r"\w+", plain(text, Format.MARKDOWN)) == parts
