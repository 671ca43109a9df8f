"""A process that reads hostile files for its parent, one by one: `python -m ingest.worker`.

Requests come on standard input, results go to standard output. It ends when the parent closes the input, or
is gone; when a file takes twice its time, in case the parent can no longer end it; and when memory runs out.
"""

import os
import resource
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from ingest.errors import UnreadableError
from ingest.read import contents
from ingest.types import Document, RawFile
from ingest.wire import OUT_OF_MEMORY, Limits, ReadResult, Request, framed, next_message

_STATM = Path("/proc/self/statm")


def main() -> None:
    """Serve until the input ends."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with os.fdopen(os.dup(0), "rb") as requests, os.fdopen(os.dup(1), "wb") as replies:
        # What a library prints must not get between the replies, nor must it read the requests.
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        replies.write(framed(b""))
        replies.flush()
        while (message := next_message(requests)) is not None:
            replies.write(framed(_result(msgspec.json.decode(message, type=Request))))
            replies.flush()
            signal.setitimer(signal.ITIMER_REAL, 0)


def _result(request: Request) -> bytes:
    """Read a file within its limits and give the result as JSON."""
    signal.setitimer(signal.ITIMER_REAL, 2 * request.limits.seconds + 1)
    try:
        _allow_memory(_address_space() + request.limits.memory)
        return msgspec.json.encode(_outcome(request))
    except MemoryError:
        # Ending in order takes some memory too.
        _allow_memory(resource.RLIM_INFINITY)
        sys.exit(OUT_OF_MEMORY)


def _outcome(request: Request) -> ReadResult:
    try:
        body = Path(os.fsdecode(request.location)).read_bytes()
        found = contents(RawFile(request.path, request.source, body))
    except OSError as error:
        return ReadResult(request.source, request.path, f"can not be opened: {error.strerror}")
    except UnreadableError as error:
        if isinstance(error.__cause__, MemoryError):
            raise error.__cause__ from None
        return ReadResult(request.source, request.path, str(error))
    if reason := _too_long(found.documents, request.limits):
        return ReadResult(request.source, request.path, reason)
    return ReadResult(request.source, request.path, found.documents, found.left_out)


def _too_long(documents: Sequence[Document], limits: Limits) -> str | None:
    if sum(len(document.text) for document in documents) <= limits.characters:
        return None
    return f"holds more than {limits.characters:,} characters of text; split it"


def _allow_memory(size: int) -> None:
    """Limit the address space to `size` bytes, or to what the user's own limit is where that is less."""
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    kept = [limit for limit in (size, most) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(kept, default=resource.RLIM_INFINITY), most))


def _address_space() -> int:
    """Give the bytes of address space in use; 0 on a system that does not say so in Linux's way."""
    if not _STATM.exists():
        return 0
    return int(_STATM.read_text().split()[0]) * resource.getpagesize()


if __name__ == "__main__":
    main()
