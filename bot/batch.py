"""Answering a file of questions: one JSON line in, one JSON line out, in order, as they come."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from bot.contract import AnswerObject, answer_object, unanswerable, written
from bot.question import readable
from bot.types import Answer, Turn
from index.types import Where
from ingest.errors import UsageError
from ingest.types import Source

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class _Filter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    # Unlike those of the line, its unknown keys are errors: a misspelt filter must not widen what may answer.
    sources: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class _Line(msgspec.Struct, frozen=True):
    # Unknown keys are left alone: the lines of a test set carry their labels.
    question: str
    id: str | int | msgspec.UnsetType = msgspec.UNSET
    history: tuple[Turn, ...] | None = None
    where: _Filter | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """Who answers a batch, and for which index.

    `reply` answers a question in the light of a history and within a filter; `where` is the filter of the
    lines that bring none of their own. `sources` are those of the index by name. `note` tells the user
    something.
    """

    reply: Callable[[str, Sequence[Turn], Where], Answer]
    generation: int
    sources: Mapping[str, Source]
    note: Callable[[str], None]
    where: Where


def answered(desk: Desk, lines: Iterable[bytes], name: str) -> Iterator[str]:
    """Answer each line of the JSONL file called `name`; blank lines are passed over.

    A question with nothing in it gets a line too, which says so. Raises `UsageError`, with the line's number,
    for a line that is not a question at all.
    """
    for number, line in enumerate(lines, 1):
        if text := line.removeprefix(_BYTE_ORDER_MARK).strip():
            place = f"{name}:{number}"
            yield written(_answered(desk, _decoded(text, place), place))


def _decoded(text: bytes, place: str) -> _Line:
    try:
        return msgspec.json.decode(text, type=_Line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(
            f'{place}: {error}; each line is an object, as in {{"id": "q1", "question": "who is paged?"}}'
        ) from error


def _answered(desk: Desk, line: _Line, place: str) -> AnswerObject:
    try:
        question, note = readable(line.question)
    except UsageError:
        return unanswerable(line.question, "the question is empty", desk.generation, line.id)
    if note:
        desk.note(f"{place}: {note}")
    where = Where(line.where.sources, line.where.paths, line.where.tags) if line.where else desk.where
    reply = desk.reply(question, line.history or (), where)
    return answer_object(reply, desk.sources, identity=line.id)
