"""What of an HTML page is its content."""

import pytest
from pages import prose, read


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
