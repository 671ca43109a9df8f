"""What the live generation already knows, for the next one to reuse."""

import logging
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from index.changes import Changes, Key
from index.layout import PASSAGES, TEXT_FINGERPRINT
from index.manifest import ChangeCounts, Manifest, damaged, problem_of
from index.passages import Listed, PassageStore, Stored
from index.store import Store, verify_files
from ingest.errors import DamagedIndexError, IncompatibleIndexError, NoIndexError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Previous:
    """A generation that can be built upon: its folder, documents, list of files and vocabulary."""

    manifest: Manifest
    folder: Path
    documents: dict[Key, Stored]
    files: tuple[Listed, ...]
    vocabulary: dict[str, int]

    @property
    def refused(self) -> dict[Key, Listed]:
        """The files that were opened and could not be read, by source and path."""
        return {(listed.state.source, listed.state.path): listed for listed in self.files if listed.sha256}


def previous_generation(store: Store, encoder_fingerprint: str) -> Previous | None:
    """Give the live generation; `None`, with a logged reason, where everything has to be read again.

    Every byte of it is compared with its checksum, so that no damage is carried on.
    """
    try:
        manifest, folder = store.open_current()
        if manifest.encoder.fingerprint != encoder_fingerprint:
            _log.warning("the encoder changed: everything is read and encoded again")
            return None
        if manifest.text_fingerprint != TEXT_FINGERPRINT:
            _log.warning("this refdesk reads or cuts notes in another way: everything is read again")
            return None
        if problems := verify_files(manifest, folder):
            raise damaged("; ".join(problems))
        with PassageStore(folder / PASSAGES) as passages:
            documents = {
                (stored.document.source, stored.document.path): stored for stored in passages.stored()
            }
            return Previous(manifest, folder, documents, passages.listed(), passages.vocabulary)
    except NoIndexError:
        return None
    except DamagedIndexError as error:
        _log.warning("the index is damaged: %s. Everything is read again", problem_of(error))
    except IncompatibleIndexError:
        _log.warning("the index has another format: everything is read again")
    return None


def counted(previous: Previous | None, changes: Changes, here: AbstractSet[Key]) -> ChangeCounts:
    """Count what became of the documents of `previous`, and those that are new; `here` are all there are."""
    before = previous.documents.keys() if previous else frozenset()
    moved = {new: old for new, old in changes.origins(here).items() if old in before}
    return ChangeCounts(
        since=previous.manifest.number if previous else None,
        added=len(here - before - moved.keys()),
        changed=len(here & before) - len(changes.kept),
        moved=len(moved),
        removed=len(before - here - set(moved.values())),
    )
