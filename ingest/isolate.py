"""Reading files in other processes, so that a hostile one costs no more than itself.

A worker opens the file itself, rather than being sent its bytes: a disk that hangs then counts as that
file's time, and the document's SHA-256 is of the very bytes that were read, even if the file changed after
it was found.
"""

import os
import queue
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

import msgspec

from ingest.process import Worker
from ingest.scan import FoundFile
from ingest.wire import OUT_OF_MEMORY, Limits, ReadResult, Request

DEFAULT_WORKERS = 2
# How many files, for each worker, may be read and not yet taken: enough to keep it busy, few enough to hold.
AHEAD = 4

# A character takes six bytes of JSON at most, and the places of blocks, headings and links some more.
_REPLY_BYTES_A_CHARACTER = 24
_REPLY_BYTES_MORE = 2**20


class ReaderPool:
    """Reads files in worker processes, which are started as they are needed and end with the `with` block.

    Use it from one thread.
    """

    def __init__(self, limits: Limits | None = None, workers: int | None = None) -> None:
        count = workers or min(DEFAULT_WORKERS, os.cpu_count() or 1)
        self._ahead = AHEAD * count
        self._seats = [_Seat(limits or Limits()) for _ in range(count)]
        # Last in, first out: where files come one by one, one worker is enough.
        self._free: queue.LifoQueue[_Seat] = queue.LifoQueue()
        for seat in self._seats:
            self._free.put(seat)
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="reader")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for seat in self._seats:
            seat.interrupt()
        self._threads.shutdown(cancel_futures=True)
        for seat in self._seats:
            seat.stop()

    def read_all(self, files: Iterable[FoundFile]) -> Iterator[ReadResult]:
        """Read files; give the results in their order. Raises `RefdeskError` if no worker can be started."""
        waiting: deque[Future[ReadResult]] = deque()
        for file in files:
            waiting.append(self._threads.submit(self._read, file))
            if len(waiting) == self._ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _read(self, file: FoundFile) -> ReadResult:
        seat = self._free.get()
        try:
            return seat.read(file)
        finally:
            self._free.put(seat)


class _LostWorkerError(Exception):
    """A file was too much for its worker; the message is the reason to give for the file."""


class _Seat:
    """The place of one worker, which is replaced after a file that was too much for it."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._worker: Worker | None = None
        self._busy = False
        self._closed = False
        self._lock = threading.Lock()

    def read(self, file: FoundFile) -> ReadResult:
        """Read a file, and give its documents or the reason why there is none."""
        worker = self._taken()
        if worker is None:
            return ReadResult(file.source, file.path, "reading was stopped")
        try:
            worker.await_ready()
            return self._asked(
                worker, Request(file.source, file.path, os.fsencode(file.location), self._limits)
            )
        except _LostWorkerError as lost:
            worker.kill()
            # Until it is gone it would take the next file, and cost that too.
            worker.end()
            return ReadResult(file.source, file.path, str(lost))
        finally:
            with self._lock:
                self._busy = False

    def _taken(self) -> Worker | None:
        """Give the worker, a new one if need be; `None` once nothing more is to be read."""
        with self._lock:
            if self._closed:
                return None
            if self._worker is None or not self._worker.is_alive():
                self.stop()
                self._worker = Worker()
            self._busy = True
            return self._worker

    def _asked(self, worker: Worker, request: Request) -> ReadResult:
        limits = self._limits
        most = limits.characters * _REPLY_BYTES_A_CHARACTER + _REPLY_BYTES_MORE
        try:
            worker.send(msgspec.json.encode(request))
            result = msgspec.json.decode(worker.receive(limits.seconds, most), type=ReadResult)
        except TimeoutError as error:
            raise _LostWorkerError(f"took longer than {limits.seconds:g} s to read; split it") from error
        except (EOFError, BrokenPipeError) as error:
            raise _LostWorkerError(_why_ended(worker.end(), limits)) from error
        except (OverflowError, msgspec.MsgspecError) as error:
            raise _LostWorkerError("made its reader send no document; it may be an attack") from error
        if not _is_of(result, request):
            raise _LostWorkerError("made its reader send another document; it may be an attack")
        return result

    def interrupt(self) -> None:
        """Begin no other file, and end the one being read."""
        with self._lock:
            self._closed = True
            if self._busy and self._worker is not None:
                self._worker.kill()

    def stop(self) -> None:
        """Let the worker end by itself, if there is one."""
        if self._worker is not None:
            self._worker.dismiss()
            self._worker = None


def _is_of(result: ReadResult, request: Request) -> bool:
    """Tell whether all that a worker sent is of the file that was asked for, and no path twice."""
    documents = () if isinstance(result.outcome, str) else result.outcome
    paths = [document.path for document in documents]
    inside = {*paths, *(one.path for one in result.left_out)} - {request.path}
    return (
        (result.source, result.path) == (request.source, request.path)
        and result.outcome != ()
        and len(set(paths)) == len(paths)
        and all((each.source, each.origin) == (request.source, request.path) for each in documents)
        and all(path.startswith(f"{request.path}/") for path in inside)
    )


def _why_ended(status: int, limits: Limits) -> str:
    if status == OUT_OF_MEMORY:
        return f"needed more than {_size(limits.memory)} of memory to read; split it"
    if status < 0:
        return f"its reader was ended by {signal.Signals(-status).name}; it may be damaged, or memory ran out"
    return f"its reader ended with status {status}; it may be damaged"


def _size(count: int) -> str:
    """Give a number of bytes in the largest unit that it fills: `2 GiB`."""
    for unit, name in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if count >= unit:
            return f"{count / unit:.3g} {name}"
    return f"{count} bytes"
