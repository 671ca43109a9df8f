"""A disk that fills up, without one."""

import resource
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

Limited = Callable[[int], AbstractContextManager[None]]


@contextmanager
def file_size_limited(size: int) -> Iterator[None]:
    """Let no file grow past `size` bytes within the block."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
