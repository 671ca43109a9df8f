"""Acronyms that no note spells out are found, once; those that somebody explains are not."""

from pathlib import Path

import pytest
from linting import told


@pytest.mark.parametrize(
    "explained",
    [
        "The Horizontal Pod Autoscaler grows.",
        "A horizontal pod autoscaler (HPA) grows.",
        "It is the **horizontal pod autoscaler (HPA)**.",
        "HPA (horizontal pod autoscaler) grows.",
        "HPAs: horizontal pod autoscalers.",
        "HPA \u2013 horizontal pod autoscaler.",
        "HPA stands for horizontal pod autoscaler.",
        "See `HorizontalPodAutoscaler` and HorizontalPodAutoscaler.",
        "The word hpa is a word here.",
    ],
)
def test_an_acronym_that_any_note_explains_is_left_alone(tmp_path: Path, explained: str) -> None:
    """Before it, behind it, or by the capitals of its name, in whichever note."""
    written = {"a.md": "# A\n\nThe HPA grows. Two HPAs grow.\n", "b.md": f"# B\n\n{explained}\n"}
    assert told(tmp_path, "acronym", written) == []


@pytest.mark.parametrize(
    "text",
    [
        "The API of AWS speaks JSON over HTTP; READ it.\n\nYou can read it.",
        "Set `HPA` and [x](HPA.md) and [[HPA]] and https://HPA and <HPA>.",
        "```\nHPA\n```",
        "HPA_SIZE, HPA-17, x/HPA, HPA.yaml, S3, @HPA, $HPA, H, ABCDEFG",
    ],
    ids=["well known", "no prose", "code", "parts of names"],
)
def test_what_is_no_acronym_is_left_alone(tmp_path: Path, text: str) -> None:
    """Well-known ones, words that are shouted, code, links, identifiers and names of files."""
    assert told(tmp_path, "acronym", {"a.md": f"# A\n\n{text}\n"}) == []


def test_an_acronym_is_found_once_where_it_stands_first(tmp_path: Path) -> None:
    """And it is said in how many notes it stands."""
    written = {"a.md": "# A\n\nText.\n\nThe HPA and the HPA.\n", "b.md": "# HPA again\n\nA VPA.\n"}
    assert told(tmp_path, "acronym", written) == [
        "a.md:5: HPA is used in 2 notes and never spelled out",
        "b.md:3: VPA is used and never spelled out",
    ]


def test_words_beside_it_that_do_not_spell_it_explain_nothing(tmp_path: Path) -> None:
    """The letters must stand there in their order, the first at the start of a word."""
    written = {"a.md": "# A\n\nThe thing (HPA) works, HPA: a good one, with happy people (HPA too).\n"}
    assert told(tmp_path, "acronym", written) == ["a.md:3: HPA is used and never spelled out"]


@pytest.mark.parametrize(
    "other",
    [
        {"glossary.md": "# Words\n\n- HPA\n- VPA, whatever it is\n"},
        {"b.md": "---\ntitle: Abbreviations\n---\n# B\n\nHPA\n"},
        {"b.md": "---\naliases: [HPA]\n---\n# B\n\ntext\n"},
        {"b.md": "# HPA\n\ntext\n"},
    ],
    ids=["glossary", "abbreviations", "alias", "title"],
)
def test_a_glossary_an_alias_and_a_title_explain(tmp_path: Path, other: dict[str, str]) -> None:
    """A reader finds there what it is."""
    assert told(tmp_path, "acronym", {"a.md": "# A\n\nThe HPA grows.\n", **other}) == []


def test_files_that_nobody_here_wrote_are_not_looked_at(tmp_path: Path) -> None:
    """They still may explain what a note leaves open."""
    assert told(tmp_path, "acronym", {"a.txt": "The HPA grows.\n"}) == []
    written = {"a.txt": "A horizontal pod autoscaler (HPA).\n", "b.md": "# B\n\nThe HPA grows.\n"}
    assert told(tmp_path, "acronym", written) == []
