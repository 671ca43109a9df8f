"""What `refdesk lint` found, for a person: grouped by file, a line each."""

from collections.abc import Sequence
from itertools import groupby
from typing import TextIO

from bot.lint.types import Finding
from bot.render.tables import Sheet


def show_findings(stream: TextIO, found: Sequence[Finding], notes: int, sources: int, *, plain: bool) -> None:
    """Write each file with its findings, and how many there are; `notes` and `sources` were looked at."""
    sheet = Sheet(stream, plain=plain)
    for (source, path), alike in groupby(found, key=lambda one: (one.source, one.path)):
        place = path if sources == 1 else f"{source}/{path}"
        for one in alike:
            sheet.write(f"{place}:{one.line}: {one.rule}: {one.what}; {one.fix}")
        sheet.write()
    many = f"{notes:,} note" + "s" * (notes != 1)
    if not found:
        sheet.write(f"All is well in {many}.")
        return
    files = len({(one.source, one.path) for one in found})
    things = f"{len(found):,} finding" + "s" * (len(found) != 1)
    sheet.write(f"{things} in {files:,} of {many}.")
