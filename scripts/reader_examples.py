"""What the reader is trained on: questions, each with spans that answer it and spans that do not.

For questions with marked answers, each family's contexts become notes, as in scripts/training.py, and each
question is asked of them: what the search finds beside the answer are the spans to be told from it. Sections
come with others that share words with their headings. What is held out there occurs here nowhere.
"""

import random
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from training import (
    SECTIONS,
    SEED,
    Context,
    Row,
    definition,
    folded,
    held_out,
    indexed,
    rephrased,
    rows_of,
    spans_by_family,
    write_contexts,
)

from bot.confidence import fitted
from bot.evidence import evidence_for, rated
from bot.spans import Candidate
from index.reader import Piece
from index.search import Index
from index.types import Where
from ingest.encoded import heading_line
from ingest.plain import plain
from ingest.types import Format

# Of the answers and of what is beside them, the most likely ones by the linear model.
RIGHT, WRONG = 4, 14
# Some contexts are left out of the notes, as there, and some headings that ask the question stay away.
LEFT_OUT, HEADED = 0.12, 0.7
# The share of questions that are asked as a hurried person does.
HURRIED = 0.25
# Commands are asked for in the words of their descriptions; more of them would teach little else.
COMMANDS, DEFINITIONS, HEADINGS = 2600, 150, 4500
# In words, of a paragraph of a section; of each section so many are taken, and from so few words on.
LONGEST, PARAGRAPHS, SHORTEST = 90, 2, 4
HEADING_GONE = 0.6


@dataclass(frozen=True)
class Example:
    """A question with pieces that answer it and pieces that do not, the likelier first."""

    question: str
    right: list[Piece]
    wrong: list[Piece]


def examples(spans: Path, sections: Path, models: Path) -> list[Example]:
    """Gather the examples of all families. Encoding their notes takes some twenty minutes of two cores."""
    found = list(islice(_headings(sections), HEADINGS))
    for family, rows in sorted(spans_by_family(spans).items()):
        draw = random.Random(SEED)  # noqa: S311 - a sample, not a secret
        kept = [row for row in rows if not held_out(row["source"], row["title"])]
        draw.shuffle(kept)
        with tempfile.TemporaryDirectory() as folder:
            asked = _written(kept[: COMMANDS if family == "commands" else None], Path(folder), draw)
            with indexed(f"reader-{family}", Path(folder), models) as index:
                found += [_example(index, row, context) for row, context in asked]
        print(f"{family}: {len(asked)} questions")
    return [one for one in found if len(one.wrong) > 1]


def _written(rows: list[dict[str, Any]], folder: Path, draw: random.Random) -> list[tuple[Row, str]]:
    """Write the contexts as notes; give the questions, each with the context that it is about."""
    contexts = list(dict.fromkeys((row["source"], row["title"], row["context"]) for row in rows))
    kept = {context for context in contexts if draw.random() > LEFT_OUT}
    headed = {
        row["context"]: f"## {row['question']}\n\n" if row.get("weak") and draw.random() < HEADED else ""
        for row in rows
    }
    paths = write_contexts(contexts, kept, headed, folder)
    asked = [_asked(row, paths[row["source"], row["title"]], kept, draw) for row in rows]
    defined = (
        (Row(f"what is {Path(title).stem.replace('_', ' ')}", paths[source, title], [said]), text)
        for source, title, text in contexts
        if (source, title, text) in kept and (said := definition(title, text))
    )
    return asked + list(islice(defined, DEFINITIONS))


def _asked(row: dict[str, Any], path: str, kept: set[Context], draw: random.Random) -> tuple[Row, str]:
    hurried = row.get("weak") or draw.random() < HURRIED
    there = (row["source"], row["title"], row["context"]) in kept
    answers = [answer["text"] for answer in row["answers"]] if there else []
    question = rephrased(row["question"], draw) if hurried else row["question"]
    return Row(question, path, answers, bool(row.get("weak"))), row["context"]


def _example(index: Index, row: Row, context: str) -> Example:
    """Ask a question; tell the spans that answer it from those that do not.

    A span that says the answer elsewhere is neither.
    """
    evidence = evidence_for(index, index.respelled(row.question), 10, Where())
    within = _words(context)
    right: list[Piece] = []
    wrong: list[Piece] = []
    for span in rated(evidence.spans, fitted(read=False).span):
        text = span.candidate.text
        of_context = row.weak or _words(text) in within
        if row.answers and of_context and row.answered_by(text, span.candidate.passage.document.path):
            right.append(piece(span.candidate))
        elif row.weak or not any(folded(answer) in folded(text) for answer in row.answers):
            wrong.append(piece(span.candidate))
    return Example(evidence.question.query.text, right[:RIGHT], [] if _missed(row, right) else wrong[:WRONG])


def _missed(row: Row, right: Sequence[Piece]) -> bool:
    """Tell whether there is an answer that was not found: then nothing is known of what was."""
    return bool(row.answers) and not right


def piece(at: Candidate) -> Piece:
    """Give what is read of a span."""
    before = at.hit.spans[at.place - 1].span.words if at.place else ""
    return Piece(at.words, heading_line(at.passage.document.title, at.passage.headings), before)


def _words(text: str) -> str:
    return re.sub(r"\W+", " ", folded(text)).strip()


def _headings(path: Path) -> Iterator[Example]:
    """Give headings as questions, their sections as right, and as wrong those that share words with them.

    Of most sections the heading is taken away, and then of the others too.
    """
    draw = random.Random(SEED)  # noqa: S311 - a sample, not a secret
    fitted_on = {source for sources in SECTIONS.values() for source in sources}
    rows = [row for row in rows_of(path) if row["kind"] == "heading" and row["source"] not in fitted_on]
    draw.shuffle(rows)
    others: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        others[row["source"]].append(row["question"])
    for row in rows:
        title = Path(row["doc"]).stem.replace("-", " ").replace("_", " ")
        gone = draw.random() < HEADING_GONE
        above = title if gone else f"{title}: {row['question']}"
        right = list(_paragraphs(row["positive"], above))
        wrong: list[Piece] = []
        for text in row["negatives"]:
            other = title if gone else f"{title}: {draw.choice(others[row['source']])}"
            wrong += _paragraphs(text, other)
        yield Example(rephrased(row["question"], draw), right, wrong if right else [])


def _paragraphs(text: str, above: str) -> Iterator[Piece]:
    """Give the first paragraphs of a section as pieces."""
    said = (plain(part, Format.MARKDOWN).split()[:LONGEST] for part in text.strip().split("\n\n"))
    before = ""
    for words in islice((words for words in said if len(words) >= SHORTEST), PARAGRAPHS):
        piece = Piece(" ".join(words), above, before)
        before = piece.span
        yield piece
