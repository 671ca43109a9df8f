"""Exports of wikis: each page is a document, without what the wiki writes around it."""

import pytest
from exports import (
    CONFLUENCE_INDEX,
    NOTION_ID,
    archive,
    confluence_page,
    headings,
    left_out,
    notion_page,
    read,
    reason,
    texts,
)

from ingest import export_pages
from ingest.export_pages import summed
from ingest.types import Document, Format, Metadata, RawFile

PAGE = "# Page\n\nWords.\n"
OTHER_ID = NOTION_ID[::-1]


def only(name: str, body: str) -> Document:
    """Give the document of an archive with one page."""
    (document,) = read(archive({name: body})).documents
    return document


def test_a_page_of_confluence_is_its_title_and_text() -> None:
    """Not the way to it, its attachments, labels and footer; who and when are metadata, labels tags."""
    found = only(
        "ENG/Rollbacks_1.html", confluence_page("Rollbacks", "<p>Undo it.</p><h2>Who</h2><p>You.</p>")
    )
    assert found.text == "Rollbacks\n\nUndo it.\n\nWho\n\nYou."
    assert headings(found) == [(1, "Rollbacks"), (2, "Who")]
    assert (found.title, found.format) == ("Rollbacks", Format.HTML)
    assert found.metadata == Metadata(tags=("runbook",), owner="Ana Lima", updated="2026-03-04")
    assert (found.path, found.file) == ("export.zip/ENG/Rollbacks_1.html", "export.zip")


@pytest.mark.parametrize(
    ("said", "owner", "updated"),
    [
        ("Created by <span class='author'>Bo Chen</span> on 5 March 2026", "Bo Chen", "2026-03-05"),
        ("last modified on 2026-03-06", None, "2026-03-06"),
        ("Created on Feb 31, 2026", None, None),
        ("<span class='editor'>Bo Chen</span>", "Bo Chen", None),
    ],
)
def test_who_and_when_are_told_in_several_ways(said: str, owner: str | None, updated: str | None) -> None:
    """A day that is none is no day."""
    metadata = only("a.html", confluence_page("Rollbacks", "<p>Undo.</p>", said=said)).metadata
    assert (metadata.owner, metadata.updated) == (owner, updated)


def test_the_list_of_a_space_is_left_out() -> None:
    """A page that is called so and is none is read."""
    found = read(
        archive(
            {
                "ENG/index.html": CONFLUENCE_INDEX,
                "ENG/page.html": confluence_page("Page", "<h2>Available Pages</h2><p>Words.</p>"),
                "OPS/index.html": confluence_page("Welcome", "<p>Words.</p>"),
                "ENG/attachments/1/a.png": b"x",
                "ENG/attachments/1/b.png": b"x",
                "ENG/attachments/1/c": b"x",
                "ENG/styles/site.css": b"x",
            }
        )
    )
    assert list(texts(found)) == ["ENG/page.html", "OPS/index.html"]
    assert left_out(found) == {
        "ENG/index.html": "the list of a space's pages",
        "ENG/attachments/1/": "3 files (2 .png, 1 no suffix): each not a page",
        "ENG/styles/site.css": "not a page",
    }


def test_a_page_of_notion_says_what_its_properties_say() -> None:
    """In HTML and in Markdown; the icon is no word of the title."""
    page = only("Rollbacks.html", notion_page("Rollbacks", "<p>Undo it.</p>"))
    assert (page.title, headings(page)) == ("Rollbacks", [(1, "Rollbacks")])
    assert page.text.endswith("Undo it.")
    assert "🚒" not in page.text
    assert page.metadata == Metadata(tags=("k8s", "runbook"), owner="Ana Lima", updated="2026-03-04")
    stated = "Owner: Ana Lima\nTags: k8s, runbook\nCreated time: March 4, 2026 9:00 AM\n"
    note = f"# Rollbacks\n\n{stated}\nUndo it.\n"
    written = only("Rollbacks.md", note)
    assert (written.text, written.metadata) == (note, page.metadata)
    assert written.encoding == "utf-8"


def test_a_page_of_any_other_wiki_is_read_too() -> None:
    """By what it says itself."""
    page = only("a.html", "<title>A</title><meta name=last-modified content=2026-03-04><p>Words.")
    assert (page.text, page.metadata.updated) == ("Words.", "2026-03-04")
    assert only("a.md", "Words alone.\n").metadata == Metadata()
    assert only("a.md", "---\nowner: Bo\nupdated: 2026-01-01\n---\n# A\n\nWords.\n").metadata.owner == "Bo"


def test_names_lose_the_numbers_that_notion_adds() -> None:
    """Unless two pages would then have one name, or none."""
    found = read(
        archive(
            {
                f"Runbooks {NOTION_ID}.md": PAGE,
                f"Runbooks {NOTION_ID}/Undo {NOTION_ID}.md": PAGE,
                f"Runbooks {NOTION_ID}/Undo {OTHER_ID}.md": PAGE,
                f"Runbooks {NOTION_ID}/Table {OTHER_ID}.csv": "a",
                f"Plan {NOTION_ID}.md": PAGE,
                "Plan.md": PAGE,
                f"{NOTION_ID}.md": PAGE,
                f"{OTHER_ID}/a.md": PAGE,
            }
        )
    )
    assert sorted(texts(found)) == sorted(
        [
            "Runbooks.md",
            "Runbooks/Undo.md",
            f"Runbooks {NOTION_ID}/Undo {OTHER_ID}.md",
            f"Plan {NOTION_ID}.md",
            "Plan.md",
            f"{NOTION_ID}.md",
            f"{OTHER_ID}/a.md",
        ]
    )
    assert left_out(found) == {"Runbooks/Table.csv": "not a page"}


def test_a_page_that_can_not_be_read_costs_only_itself() -> None:
    """Empty, binary, or all navigation; an archive of nothing else holds nothing to index."""
    found = read(archive({"a.md": PAGE, "b.md": "", "c.html": b"<p> ", "d.md": b"\0\1\2"}))
    assert list(texts(found)) == ["a.md"]
    assert {name: said.partition(":")[0] for name, said in left_out(found).items()} == {
        "b.md": "holds no text",
        "c.html": "holds no text",
        "d.md": "binary, not text",
    }
    assert reason(archive({"b.md": ""})) == "holds nothing to index (export.zip/b.md: holds no text)"


def test_a_page_may_bear_the_marks_of_its_parts_itself() -> None:
    """The whole of it is not dropped for that."""
    page = confluence_page("Rollbacks", "<p>Undo it.</p>").replace("<html>", '<html class="page-metadata">')
    assert only("a.html", page).text.endswith("Undo it.")


def test_memory_that_runs_out_is_no_fault_of_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said of the whole archive."""

    def needs_too_much(_: RawFile) -> Document:
        raise MemoryError

    monkeypatch.setitem(export_pages._READERS, Format.MARKDOWN, needs_too_much)
    assert reason(archive({"a.md": PAGE})) == "needs more memory than there is; split it"


def test_few_kinds_of_files_are_named() -> None:
    """The commonest first."""
    paths = [f"f/{number}.{kind}" for kind in "abcde" for number in range(3)]
    assert list(summed(paths, "x")) == [("f/", "15 files (3 .a, 3 .b, 3 .c, 3 .d, …): each x")]
