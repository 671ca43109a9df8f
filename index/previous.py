"""What the live generation already knows, for the next one to reuse."""

import logging
from dataclasses import dataclass

from index.changes import Key
from index.layout import PASSAGES, TEXT_FINGERPRINT
from index.manifest import Manifest, damaged, problem_of
from index.passages import Listed, PassageStore, Stored
from index.store import Store, verify_files
from ingest.errors import DamagedIndexError, IncompatibleIndexError, NoIndexError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Previous:
    """A generation that can be built upon: its documents and its list of files."""

    manifest: Manifest
    documents: dict[Key, Stored]
    files: tuple[Listed, ...]

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
            return Previous(manifest, documents, passages.listed())
    except NoIndexError:
        return None
    except DamagedIndexError as error:
        _log.warning("the index is damaged: %s. Everything is read again", problem_of(error))
    except IncompatibleIndexError:
        _log.warning("the index has another format: everything is read again")
    return None
