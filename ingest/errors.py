"""Every error refdesk raises on purpose.

RefdeskError
├── UsageError                 the command or the configuration is wrong
├── SourceError                a source can not be used
├── UnreadableError            one file can not be read; it is listed, the rest goes on
├── EncoderError               the encoder is missing, damaged, or disagrees with its export
├── NoIndexError               there is no index yet
├── IncompatibleIndexError     the index has another format version or encoder
├── DamagedIndexError          the index does not match its checksums or can not be opened
├── IndexLockedError           another process is writing the index
├── IndexWriteError            the index can not be written: a full disk, a read-only folder
├── StateError                 what the bot remembers can not be read or written
├── ShrunkError                a source lost most of its documents, perhaps because it is not mounted
└── RefusedError               a new generation answers worse than the live one

A message says what is wrong, where, and what to do next.
"""

from pathlib import Path


class RefdeskError(Exception):
    """Root of the errors that refdesk shows without a traceback."""


class UsageError(RefdeskError):
    """The command or the configuration is wrong."""


class SourceError(RefdeskError):
    """A source can not be used: it does not exist, or is not a file or folder."""


class UnreadableError(RefdeskError):
    """One file can not be read; the message is the reason shown in `refdesk status`."""


class EncoderError(RefdeskError):
    """The encoder is missing, damaged, or disagrees with its export."""


class NoIndexError(RefdeskError):
    """There is no index yet."""


class IncompatibleIndexError(RefdeskError):
    """The index was written in another format version or with another encoder."""


class DamagedIndexError(RefdeskError):
    """The index does not match its checksums, or can not be opened."""


class IndexLockedError(RefdeskError):
    """Another process is writing the index."""


class IndexWriteError(RefdeskError):
    """The index can not be written."""


class StateError(RefdeskError):
    """What the bot remembers can not be read or written."""


class ShrunkError(RefdeskError):
    """A source lost most of its documents; nothing was published."""


class RefusedError(RefdeskError):
    """A new generation did not pass its gate; it is kept in `folder`, and the live one stays."""

    def __init__(self, message: str, folder: Path) -> None:
        super().__init__(message)
        self.folder = folder
