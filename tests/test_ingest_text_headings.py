"""Which lines of a plain text are headings."""

import pytest
from outlines import read, titles


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Lone\n\nText is here.\n\n", ["Lone"]),
        ("Text first.\n# a comment\nmore text\n", []),
        ("Text first.\n\n## Marked ##\nmore text\n", ["Marked"]),
        ("A **bold** `title`\n\nText is here, in a sentence.\n", ["A bold title"]),
        ("Text.\n\n~~~~\n", []),
        ("Wavy title\n~~~~~\nText.\n", ["Wavy title"]),
        ("An end of a sentence.\n---\nText.\n", []),
        ("One\nTwo lines\n---\nText.\n", []),
        ("Menu\nMenu#\ntext\n", ["Menu"]),
        ("alone#\n", []),
        ("Tools\U0001f517\nText.\n", ["Tools"]),
        ("Written in F#\n\nText is here, in a sentence.\n", []),
        ("Text.\n\nWARNING\nMind the gap.\n", ["WARNING"]),
        ("Text.\n\nTBD\nlater.\n", []),
        ("Text.\n\nTHE END\n", []),
        ("https://a.example/Title\n\nText is here, in a sentence.\n", []),
        ("Text first.\n\nhttps://a.example\n\nText is here, in a sentence.\n", []),
        ("Text first.\n\nLet us. Go Now\n\nText is here, in a sentence.\n", []),
        ("Text first.\n\nThis " + "very " * 12 + "long one\n\nText is here, in a sentence.\n", []),
        ("Text first.\n\nThe end\n", []),
        ("Text first.\n\nDouble\n\nTrouble\n\nBut why?\n", []),
        ("Text first.\n\nShort\n\nIt is so.\n", []),
        ("Text first.\n\nShort\n\nIt is like this.\n", ["Short"]),
        ("Text first.\n\nItems\n\n- one\n- two\n", ["Items"]),
        ("Only a line", []),
        ("Q: what\n", ["what"]),
        ("Q - why us?\n", ["why us?"]),
        ("Q - a letter\n", []),
        ("Q-learning learns values from rewards.\n", []),
        ("Questions are welcome.\n", []),
        ("Question:\n", []),
        ("Question: why\nis\nit\nso\nslow\nthen?\n", ["why is it so slow"]),
        ("Question: how\n```\ncode\n```\n", ["how"]),
        ("Text.\nWhy so?\nBecause.\n", ["Why so?"]),
        ("so it goes on\nWhy so?\nBecause.\n", []),
        ("1. One?\n2. Two?\n3. Three?\nText.\n", []),
        ("1. Last?\n", []),
        ("Title\n\nBy Ann Other\n\nText is here.\n", ["Title"]),
        ("Title\nBy 2030 this will be gone.\n", []),
        ("word " * 30 + "\nBy Ann Other\n", []),
    ],
)
def test_what_is_a_heading_and_what_is_not(text: str, expected: list[str]) -> None:
    """Marked lines are headings, and unmarked ones only where little else is possible."""
    assert titles(read(text)) == expected
