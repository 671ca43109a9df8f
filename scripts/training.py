"""Public labelled questions as folders of notes, for the scripts that fit weights.

Rows are {"source", "question", "context", "answers": [{"text"}], "title", "weak"?}. They are grouped into
families of like sources; each family's contexts become a folder of notes. Some contexts are left out, so that
the questions about them have no answer there although the subject is close.
"""

import gzip
import hashlib
import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp

from index.analysis import QUESTION_WORDS
from index.build import build
from index.search import Index
from ingest.sentences import sentences

SEED = 20_26
# One document of so many.
HELD_OUT = 4
CONTEXTS, QUESTIONS, LEFT_OUT = 900, 600, 0.1
# Few rows ask what something is, which a newcomer asks first: so many titles are asked for, in each family,
# where a context begins by saying what its title is.
DEFINITIONS = 60
# The share of words that a hurried person leaves out.
DROPPED = 0.3
# Its questions are one formula over many like documents, so that any of them seems to answer.
LEFT_OUT_SOURCES = {"wasiahmad/PolicyQA"}
# Sources written alike; whatever is not named here is documentation.
FAMILIES = {
    "PhongNTDo/guide_train_MRC_transformers": "wiki",
    "ermeba/jupiter_bert": "wiki",
    "google-research-datasets/QED": "search",
    "primeqa/clapnq": "search",
    "deepset-ai/COVID-QA": "science",
    "tldr-pages/tldr": "commands",
    "cheat/cheatsheets": "commands",
}


# The source, the title and the text of what is asked about.
Context = tuple[str, str, str]


@dataclass(frozen=True)
class Row:
    """A question, the file that holds its answer if it has one, and the texts that answer it.

    A `weak` row is labelled by rule: its text is more than the answer.
    """

    question: str
    path: str
    answers: list[str]
    weak: bool = False

    def answered_by(self, quote: str, path: str) -> bool:
        """Tell whether a quote holds an answer or is at least half of one; any part of a weak one will do."""
        said = folded(quote)
        least = 0 if self.weak else 1 / 2
        return path == self.path and any(
            folded(answer) in said or (said in folded(answer) and len(said) >= len(folded(answer)) * least)
            for answer in self.answers
        )

    def held_by(self, passage: str, path: str) -> bool:
        """Tell whether a passage holds an answer, or the beginning of a weak one."""
        most = WEAK_OPENING if self.weak else None
        return path == self.path and any(folded(answer)[:most] in folded(passage) for answer in self.answers)


# In characters, of a weakly labelled answer.
WEAK_OPENING = 120


def folded(text: str) -> str:
    """Give `text` in lower case with single spaces."""
    return re.sub(r"\s+", " ", text).strip().lower()


def spans_by_family(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Read the rows of questions and spans, by family."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows_of(path):
        # Where a rule says that there is no answer, there may well be one.
        unsure = row.get("weak") and not row["answers"]
        if row["source"] not in LEFT_OUT_SOURCES and not unsure:
            rows[FAMILIES.get(row["source"], "documentation")].append(row)
    return rows


def held_out(source: str, title: str) -> bool:
    """Tell whether what a document says is held out from the reader's training, to fit other numbers on.

    About a quarter of the documents of each source.
    """
    digest = hashlib.sha256(f"{source} {title}".encode()).hexdigest()
    return int(digest, 16) % HELD_OUT == 0


def rows_of(path: Path) -> Iterator[dict[str, Any]]:
    """Read the rows of a compressed file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def write_notes(rows: list[dict[str, Any]], folder: Path) -> list[Row]:
    """Write the contexts as notes; give the questions, those about contexts left out without answers."""
    draw = random.Random(SEED)  # noqa: S311 - a sample, not a secret
    draw.shuffle(rows)
    contexts = list(dict.fromkeys((row["source"], row["title"], row["context"]) for row in rows))[:CONTEXTS]
    kept = {context for context in contexts if draw.random() > LEFT_OUT}
    # Where the question was the heading over its answer, it is written there again, and asked otherwise.
    headed = {row["context"]: f"## {row['question']}\n\n" if row.get("weak") else "" for row in rows}
    paths = write_contexts(contexts, kept, headed, folder)
    chosen = set(contexts)
    asked = [row for row in rows if (row["source"], row["title"], row["context"]) in chosen][:QUESTIONS]
    labelled = [
        Row(
            rephrased(row["question"], draw) if row.get("weak") else row["question"],
            paths[row["source"], row["title"]],
            [answer["text"] for answer in row["answers"]]
            if (row["source"], row["title"], row["context"]) in kept
            else [],
            bool(row.get("weak")),
        )
        for row in asked
    ]
    labelled += [
        Row(f"what is {Path(title).stem.replace('_', ' ')}", paths[source, title], [said])
        for source, title, text in contexts
        if (source, title, text) in kept and (said := definition(title, text))
    ][:DEFINITIONS]
    unanswerable = [row for row in labelled if not row.answers]
    answerable = [row for row in labelled if row.answers]
    return answerable + unanswerable[: len(answerable) // 2]


def write_contexts(
    contexts: Sequence[Context], kept: set[Context], headed: Mapping[str, str], folder: Path
) -> dict[tuple[str, str], str]:
    """Write a note for each title, of those contexts that are kept; give the note of each source and title.

    `headed` gives what stands over a text.
    """
    paths: dict[tuple[str, str], str] = {}
    bodies: dict[str, list[str]] = defaultdict(list)
    for source, title, text in contexts:
        path = paths.setdefault((source, title), f"{len(paths):05d}-{_name(source, title)}.md")
        bodies[path] += [headed[text] + text] if (source, title, text) in kept else []
    for (_, title), path in paths.items():
        heading = "# " + Path(title).stem.replace("_", " ").replace("-", " ")
        (folder / path).write_text("\n\n".join((heading, *bodies[path])) + "\n", encoding="utf-8")
    return paths


def definition(title: str, text: str) -> str | None:
    """Give the first sentence of a context if it says what its title is: "Fleet vehicles are groups of"."""
    first, last = next(sentences(text, 0, len(text)), (0, 0))
    name = re.escape(Path(title).stem.replace("_", " "))
    defines = re.match(
        rf"(?:An? |The )?{name}\b[^.]{{0,40}}? (?:is|are) (?:an?|the|one)\b", text[first:last], re.IGNORECASE
    )
    return text[first:last] if defines else None


# Documentation with its own headings: about a quarter of the sections are asked for by their headings, half
# of these with the heading taken away.
SECTIONS = {
    "docs-1": ("open-telemetry/opentelemetry.io", "knative/docs", "nats-io/nats.docs"),
    "docs-2": ("fluxcd/website", "redis/redis-doc", "traefik/traefik", "cert-manager/website"),
}
ASKED, HEADING_GONE = 0.25, 0.5


def sections_by_family(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Read the rows of headings and the sections under them, by family."""
    family = {source: name for name, sources in SECTIONS.items() for source in sources}
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows_of(path):
        if row["source"] in family and "head" in (row["kind"] or ""):
            rows[family[row["source"]]].append(row)
    return rows


def write_sections(rows: list[dict[str, Any]], folder: Path) -> list[Row]:
    """Write the sections as notes, each with its heading or without; give the headings as questions."""
    draw = random.Random(SEED)  # noqa: S311 - a sample, not a secret
    pages: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        pages[row["source"], row["doc"]].append(row)
    asked = []
    for number, ((source, doc), sections) in enumerate(pages.items()):
        path = f"{number:05d}-{_name(source, doc)}.md"
        body = ["# " + Path(doc).stem.replace("-", " ").replace("_", " ")]
        for section in sections:
            wanted = draw.random() < ASKED
            body += [] if wanted and draw.random() < HEADING_GONE else [f"## {section['question']}"]
            body.append(section["positive"])
            if wanted:
                opening = section["positive"].strip().split("\n\n")[0]
                asked.append(Row(rephrased(section["question"], draw), path, [opening], weak=True))
        (folder / path).write_text("\n\n".join(body) + "\n", encoding="utf-8")
    draw.shuffle(asked)
    return asked[:QUESTIONS]


def _name(source: str, title: str) -> str:
    return re.sub(r"[^\w-]+", "-", f"{source}-{title}")[-80:]


def rephrased(question: str, draw: random.Random) -> str:
    """Give a question as it was, or as a hurried person writes it: lower case, words missing, key words."""
    words = question.rstrip("?").split()
    ways = (
        question,
        " ".join(words).lower(),
        " ".join(word for word in words if draw.random() > DROPPED),
        " ".join(word for word in words if word.lower() not in QUESTION_WORDS),
    )
    return draw.choice(ways) or question


@contextmanager
def indexed(name: str, notes: Path, models: Path) -> Iterator[Index]:
    """Give an index of a folder of notes. What was encoded is kept beside the models for the next time."""
    root = models / f"training-{name}"
    build([notes], root, "all-MiniLM-L6-v2", models=models)
    index = Index.open(root, models=models)
    with closing(index.store):
        yield index


@dataclass(frozen=True)
class Choice:
    """A question as a choice among candidates: features, float64 [n, f], and which are right, bool [n]."""

    features: NDArray[np.float64]
    right: NDArray[np.bool_]
    weight: float = 1.0


def fit_choices(families: Sequence[Sequence[Choice]], penalty: float) -> NDArray[np.float64]:
    """Give the weights, float64 [f], under which the softmax of each question favours what is right.

    The loss is the mean over families of the mean over their questions of the negative log of the share of
    the right candidates (ListNet; Cao and others, 2007), plus `penalty` times the squared length of the
    weights of features on one scale. Questions without a right candidate are left out.
    """
    usable = [[choice for choice in family if choice.right.any()] for family in families]
    values = np.concatenate([choice.features for family in usable for choice in family])
    scale = values.std(axis=0)
    scale[scale == 0] = 1.0

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        total, slope = penalty * float(weights @ weights), 2 * penalty * weights
        for family in usable:
            most = sum(choice.weight for choice in family) * len(usable)
            for choice in family:
                scores = choice.features / scale @ weights
                every, good = logsumexp(scores), logsumexp(scores[choice.right])
                pull = np.exp(scores - every)
                pull[choice.right] -= np.exp(scores[choice.right] - good)
                total += choice.weight / most * float(every - good)
                slope = slope + choice.weight / most * (choice.features / scale).T @ pull
        return total, slope

    found = minimize(loss, np.zeros(values.shape[1]), jac=True, method="L-BFGS-B")
    weights: NDArray[np.float64] = found.x / scale
    return weights
