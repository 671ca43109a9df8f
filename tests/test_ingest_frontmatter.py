"""Frontmatter says what the note is; what can not be understood is named and never raised."""

import json
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.frontmatter import Frontmatter, frontmatter_values, read_frontmatter
from ingest.types import Metadata


def _yaml(body: str) -> Frontmatter:
    return read_frontmatter(f"---\n{body}\n---\nText.\n")


def _toml(body: str) -> Frontmatter:
    return read_frontmatter(f"+++\n{body}\n+++\nText.\n")


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "lines",
    [
        ["---", "title: A", "---"],
        ["--- ", "title: A", "---\t"],
        ["---", "title: A", "..."],
        ["+++", 'title = "A"', "+++"],
        ["---", "title: A", "x: a---b", "y: |", "  --- ", "---"],
    ],
)
def test_it_ends_with_its_closing_line(lines: list[str], line_end: str) -> None:
    """The note's text begins in the line behind the closing one, whatever ends a line."""
    front = line_end.join([*lines, ""])
    assert read_frontmatter(f"{front}Text.") == Frontmatter(len(front), "A", Metadata(), None)
    assert read_frontmatter(front.rstrip("\r\n")).end == len(front.rstrip("\r\n"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "---",
        "---\n",
        "Text.\n---\ntitle: A\n---\n",
        "\n---\ntitle: A\n---\n",
        "----\ntitle: A\n----\n",
        "---\ntitle: A\n----\n",
        "---\ntitle: A\n+++\n",
        "---\ntitle: A\n",
        "---\nJust a paragraph between two rules.\n---\n",
        "---\n- a list\n---\n",
        f"---\na: {'x' * 40_000}\n---\n",
    ],
)
def test_no_frontmatter(text: str) -> None:
    """What does not open the note, is not closed, holds no keys, or is too long is no frontmatter."""
    assert read_frontmatter(text) == Frontmatter(0, None, Metadata(), None)


@pytest.mark.parametrize("text", ["---\n---\n", "---\n\n---\n", "---\n# nothing\n---\n", "+++\n+++\n"])
def test_empty_frontmatter(text: str) -> None:
    """Frontmatter that says nothing is frontmatter all the same."""
    assert read_frontmatter(text) == Frontmatter(len(text), None, Metadata(), None)


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("title: A plain title", "A plain title"),
        ("title: 'Ports: open'", "Ports: open"),
        ("title: 1.10", "1.10"),
        ("title: 0x1F", "0x1F"),
        ("title: yes", "yes"),
        ("title: 2025-01-02", "2025-01-02"),
        ("title: |\n  two\n  lines", "two lines"),
        ("title:", None),
        ("title: ~", None),
        ("title: null", None),
        ("title: '  '", None),
        ("title: [a]", None),
        ("title: {a: b}", None),
        ('title: "half \\ud800 of a pair"', "half ? of a pair"),
        ("title: !!python/object/apply:os.abort []", None),
        ("title: !!python/name:os.abort x", "x"),
    ],
)
def test_the_title(body: str, title: str | None) -> None:
    """A title is what was typed, on one line; no value is made into anything else."""
    assert _yaml(body).title == title
    assert _yaml(body).fault is None


@pytest.mark.parametrize(
    ("body", "metadata"),
    [
        ("tags: [a, '#b', 3]", Metadata(tags=("a", "b", "3"))),
        ("tags: one, two words", Metadata(tags=("one", "two words"))),
        ("tags: '#one #two'", Metadata(tags=("one", "two"))),
        ("tags:\n  - big data\n  -\n  - [nested]\n  - '#'", Metadata(tags=("big data",))),
        ("tag: one", Metadata(tags=("one",))),
        ("tags: {a: b}", Metadata()),
        ("aliases: A first, second", Metadata(aliases=("A first", "second"))),
        ("alias: [A, B]", Metadata(aliases=("A", "B"))),
        ("status: draft", Metadata(status="draft")),
        ("owner: Ann", Metadata(owner="Ann")),
        ("authors: [Ann, Bo]\nauthor: Cy", Metadata(owner="Cy")),
        ("owner: ~\nmaintainer: [Ann, Bo]", Metadata(owner="Ann, Bo")),
        ("acl: [a, b]", Metadata(acl=("a", "b"))),
        ("updated: 2025-03-04", Metadata(updated="2025-03-04")),
        ("date: 2025-3-4 10:00:00 +02:00", Metadata(updated="2025-03-04")),
        ("lastmod: 2025-03-04T10:00:00Z\ndate: 2020-01-01", Metadata(updated="2025-03-04")),
        ("updated: soon\nmodified: 2025-02-30\ncreated: 2025-02-28", Metadata(updated="2025-02-28")),
        ("updated: [2025-03-04]", Metadata()),
        ("date: 2025-03-041", Metadata()),
        ("date: 0000-01-01", Metadata()),
    ],
)
def test_yaml(body: str, metadata: Metadata) -> None:
    """Each key is read in the forms that people write it in; the more telling key goes first."""
    assert _yaml(body) == Frontmatter(len(body) + 9, None, metadata, None)


def test_toml() -> None:
    """TOML has dates and numbers of its own."""
    body = 'title = "A"\ntags = ["a", 1]\nowner = "Ann"\ndate = 2025-03-04\nacl = "x, y"\n[other]\na = true'
    metadata = Metadata(tags=("a", "1"), owner="Ann", updated="2025-03-04", acl=("x", "y"))
    assert _toml(body) == Frontmatter(len(body) + 9, "A", metadata, None)
    assert _toml("lastmod = 2025-03-04T23:59:59-08:00").metadata.updated == "2025-03-04"
    assert _toml("date = 10:00:00").metadata.updated is None
    assert _toml("tags = 5\nstatus = 1.5").metadata == Metadata(tags=("5",), status="1.5")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("---\na: 1\nb: c: d\n---\n", "mapping values are not allowed here (line 3)"),
        ("---\na: [1\n---\n", "expected ',' or ']', but got '<stream end>' (line 3)"),
        ("---\n\tb: 1\n---\n", "line 2"),
        ("---\na: *missing\n---\n", "found undefined alias 'missing' (line 2)"),
        ("---\na: &a [*a]\n---\n", "recursive"),
        ("---\n? [a]\n: b\n---\n", "unhashable"),
        ("---\na: b\0c\n---\n", "#x0000"),
        ("---\n%YAML 9.9\n---\n", "version"),
        (f"---\na: {'[' * 5_000}\n---\n", "nested too deep"),
        (f"---\n{'{a: ' * 5_000}\n---\n", "nested too deep"),
        ("+++\na = 1\nb = \n+++\n", "line 3"),
        ("+++\na = 1\na = 2\n+++\n", "line 3"),
        (f"+++\na = {'[' * 5_000}\n+++\n", "nested too deep"),
        (f"+++\na = {'9' * 5_000}\n+++\n", "digits"),
    ],
)
def test_what_is_malformed_is_named(text: str, fault: str) -> None:
    """The fault says what is wrong, and in which line of the file."""
    front = read_frontmatter(text)
    assert front.fault
    assert front.fault.startswith("frontmatter read as text: ")
    assert fault in front.fault
    assert "\n" not in front.fault
    assert (front.title, front.metadata) == (None, Metadata())
    assert front.end == len(text)


def test_aliases_do_not_multiply() -> None:
    """Nine aliases of nine aliases, twenty levels deep, are read at once and mean nothing."""
    names = "abcdefghijklmnopqrst"
    levels = [f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]" for before, name in pairwise(names)]
    front = _yaml(
        "\n".join(["a: &a [x,x,x,x,x,x,x,x,x]", *levels, "tags: *t", "title: *t", "owner: [*t, {a: *t}]"])
    )
    assert (front.title, front.metadata, front.fault) == (None, Metadata(), None)


@given(st.text(max_size=200), st.sampled_from(["---", "+++"]))
def test_any_frontmatter_is_read_or_named(body: str, fence: str) -> None:
    """Whatever stands between the fences, nothing is raised, and all that is said can be written as UTF-8."""
    text = f"{fence}\n{body}\n{fence}\nText."
    front = read_frontmatter(text)
    assert 0 <= front.end <= len(text)
    assert text[: front.end].startswith(fence) or front.end == 0
    if body.isascii() or not any("\ud800" <= character <= "\udfff" for character in body):
        f"{front.title}{front.metadata}{front.fault}".encode()


_KEYS = st.sampled_from(["title", "tags", "aliases", "owner", "date", "acl", "status"])
_VALUES = st.recursive(
    st.text("abc,# ~", max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=2),
)


@given(st.dictionaries(_KEYS, _VALUES, max_size=4))
@example({"tags": ",# # a"})
def test_metadata_holds_no_blanks(values: dict[str, object]) -> None:
    """Whatever the values, a tag, alias or name is never empty and has no blanks around it."""
    front = _yaml(json.dumps(values))
    metadata = front.metadata
    assert front.fault is None
    for said in (
        *metadata.tags,
        *metadata.aliases,
        *metadata.acl,
        metadata.owner,
        metadata.status,
        front.title,
    ):
        assert said is None or (said and said == said.strip())


def test_a_note_with_a_path_is_tagged_so() -> None:
    """So that paths are found without opening every note."""
    assert _yaml("tags: [a]\nonboarding:\n  stops: []").metadata.tags == ("a", "onboarding")
    assert _toml("[onboarding]").metadata.tags == ("onboarding",)
    assert _yaml("tags: [a]").metadata.tags == ("a",)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("---\na: 1.10\nb:\n  c: [d]\n---\n", {"a": "1.10", "b": {"c": ["d"]}}),
        ("+++\na = 1\n+++\n", {"a": 1}),
        ("---\n---\n", {}),
        ("---\na: [\n---\n", {}),
        ("---\nJust words.\n---\n", {}),
        ("Text.\n", {}),
    ],
    ids=["YAML", "TOML", "empty", "malformed", "prose", "none"],
)
def test_all_that_frontmatter_says_is_there_by_its_keys(text: str, values: dict[str, object]) -> None:
    """Nothing of it where it can not be read."""
    assert frontmatter_values(text) == values
