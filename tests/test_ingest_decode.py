"""Bytes become text the same way each time, and what is no text is refused with the reason."""

import codecs
import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.decode import decode, is_exact, redecode
from ingest.errors import UnreadableError

# Surrogates are no characters, control codes make a binary file, and a mark at the front is taken off.
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\t\r\n\x1b")).filter(
    lambda text: not text.startswith("\ufeff")
)
LANGUAGES = Path(__file__).parent / "data" / "text" / "languages"


@given(TEXTS)
def test_utf8_is_read_as_it_is(text: str) -> None:
    """Any text in UTF-8 comes back, and without a mark the codec is plain UTF-8."""
    assert decode(text.encode()) == (text, "utf-8")


@given(TEXTS, st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]))
def test_a_byte_order_mark_decides(text: str, codec: str) -> None:
    """Any text behind a byte order mark comes back without it."""
    read, encoding = decode(("\ufeff" + text).encode(codec))
    assert read == text
    assert encoding in {"utf-8-sig", "utf-16", "utf-32"}


@given(
    st.text(st.characters(codec="latin-1", exclude_categories=["Cc", "Cf"]) | st.just("\n"), min_size=1),
    st.sampled_from(["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]),
)
def test_wide_text_needs_no_mark(text: str, codec: str) -> None:
    """Western text in UTF-16 or UTF-32 is seen without a mark, once it holds a few words."""
    text = f"The rota: {text}"
    assert decode(text.encode(codec)) == (text, codec)


@given(st.binary() | st.builds(lambda text, tail: text.encode() + tail, TEXTS, st.binary(max_size=9)))
def test_the_same_text_again(body: bytes) -> None:
    """Whatever `decode` accepts, `redecode` gives the same text again from the name of the codec."""
    try:
        text, encoding = decode(body)
    except UnreadableError:
        return
    assert redecode(body, encoding) == text
    assert is_exact(body, encoding) or "\ufffd" in text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"one\r\ntwo\rthree\n",
        b"\x1b[31mred\x1b[0m\x07\r\n",
        b"a zero\0 byte in a note of some length",
        b"Hello \xff\xfe everyone, this is a note.\n",
        "na\u00efve caf\u00e9".encode()[:-1],
        "\u201cquoted\u201d caf\u00e9 ".encode() * 4 + b"\xe9\x80 and on",
        codecs.BOM_UTF8 * 2 + b"two marks",
    ],
)
def test_utf8_with_a_few_stray_bytes_stays_utf8(body: bytes) -> None:
    """The text of a UTF-8 file is what its bytes say, line ends kept, with U+FFFD for stray ones."""
    text, encoding = decode(body)
    assert text == body.decode("utf-8", "replace").removeprefix("\ufeff")
    assert encoding in {"utf-8", "utf-8-sig"}


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("Caf\u00e9 au lait for the on-call team.\n", "cp1252"),
        ("The copy costs\u00a0\u00a3 5 a month, says Zo\u00eb.\n", "cp1252"),
        ("\u201cIt\u2019s done\u201d \u2013 almost\n", "cp1252"),
    ],
)
def test_a_few_signs_of_western_text_are_enough(text: str, codec: str) -> None:
    """An accent, a currency sign or curly quotes are read as old Western files mean them."""
    assert decode(text.encode(codec)) == (text, codec)


@pytest.mark.parametrize(
    ("language", "codec"),
    [
        ("german", "cp1252"),
        ("french", "cp1252"),
        ("polish", "cp1250"),
        ("russian", "cp1251"),
        ("russian", "koi8_r"),
        ("russian", "utf-16-be"),
        ("japanese", "cp932"),
        ("japanese", "euc_jp"),
        ("chinese", "gb18030"),
        ("chinese", "utf-16-le"),
        ("korean", "cp949"),
    ],
)
def test_older_encodings_are_recognised(language: str, codec: str) -> None:
    """Text in the usual encodings of old files is read as it was written."""
    text = (LANGUAGES / f"{language}.txt").read_text(encoding="utf-8") * 5
    assert decode(text.encode(codec)) == (text, codec)


def test_a_guess_looks_at_a_part_and_holds_for_the_whole() -> None:
    """A two-byte encoding is recognised in a file far longer than what the guess looks at."""
    japanese = (LANGUAGES / "japanese.txt").read_text(encoding="utf-8")
    text = "The first half is plain.\n" * 9_000 + japanese * 9_000
    assert decode(text.encode("cp932")) == (text, "cp932")


def test_a_long_line_without_blanks_is_guessed_too() -> None:
    """Where there is no blank to cut at, the guess takes the bytes as they come."""
    word = (LANGUAGES / "russian.txt").read_text(encoding="utf-8").split()[0]
    text = word * 20_000
    assert decode(text.encode("cp1251")) == (text, "cp1251")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1", "binary, not text: it begins as a PNG image does"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\0", "binary, not text: it begins as a PDF does"),
        (b"\0" * 100, "binary, not text: a zero byte at offset 0"),
        (bytes(range(256)), "binary, not text: a zero byte at offset 0"),
        (b"\0\1\2\3" * 50, "binary, not text: a zero byte at offset 0"),
        (
            b"".join((n % 300).to_bytes(2, "little") for n in range(999)),
            "binary, not text: a zero byte at offset 0",
        ),
        (b"\1\2\3\4 abc", "binary, not text: 50% of the bytes are control codes"),
        (
            hashlib.shake_256(b"noise").digest(5_000).replace(b"\0", b"a"),
            "binary, not text: 10% of the bytes are control codes",
        ),
        (bytes(range(0x80, 0x100)) * 9, "not text in any known encoding; save it as UTF-8"),
    ],
)
def test_what_is_no_text_is_refused(body: bytes, reason: str) -> None:
    """A binary file under a text file's name is refused, saying how it was recognised."""
    with pytest.raises(UnreadableError, match=f"^{reason}$"):
        decode(body)


def test_utf16_cut_short_is_mended() -> None:
    """A marked UTF-16 file that ends in half a character keeps the rest."""
    assert decode(b"\xff\xfeh\0i\0\0") == ("hi\ufffd", "utf-16")


def test_a_utf32_mark_may_be_utf16() -> None:
    """UTF-16's mark with a zero after it looks like UTF-32's, and is that only if the rest is valid."""
    assert decode(b"\xff\xfe\0\0h\0") == ("\0h", "utf-16")
