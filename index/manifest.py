"""What a generation says of itself: `manifest.json`, checked whenever it is read."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from index.checksums import FileRecord
from index.types import SourceState
from ingest.errors import DamagedIndexError, IncompatibleIndexError
from ingest.types import Checkout, Source

MANIFEST = "manifest.json"
# The layout of a generation's folder. Raise it whenever an older refdesk could not read a newer index.
FORMAT_VERSION = 3

_DAMAGED, _REBUILD = "the index is damaged: ", ". Run `refdesk index` to rebuild it"


class EncoderRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The encoder that made the vectors; `dimension` is their length."""

    name: str
    fingerprint: str
    dimension: int


class SourceRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A source that was indexed: its name, the path of its files, and what `Source` has besides."""

    name: str
    root: str
    link: str | None = None
    git: Checkout | None = None

    @classmethod
    def of(cls, source: Source) -> "SourceRecord":
        """Give what to write of a source."""
        return cls(source.name, str(source.root), source.link, source.git)

    @property
    def state(self) -> SourceState:
        """What is shown of the source."""
        if self.git is None:
            return SourceState(self.name, self.root)
        git = self.git
        return SourceState(self.name, self.root, git.url, git.branch, git.folder, git.commit)

    @property
    def source(self) -> Source:
        """The source that was indexed."""
        return Source(self.name, Path(self.root), self.link, self.git)


class Counts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much a generation holds: each passage, span and distinct text of a heading has its vector."""

    documents: int
    passages: int
    spans: int
    headings: int


class ChangeCounts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many documents were added, changed, moved and removed since the generation `since`.

    `since` is the one that was live when this was built; `None` where all was read afresh.
    """

    since: int | None = None
    added: int = 0
    changed: int = 0
    moved: int = 0
    removed: int = 0


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A generation: when, from what and by what it was built, and the files that make it up.

    `built_at` is ISO 8601 in UTC, `text_fingerprint` names the way texts were cut and analysed, `files` are
    relative to the generation's folder and leave out the manifest itself. `checksum` is the hexadecimal
    SHA-256 of the manifest written with an empty checksum.
    """

    format_version: int
    number: int
    built_at: str
    refdesk_version: str
    encoder: EncoderRecord
    text_fingerprint: str
    sources: tuple[SourceRecord, ...]
    counts: Counts
    changes: ChangeCounts
    files: dict[str, FileRecord]
    checksum: str = ""

    @property
    def age_seconds(self) -> float:
        """The time since it was built; 0 where a clock has it in the time to come."""
        return max(0.0, (datetime.now(UTC) - datetime.fromisoformat(self.built_at)).total_seconds())


class _Versioned(msgspec.Struct):
    format_version: int


def write_manifest(manifest: Manifest, folder: Path) -> Manifest:
    """Write `manifest.json` into `folder` and give the manifest with its checksum. Raises `OSError`."""
    sealed = msgspec.structs.replace(manifest, checksum=_checksum(manifest))
    (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(sealed)) + b"\n")
    return sealed


def read_manifest(folder: Path) -> Manifest:
    """Read `manifest.json` of the generation in `folder`.

    Raises `IncompatibleIndexError` for another format version, `DamagedIndexError` for anything unreadable.
    """
    path = folder / MANIFEST
    try:
        body = path.read_bytes()
        version = msgspec.json.decode(body, type=_Versioned).format_version
        if version != FORMAT_VERSION:
            raise IncompatibleIndexError(
                f"{folder} has index format {version} and this refdesk reads format {FORMAT_VERSION}; "
                "run `refdesk index` to rebuild it"
            )
        manifest = msgspec.json.decode(body, type=Manifest)
    except OSError as error:
        raise damaged(f"{path} can not be read: {error.strerror}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise damaged(f"{path} is not a manifest: {error}") from error
    if manifest.checksum != _checksum(manifest):
        raise damaged(f"{path} has changed since it was written")
    return manifest


def damaged(problem: str) -> DamagedIndexError:
    """Give the error to raise for a damaged index: the problem, and the way out."""
    return DamagedIndexError(f"{_DAMAGED}{problem}{_REBUILD}")


def problem_of(error: DamagedIndexError) -> str:
    """Give the problem alone that `damaged` made the error of."""
    return str(error).removeprefix(_DAMAGED).removesuffix(_REBUILD)


def refdesk_version() -> str:
    """Give the version of the installed distribution; `unknown` in a checkout that was never installed."""
    import importlib.metadata  # a hundredth of a second, for a build only

    try:
        return importlib.metadata.version("refdesk")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


def _checksum(manifest: Manifest) -> str:
    return hashlib.sha256(msgspec.json.encode(msgspec.structs.replace(manifest, checksum=""))).hexdigest()
