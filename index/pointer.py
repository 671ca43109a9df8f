"""What `CURRENT` says: which generation is live, and which numbers were ever given to one that was."""

import re
from dataclasses import dataclass
from zlib import crc32

# What a person wrote by hand may lack the checksum; what refdesk wrote has one.
_BODY = re.compile(rb"(([1-9][0-9]{0,17})(?: ([1-9][0-9]{0,17}))?)(?: #([0-9a-f]{8}))?\n")


@dataclass(frozen=True, slots=True)
class Pointer:
    """The number of the live generation, and the highest number that was ever live.

    The two differ after a rollback. A folder with a higher number than `newest` was never published: a run
    was killed on the way.
    """

    live: int
    newest: int

    @classmethod
    def read(cls, body: bytes) -> "Pointer | None":
        """Read `11` or, after a rollback from 12, `11 12`; `None` for anything else.

        Behind it may stand a checksum, which must fit: one changed bit would name another generation.
        """
        match = _BODY.fullmatch(body)
        if not match or match[4] not in {None, _checksum(match[1])}:
            return None
        live = int(match[2])
        newest = int(match[3] or live)
        return cls(live, newest) if live <= newest else None

    @property
    def written(self) -> bytes:
        """The content of `CURRENT`, from which `read` gives the same again."""
        numbers = (self.live,) if self.live == self.newest else (self.live, self.newest)
        body = " ".join(map(str, numbers)).encode()
        return b"%b #%b\n" % (body, _checksum(body))


def _checksum(numbers: bytes) -> bytes:
    return b"%08x" % crc32(numbers)
