"""What the live generation already knows, for the next one to reuse."""

import logging
from dataclasses import dataclass

from index.layout import PASSAGES, TEXT_FINGERPRINT
from index.manifest import Manifest
from index.passages import PassageStore, Stored
from index.store import Store
from index.types import FileState
from ingest.errors import DamagedIndexError, IncompatibleIndexError, NoIndexError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Previous:
    """A generation that can be built upon: its documents by source and path."""

    manifest: Manifest
    files: tuple[FileState, ...]
    known: dict[tuple[str, str], Stored]


def previous_generation(store: Store, encoder_fingerprint: str) -> Previous | None:
    """Give the live generation; `None`, with a logged reason, where everything has to be read again."""
    try:
        manifest, folder = store.open_current()
        if manifest.encoder.fingerprint != encoder_fingerprint:
            _log.warning("the encoder changed: everything is read and encoded again")
            return None
        if manifest.text_fingerprint != TEXT_FINGERPRINT:
            _log.warning("this refdesk reads or cuts notes in another way: everything is read again")
            return None
        with PassageStore(folder / PASSAGES) as passages:
            known = {(stored.document.source, stored.document.path): stored for stored in passages.stored()}
            return Previous(manifest, passages.files(), known)
    except NoIndexError:
        return None
    except (DamagedIndexError, IncompatibleIndexError) as error:
        _log.warning("%s. Everything is read again", str(error).split(". Run")[0])
        return None
