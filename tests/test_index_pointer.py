"""`CURRENT`: one line that says which generation is live, and which numbers are taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.pointer import Pointer

NUMBERS = st.integers(1, 10**17)


@given(NUMBERS, NUMBERS)
def test_what_is_written_is_read_again(one: int, other: int) -> None:
    """Whichever generation is live, and whichever was the highest."""
    pointer = Pointer(min(one, other), max(one, other))
    assert Pointer.read(pointer.written) == pointer


@pytest.mark.parametrize(
    ("pointer", "body"),
    [(Pointer(12, 12), b"12 #4f5344cd\n"), (Pointer(11, 12), b"11 12 #2433e93d\n")],
    ids=["newest", "older"],
)
def test_it_is_one_short_line(pointer: Pointer, body: bytes) -> None:
    """The highest number stands there only where it is not the live one's: after a rollback."""
    assert pointer.written == body
    assert Pointer.read(body.partition(b" #")[0] + b"\n") == pointer


@pytest.mark.parametrize("pointer", [Pointer(3, 3), Pointer(12, 12), Pointer(11, 12)])
def test_a_changed_bit_names_no_other_generation(pointer: Pointer) -> None:
    """Whichever bit it is."""
    body = pointer.written
    for at in range(len(body)):
        for bit in range(8):
            assert Pointer.read(body[:at] + bytes([body[at] ^ 1 << bit]) + body[at + 1 :]) is None


@pytest.mark.parametrize("body", [b"12 11\n", b"1 2 3\n", b"1  2\n", b"1 \n", b"1 0\n", b" 1\n", b"1 2"])
def test_anything_else_is_no_pointer(body: bytes) -> None:
    """Nothing is guessed: no third number, and none that is higher than the highest."""
    assert Pointer.read(body) is None
