"""Reading labelled questions: what is asked, and which file answers it.

A set is a folder with `questions.jsonl`, or one file: JSON lines, or a table (`.csv`, `.tsv`) with columns
for `question` and `path`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec import UNSET, UnsetType

from bot.evaluation.tables import records
from bot.types import Turn
from ingest.errors import UsageError

QUESTIONS = "questions.jsonl"
NO_KIND = "-"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_EXAMPLE = '{"question": "who is paged?", "path": "on-call.md"}'


@dataclass(frozen=True, slots=True)
class Gold:
    """A place that answers: a file, and the text or the page in it where that is known."""

    path: str
    text: str | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """One question of the set called `set`, and what answers it.

    `gold` are places each of which is enough; `answers` are short texts one of which a quote must hold.
    """

    set: str
    id: str
    question: str
    gold: tuple[Gold, ...]
    answerable: bool
    kind: str = NO_KIND
    answers: tuple[str, ...] = ()
    history: tuple[Turn, ...] = ()


class _Line(msgspec.Struct, frozen=True):
    # Unknown keys are left alone: sets carry notes for their authors.
    question: str
    id: str | int | None = None
    gold: tuple[Gold, ...] | UnsetType | None = UNSET
    path: str | UnsetType | None = UNSET
    text: str | None = None
    answerable: bool | None = None
    kind: str | None = None
    answers: tuple[str, ...] | None = None
    history: tuple[Turn, ...] | None = None


def read_sets(paths: Sequence[Path]) -> tuple[Label, ...]:
    """Give the questions of all sets, in order.

    Raises `UsageError`, with file and line, for what is not a labelled question, and for two sets or two
    questions of one set that go by the same name.
    """
    named: dict[str, Path] = {}
    for path in paths:
        name = path.resolve().name if path.is_dir() else path.stem
        if (other := named.setdefault(name, path)) is not path:
            raise UsageError(f"{other} and {path} are both called {name}; rename one of them")
    return tuple(label for name, path in named.items() for label in _read_set(name, path))


def _read_set(name: str, path: Path) -> list[Label]:
    file = path / QUESTIONS if path.is_dir() else path
    if not file.is_file():
        raise UsageError(
            f"{file} does not exist; a set is a folder with {QUESTIONS}, or a file of questions "
            f"(.jsonl, .csv or .tsv)"
        )
    lines = _table(file) if file.suffix.lower() in {".csv", ".tsv"} else _json_lines(file)
    labels: list[Label] = []
    places: dict[str, str] = {}
    for number, line in lines:
        place = f"{file}:{number}"
        label = _label(name, line, str(number), place)
        if (other := places.setdefault(label.id, place)) is not place:
            raise UsageError(f"{place}: the id {label.id} is taken by {other}; give each question its own")
        labels.append(label)
    if not labels:
        raise UsageError(f"{file} holds no question; write one a line, as in {_EXAMPLE}")
    return labels


def _json_lines(file: Path) -> Iterator[tuple[int, _Line]]:
    for number, line in enumerate(file.read_bytes().splitlines(), 1):
        if text := line.removeprefix(_BYTE_ORDER_MARK).strip():
            try:
                yield number, msgspec.json.decode(text, type=_Line)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                raise UsageError(
                    f"{file}:{number}: {error}; each line is an object, as in {_EXAMPLE}"
                ) from error


def _table(file: Path) -> Iterator[tuple[int, _Line]]:
    for number, record in records(file):
        yield number, msgspec.convert(record, _Line)


def _label(name: str, line: _Line, fallback: str, place: str) -> Label:
    if not line.question.strip():
        raise UsageError(f"{place}: the question is empty; write one, or remove the line")
    gold = _gold(line, place)
    answerable = bool(gold) if line.answerable is None else line.answerable
    if answerable and not gold:
        raise UsageError(f"{place}: it is said to be answerable, but no path says by which file; name it")
    identity = fallback if line.id in {None, ""} else str(line.id)
    kind, answers = line.kind or NO_KIND, line.answers or ()
    return Label(name, identity, line.question, gold, answerable, kind, answers, line.history or ())


def _gold(line: _Line, place: str) -> tuple[Gold, ...]:
    if isinstance(line.gold, tuple):
        return line.gold
    if line.path:
        return (Gold(str(line.path), line.text or None),)
    if line.gold is UNSET and line.path is UNSET and line.answerable is not False:
        raise UsageError(
            f'{place}: no path says which file answers; name one, or write "path": "" if the notes don\'t say'
        )
    return ()
