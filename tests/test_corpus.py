"""The starter handbook: what its notes promise to their readers, and to the index that is built from them."""

import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from bot.config import Settings
from bot.lint.reading import read_notes
from bot.lint.rules import RULES, findings
from bot.onboarding.paths import paths_of_note

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "corpus"
SEEDS = ROOT.parent / "shared" / "seeds"
NOTES = sorted(CORPUS.rglob("*.md"))

_FRONTMATTER = re.compile(r"---\n(.*?\n)---\n", re.DOTALL)
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# In a table the bar before an alias is written `\|`.
_WIKILINK = re.compile(r"\[\[([^\]|\\#]+)(?:#[^\]|\\]+)?(?:\\?\|[^\]]+)?\]\]")
_SENTENCE_END = re.compile(r"(?<=[.!?:])\s+|\n")

each_note = pytest.mark.parametrize("note", NOTES, ids=[one.relative_to(CORPUS).as_posix() for one in NOTES])


def folded(text: str) -> str:
    """Give the words of `text`, in lower case and one space apart."""
    return " ".join(re.findall(r"\w+", text.lower()))


def test_the_handbook_has_notes() -> None:
    """There are at least fourteen notes, no two of one name, so that a wikilink means one of them."""
    assert len(NOTES) >= 14
    assert len({note.stem for note in NOTES}) == len(NOTES)


@each_note
def test_frontmatter_says_what_the_note_is(note: Path) -> None:
    """Each note has a title, tags, an owner, the day of its last update and a status, as YAML says them."""
    head = _FRONTMATTER.match(note.read_text("utf-8"))
    assert head is not None
    said = yaml.safe_load(head[1])
    assert set(said) - {"onboarding"} == {"title", "tags", "aliases", "owner", "updated", "status"}
    assert said["status"] in {"current", "draft", "superseded"}
    assert isinstance(said["updated"], date)
    assert f"\n# {said['title']}\n" in note.read_text("utf-8")
    assert all(re.fullmatch(r"[a-z0-9-]+", tag) for tag in said["tags"])
    assert said["tags"]
    assert said["aliases"]
    assert said["owner"].endswith(" team")


@each_note
def test_every_wikilink_leads_to_a_note(note: Path) -> None:
    """Each note links to others, and each link names a note that exists."""
    targets = _WIKILINK.findall(note.read_text("utf-8"))
    assert targets
    assert note.read_text("utf-8").count("[[") == len(targets)
    assert set(targets) <= {one.stem for one in NOTES} - {note.stem}


@each_note
def test_markdown_is_whole(note: Path) -> None:
    """Code fences are closed, no line ends in a space, and nothing is left to be written."""
    text = note.read_text("utf-8")
    outside = _FENCE.sub("", text)
    assert "```" not in outside
    assert not re.search(r"[ \t]$", text, re.MULTILINE)
    assert not re.search(r"\b(TODO|TBD|FIXME|XXX)\b", text, re.IGNORECASE)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert 60 <= text.count("\n") <= 200


@each_note
def test_a_footnote_that_is_used_is_written(note: Path) -> None:
    """Footnote marks and footnotes come in pairs."""
    text = note.read_text("utf-8")
    written = re.findall(r"^\[\^(\w+)\]:", text, re.MULTILINE)
    used = re.findall(r"\[\^(\w+)\](?!:)", text)
    assert sorted(written) == sorted(used)


@each_note
def test_yaml_in_a_note_is_yaml(note: Path) -> None:
    """A manifest that a reader copies parses, and each kind of Kubernetes object names its API version."""
    for language, body in _FENCE.findall(note.read_text("utf-8")):
        assert language
        if language == "yaml":
            for written in yaml.safe_load_all(body):
                # A playbook is a list of plays; all else that a reader copies is a mapping.
                manifests = written if isinstance(written, list) else [written]
                assert manifests
                assert all(isinstance(manifest, dict) for manifest in manifests)
                assert all(("kind" in manifest) == ("apiVersion" in manifest) for manifest in manifests)


@each_note
def test_headings_do_not_jump(note: Path) -> None:
    """A note has one first-level heading, and no heading is more than one level below the one before it."""
    outside = _FENCE.sub("", _FRONTMATTER.sub("", note.read_text("utf-8"), count=1))
    levels = [len(marks) for marks in re.findall(r"^(#+) ", outside, re.MULTILINE)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
    assert len(re.findall(r"^#+ .*\?$", outside, re.MULTILINE)) >= 3


def test_lint_finds_nothing() -> None:
    """Not one of its rules: what the handbook asks of notes, it does itself."""
    with read_notes([CORPUS], Settings(index=CORPUS / "no index"), date(2026, 11, 27), 365) as notes:
        assert findings(notes, RULES) == ()
        paths = [path for document in notes.documents for path in paths_of_note(document).paths]
    assert {path.name for path in paths} == {
        "first-week",
        "kubernetes-for-newcomers",
        "on-call",
        "releasing-safely",
    }
    assert all(5 <= len(path.stops) <= 12 and path.audience for path in paths)
    assert all(stop.why and stop.target.headings for path in paths for stop in path.stops)


def test_no_note_repeats_a_sentence_of_its_sources() -> None:
    """The notes are in words of their own: no source sentence of eight words or more stands in them."""
    if not SEEDS.is_dir():
        pytest.skip("the source documents (../shared/seeds) are not here")
    sources = [path.read_text("utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    sentences = {folded(part) for text in sources for part in _SENTENCE_END.split(text)}
    long = {sentence for sentence in sentences if sentence.count(" ") >= 7}
    assert len(long) > 100
    handbook = "\n".join(folded(note.read_text("utf-8")) for note in NOTES)
    assert [sentence for sentence in sorted(long) if sentence in handbook] == []
