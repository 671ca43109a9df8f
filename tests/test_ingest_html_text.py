"""The text of an HTML page, and the places of its parts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pages import blocks, parts, prose, read, spans

from ingest.types import Heading, Kind, Link


def test_links_say_where_they_lead_and_what_they_stand_on() -> None:
    """An empty link, and one of a heading to itself, is none."""
    document = read(
        '<h2>Top <a href="#top">#</a></h2><p>See <a href=" a.html "> the\n<b>limits</b> </a>.<a href="b"></a>'
    )
    assert document.text == "Top\n\nSee the limits ."
    assert document.links == (Link("a.html", "the limits", 9, 19),)
    assert document.text[9:19] == "the limits"


def test_a_link_that_opens_after_a_break_begins_with_its_words() -> None:
    """Line breaks and cell breaks before it are not of the link."""
    document = read(
        '<table><tr><th>A<th><a href="b">B</a><tr><td><td><a href="c">C</a></table><p>x<br><a href="d">D</a>'
    )
    assert [(link.title, document.text[link.start : link.end]) for link in document.links] == [
        ("B", "B"),
        ("C", "C"),
        ("D", "D"),
    ]


def test_white_space_is_collapsed_but_in_pre() -> None:
    """Breaks of the source are spaces, `br` is a line break, and two of them part paragraphs."""
    assert prose("<p> a \n b&nbsp;<i> c</i>d <br> e<br><br>f") == ["a b cd\ne", "f"]
    assert prose("<pre>\n\n  a\n\tb\r\n<br>c \n\n</pre>") == ["  a\n\tb\n\nc"]
    assert prose("a&shy;b&#8203;c") == ["abc"]


def test_code_may_be_cut_at_its_lines() -> None:
    """Its parts are the starts of the lines; empty code is none."""
    assert parts("<pre>one\n two\nthree</pre>") == [["one", "two", "three"]]
    assert blocks("<pre> \n </pre><pre></pre><p>x") == [(Kind.PROSE, "x")]


def test_line_numbers_beside_code_are_no_text() -> None:
    """Nor is a `pre` of mere figures."""
    assert prose("<table><tr><td><pre>1\n2</pre><td><pre>a\nb</pre></table>") == ["a\nb"]


def test_a_list_is_one_block_with_its_inner_lists() -> None:
    """Items of every depth are parts, empty ones are not; paragraphs of an item stand on their own lines."""
    page = "<p>You need<ul><li>a<ol><li>b<li><p>c<p>d</ol><li><li>e<br>f</ul>"
    assert blocks(page) == [(Kind.PROSE, "You need"), (Kind.LIST, "a\nb\nc\nd\ne\nf")]
    assert parts(page)[0] == ["a", "b", "c\nd", "e\nf"]


def test_a_definition_list_may_be_cut_at_its_terms() -> None:
    """A term stays with what it means."""
    assert parts("<dl><dt>A<dd>first<dt>B<dd>second<dd>more</dl>") == [["A\nfirst", "B\nsecond\nmore"]]


def test_a_list_around_headings_or_tables_only_lays_out() -> None:
    """Cards of a list are sections of the page."""
    document = read("<ul><li><h2>One</h2><p>Words<li><h2>Two</h2><p>More</ul>")
    assert [heading.title for heading in document.headings] == ["One", "Two"]
    assert {block.kind for block in document.blocks} == {Kind.PROSE}


def test_a_table_is_lines_of_cells() -> None:
    """Empty cells keep their place, what is in a cell stays in its row, and rows are parts."""
    page = "<table><tr><th>A<th>B<th>C<tr><td>1<td><td><p>2<p>3<tr><td><td>x<ul><li>y</ul><td></table>"
    assert blocks(page) == [(Kind.TABLE, "A | B | C\n1 |  | 2 3\n| x y")]
    assert parts(page) == [["A | B | C", "1 |  | 2 3", "| x y"]]


@pytest.mark.parametrize(
    "table",
    [
        "<table><tr><td>One<td><h2>Two</h2></table>",
        "<table><tr><td>One<td><table><tr><td>Two</table></table>",
        "<table><tr><td>One<td><ul><li>Two</ul></table>",
        "<table role=presentation><tr><th>One<th>Two</table>",
        "<table><tr><td>One<tr><td>Two</table>",
        f"<table><tr><td>One<td>{'word ' * 200}</table>",
        "<table>One</table>",
    ],
    ids=["heading", "table", "list", "role", "one column", "long cell", "no cell"],
)
def test_a_table_that_lays_out_a_page_is_no_table(table: str) -> None:
    """Each cell is read on its own."""
    assert all(kind is not Kind.TABLE for kind, _ in blocks(table))
    assert read(table).text.startswith("One")


def test_a_heading_is_one_line() -> None:
    """Breaks and blocks within are spaces; an empty heading is none."""
    page = "<h1><div>Big</div> <b>words</b><br>here</h1><h2> </h2><p>x"
    assert read(page).headings == (Heading(1, "Big words here", 0, 14),)
    assert read("<h3>a<table><tr><td>b<td>c</table></h3>").text == "a\n\nb | c"


TAGS = [
    "p",
    "div",
    "ul",
    "li",
    "ol",
    "table",
    "tr",
    "td",
    "th",
    "h2",
    "pre",
    "a href=x",
    "br",
    "dl",
    "dt",
    "dd",
    "b",
]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [*(f"<{tag}>" for tag in TAGS), *(f"</{tag.split()[0]}>" for tag in TAGS), "w", " x\n"]
        )
    )
)
def test_no_word_is_lost_or_doubled_and_places_hold(tokens: list[str]) -> None:
    """Whatever the nesting: each word once, in order, in one heading or block; links hold their title."""
    page = "<main>" + "".join(tokens)
    document = read(page + "<p>end")
    words = document.text.replace("|", " ").split()
    assert "".join(words) == "".join(token.strip() for token in tokens if "<" not in token) + "end"
    end = 0
    for span in spans(document):
        assert not document.text[end : span.start].strip()
        assert span.start < span.end
        end = span.end
    assert not document.text[end:].strip()
    for block in document.blocks:
        assert list(block.parts) == sorted(set(block.parts))
        assert block.parts[:1] in {(), (block.start,)}
    assert all(document.text[each.start : each.end] == each.title for each in document.links)
