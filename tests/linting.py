"""Notes for the rules of `refdesk lint`, read from files that a test writes."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from bot.lint.reading import guessed
from bot.lint.rules import findings
from bot.lint.types import Finding, Notes, Reach
from bot.onboarding.paths import path_file
from ingest.read import contents
from ingest.types import RawFile, Source

TODAY = date(2026, 11, 27)
NAME = "notes"


def notes_of(folder: Path, written: Mapping[str, str | bytes], limit: int = 254) -> Notes:
    """Write files by their paths under `folder`, and read those that are notes."""
    for path, text in written.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    raw = [
        RawFile(path, NAME, (folder / path).read_bytes())
        for path in sorted(written)
        if path.endswith((".md", ".rst", ".txt", ".zip", ".csv"))
    ]
    documents = tuple(document for one in raw for document in contents(one).documents)
    source = Source(NAME, folder)
    paths = path_file(source)
    reach = Reach(guessed, limit, exact=True)
    return Notes(documents, {NAME: source}, (), (paths,) if paths else (), TODAY, 365, reach)


def told(folder: Path, rule: str, written: Mapping[str, str | bytes], limit: int = 254) -> list[str]:
    """Give what one rule finds in files, as `path:line: what`."""
    return [shown(one) for one in findings(notes_of(folder, written, limit), {rule})]


def shown(one: Finding) -> str:
    """Give a finding in one line, without what to do."""
    return f"{one.path}:{one.line}: {one.what}"
