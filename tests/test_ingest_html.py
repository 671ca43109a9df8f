"""HTML files: what is content, its text as a reader sees it, and the places of its parts."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import UnreadableError
from ingest.html import read_html
from ingest.types import Block, Document, Format, Heading, Kind, Link, Metadata, RawFile

PAGES = Path(__file__).parent / "data" / "html"
CASES = sorted(PAGES.glob("*.html"))


def read(page: str | bytes, path: str = "guide/page.html") -> Document:
    """Read a page as the file `path`."""
    return read_html(RawFile(path, "notes", page.encode() if isinstance(page, str) else page))


def spans(document: Document) -> list[Heading | Block]:
    """Give the headings and blocks in their order."""
    return sorted([*document.headings, *document.blocks], key=lambda span: span.start)


def outline(document: Document) -> str:
    """Write out what stands where, as the expected files do."""
    shown = [f"title: {document.title}", f"updated: {document.metadata.updated}"]
    for span in spans(document):
        name = (
            f"heading {span.level}" if isinstance(span, Heading) else f"{span.kind}, {len(span.parts)} parts"
        )
        shown += [f"== {name}", document.text[span.start : span.end]]
    return "\n".join(shown) + "\n"


def blocks(page: str) -> list[tuple[Kind, str]]:
    """Give the kind and text of each block of a page."""
    document = read(page)
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


def prose(page: str) -> list[str]:
    """Give the text of each block of a page."""
    return [text for _, text in blocks(page)]


def parts(page: str) -> list[list[str]]:
    """Give the parts of each block of a page."""
    document = read(page)
    return [
        [
            document.text[start:end].strip()
            for start, end in zip(block.parts, [*block.parts[1:], block.end], strict=True)
        ]
        for block in document.blocks
        if block.parts
    ]


def test_there_are_cases() -> None:
    """Each has a file with what is expected of it."""
    assert len(CASES) == 6
    assert all(case.with_suffix(".txt").is_file() for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_page_is_read_as_expected(case: Path) -> None:
    """Content is kept, what leads around the site is not, and each block is of its kind."""
    assert outline(read(case.read_bytes())) == case.with_suffix(".txt").read_text("utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_all_text_is_in_a_heading_or_block(case: Path) -> None:
    """What is taken out of a page is there to be found; only blank lines are between."""
    document = read(case.read_bytes())
    end = 0
    for span in spans(document):
        assert document.text[end : span.start] == ("\n\n" if end else "")
        end = span.end
    assert end == len(document.text)


def test_a_document_of_a_page_has_no_encoding_and_the_hash_of_its_file() -> None:
    """The text is built, so that no codec turns the file into it."""
    document = read("<p>Words")
    assert (document.path, document.source, document.format) == ("guide/page.html", "notes", Format.HTML)
    assert document.encoding is None
    assert document.sha256 == RawFile("", "", b"<p>Words").sha256


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
    assert blocks("<pre> \n </pre><p>x") == [(Kind.PROSE, "x")]


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


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>secret</script>",
        "<style>secret</style>",
        "<noscript>secret</noscript>",
        "<template>secret</template>",
        "<svg><text>secret</text></svg>",
        "<button>secret</button>",
        "<select><option>secret</select>",
        "<textarea>secret</textarea>",
        "<div hidden>secret</div>",
        '<div aria-hidden="TRUE">secret</div>',
        '<div style="color:red; DISPLAY : none">secret</div>',
        '<div style="visibility:hidden">secret</div>',
        "<!-- secret -->",
        "<?php secret ?>",
        "<p><script>secret</script></p>",
    ],
)
def test_what_a_browser_does_not_show_never_leaks(hidden: str) -> None:
    """Nor does what it shows as a control."""
    assert read(f"<p>Before{hidden}</p><p>After</p>").text.replace("\n", "") == "BeforeAfter"


@pytest.mark.parametrize(
    "around",
    [
        "<nav>around</nav>",
        "<div role=navigation>around</div>",
        "<header>around</header>",
        "<footer>around</footer>",
        "<aside>around</aside>",
        "<div role=contentinfo>around</div>",
        '<a class="skip-link" href="#x">around</a>',
        '<ul><li><a href="a">around</a><li><a href="b">here</a><li><a href="c">there</a></ul>',
    ],
)
def test_what_leads_around_the_site_is_left_out(around: str) -> None:
    """By its element, its role, or by being links and nothing else."""
    assert prose(f"{around}<p>Words of the page itself.") == ["Words of the page itself."]


def test_in_an_article_headers_notes_and_lists_of_links_are_content() -> None:
    """They hold its title, remarks and sources; only links into the page itself are a table of contents."""
    page = """<article><header><h1>Title</h1></header><ul><li><a href="#a">A</a><li><a href="#b">B</a>
        <li><a href="#c">C</a></ul><aside>Mind the gap.</aside><ul><li><a href="x">X</a><li><a href="y">Y</a>
        <li><a href="z">Z</a></ul></article>"""
    assert read(page).text == "Title\n\nMind the gap.\n\nX\nY\nZ"


def test_an_article_that_is_a_teaser_is_not_the_content() -> None:
    """The page is, where most of its words are elsewhere."""
    long = "Words that matter. " * 20
    assert prose(f"<article>Teaser</article><div>{long}</div>") == ["Teaser", long.strip()]
    assert prose(f"<div>Elsewhere</div><article>{long}</article>") == [long.strip()]


def test_where_a_page_is_only_links_they_are_its_content() -> None:
    """A page of links is read whole; links that are sentences are text anywhere."""
    assert prose('<ul><li><a href="a">A</a><li><a href="b">B</a><li><a href="c">C</a></ul>') == ["A\nB\nC"]
    sentence = "This link is a whole sentence, as in a list of questions that people ask."
    links = "".join(f'<p><a href="{at}">{sentence}</a>' for at in range(4))
    assert prose(f"<div>{links}</div><p>And words.") == [*[sentence] * 4, "And words."]


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<title>Guide | Site</title><h1>Guide</h1>", "Guide"),
        ("<title>Guide</title><h1>Welcome</h1>", "Guide"),
        ("<h1>Only\n heading</h1>", "Only heading"),
        ("<title> </title><h3>Third</h3>", "Third"),
        ("<header><h1>Above</h1></header><p>x", "Above"),
        ("<p>x", "page"),
    ],
)
def test_the_title_is_the_pages_own_without_the_sites_name(page: str, title: str) -> None:
    """The name of the file is the last resort."""
    assert read(page).title == title


@pytest.mark.parametrize(
    ("page", "day"),
    [
        ('<meta property="article:modified_time" content="2024-03-05T10:00:00Z"><p>x', "2024-03-05"),
        ('<meta name="DC.Date.Modified" content="2023-02-01"><p>x', "2023-02-01"),
        ('<meta name="last-modified" content="Tue, 5 March"><p>x<time datetime="2022-01-02">', "2022-01-02"),
        (
            '<p>x<time datetime="2021-01-01"></time><time itemprop=dateModified datetime="2022-02-02">',
            "2022-02-02",
        ),
        ('<p>x<time datetime="2021-01-01"></time><time datetime="2022-02-02">', None),
        ('<meta name="last-modified" content="2023-02-31"><p>x', None),
        ('<meta name="last-modified" content="2023-02-012"><p>x', None),
        ("<meta name=author><p>x<time>today</time>", None),
    ],
)
def test_the_day_of_change_is_the_stated_one_if_valid(page: str, day: str | None) -> None:
    """Of several times on a page none is taken, unless one says that it is the day of change."""
    assert read(page).metadata == Metadata(updated=day)


@pytest.mark.parametrize(
    "body",
    [
        "<p>Blåbær: 5 €".encode(),
        "\ufeff<p>Blåbær: 5 €".encode("utf-8-sig"),
        b'<meta charset="utf-8">' + "<p>Blåbær: 5 €".encode(),
        b'<meta charset="iso-8859-1">' + "<p>Blåbær: 5 €".encode("cp1252"),
        b"<meta http-equiv=Content-Type content='text/html; charset=windows-1252'>"
        + "<p>Blåbær: 5 €".encode("cp1252"),
        b'<?xml version="1.0" encoding="UTF-8"?><html><body>' + "<p>Blåbær: 5 €".encode(),
        "<meta charset=utf-16><p>Blåbær: 5 €".encode("utf-16"),
        b"<meta charset=no-such-thing>" + "<p>Blåbær: 5 €".encode(),
        b"<meta charset=ascii>" + "<p>Blåbær: 5 €, \x81".encode().replace(b"\xc2\x81", b""),
    ],
    ids=["none", "mark", "utf-8", "latin", "http-equiv", "xml", "utf-16", "unknown", "wrong"],
)
def test_the_encoding_is_found(body: bytes) -> None:
    """By the byte order mark, then the page's own word, then by looking."""
    assert read(body).text.rstrip(", ") == "Blåbær: 5 €"


@pytest.mark.parametrize(
    "body", [b"", b"  \n", b"<!-- only a comment -->"], ids=["empty", "blank", "comment"]
)
def test_an_empty_page_says_so(body: bytes) -> None:
    """There is nothing to index."""
    with pytest.raises(UnreadableError, match="holds no text: the page is empty"):
        read(body)


def test_a_page_nested_too_deep_is_refused_rather_than_read_in_part() -> None:
    """A thousand deep is read; a hundred thousand deep neither crashes nor hangs."""
    assert read("<div>" * 1000 + "core").text == "core"
    with pytest.raises(UnreadableError, match="nested too deep to be read whole"):
        read("<div>" * 100_000 + "core")


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
