"""A link leads to the place of a quote, at the commit that was indexed, and no note can bend it."""

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.links import KINDS, checked_link, file_of, link_of, repository_page
from ingest.errors import UsageError
from ingest.origin import Repository
from ingest.types import Checkout, Document, Format, Source, Span

COMMIT = "0123456789abcdef0123456789abcdef01234567"
TEXT = "one\ntwo\nthree\n"
GITHUB = "https://github.com/team/notes.git"


def note(path: str = "a b/c#1.md", **fields: object) -> Span:
    """Give the second and third line of a note."""
    document = Document(path, "notes", "", TEXT, Format.MARKDOWN, "", **fields)  # type: ignore[arg-type]
    return Span(document, 4, 13)


def page(path: str = "guide.pdf") -> Span:
    """Give a span on the second page of a PDF."""
    return Span(Document(path, "notes", "", TEXT, Format.PDF, "", page_starts=(0, 4)), 4, 7)


def link(span: Span, url: str | None = GITHUB, kind: str | None = None, folder: str = "") -> str | None:
    """Give the link of a span in a source of this kind."""
    git = None if url is None else Checkout(url, "main/x y", COMMIT, folder)
    return link_of(
        span, {"notes": Source("notes", Path("/srv/my notes"), kind, git)}, ("Why & how?", "Roll back: it")
    )


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (GITHUB, f"https://github.com/team/notes/blob/{COMMIT}/a%20b/c%231.md?plain=1#L2-L3"),
        (
            "ssh://git@gitlab.com:22/team/sub/notes.git",
            f"https://gitlab.com/team/sub/notes/-/blob/{COMMIT}/a%20b/c%231.md?plain=1#L2-3",
        ),
        (
            "https://bitbucket.org/team/notes",
            f"https://bitbucket.org/team/notes/src/{COMMIT}/a%20b/c%231.md#lines-2:3",
        ),
        (
            "https://codeberg.org/team/notes.git",
            f"https://codeberg.org/team/notes/src/commit/{COMMIT}/a%20b/c%231.md?display=source#L2-L3",
        ),
        ("https://git.example.org/notes.git", "file:///srv/my%20notes/a%20b/c%231.md"),
        ("file:///srv/notes.git", "file:///srv/my%20notes/a%20b/c%231.md"),
        (None, "file:///srv/my%20notes/a%20b/c%231.md"),
    ],
)
def test_a_known_host_needs_no_template(url: str | None, expected: str) -> None:
    """The link is to the file's lines at the commit; elsewhere it is to the file on this disk."""
    assert link(note(), url) == expected


@pytest.mark.parametrize(
    ("kind", "url", "expected"),
    [
        (
            "gitlab",
            "https://git.example.org:8443/t/n.git",
            "https://git.example.org:8443/t/n/-/blob/{c}/d/x.md?plain=1#L2-3",
        ),
        ("obsidian", None, "obsidian://open?vault=my%20notes&file=x.md"),
        ("vscode", None, "vscode://file/srv/my%20notes/x.md:2"),
        ("file", GITHUB, "file:///srv/my%20notes/x.md"),
        ("https://wiki/{path}#{anchor}", None, "https://wiki/x.md#roll-back-it"),
        ("https://wiki/{branch}/{path}?l={line}", GITHUB, "https://wiki/main/x%20y/d/x.md?l=2"),
        ("{repository}/tree/{commit}", GITHUB, "https://github.com/team/notes/tree/{c}"),
    ],
)
def test_a_template_says_where_a_link_leads(kind: str, url: str | None, expected: str) -> None:
    """A kind stands for a template; each placeholder is filled in, a folder in git too."""
    assert link(note("x.md"), url, kind, "d" if url else "") == expected.replace("{c}", COMMIT)


def test_what_a_place_does_not_have_is_left_out() -> None:
    """A PDF has a page and no lines, a page of HTML neither: the end of the link goes, not the link."""
    assert link(page(), None) == "file:///srv/my%20notes/guide.pdf#page=2"
    assert link(page()) == f"https://github.com/team/notes/blob/{COMMIT}/guide.pdf?plain=1"
    assert link(page(), None, "vscode") == "vscode://file/srv/my%20notes/guide.pdf"
    html = Span(Document("x.html", "notes", "", TEXT, Format.HTML, ""), 0, 3)
    assert link(html, None) == "file:///srv/my%20notes/x.html"
    assert (
        link_of(note("x.md"), {"notes": Source("notes", Path("/n"), "https://w/{path}#{anchor}")})
        == "https://w/x.md"
    )


def test_a_document_in_an_archive_links_to_the_archive() -> None:
    """Nothing but the archive lies on the disk or in the repository."""
    inside = note("export.zip/talk.md", file="export.zip")
    assert link(inside, None) == "file:///srv/my%20notes/export.zip"
    assert file_of(inside.document, {"notes": Source("notes", Path("/srv"))}) == "/srv/export.zip"


def test_a_source_may_be_one_file_or_unknown(tmp_path: Path) -> None:
    """The document of a single file is that file; an unknown source has neither link nor file."""
    single = tmp_path / "hpa.md"
    single.write_text(TEXT)
    sources = {"notes": Source("notes", single)}
    assert file_of(note("hpa.md").document, sources) == str(single)
    assert link_of(note("hpa.md"), sources) == single.as_uri()
    assert link_of(note(), {}) is None
    assert file_of(note().document, {}) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://git.example.org:80/n.git/", "http://git.example.org:80/n"),
        ("https://[::1]:8443/n", "https://[::1]:8443/n"),
        ("https://host/a b'\"<n>.git", "https://host/a%20b%27%22%3Cn%3E"),
        ("file:///srv/n.git", None),
    ],
)
def test_a_repository_has_a_page_where_it_is_on_a_host(url: str, expected: str | None) -> None:
    """SSH's port is not the page's; a repository on this disk has no page."""
    assert repository_page(url) == expected


@pytest.mark.parametrize("kind", [*KINDS, "https://wiki/{path}#{anchor}", "http://w/%20{branch}"])
def test_what_can_be_a_link_is_taken(kind: str) -> None:
    """Every kind, and templates that begin with one of the schemes."""
    assert checked_link(kind, Repository(GITHUB)) == kind


@pytest.mark.parametrize(
    ("kind", "place", "said"),
    [
        ("https://w/{pth}", Path("n"), "{pth} is no part of a link; there are: {commit}, "),
        ("https://w/{}", Path("n"), "{} is no part of a link"),
        ("github", Path("n"), "{repository} is known only for a git repository"),
        ("github", Repository("file:///srv/n.git"), "{repository} is known only for a repository on a host"),
        (
            "javascript:alert({line})",
            Path("n"),
            "is no link; it should be one of bitbucket, file, gitea, github",
        ),
        ("gihtub", Path("n"), "is no link"),
        ("", Path("n"), "is no link"),
        ("https://w/a b", Path("n"), "holds characters that an address can not have"),
        ("https://w/%zz", Path("n"), "holds characters that an address can not have"),
        ("https://w/{path", Path("n"), "holds characters that an address can not have"),
        ("https://w/\x1b", Path("n"), "holds characters that an address can not have"),
    ],
)
def test_what_can_be_no_link_is_refused(kind: str, place: Path | Repository, said: str) -> None:
    """The message names what is wrong, and what there is instead."""
    with pytest.raises(UsageError, match=re.escape(said)):
        checked_link(kind, place)


odd = st.text(st.characters(exclude_categories=()), min_size=1, max_size=12)


@given(
    path=odd,
    branch=odd,
    headings=st.lists(odd, max_size=2),
    root=odd,
    kind=st.sampled_from([*KINDS.values(), None]),
)
def test_no_note_can_bend_a_link(
    path: str, branch: str, headings: list[str], root: str, kind: str | None
) -> None:
    """Whatever a name, branch or heading holds, the link is made of an address's characters alone."""
    document = Document(path, "notes", "", TEXT, Format.MARKDOWN, "")
    place = Path("/srv") / root.replace("/", "").replace("\0", "")
    source = Source("notes", place, kind, Checkout(GITHUB, branch, COMMIT, ""))
    found = link_of(Span(document, 0, 3), {"notes": source}, headings)
    assert found is not None
    assert re.fullmatch(r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&()*+,;=]|%[0-9A-F]{2})*", found)
    template = kind or KINDS["github"]
    assert urlsplit(found).scheme == (urlsplit(template).scheme or "https")
    if kind is None:
        assert found.startswith(f"https://github.com/team/notes/blob/{COMMIT}/")
        written = path.encode("utf-8", "replace").decode()
        assert unquote(urlsplit(found).path) == f"/team/notes/blob/{COMMIT}/{written}"
        assert urlsplit(found).fragment == "L1-L1"


def test_a_link_leads_to_the_file_that_holds_a_document_and_no_further() -> None:
    """Lines and headings are those of a page in an archive, where no address leads."""
    held = note("export.zip/page.md", file="export.zip")
    assert link(held) == f"https://github.com/team/notes/blob/{COMMIT}/export.zip?plain=1"
    assert link(held, None) == "file:///srv/my%20notes/export.zip"
