"""Links that lead nowhere are found, and no link that leads somewhere is."""

from pathlib import Path

import pytest
from exports import archive
from linting import notes_of, told

from bot.lint.rules import findings

HOME = "# Home\n\nStart here.\n\n## First steps\n\nGo.\n\nA fact. ^fact\n"
PLACES: dict[str, str | bytes] = {
    "home.md": HOME,
    "deep/guide.md": "---\ntitle: The long guide\naliases: [handbook]\n---\n"
    "# Guide\n\nText.\n\n## Own {#own-address}\n\nx\n",
    "deep/index.md": "# Deep\n\nText.\n",
    "site/page.html.md": "# Page\n\nText <a name='spot'></a>.\n",
    "plan.png": b"png",
    "a b/other note.md": "# Other\n\nText.\n",
    "deep/tool.sh": b"#!/bin/sh\n",
}


@pytest.mark.parametrize(
    "link",
    [
        "[[home]]",
        "[[Home]]",
        "[[home.md]]",
        "[[home|start]]",
        "[[deep/guide]]",
        "[[handbook]]",
        "[[The long guide]]",
        "[[home#First steps]]",
        "[[home#first-steps]]",
        "[[home#Home#First steps]]",
        "[[home#^fact]]",
        "[[#Here]]",
        "![[plan.png]]",
        "[[plan.png|the plan]]",
        "![[home#First steps]]",
        "[x](home.md)",
        "[x](./home.md)",
        "[x](home)",
        "[x](home.md#first-steps)",
        "[x](home.md#first-steps-1)",
        "[x](deep/guide.md#own-address)",
        "[x](site/page.html.md#spot)",
        "[x](deep/)",
        "[x](deep)",
        "[x](deep/tool.sh)",
        "[x](a%20b/other%20note.md)",
        "[x](<a b/other note.md>)",
        "[x](#here)",
        "[x](home.md#L10)",
        "[x](home.md?plain=1)",
        "[x](https://example.org/nowhere)",
        "[x](mailto:team@example.org)",
        "[x](//example.org/x)",
        "[x](/a/page/of/the/site)",
        "[x](/docs/deep/guide/)",
        "[x]({{< ref nowhere >}})",
        "[x]($URL/nowhere)",
        "![a plan](plan.png)",
        "![a plan](https://example.org/x.png)",
        "[one]: home.md",
        "[one]: https://example.org",
        "[^1]: nowhere.md",
        "`[[nowhere]]` and `[x](nowhere.md)` and `![](nowhere.png)`",
        "```\n[[nowhere]]\n[one]: nowhere.md\n```",
        "[x](here/../home.md)",
    ],
)
def test_a_link_that_leads_somewhere_is_left_alone(tmp_path: Path, link: str) -> None:
    """By name, path, alias, title, heading, address or block, to a note, a file or a folder."""
    assert told(tmp_path, "link", {**PLACES, "here.md": f"# Here\n\n{link}\n"}) == []


@pytest.mark.parametrize(
    ("link", "what"),
    [
        ("[[hom]]", "[[hom]] leads to no note or file"),
        ("![[plans.png]]", "[[plans.png]] leads to no note or file"),
        ("[[shallow/guide]]", "[[shallow/guide]] leads to no note or file"),
        ("[[home#Second steps]]", "home.md has no heading “Second steps”"),
        ("[[home#^fable]]", "home.md has no heading “^fable”"),
        ("[[#There]]", "here.md has no heading “There”"),
        ("[x](hom.md)", "hom.md leads to no note or file"),
        ("[x](home.md#second-steps)", "home.md has no heading “second-steps”"),
        ("[x](#there)", "here.md has no heading “there”"),
        ("[x](/docs/deep/guide#none)", "deep/guide.md has no heading “none”"),
        ("![a plan](plans.png)", "plans.png leads to no note or file"),
        ("[one]: hom.md", "hom.md leads to no note or file"),
        ("[x](" + "a" * 400 + ".md)", "a" * 400 + ".md leads to no note or file"),
        ("[x](bad%00name.md)", "bad%00name.md leads to no note or file"),
    ],
)
def test_a_link_that_leads_nowhere_is_found_at_its_line(tmp_path: Path, link: str, what: str) -> None:
    """What it is, as it is written, and in which line it stands."""
    assert told(tmp_path, "link", {**PLACES, "here.md": f"# Here\n\n{link}\n"}) == [f"here.md:3: {what}"]


def test_the_nearest_name_is_proposed(tmp_path: Path) -> None:
    """A note with a name like it, a heading like it, and advice where nothing is near."""
    text = "# Here\n\n[[hoome]] [[home#Frist steps]] [[zzzz]] [[home#Unlike anything]]\n"
    fixes = [one.fix for one in findings(notes_of(tmp_path, {**PLACES, "here.md": text}), {"link"})]
    assert sorted(fixes) == [
        "did you mean “First steps”?",
        "did you mean “home”?",
        "name a heading that is there, or the note alone",
        "name a note or a file that exists, or take the link out",
    ]


def test_a_heading_in_what_is_no_markdown_is_not_looked_for(tmp_path: Path) -> None:
    """Other formats name their places in ways of their own."""
    written = {"a.rst": "A\n=\n\nText.\n", "here.md": "# Here\n\n[x](a.rst#page-3)\n"}
    assert told(tmp_path, "link", written) == []


def test_pages_of_an_export_are_not_looked_at(tmp_path: Path) -> None:
    """Their links were written for another place, and nobody mends them in an archive."""
    packed = archive({"Notes/page.md": b"# Page\n\nText with [[nowhere]] in it, and more words.\n"})
    assert told(tmp_path, "link", {"wiki.zip": packed, "b.md": "# B\n\n[[b]]\n"}) == []


def test_an_orphan_is_a_note_that_no_other_links_to(tmp_path: Path) -> None:
    """A link to itself does not count; front pages and glossaries need none."""
    written = {
        "index.md": "# Index\n\n[[a]]\n",
        "a.md": "# A\n\nText. [b](b.md)\n",
        "b.md": "# B\n\n[[b#B]] and [[index]]\n",
        "lost.md": "# Lost\n\n[[lost]]\n",
        "glossary.md": "# G\n\nText.\n",
        "deep/deep.md": "# D\n\nText.\n",
        "table.csv": "a,b\n1,2\n",
    }
    assert told(tmp_path, "orphan", written) == ["lost.md:1: no other note links to this one"]


def test_notes_that_do_not_link_at_all_are_no_orphans(tmp_path: Path) -> None:
    """A folder of loose notes is no web of notes with holes."""
    assert told(tmp_path, "orphan", {"a.md": "# A\n\nText.\n", "b.md": "# B\n\n[[nowhere]]\n"}) == []


def test_a_stop_of_a_path_is_a_link_and_a_path_is_an_entrance(tmp_path: Path) -> None:
    """Whoever walks the path comes to the note; of paths in a file too."""
    path = "---\nonboarding:\n  stops:\n    - read: a\n    - read: gone\n---\n# Path\n\nText.\n"
    file = '[p]\n[[p.stops]]\nread = "b#B"\n'
    notes = {"a.md": "# A\n\nText.\n", "b.md": "# B\n\nText.\n", "c.md": "# C\n\nText.\n"}
    written = {**notes, "path.md": path, "paths.toml": file}
    assert told(tmp_path, "orphan", written) == ["c.md:1: no other note links to this one"]
