"""What newcomers asked in vain, as a table."""

from datetime import UTC, datetime
from typing import TextIO

from bot.render.tables import Sheet
from bot.state.newcomers import Asked

_VERDICTS = {"unsure": "not sure", "not_found": "not in the notes"}


def show_report(stream: TextIO, found: Asked, *, by_person: bool, plain: bool) -> None:
    """Write how many questions there were, and each that was not answered, the most asked first."""
    sheet = Sheet(stream, plain=plain)
    many = f"{found.questions:,} question" + "s" * (found.questions != 1)
    sheet.write(f"Newcomers asked {many} in the last {found.days:,} days; {found.answered:,} were answered.")
    if not found.gaps:
        return
    columns = ["question", "times", "people", "last asked", "the notes", *(["who"] if by_person else [])]
    rows = [
        [
            gap.question,
            str(gap.times),
            str(gap.asked_by),
            datetime.fromtimestamp(gap.last, UTC).date().isoformat(),
            _VERDICTS.get(gap.verdict, gap.verdict),
            *([", ".join(gap.people)] if by_person else []),
        ]
        for gap in found.gaps
    ]
    sheet.table("What the notes did not answer", columns, rows)
