"""Writing a generation so that a crash at any instruction leaves the old one or the new one."""

import logging
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from index.checksums import files_under, record_files
from index.disk import replace_content, sync, sync_tree, writing_to
from index.manifest import (
    FORMAT_VERSION,
    ChangeCounts,
    Counts,
    EncoderRecord,
    Manifest,
    SourceRecord,
    read_manifest,
    refdesk_version,
    write_manifest,
)
from index.pointer import Pointer
from ingest.errors import DamagedIndexError, IncompatibleIndexError, RefusedError

if TYPE_CHECKING:
    from index.store import Store

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Keep:
    """Which generations pruning leaves: the newest `generations`, and all that are at most `days` old."""

    generations: int = 3
    days: int = 0


class Writer:
    """Writes generations of one store. `Store.writing` makes it and holds the lock as long as it lives."""

    def __init__(self, store: "Store") -> None:
        self._store = store

    @property
    def number(self) -> int:
        """The number that the next published generation gets: no number is ever given twice."""
        pointer = self._pointer()
        return max(pointer.newest if pointer else 0, *self._store.numbers(), 0) + 1

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
        changes: ChangeCounts | None = None,
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
                changes or ChangeCounts(),
                record_files(staging, files_under(staging)),
            )
            sealed = write_manifest(manifest, staging)
            sync_tree(staging)
        if accepts and not accepts(sealed, staging):
            raise self._refused(staging, number)
        with writing_to(self._store.root):
            os.rename(staging, self._store.folder(number))  # noqa: PTH104 - as in `index.disk`
            sync(self._store.generations)
            # The first time, the folder of the generations is as new as the generation.
            sync(self._store.root)
        self._point(Pointer(number, number))
        return sealed

    def revive(self, number: int) -> None:
        """Make a generation that was published before the live one. Raises `IndexWriteError`.

        The others stay, the newer ones too, and the next one that is published gets a number above them all.
        """
        published = self._store.published()
        pointer = self._pointer()
        self._point(Pointer(number, max(number, *published, pointer.newest if pointer else 0)))

    def _point(self, pointer: Pointer) -> None:
        with writing_to(self._store.root):
            replace_content(self._store.pointer, pointer.written)

    def _refused(self, staging: Path, number: int) -> RefusedError:
        # Neither hidden nor a number: readers, `prune` and `clear` leave it alone.
        kept = self._store.generations / f"refused-{number:06d}"
        with writing_to(self._store.root):
            for older in self._store.refused():
                shutil.rmtree(older)
            os.rename(staging, kept)  # noqa: PTH104 - as in `index.disk`
            sync(self._store.generations)
        live = self._live()
        stays = f"generation {live} stays live" if live else "there is no live generation"
        return RefusedError(
            f"the new generation was refused and not published; {stays}. It is kept in {kept}", kept
        )

    def prune(self, keep: Keep, *, damaged: bool = False) -> list[int]:
        """Remove the generations that `keep` does not leave, never the live one; give the numbers removed.

        With `damaged`, also remove those that do not match their checksums. Raises `IndexWriteError`.
        """
        live = self._live()
        if not live:
            return []
        older = [number for number in self._store.published() if number != live]
        beyond = older[: max(0, len(older) - keep.generations + 1)]
        doomed = beyond[: self._outdated(beyond, keep.days)]
        if damaged:
            doomed += [number for number in older[len(doomed) :] if self._is_damaged(number)]
        self.remove(doomed)
        return doomed

    def remove(self, numbers: Iterable[int]) -> None:
        """Remove generations, none of which may be the live one. Raises `IndexWriteError`."""
        with writing_to(self._store.root):
            for number in numbers:
                # Out of sight in one step, so that no reader finds half a generation.
                grave = self._store.generations / f".removed-{number:06d}"
                os.rename(self._store.folder(number), grave)  # noqa: PTH104 - as in `index.disk`
                shutil.rmtree(grave, ignore_errors=True)

    def _outdated(self, numbers: list[int], days: int) -> int:
        """Give how many of `numbers`, in order and from the first on, are more than `days` old.

        Only the order is sure, since a clock may have been wrong: what is built after one that is young
        enough is too, and a time to come, or none that can be read, says nothing.
        """
        now = datetime.now(UTC)
        outdated = 0 if days else len(numbers)
        for place, number in enumerate(numbers[outdated:], 1):
            built = self._built_at(number)
            if built is None or built > now:
                continue
            if built >= now - timedelta(days):
                break
            outdated = place
        return outdated

    def _built_at(self, number: int) -> datetime | None:
        try:
            return datetime.fromisoformat(read_manifest(self._store.folder(number)).built_at)
        except (DamagedIndexError, IncompatibleIndexError):
            return None

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
        unpublished = set(store.numbers()) - set(store.published())
        return hidden + [store.folder(number) for number in sorted(unpublished)]

    def _is_damaged(self, number: int) -> bool:
        try:
            return bool(self._store.problems(number))
        except IncompatibleIndexError:
            return False

    def _pointer(self) -> Pointer | None:
        """Give what `CURRENT` says; `None` before the first generation, and if it can not be known."""
        try:
            return self._store.pointed()
        except DamagedIndexError:
            return None

    def _live(self) -> int | None:
        pointer = self._pointer()
        return pointer.live if pointer else None

    @property
    def _staging(self) -> Path:
        return self._store.generations / f".staging-{self.number:06d}"
