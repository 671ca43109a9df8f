"""Reading a file that may hold several documents: at least one, each path once, and one kind of error."""

from contextlib import suppress

import pytest
from exports import archive, confluence_page, mail, mailbox, message, slack, thread
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import UnreadableError
from ingest.read import contents
from ingest.types import Contents, RawFile

SLACK = slack({"deploys/2026-03-04.json": [*thread("Who?", "Bo."), message("Words.", 9)]})
PAGES = archive({"a.md": "# A\n\nWords.\n", "b.html": confluence_page("B", "<p>Words."), "c.png": "x"})
BOX = mailbox(mail("One."), mail("Two.\n\nOn Monday, Ana wrote:\n> One."))


def sound(found: Contents, raw: RawFile) -> bool:
    """Tell whether all that was found is of the file, and safe to list."""
    documents = [one.path for one in found.documents]
    left_out = [one.path for one in found.left_out]
    return (
        bool(documents)
        and len(set(documents)) == len(documents)
        and len(set(left_out)) == len(left_out)
        and all(path == raw.path or path.startswith(f"{raw.path}/") for path in documents + left_out)
        and all(path.isprintable() for path in documents + left_out)
        and all((one.sha256, one.origin) == (raw.sha256, raw.path) for one in found.documents)
        and all(".." not in path.split("/") for path in documents)
        and all(one.text.encode() for one in found.documents)
    )


@pytest.mark.parametrize(
    ("path", "body", "count"),
    [
        ("a.md", b"# A\n\nWords.\n", 1),
        ("a.eml", mail("Words."), 1),
        ("b.mbox", BOX, 2),
        ("c.ZIP", SLACK, 2),
        ("d.zip", PAGES, 2),
    ],
)
def test_a_file_gives_its_documents(path: str, body: bytes, count: int) -> None:
    """One or more, whatever case its suffix is in."""
    raw = RawFile(f"folder/{path}", "notes", body)
    found = contents(raw)
    assert len(found.documents) == count
    assert sound(found, raw)
    for one in found.documents:
        for block in one.blocks:
            assert one.text[block.start : block.end].strip()
            assert list(block.parts) == sorted(block.parts)
            assert not block.parts or block.parts[0] == block.start


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([("a.zip", SLACK), ("a.zip", PAGES), ("a.mbox", BOX), ("a.eml", mail("Words."))]),
    st.lists(st.tuples(st.integers(0, 4000), st.binary(max_size=4)), max_size=6),
    st.integers(0, 4000),
)
def test_any_damage_ends_as_documents_or_a_reason(
    file: tuple[str, bytes], changes: list[tuple[int, bytes]], cut: int
) -> None:
    """Bytes overwritten anywhere, and now and then the end cut off: nothing else is raised."""
    path, body = file
    damaged = bytearray(body)
    for at, patch in changes:
        start = at % len(damaged)
        damaged[start : start + len(patch)] = patch
    raw = RawFile(path, "notes", bytes(damaged[: len(damaged) - (cut if cut % 5 == 0 else 0)]))
    with suppress(UnreadableError):
        assert sound(contents(raw), raw)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["a.zip", "a.eml", "a.mbox"]), st.binary(max_size=300))
def test_any_bytes_end_as_documents_or_a_reason(path: str, body: bytes) -> None:
    """As with any other format."""
    raw = RawFile(path, "notes", body)
    with suppress(UnreadableError):
        assert sound(contents(raw), raw)
