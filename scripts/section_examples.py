"""What the reader is trained on beside labelled questions: the headings of whole notes, asked as questions.

Each checkout's notes are indexed as any notes are, half of the headings that are asked for taken away first.
The spans that the search finds in the section of a heading answer it; those that it finds elsewhere do not.
So the reader learns on steps, tables and commands, of which the labelled questions have few.
"""

import random
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from reader_examples import RIGHT, WRONG, Example, piece
from training import SEED, indexed, rephrased

from bot.confidence import fitted
from bot.evidence import evidence_for, rated
from bot.spans import Candidate
from index.search import Index
from index.types import Where
from ingest.read import read
from ingest.types import Document, RawFile

# Of each checkout so many notes and headings: notes of so many characters, and headings with so many words of
# their own over so many characters.
NOTES, HEADINGS = 110, 420
SHORTEST_NOTE, LONGEST_NOTE = 800, 40_000
WORDS, SECTION = 2, 80
# Almost all of a note in English is of these characters.
LATIN = 0.97
HEADING_GONE, HURRIED = 0.55, 0.4
# In characters: by its beginning a span is told from what stands elsewhere.
BEGINNING = 120

# Versions and translations say the same again; references and logs have headings that nobody asks for.
_LEFT_OUT = re.compile(
    r"(^|/)(v?\d+(\.\d+|\.x|-x)[^/]*|i18n|zh|ja|fr|de|es|ko|pt[^/]*|ru|it|uk|node_modules|vendor|\.github|tests?"
    r"|testdata|blog|_?posts|proposals?|design|release[^/]*|changes?|changelogs?|archived?|api|cli|cmd"
    r"|reference|crds?)/|changelog|release|license|code_of_conduct|governance|owners|maintainers|adopters"
    r"|security\.md|contributors",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^(?:step )?\d+[.):]?\s*", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z][\w'-]+")
# What stands over sections of any subject.
_SAYS_NOTHING = re.compile(
    r"overview|introduction|prerequisites|summary|conclusion|examples|example|usage|notes|"
    r"description|background|context|references|resources|links|see|also|next|steps|"
    r"meaning|impact|diagnosis|mitigation|solution|details|goals|non-goals|what|related|"
    r"requirements|table|of|contents|installation|configuration|appendix",
    re.IGNORECASE,
)
# Headings that open with one of these say what to do, and are asked for with "how do I".
_DO = re.compile(
    r"add|allow|apply|attach|authenticate|automate|back|backup|build|bump|cancel|change|"
    r"check|choose|clean|clear|close|collect|combine|compare|configure|connect|control|"
    r"convert|copy|create|customise|customize|debug|decommission|define|delete|deploy|"
    r"detect|determine|diagnose|disable|discover|display|download|drain|drop|edit|enable|"
    r"encrypt|ensure|escalate|estimate|execute|expand|export|expose|extend|fetch|filter|"
    r"find|fix|follow|force|generate|get|give|grant|handle|identify|implement|import|"
    r"improve|increase|inspect|install|integrate|invoke|isolate|join|keep|launch|limit|"
    r"link|list|load|look|make|manage|merge|migrate|modify|monitor|mount|move|navigate|"
    r"obtain|open|optimize|override|pass|pause|perform|pin|prepare|prevent|promote|"
    r"protect|provide|provision|publish|pull|purge|push|query|rebuild|recover|redeploy|"
    r"reduce|register|remove|rename|renew|replace|replicate|request|reset|resize|resolve|"
    r"restart|restore|restrict|resume|retrieve|retry|revert|review|revoke|roll|rotate|"
    r"run|save|scale|schedule|search|secure|see|select|send|set|share|show|sign|"
    r"specify|split|ssh|start|stop|submit|switch|sync|take|tell|terminate|test|trace|"
    r"track|trigger|troubleshoot|turn|uninstall|unlock|update|upgrade|upload|use|validate|"
    r"verify|view|wait|watch|write",
    re.IGNORECASE,
)
_ASKED = ("how do I {}?", "how do I {}", "how to {}", "how can I {}", "how do we {}", "I need to {}", "{}")


@dataclass(frozen=True)
class Section:
    """What stands under a heading: its note's path, the heading, and the text."""

    path: str
    title: str
    body: str


def section_examples(checkouts: Path, models: Path) -> Iterator[Example]:
    """Give the examples out of all folders of `checkouts`, each a repository's files."""
    draw = random.Random(SEED)  # noqa: S311 - a sample, not a secret
    with tempfile.TemporaryDirectory() as folder:
        asked = [
            section
            for checkout in sorted(path for path in checkouts.iterdir() if path.is_dir())
            for section in _written(checkout, Path(folder), draw)
        ]
        with indexed("reader-sections", Path(folder), models) as index:
            for section in asked:
                question = _question(section.title, draw)
                if draw.random() < HURRIED:
                    question = rephrased(question, draw)
                example = _example(index, question, section)
                if example.right and len(example.wrong) > 1:
                    yield example


def _written(checkout: Path, folder: Path, draw: random.Random) -> list[Section]:
    """Write the notes of a checkout, without half of the headings asked for; give a sample of these."""
    paths = [path for path in sorted(checkout.rglob("*.md*")) if not _LEFT_OUT.search(str(path))]
    draw.shuffle(paths)
    sections: dict[tuple[str, str], Section] = {}
    for number, text in zip(range(NOTES), filter(_is_note, _texts(paths)), strict=False):
        path = f"{checkout.name}/{number}.md"
        note = read(RawFile(path, "sections", text.encode()))
        found = {
            (one.title, one.body): one for one in _sections(note) if (one.title, one.body) not in sections
        }
        gone = {one.title for one in found.values() if draw.random() < HEADING_GONE}
        sections |= found
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(_without(note, gone), encoding="utf-8")
    return draw.sample(list(sections.values()), min(HEADINGS, len(sections)))


def _texts(paths: Sequence[Path]) -> Iterator[str]:
    return (path.read_text("utf-8", "replace") for path in paths)


def _is_note(text: str) -> bool:
    return SHORTEST_NOTE < len(text) < LONGEST_NOTE and sum(map(str.isascii, text)) > LATIN * len(text)


def _sections(note: Document) -> Iterator[Section]:
    ends = [heading.start for heading in note.headings[1:]] + [len(note.text)]
    for heading, end in zip(note.headings, ends, strict=True):
        body = note.text[heading.end : end].strip()
        own = [word for word in _WORD.findall(heading.title) if not _SAYS_NOTHING.fullmatch(word)]
        if len(own) >= WORDS and len(body) >= SECTION and "<%" not in heading.title:
            yield Section(note.path, heading.title, body)


def _without(note: Document, titles: set[str]) -> str:
    """Give the text of a note without the headings of these titles."""
    text = note.text
    for heading in reversed(note.headings):
        if heading.title in titles:
            text = text[: heading.start] + text[heading.end :]
    return text


def _question(title: str, draw: random.Random) -> str:
    said = _NUMBERED.sub("", title).strip()
    first, _, rest = said.removeprefix("How to ").partition(" ")
    if _DO.fullmatch(first) and rest and not said.endswith("?"):
        return draw.choice(_ASKED).format(f"{first.lower()} {rest}")
    return said


def _example(index: Index, question: str, section: Section) -> Example:
    """Tell the spans of a section from others; what stands there too, or under a like heading, is neither."""
    evidence = evidence_for(index, index.respelled(question), 10, Where())
    found = [span.candidate for span in rated(evidence.spans, fitted(read=False).span)]
    body = _spaced(section.body)
    right = [at for at in found if at.passage.document.path == section.path and _beginning(at) in body]
    wrong = [
        at
        for at in found
        if _beginning(at) not in body
        and not (at.passage.headings and at.passage.headings[-1].lower() == section.title.lower())
    ]
    asked = evidence.question.query.text
    return Example(asked, [*map(piece, right[:RIGHT])], [*map(piece, wrong[:WRONG])])


def _beginning(at: Candidate) -> str:
    return _spaced(at.text)[:BEGINNING]


def _spaced(text: str) -> str:
    return " ".join(text.split())
