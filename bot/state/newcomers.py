"""What people ask in their first weeks, which shows the gaps that all others have stopped seeing."""

from dataclasses import dataclass

from bot.state.database import State
from bot.state.walks import Person

DAY_SECONDS = 86_400.0
# Since they began their first path themselves; nothing else tells who is new.
FIRST_DAYS = 60


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that the notes did not answer: how often it was asked, by how many, and when last.

    `verdict` is that of the last time. `people` are their ids, where these were asked for.
    """

    question: str
    verdict: str
    times: int
    asked_by: int
    last: float
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """How many questions newcomers asked in some days, how many of them were answered, and the others."""

    days: int
    questions: int
    answered: int
    gaps: tuple[Gap, ...]


def record(state: State, person: Person, question: str, verdict: str) -> bool:
    """Remember a question if it is a newcomer's: of somebody whose first path began not long ago."""
    since = state.now() - FIRST_DAYS * DAY_SECONDS
    with state.transaction() as connection:
        added = connection.execute(
            "INSERT INTO newcomer_questions (team, user_id, question, verdict, at) SELECT ?, ?, ?, ?, ? "
            "WHERE (SELECT min(started) FROM walks WHERE team = ? AND user_id = ?) >= ?",
            (person.team, person.user, question, verdict, state.now(), person.team, person.user, since),
        )
    return added.rowcount == 1


def asked(state: State, days: int, *, by_person: bool = False) -> Asked:
    """Tell what newcomers asked in the last `days`; who it was only where `by_person` says so."""
    with state.transaction() as connection:
        rows = connection.execute(
            "SELECT question, verdict, user_id, at FROM newcomer_questions WHERE at >= ? ORDER BY at, rowid",
            (state.now() - days * DAY_SECONDS,),
        ).fetchall()
    # Typed a little otherwise it is the same question.
    alike: dict[str, list[tuple[str, str, str, float]]] = {}
    for row in rows:
        alike.setdefault(" ".join(row[0].casefold().split()).rstrip("?!. "), []).append(row)
    gaps = [_gap(found, by_person=by_person) for found in alike.values() if found[-1][1] != "answered"]
    gaps.sort(key=lambda gap: (-gap.asked_by, -gap.times, -gap.last, gap.question))
    return Asked(days, len(rows), sum(row[1] == "answered" for row in rows), tuple(gaps))


def _gap(rows: list[tuple[str, str, str, float]], *, by_person: bool) -> Gap:
    question, verdict, _, last = rows[-1]
    people = sorted({row[2] for row in rows})
    return Gap(question, verdict, len(rows), len(people), last, tuple(people) if by_person else ())
