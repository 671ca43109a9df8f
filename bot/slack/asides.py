"""What can't wait in the queue: a modal opens in three seconds or never, and being busy is said at once."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import BoundedSemaphore

_log = logging.getLogger(__name__)

WORKERS = 4
MOST = 64


class Asides:
    """Does small things beside the queue, some at a time; nothing of it outlives the process."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(WORKERS, "aside")
        self._room = BoundedSemaphore(MOST)

    def do(self, what: str, action: Callable[[], object]) -> bool:
        """Do it soon; give `False` if too much is waiting already, which is logged with `what` it is."""
        if not self._room.acquire(blocking=False):
            _log.warning("too much to do at once, so this was left out: %s", what)
            return False
        self._pool.submit(self._done, what, action)
        return True

    def close(self) -> None:
        """Do what is waiting, and end."""
        self._pool.shutdown()

    def _done(self, what: str, action: Callable[[], object]) -> None:
        try:
            action()
        except Exception:  # noqa: BLE001 - whatever goes wrong, nobody is waiting for it but the log
            _log.exception("this failed: %s", what)
        finally:
            self._room.release()
