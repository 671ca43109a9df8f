"""The documents that people first brought, as they were scraped; they lie beside the checkout, if at all."""

from pathlib import Path

import pytest
from outlines import assert_well_formed, texts, titles

from ingest.text import read_text
from ingest.types import Document, Format, Kind, RawFile

SEEDS = Path(__file__).parents[2] / "shared" / "seeds"


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed documents are not beside the checkout")
class TestSeeds:
    """The documents that people first brought, as they were scraped."""

    @staticmethod
    def _seed(number: int) -> Document:
        (path,) = SEEDS.glob(f"{number:03}_*.txt")
        document = read_text(RawFile(path.name, "seeds", path.read_bytes()))
        assert document.text == path.read_bytes().decode("utf-8")
        assert_well_formed(document)
        return document

    def test_paragraphs_that_break_off_stay_apart(self) -> None:
        """Two items that stop in mid-sentence do not run on into the paragraphs after them."""
        document = self._seed(0)
        lists = [document.text[b.start : b.end] for b in document.blocks if b.kind is Kind.LIST]
        assert [text.split()[-1] for text in lists] == ["securely.", "Monitor", "to", "Rollback"]
        assert document.headings == ()

    def test_markdown_under_a_share_link(self) -> None:
        """The link and account note at the top are in no block; one question has only a wikilink below it."""
        document = self._seed(1)
        assert document.format is Format.MARKDOWN
        assert document.headings[0].start < document.blocks[0].start
        assert "[[0301 - DaemonSets in Kubernetes]]" in texts(document)
        sections = [heading for heading in document.headings if heading.level == 2]
        assert len(sections) == document.text.count("\n## ")

    def test_bare_headings_and_gutters(self) -> None:
        """Permalink signs are no part of a title, and no line number is part of a block."""
        document = self._seed(2)
        assert document.title == "Basics"
        assert {"Concepts/Principles", "nginx", "LoadBalancer deployment", "k8s Load Balancer"} <= {
            *titles(document)
        }
        assert len(document.headings) == document.text.count("#\n")
        assert not any("1 2" in text or text.startswith("|") for text in texts(document))

    def test_questions_with_numbered_answers(self) -> None:
        """Each question is a heading; a list and its lead-in are one block, blank lines and all."""
        document = self._seed(3)
        questions = [heading for heading in document.headings if heading.title.endswith("?")]
        assert len(questions) == document.text.count("Question ") - 1
        storage = next(heading for heading in questions if "persistent data storage" in heading.title)
        below = next(block for block in document.blocks if block.start > storage.end)
        assert below.kind is Kind.LIST
        assert len(below.parts) == 4
        assert document.text[below.start :].startswith("Role-Based Access Control (RBAC):\n\n1.")

    def test_a_page_of_a_book(self) -> None:
        """Titles that stand alone are headings, a picture's residue and bylines are not."""
        document = self._seed(4)
        assert titles(document) == [
            document.title,
            "Overview of this book",
            "Continuous integration and deployment",
            "What is a CI/CD pipeline?",
            "Designing a CI/CD pipeline for Kubernetes",
        ]
        assert document.title == "Mastering Kubernetes - Second Edition"
