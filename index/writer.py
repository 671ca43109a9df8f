"""Writing a generation so that a crash at any instruction leaves the old one or the new one."""

import logging
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from index.checksums import files_under, record_files
from index.disk import replace_content, sync, sync_tree, writing_to
from index.manifest import (
    FORMAT_VERSION,
    Counts,
    EncoderRecord,
    Manifest,
    SourceRecord,
    refdesk_version,
    write_manifest,
)
from ingest.errors import DamagedIndexError, IncompatibleIndexError, RefusedError

if TYPE_CHECKING:
    from index.store import Store

_log = logging.getLogger(__name__)


class Writer:
    """Writes generations of one store. `Store.writing` makes it and holds the lock as long as it lives."""

    def __init__(self, store: "Store") -> None:
        self._store = store

    @property
    def number(self) -> int:
        """The number that the next published generation gets."""
        return max(self._live() or 0, *self._store.numbers(), 0) + 1

    def stage(self) -> Path:
        """Make the empty folder to write the next generation's files into. Raises `IndexWriteError`."""
        folder = self._staging
        with writing_to(self._store.root):
            folder.mkdir(parents=True)
        return folder

    def publish(
        self,
        *,
        encoder: EncoderRecord,
        text_fingerprint: str,
        sources: tuple[SourceRecord, ...],
        counts: Counts,
        accepts: Callable[[Manifest, Path], bool] | None = None,
    ) -> Manifest:
        """Make the staged folder the live generation, and give its manifest.

        `accepts` is asked first, with the manifest and the folder; where it says no, `RefusedError` is raised
        and the folder is kept, until the next one that is refused. Returns once all of it is on the disk.
        Raises `IndexWriteError`; then the live generation is the one of before, or, if only the last sync
        failed, the new one.
        """
        staging, number = self._staging, self.number
        with writing_to(self._store.root):
            manifest = Manifest(
                FORMAT_VERSION,
                number,
                datetime.now(UTC).isoformat("T", "seconds"),
                refdesk_version(),
                encoder,
                text_fingerprint,
                sources,
                counts,
                record_files(staging, files_under(staging)),
            )
            sealed = write_manifest(manifest, staging)
            sync_tree(staging)
        if accepts and not accepts(sealed, staging):
            raise self._refused(staging, number)
        with writing_to(self._store.root):
            os.rename(staging, self._store.folder(number))  # noqa: PTH104 - as in `index.disk`
            sync(self._store.generations)
            replace_content(self._store.pointer, f"{number}\n".encode())
        return sealed

    def _refused(self, staging: Path, number: int) -> RefusedError:
        # Neither hidden nor a number: readers, `prune` and `clear` leave it alone.
        kept = self._store.generations / f"refused-{number:06d}"
        with writing_to(self._store.root):
            for older in self._store.generations.glob("refused-*"):
                shutil.rmtree(older)
            os.rename(staging, kept)  # noqa: PTH104 - as in `index.disk`
            sync(self._store.generations)
        stays = f"generation {live} stays live" if (live := self._live()) else "there is no live generation"
        return RefusedError(
            f"the new generation was refused and not published; {stays}. It is kept in {kept}", kept
        )

    def prune(self, keep: int = 3, *, damaged: bool = False) -> list[int]:
        """Remove all but the newest `keep` generations, never the live one; give the numbers removed.

        With `damaged`, also remove those that do not match their checksums. Raises `IndexWriteError`.
        """
        live = self._live()
        if live is None:
            return []
        older = [number for number in self._store.numbers() if number != live]
        doomed = older[: max(0, len(older) - keep + 1)]
        if damaged:
            doomed += [number for number in older[len(doomed) :] if self._is_damaged(number)]
        with writing_to(self._store.root):
            for number in doomed:
                # Out of sight in one step, so that no reader finds half a generation.
                grave = self._store.generations / f".removed-{number:06d}"
                os.rename(self._store.folder(number), grave)  # noqa: PTH104 - as in `index.disk`
                shutil.rmtree(grave, ignore_errors=True)
        return doomed

    def clear(self) -> None:
        """Remove what a killed or failed run left: staging folders and generations never published.

        While `CURRENT` can not be read every generation stays, since any of them may be the live one.
        """
        for path in self._leftovers():
            _log.info("removing %s, which a run left unfinished", path)
            shutil.rmtree(path, ignore_errors=True)

    def _leftovers(self) -> list[Path]:
        store = self._store
        if not store.generations.is_dir():
            return []
        hidden = [path for path in store.generations.iterdir() if path.name.startswith(".")]
        live = self._live()
        unpublished = [] if live is None else [number for number in store.numbers() if number > live]
        return hidden + [store.folder(number) for number in unpublished]

    def _is_damaged(self, number: int) -> bool:
        try:
            return bool(self._store.problems(number))
        except IncompatibleIndexError:
            return False

    def _live(self) -> int | None:
        """Give the live generation: 0 before the first, `None` if it can not be known."""
        try:
            return self._store.current() or 0
        except DamagedIndexError:
            return None

    @property
    def _staging(self) -> Path:
        return self._store.generations / f".staging-{self.number:06d}"
