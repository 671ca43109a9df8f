"""The generations of an index, and what differs between two of them, for a person."""

from collections.abc import Iterator

from bot.evaluation.generations import AnswerChanges
from bot.evaluation.outcomes import Outcome
from bot.render.ages import age_of_seconds
from bot.render.evaluation import show_comparison, standing
from bot.render.tables import Sheet
from index.difference import Difference, Entry
from index.history import History, Recorded, State

_CHANGES = ("added", "changed", "moved", "removed")
_COLUMNS = ("generation", "built", "documents", "passages", *_CHANGES, "since", "MB")
_NONE = "–"


def show_history(sheet: Sheet, history: History) -> None:
    """Show a line for each generation, and then what is wrong with any of them."""
    sheet.table("Generations", _COLUMNS, [_row(one, history.live) for one in history.generations])
    for one in history.generations:
        if one.problem:
            sheet.write(f"generation {one.number}: {one.problem}")
    if history.problem:
        sheet.write(f"{history.problem}; `refdesk rollback N` makes generation N the live one")


def show_difference(sheet: Sheet, difference: Difference) -> None:
    """Show how many documents differ, and a line for each of them."""
    counts = ", ".join(f"{len(getattr(difference, name)):,} {name}" for name in _CHANGES)
    sheet.write(
        f"From generation {difference.before} to {difference.after}: {counts}, "
        f"{difference.unchanged:,} unchanged."
    )
    for line in _lines(difference):
        sheet.write(line)


def show_answers(sheet: Sheet, answers: AnswerChanges, before: int) -> None:
    """Show the figures of both generations, and the questions that are answered otherwise."""
    show_comparison(sheet, answers.comparison, f"Against generation {before}")
    if answers.otherwise:
        sheet.write()
        sheet.write(f"Otherwise, and neither worse nor better: {len(answers.otherwise):,}")
    for one in answers.otherwise:
        sheet.write(f"  {one.now.set} {one.now.id}: {one.now.question}")
        sheet.write(f"    {_said(one.before)} -> {_said(one.now)}")


def _row(one: Recorded, live: int | None) -> tuple[str, ...]:
    states = [] if one.state is State.KEPT else [one.state.value]
    if one.number == live and one.state is State.DAMAGED:
        states.insert(0, State.LIVE.value)
    changes = one.changes
    return (
        " ".join((str(one.number), ", ".join(states))).strip(),
        _NONE if one.age_seconds is None else age_of_seconds(one.age_seconds),
        *map(_count, (one.documents, one.passages)),
        *(_count(getattr(changes, name, None)) for name in _CHANGES),
        _NONE if changes is None or changes.since is None else str(changes.since),
        _NONE if one.bytes is None else f"{one.bytes / 1e6:,.1f}",
    )


def _count(value: int | None) -> str:
    return _NONE if value is None else f"{value:,}"


def _lines(difference: Difference) -> Iterator[str]:
    yield from (f"  added    {_place(entry)}{_size(entry.passages)}" for entry in difference.added)
    for pair in difference.changed:
        yield f"  changed  {_place(pair.after)}{_resized(pair.before.passages, pair.after.passages)}"
    yield from (f"  moved    {_place(pair.before)} -> {_place(pair.after)}" for pair in difference.moved)
    yield from (f"  removed  {_place(entry)}{_size(entry.passages)}" for entry in difference.removed)


def _place(entry: Entry) -> str:
    return f"{entry.source}: {entry.path}"


def _size(passages: int) -> str:
    return f" ({passages} passage{'' if passages == 1 else 's'})"


def _resized(before: int, after: int) -> str:
    return _size(after) if before == after else f" ({before} -> {after} passages)"


def _said(outcome: Outcome) -> str:
    return f"{standing(outcome)}, {', '.join(outcome.cited) or 'no quote'}"
