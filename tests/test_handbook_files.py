"""The handbook's PDF and its HTML page are what `scripts/handbook_files.py` makes of their texts."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from ingest.formats import SUFFIXES
from ingest.frontmatter import read_frontmatter
from ingest.read import read
from ingest.types import Document, RawFile

ROOT = Path(__file__).resolve().parent.parent
OPERATIONS = ROOT / "corpus" / "operations"
TEXTS = {"on-call-card.pdf": "on-call-card.md", "status-messages.html": "status-messages.md"}

each_file = pytest.mark.parametrize("name", TEXTS)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with what the script makes."""
    folder = tmp_path_factory.mktemp("made")
    script = ROOT / "scripts" / "handbook_files.py"
    subprocess.run([sys.executable, script, "--into", folder], cwd=ROOT, check=True, capture_output=True)
    return folder


def written(name: str) -> Document:
    """Give a text as the reader of Markdown reads it."""
    return read(RawFile(name, "texts", (ROOT / "scripts" / name).read_bytes()))


def document(name: str) -> Document:
    """Give a committed file as its reader reads it."""
    return read(RawFile(name, "handbook", (OPERATIONS / name).read_bytes()))


def test_every_file_that_is_no_note_comes_from_the_script(made: Path) -> None:
    """The handbook holds no PDF or page that could not be made anew, and the script makes no other."""
    others = {path.name for path in OPERATIONS.parent.rglob("*") if path.suffix in SUFFIXES.keys() - {".md"}}
    assert others == {path.name for path in made.iterdir()} == set(TEXTS)


@each_file
def test_what_is_committed_is_what_the_script_makes(made: Path, name: str) -> None:
    """Byte for byte: whoever changes a text runs `scripts/handbook_files.py` too."""
    assert (OPERATIONS / name).read_bytes() == (made / name).read_bytes()


@each_file
def test_the_file_reads_as_its_text_does(name: str) -> None:
    """Title, day and headings come out of the PDF and the page as they stand in the text."""
    text, file = written(TEXTS[name]), document(name)
    assert file.title == text.title
    assert file.metadata.updated == text.metadata.updated
    assert [heading.title for heading in file.headings] == [heading.title for heading in text.headings]
    assert len(file.headings) >= 6


@each_file
def test_no_word_of_the_text_is_lost(name: str) -> None:
    """Each word of the text is in the file, as often at least as in the text."""
    text = written(TEXTS[name]).text
    body = text[read_frontmatter(text).end :].replace("```text", "```")
    words = Counter(re.findall(r"\w+", body))
    assert words.total() > 200
    assert not words - Counter(re.findall(r"\w+", document(name).text))
