"""Hearing of changed files under the sources, from the system itself.

Every folder that a scan enters is listened to, and no other: neither `.git` nor what is ignored costs a watch
or wakes anybody. A source that vanishes, comes back or is mounted sends no event, so it is looked at too.
"""

import os
import stat
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import UsageError
from ingest.formats import SUFFIXES, suffix_of
from ingest.ignore import NAMES
from ingest.scan import Folder, folders
from ingest.types import Source

if TYPE_CHECKING:
    from watchfiles._rust_notify import RustNotify

# In milliseconds: how often the library looks for news, and thus for signals.
_STEP_MS = 50
# In seconds: how often the sources themselves are looked at.
_LOOK = 1.0
# As watchfiles numbers a change that neither adds nor removes a name.
_MODIFIED = 2

_Identity = tuple[int, ...] | None
"""What tells one folder from another under the same path, and one edition of a file; `None` if it is gone."""


class FolderChanges:
    """News of changes under `paths`, which are folders or files, gone or there; use it in one thread.

    What lies in `index` is left out: writing the index is no change of the notes.
    """

    def __init__(self, paths: Sequence[Path], index: Path) -> None:
        self._paths = tuple(paths)
        self._index = os.path.realpath(index)
        self._watcher: RustNotify | None = None
        self._folders: dict[str, Folder] = {}
        self._identities: list[_Identity] = []

    def arm(self) -> None:
        """Listen to all folders as they are now. Raises `UsageError` where the system does not allow it."""
        self.close()
        self._identities = self._looked_at()
        self._folders = {folder.location: folder for folder in self._entered()}
        self._watcher = _watcher(list(self._folders))

    def close(self) -> None:
        """Stop listening."""
        if self._watcher is not None:
            self._watcher.close()
            self._watcher = None

    def wait(self, seconds: float) -> bool:
        """Wait at most so long for a change; tell whether there was one. Raises `KeyboardInterrupt`."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self._heard(min(left, _LOOK)) or self._turned():
                return True
        return False

    def _turned(self) -> bool:
        """Tell, once, whether a source is another than it was when last looked at, or gone, or back."""
        before, self._identities = self._identities, self._looked_at()
        return self._identities != before

    def _entered(self) -> Iterable[Folder]:
        for path in self._paths:
            for folder in folders(Source("", path)):
                if not self._is_index(folder.location):
                    yield folder

    def _is_index(self, location: str) -> bool:
        return location == self._index or location.startswith(f"{self._index}/")

    def _heard(self, seconds: float) -> bool:
        from watchfiles._rust_notify import WatchfilesRustInternalError

        if self._watcher is None:
            time.sleep(seconds)
            return False
        try:
            news = self._watcher.watch(_STEP_MS, _STEP_MS, max(1, int(seconds * 1000)), None)
        except WatchfilesRustInternalError:
            # Something changed that it can not tell of, such as a name that is no text; it is stuck there.
            self.close()
            self._watcher = _watcher(list(self._folders))
            return True
        if news == "signal":
            raise KeyboardInterrupt
        return not isinstance(news, str) and any(self._matters(kind, path) for kind, path in news)

    def _matters(self, kind: int, location: str) -> bool:
        parent, _, name = location.rpartition("/")
        folder = self._folders.get(parent)
        # What tells of a source's own folder is its identity.
        if folder is None or self._is_index(location):
            return False
        if not folder.counts(name, is_folder=_is_folder(Path(location))):
            return False
        # Of a file that has no reader only the name is known: its content may change.
        return kind != _MODIFIED or name in NAMES or suffix_of(name) in SUFFIXES

    def _looked_at(self) -> list[_Identity]:
        return [_identity(path) for path in self._paths]


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.stat(follow_symlinks=False).st_mode)
    except OSError:
        return False


def _identity(path: Path) -> _Identity:
    try:
        status = path.stat()
    except OSError:
        return None
    if stat.S_ISDIR(status.st_mode):
        return (status.st_dev, status.st_ino)
    return (status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size)


def _watcher(locations: list[str]) -> "RustNotify | None":
    """Listen to these folders and not to those in them; `None` where there are none."""
    from watchfiles._rust_notify import RustNotify, WatchfilesRustInternalError

    listed = len(locations)
    while locations:
        try:
            return RustNotify(
                locations,
                debug=False,
                force_polling=False,
                poll_delay_ms=0,
                recursive=False,
                # It would hide other errors too.
                ignore_permission_denied=False,
            )
        except (OSError, UnicodeEncodeError, WatchfilesRustInternalError) as error:
            # Since they were listed, some may be gone or closed.
            left = [location for location in locations if os.access(location, os.R_OK | os.X_OK)]
            if len(left) == len(locations):
                raise _refused(listed, str(error)) from error
            locations = left
    return None


def _refused(count: int, cause: str) -> UsageError:
    # The library adds the folder at which it stopped, which tells nobody anything.
    reason = cause.partition(" about ")[0].rstrip(".")
    return UsageError(
        f"--watch: the system does not let refdesk listen to {count:,} folders ({reason}). Raise its limits, "
        "as with `sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512`, or look at "
        "an interval instead: --every 5m"
    )
