"""Reading the sources that are to be looked at, without an index and without touching one."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from bot.lint.types import Notes, Reach
from bot.onboarding.paths import path_file
from ingest.errors import RefdeskError
from ingest.isolate import ReaderPool
from ingest.origin import Named
from ingest.sources import resolve_sources
from ingest.walk import walk

if TYPE_CHECKING:
    from bot.config import Settings
    from ingest.types import Document

_WORD = re.compile(r"\w+|[^\w\s]")
# What the default encoder reads, without its special tokens. At a token for each eight letters of a word,
# eight in ten guesses for 323 paragraphs of technical documentation came to .84 to 1.06 of the truth.
_LIMIT = 254
_LETTERS_A_TOKEN = 8


@contextmanager
def read_notes(named: Sequence[Named], settings: "Settings", today: date, stale_days: int) -> Iterator[Notes]:
    """Read all notes of the sources. Git repositories are fetched for as long as the block runs.

    Raises `SourceError` for a source that is not there.
    """
    with TemporaryDirectory(prefix="refdesk-lint-") as folder:
        sources = resolve_sources(named, Path(folder))
        found = walk(sources, max_bytes=settings.max_bytes)
        documents: list[Document] = []
        unread: list[tuple[str, str, str]] = []
        with ReaderPool() as pool:
            for result in pool.read_all(found.files):
                if isinstance(result.outcome, str):
                    # A page that is a title alone is how some sites name a folder.
                    if result.outcome != "holds no text":
                        unread.append((result.source, result.path, result.outcome))
                else:
                    documents += result.outcome
        files = tuple(file for source in sources if (file := path_file(source)))
        by_name = {source.name: source for source in sources}
        yield Notes(tuple(documents), by_name, unread, files, today, stale_days, reach(settings))


def reach(settings: "Settings") -> Reach:
    """Give what the encoder of the index reads at once, or a guess where there is no index yet."""
    from index.encoder import OnnxEncoder
    from index.store import Store

    try:
        manifest, _ = Store(settings.index).open_current()
        models = settings.models or settings.index / "models"
        encoder = OnnxEncoder.open(models / manifest.encoder.fingerprint, threads=1)
    except RefdeskError:
        return Reach(guessed, _LIMIT, exact=False)
    special = encoder.count_tokens("")
    return Reach(lambda text: encoder.count_tokens(text) - special, encoder.max_tokens - special, exact=True)


def guessed(text: str) -> int:
    """Guess the number of tokens in a text: one a word or sign, and more for long words."""
    return sum(-(-len(word) // _LETTERS_A_TOKEN) for word in _WORD.findall(text))
