"""Turning a file's bytes into its text, the same way each time."""

import codecs
import re

from ingest.errors import UnreadableError

# UTF-32 before UTF-16, whose little-endian mark is half of the other's. The codecs take the mark off.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip archive or an Office file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
)
# What no text holds. Terminals' output has bell, backspace, tab, line ends, form feed and escape: not these.
_CONTROLS = bytes(code for code in (*range(32), 127) if code not in b"\a\b\t\n\v\f\r\x1b")
_ASCII = bytes(range(128))
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
# Bytes that Western text (Windows-1252) never has, or has only inside a word.
_DAMAGE = re.compile(rb"[\x81\x8d\x8f\x90\x9d]|(?<![A-Za-z])[\xfe\xff]+(?![A-Za-z])")

_MAX_CONTROLS = 0.1  # of the bytes of valid UTF-8; a table of the ASCII codes has twice that
_MAX_FOREIGN_CONTROLS = 0.02  # of bytes that are not UTF-8; compressed or random ones have 8%
_MIN_TEXT = 0.95  # of the characters that wide units make, to be text
_MIN_WIDE_ASCII = 0.02  # of those characters: blanks, digits and line ends stand in any script
_MAX_SPARSE = 0.2  # of the bytes, above ASCII: accents among Latin letters, not another script
_CONTEXT = 1_000  # bytes shown to the guesser before the first that is not ASCII
_LOOKED_AT = 65_536  # and from it on, so that a large file costs no more than a small one
# What files are really found in. Given all it knows, the library takes accents for EBCDIC or old Mac text.
_OLDER = ["cp932", "euc_jp", "gb18030", "big5", "cp949", "koi8_r", *(f"cp125{page}" for page in range(7))]
_WIDE = {"utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}
_WIDE_UNITS = 2_048  # as many are read to see whether they make text


def decode(body: bytes) -> tuple[str, str]:
    """Give the text of `body`, and the codec with which `redecode` gives the same text again.

    A byte order mark decides, and is not part of the text. Else it is UTF-8; UTF-16 or UTF-32, seen by their
    zero bytes; UTF-8 with U+FFFD for a few stray bytes; or the best guess at an older encoding. Line ends
    stay as they are. Raises `UnreadableError` for what is not text, saying how that was seen.
    """
    encoding = _encoding(body)
    return redecode(body, encoding), encoding


def redecode(body: bytes, encoding: str) -> str:
    """Give the text of `body` in the codec that `decode` named; bytes that do not fit it become U+FFFD."""
    return body.decode(encoding, "replace")


def is_exact(body: bytes, encoding: str) -> bool:
    """Say whether all of `body` can be read in this `encoding`, with nothing lost to U+FFFD."""
    try:
        body.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _encoding(body: bytes) -> str:
    marked = _marked_encoding(body)
    if marked:
        return marked
    controls = (len(body) - len(body.translate(None, _CONTROLS))) / max(len(body), 1)
    is_utf8 = is_exact(body, "utf-8")
    if is_utf8 and controls <= _MAX_CONTROLS:
        return "utf-8"
    wide = _wide_encoding(body) if b"\0" in body else None
    if wide:
        return wide
    if is_utf8 or b"\0" in body or controls > _MAX_FOREIGN_CONTROLS:
        raise UnreadableError(f"binary, not text: {_binary_sign(body, controls)}")
    sample = _sample(body)
    return "utf-8" if _is_damaged_utf8(sample) else _guess(sample)


def _marked_encoding(body: bytes) -> str | None:
    for mark, encoding in _MARKS:
        # What looks like UTF-32's mark may be UTF-16's with a zero after it: only valid UTF-32 is that.
        if body.startswith(mark) and (encoding != "utf-32" or is_exact(body, encoding)):
            return encoding
    return None


def _wide_encoding(body: bytes) -> str | None:
    """Give the UTF-16 or UTF-32 codec in which `body` reads as text, with the most ASCII; `None` if none."""
    shares = {
        codec: _ascii_share(body, codec, size) for codec, size in _WIDE.items() if len(body) % size == 0
    }
    best = max(shares, key=lambda codec: shares[codec], default=None)
    return best if best and shares[best] >= _MIN_WIDE_ASCII else None


def _ascii_share(body: bytes, codec: str, size: int) -> float:
    """Give the share of ASCII in the text that `body` begins with in `codec`, 0 where that is no text."""
    try:
        # Not final, so that a character that the cut divides is no error.
        text = codecs.getincrementaldecoder(codec)().decode(body[: size * _WIDE_UNITS])
    except UnicodeDecodeError:
        return 0
    printable = sum(character.isprintable() or character.isspace() for character in text)
    return sum(map(str.isascii, text)) / len(text) if printable >= _MIN_TEXT * len(text) else 0


def _binary_sign(body: bytes, controls: float) -> str:
    for signature, kind in _SIGNATURES:
        if body.startswith(signature):
            return f"it begins as {kind} does"
    if b"\0" in body:
        return f"a zero byte at offset {body.index(0):,}"
    return f"{controls:.0%} of the bytes are control codes"


def _sample(body: bytes) -> bytes:
    """Give the stretch of `body` about its first byte above ASCII: what comes before tells nothing."""
    first = len(body) - len(body.lstrip(_ASCII))
    sample = body[max(0, first - _CONTEXT) : first + _LOOKED_AT]
    # A cut inside a two-byte character would rule its encoding out; a blank is never half of one.
    end = max(sample.rfind(b"\n"), sample.rfind(b" "))
    return sample[:end] if first + _LOOKED_AT < len(body) and end > 0 else sample


def _is_damaged_utf8(sample: bytes) -> bool:
    """Say whether `sample` is UTF-8 but for a few bytes, rather than text in an older encoding."""
    high = len(sample.translate(None, _ASCII))
    valid = len(sample) - len(_UTF8_SEQUENCE.sub(b"", sample))
    if 2 * valid >= high:
        return True
    return high <= _MAX_SPARSE * len(sample) and _DAMAGE.search(sample) is not None


def _guess(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    matches = from_bytes(sample, cp_isolation=_OLDER)
    best = matches.best()
    if best is None:
        if len(sample.translate(None, _ASCII)) <= _MAX_SPARSE * len(sample):
            return "cp1252"
        raise UnreadableError("not text in any known encoding; save it as UTF-8")
    # Code pages that differ in a few signs tie, and the library settles that by the alphabet.
    tied = {name for match in matches if match.chaos <= best.chaos for name in match.could_be_from_charset}
    return "cp1252" if "cp1252" in tied else best.encoding
