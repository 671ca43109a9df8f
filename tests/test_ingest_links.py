"""Links and tags are found where they stand, and only where a reader sees one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.links import links_and_tags
from ingest.types import Block, Kind, Link


def _links(text: str) -> list[Link]:
    return list(links_and_tags(text, [Block(Kind.PROSE, 0, len(text))])[0])


def _tags(text: str) -> tuple[str, ...]:
    return links_and_tags(text, [Block(Kind.PROSE, 0, len(text))])[1]


@pytest.mark.parametrize(
    ("link", "target", "title"),
    [
        ("[[Note]]", "Note", "Note"),
        ("[[ Note | its alias ]]", "Note", "its alias"),
        ("[[folder/Note#Part]]", "folder/Note#Part", "folder/Note#Part"),
        ("[[Note\\|alias in a table]]", "Note", "alias in a table"),
        ("[[Note| ]]", "Note", "Note"),
        ("[label](target.md)", "target.md", "label"),
        ("[label](#part)", "#part", "label"),
        ("[**label** of `code`](x)", "x", "**label** of `code`"),
        ('[label](x "a title")', "x", "label"),
        ("[label](x 'a title')", "x", "label"),
        ("[label](https://example.org/a_(b)_c)", "https://example.org/a_(b)_c", "label"),
        ("[label](<a file.md>)", "a file.md", "label"),
        ("[![badge](b.svg)](https://example.org)", "https://example.org", "![badge](b.svg)"),
    ],
)
def test_a_link(link: str, target: str, title: str) -> None:
    """Target and title are found, and the span is that of the whole link."""
    assert _links(f"see {link}, then") == [Link(target, title, 4, 4 + len(link))]


@pytest.mark.parametrize(
    ("embed", "target"),
    [("![[plan.png]]", "plan.png"), ("![[plan.png|300]]", "plan.png"), ("![[plan.png\\|300]]", "plan.png")],
)
def test_an_embed(embed: str, target: str) -> None:
    """An embed is named by its target: what stands behind its bar is a width."""
    assert _links(embed) == [Link(target, target, 0, len(embed), embed=True)]


@pytest.mark.parametrize(
    "text",
    [
        "`[[Note]]`",
        "``[a](b)``",
        "![image](plan.png)",
        "[empty]()",
        "[](x)",
        "[[]] [[ ]]",
        "[a] (b)",
        "[a](b c)",
        "[a\nb](c)",
        "[[a\nb]]",
        "[a](b",
        "[[a]",
        "[a](< >)",
    ],
)
def test_no_link(text: str) -> None:
    """Code, images, and what is not complete are no links."""
    assert _links(text) == []


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#ops", ("ops",)),
        ("#ops, #ops/on-call\n#\u00dcberblick\t#a_b #ops", ("ops", "ops/on-call", "\u00dcberblick", "a_b")),
        ('a#b (#c) {#d} &#e; /#f ##g #1 # h "#i"', ()),
        ("`#code` [a](#part) [[Note#part]]", ()),
    ],
)
def test_tags(text: str, tags: tuple[str, ...]) -> None:
    """A tag stands behind white space and begins with a letter; each is given once, in order."""
    assert _tags(text) == tags


def test_code_blocks_and_what_is_in_no_block_are_not_searched() -> None:
    """Only blocks that are not code are searched, each within its own bounds."""
    text = "[[out]] [[in]] [[code]] [[half]]"
    blocks = [Block(Kind.LIST, 8, 14), Block(Kind.CODE, 15, 23), Block(Kind.PROSE, 24, 30)]
    links, tags = links_and_tags(text, blocks)
    assert [link.target for link in links] == ["in"]
    assert tags == ()


@given(
    st.lists(
        st.sampled_from(["[", "]", "(", ")", "|", "!", "`", "#", "<", ">", "a", " ", "\n", '"']), max_size=60
    )
)
def test_links_are_in_order_and_apart(signs: list[str]) -> None:
    """Whatever the signs, links do not overlap, are never blank, and begin and end as links do."""
    text = "".join(signs)
    reached = 0
    for link in _links(text):
        assert link.start >= reached
        assert link.target.strip()
        assert link.title.strip()
        assert text[link.start] in "!["
        assert text[link.end - 1] in "])"
        reached = link.end
    assert reached <= len(text)


@pytest.mark.parametrize(
    "sign",
    [
        "[",
        "[[",
        "[[a|",
        "![",
        "[a](",
        "[](",
        "[a](b",
        "[![a](b)](",
        "`",
        "`a",
        "#",
        "#a",
        "# ",
        "[a](((",
        "[a](()",
    ],
)
def test_hostile_text(sign: str) -> None:
    """A sign repeated without end takes no longer than its length allows, and the link behind it is found."""
    text = sign * (200_000 // len(sign)) + "\n\n[[end]]"
    assert _links(text)[-1] == Link("end", "end", len(text) - 7, len(text))
