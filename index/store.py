"""Generations on disk: which one answers, and where its files are.

ROOT/CURRENT                the number of the live generation, and after a rollback the highest one too
ROOT/generations/000012/    that generation: `manifest.json` and the files that it lists
ROOT/cache/, ROOT/models/   vectors and encoders, which every generation shares
ROOT/sources/, ROOT/dates/  fetched repositories, and what their histories say of dates
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from index.checksums import content_problems, size_problems
from index.disk import writing_to
from index.lock import writer_lock
from index.manifest import Manifest, damaged, problem_of, read_manifest
from index.pointer import Pointer
from index.writer import Writer
from ingest.errors import DamagedIndexError, NoIndexError, UsageError

_NUMBER = re.compile(r"[0-9]{6,}")
_REFUSED = re.compile(r"refused-[0-9]{6,}")


@dataclass(frozen=True, slots=True)
class Store:
    """The generations of the index in `root`, which need not exist yet."""

    root: Path

    @property
    def pointer(self) -> Path:
        """The file that names the live generation."""
        return self.root / "CURRENT"

    @property
    def generations(self) -> Path:
        """The folder that holds a folder for each generation."""
        return self.root / "generations"

    def folder(self, number: int) -> Path:
        """Give the folder of a generation, which need not exist."""
        return self.generations / f"{number:06d}"

    def numbers(self) -> list[int]:
        """Give the generations that have a folder, the oldest first, published or not."""
        if not self.generations.is_dir():
            return []
        return sorted(int(path.name) for path in self.generations.iterdir() if _NUMBER.fullmatch(path.name))

    def pointed(self) -> Pointer | None:
        """Give what `CURRENT` says; `None` if nothing was ever published.

        Raises `DamagedIndexError` if it is there but names no generation.
        """
        try:
            body = self.pointer.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise damaged(f"{self.pointer} can not be read: {error.strerror}") from error
        if pointer := Pointer.read(body):
            return pointer
        raise damaged(f"{self.pointer} does not hold the number of a generation")

    def current(self) -> int | None:
        """Give the number of the live generation; `None` if none was ever published.

        Raises `DamagedIndexError` if `CURRENT` is there but names no generation.
        """
        pointer = self.pointed()
        return pointer.live if pointer else None

    def published(self) -> list[int]:
        """Give the generations that were ever live and have a folder, the oldest first.

        While `CURRENT` can not be read these are all, since any of them may be the live one.
        """
        try:
            pointer = self.pointed()
        except DamagedIndexError:
            return self.numbers()
        return [number for number in self.numbers() if pointer and number <= pointer.newest]

    def expect(self, number: int) -> None:
        """Raise `UsageError` unless the generation was ever live and still has a folder."""
        published = self.published()
        if number not in published:
            there = f"there are: {', '.join(map(str, published))}" if published else "there is none"
            raise UsageError(f"there is no generation {number} in {self.root}; {there}")

    def refused(self) -> list[Path]:
        """Give the folders of generations that were refused and are still there: of one, unless copied."""
        if not self.generations.is_dir():
            return []
        return sorted(path for path in self.generations.iterdir() if _REFUSED.fullmatch(path.name))

    def open_current(self) -> tuple[Manifest, Path]:
        """Give the live generation and its folder, as `open` does.

        Raises `NoIndexError` if there is none, and what `open` raises.
        """
        while (number := self.current()) is not None:
            try:
                return self.open(number)
            except DamagedIndexError:
                # A writer may have published and pruned since CURRENT was read: then ask again.
                if self.current() == number:
                    raise
        raise no_index(self.root)

    def open(self, number: int) -> tuple[Manifest, Path]:
        """Give a generation and its folder, after a look at the sizes of its files but not at their content.

        Raises `DamagedIndexError` if a file is missing or of another size, `IncompatibleIndexError` if the
        generation has another format.
        """
        folder = self.folder(number)
        manifest = read_manifest(folder)
        if manifest.number != number:
            raise damaged(f"{folder} holds generation {manifest.number}")
        if problems := size_problems(folder, manifest.files):
            raise damaged("; ".join(problems))
        return manifest, folder

    def problems(self, number: int) -> list[str]:
        """Read every byte of a generation and say in words what is wrong with it.

        Raises `IncompatibleIndexError` if it has another format.
        """
        try:
            return verify_files(*self.open(number))
        except DamagedIndexError as error:
            return [problem_of(error)]

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Hold the lock, clear what a killed run left, and give the writer of the next generation.

        Whatever was staged and not published is removed at the end. Raises `IndexLockedError` if another
        process is writing and `IndexWriteError` if `root` can not be written.
        """
        with writer_lock(self.root):
            self._shield()
            writer = Writer(self)
            writer.clear()
            try:
                yield writer
            finally:
                writer.clear()

    def _shield(self) -> None:
        """Keep the index out of git, and out of itself where it lies within a source."""
        ignored = self.root / ".gitignore"
        if not ignored.exists():
            with writing_to(self.root):
                ignored.write_text("*\n")


def no_index(root: Path) -> NoIndexError:
    """Give the error to raise where nothing was ever published."""
    return NoIndexError(f"there is no index in {root} yet; run `refdesk index FOLDER` to build one")


def verify_files(manifest: Manifest, folder: Path) -> list[str]:
    """Read every file of a generation and say in words what is missing, truncated or changed."""
    return content_problems(folder, manifest.files)
